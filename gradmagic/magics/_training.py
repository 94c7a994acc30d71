"""From the options of `%train` to the arguments of `train`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradmagic.errors import LossError, OptionError
from gradmagic.magics._defaults import GradMagic
from gradmagic.magics._loss_cell import loss_from_expression
from gradmagic.magics._names import evaluate, part_names
from gradmagic.messages import say
from gradmagic.tape import is_tensor, leaves
from gradmagic.training import optimizer_names

__all__ = ["training_arguments", "training_loss", "training_variables"]


def training_loss(word: str | None, namespace: dict[str, Any]) -> Callable[[], Any]:
    """Return the function that a word on the line stands for: its value, or the expression itself.

    Raises:
        OptionError: nothing was given, or a name is not defined.
        LossError: it is a result already computed, not a way to compute one.
    """
    if word is None:
        raise OptionError(say("magics-train-what"))
    value = evaluate(word, namespace)
    if callable(value) and not is_tensor(value):
        function: Callable[[], Any] = value
        return function
    if word.isidentifier() or not is_tensor(value):
        raise LossError(
            say("magics-train-tensor", name=word, kind="tensor" if is_tensor(value) else type(value).__name__)
        )
    return loss_from_expression(word, namespace, "<%train>")


def training_variables(words: list[str], namespace: dict[str, Any]) -> dict[str, Any] | None:
    """Return the variables that words stand for, by name; a word for several gives them all.

    Raises:
        OptionError: a name is not defined.
    """
    found: dict[str, Any] = {}
    for word in words:
        value = evaluate(word, namespace)
        parts = leaves(value) if isinstance(value, (list, tuple, dict)) else [value]
        labels = part_names(word, value) if len(parts) > 1 else [word]
        found.update(zip(labels, parts, strict=True))
    return found or None


def training_arguments(options: Any, defaults: GradMagic, namespace: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of `train` that the options ask for, defaults filled in."""
    optimizer = options.optimizer or defaults.optimizer
    known = optimizer.lower() in optimizer_names()
    if not known and (optimizer in namespace or not optimizer.isidentifier()):
        optimizer = evaluate(optimizer, namespace)
    found: dict[str, Any] = {"optimizer": optimizer}
    if options.learning_rate is not None:
        found["learning_rate"] = options.learning_rate
    elif isinstance(optimizer, str):  # an instance brings its own
        found["learning_rate"] = defaults.learning_rate
    if options.momentum is not None:
        found["momentum"] = options.momentum
    if options.epochs is not None:
        found["epochs"] = options.epochs
    else:
        found["steps"] = defaults.steps if options.training_steps is None else options.training_steps
    found["seed"] = defaults.seed if options.seed is None else options.seed
    found["compile"] = options.compile or "auto"
    return found

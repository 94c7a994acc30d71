"""From the options of `%train` to the arguments of `train`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gradmagic import training
from gradmagic.errors import LossError, OptionError
from gradmagic.magics._defaults import GradMagic
from gradmagic.magics._loss_cell import loss_from_expression
from gradmagic.magics._names import evaluate, part_names
from gradmagic.messages import say
from gradmagic.tape import is_tensor, leaves

__all__ = ["is_model", "training_arguments", "training_data", "training_loss", "training_variables"]


def training_loss(
    word: str | None, namespace: dict[str, Any], objective: str | None = None
) -> Callable[..., Any]:
    """Return the function that a word on the line stands for: its value, or the expression itself.

    Args:
        word: a loss, an expression, or a Keras model.
        namespace: the learner's names.
        objective: the loss of a model, by its name in Keras or in the namespace.

    Raises:
        OptionError: nothing was given, or a name is not defined.
        LossError: it is a result already computed, not a way to compute one.
    """
    if word is None:
        raise OptionError(say("magics-train-what"))
    value = evaluate(word, namespace)
    if is_model(value) or objective is not None:
        function = namespace.get(objective or "")
        return training.model_loss(value, function if callable(function) else objective or "mse")
    if callable(value) and not is_tensor(value):
        loss: Callable[..., Any] = value
        return loss
    if word.isidentifier() or not is_tensor(value):
        raise LossError(
            say("magics-train-tensor", name=word, kind="tensor" if is_tensor(value) else type(value).__name__)
        )
    return loss_from_expression(word, namespace, "<%train>")


def is_model(value: Any) -> bool:
    """Whether a value is a Keras model, or a layer: a callable that has weights."""
    return callable(value) and hasattr(value, "trainable_variables") and hasattr(value, "losses")


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


def training_data(names: tuple[str, ...], namespace: dict[str, Any]) -> Any:
    """Return the data that names stand for: one data set, or a tuple of columns; `None` for no names.

    Raises:
        OptionError: a name is not defined.
    """
    if not names:
        return None
    found = tuple(evaluate(name, namespace) for name in names)
    return found[0] if len(found) == 1 else found


def training_arguments(options: Any, defaults: GradMagic, namespace: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of `train` that the options ask for, defaults filled in."""
    optimizer = options.optimizer or defaults.optimizer
    known = optimizer.lower() in training.optimizer_names()
    if not known and (optimizer in namespace or not optimizer.isidentifier()):
        optimizer = evaluate(optimizer, namespace)
    found: dict[str, Any] = {"optimizer": optimizer}
    if options.learning_rate is not None:
        found["learning_rate"] = options.learning_rate
    elif isinstance(optimizer, str):  # an instance brings its own
        found["learning_rate"] = defaults.learning_rate
    for name in _SAME:
        value = getattr(options, name)
        if value is not None and value is not False:
            found[name] = value
    if options.epochs is not None:
        found["epochs"] = options.epochs
    else:
        found["steps"] = defaults.steps if options.training_steps is None else options.training_steps
    if options.no_shuffle:
        found["shuffle"] = False
    if options.decay is not None:
        found["schedule"] = _schedule(options.decay, namespace)
    if options.strategy is not None:
        named = options.strategy in training.STRATEGY_NAMES and options.strategy not in namespace
        found["strategy"] = options.strategy if named else evaluate(options.strategy, namespace)
    found["seed"] = defaults.seed if options.seed is None else options.seed
    found["compile"] = options.compile or "auto"
    return found


def _schedule(text: str, namespace: dict[str, Any]) -> Any:
    """A schedule by name, or what an expression gives: a Keras schedule, or a function of the step."""
    if re.split(r"[:+]", text)[0] in training.schedule_names():
        return text
    if text in namespace or not text.isidentifier():
        return evaluate(text, namespace)
    return text


# The options that are called in `train` as they are on the line.
_SAME = (
    "momentum",
    "batch",
    "drop_last",
    "clip_value",
    "clip_norm",
    "clip_global_norm",
    "weight_decay",
    "noise",
    "start_noise",
    "tol",
    "patience",
    "validation",
    "checkpoint",
    "resume",
    "device",
)

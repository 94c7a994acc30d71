"""What a training was asked to do: one frozen record, checked when it is made."""

from __future__ import annotations

import math
import numbers
import operator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say

__all__ = [
    "COMPILE_MODES",
    "DEFAULT_LEARNING_RATE",
    "DEFAULT_OPTIMIZER",
    "DEFAULT_SEED",
    "DEFAULT_STEPS",
    "MAX_STEPS",
    "Settings",
    "suggestion",
]

DEFAULT_OPTIMIZER = "sgd"
DEFAULT_LEARNING_RATE = 0.01
DEFAULT_STEPS = 1000
DEFAULT_SEED = 0

# The history of this many steps (loss, gradient norm, learning rate, small parameters) takes 280 MB in
# float32, and some 100 MB more while it is put together.
MAX_STEPS = 10_000_000

COMPILE_MODES = ("auto", "xla", "graph", "off")

# NumPy's legacy generator, which the seed also sets, takes 32 bits.
_MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Settings:
    """The hyperparameters and choices of one training; state lives elsewhere.

    Attributes:
        optimizer: A name of `optimizer_names()`, or a Keras optimizer.
        learning_rate: Set for an optimizer asked for by name, `None` for an instance, which has its own.
        momentum: The momentum asked for, `None` for the optimizer's own.
        steps: The number of updates.
        seed: The seed of the random generators, `None` to leave them as they are.
        compile: One of `COMPILE_MODES`.
    """

    optimizer: Any
    learning_rate: float | None
    momentum: float | None
    steps: int
    seed: int | None
    compile: str

    @classmethod
    def checked(
        cls,
        *,
        optimizer: Any,
        learning_rate: Any,
        momentum: Any,
        steps: Any,
        epochs: Any,
        seed: Any,
        compile: Any,
    ) -> Settings:
        """Return the settings, or say which argument cannot be used.

        Raises:
            ArgumentError: An argument has a value that cannot be used.
        """
        named = isinstance(optimizer, str)
        if not named:
            for name, value in (("learning_rate", learning_rate), ("momentum", momentum)):
                if value is not None:
                    raise ArgumentError(say("train-option-with-instance", name=name, value=repr(value)))
        rate = DEFAULT_LEARNING_RATE if learning_rate is None else _learning_rate(learning_rate)
        return cls(
            optimizer=optimizer,
            learning_rate=rate if named else None,
            momentum=None if momentum is None else _momentum(momentum),
            steps=_steps(steps, epochs),
            seed=None if seed is None else _seed(seed),
            compile=_compile(compile),
        )


def suggestion(given: str, known: tuple[str, ...]) -> str:
    """Return "did you mean ...?" with the closest of `known`, or an empty string."""
    close = get_close_matches(given.lower(), known, n=1, cutoff=0.5)
    return say("train-did-you-mean", name=close[0]) if close else ""


def _steps(steps: Any, epochs: Any) -> int:
    if steps is not None and epochs is not None:
        raise ArgumentError(say("train-steps-and-epochs", steps=steps, epochs=epochs))
    if steps is None and epochs is None:
        return DEFAULT_STEPS
    name, value = ("steps", steps) if epochs is None else ("epochs", epochs)
    count = _whole(value)
    if count is None:
        raise ArgumentError(say("train-steps-not-whole", name=name, value=repr(value)))
    if count < 1:
        raise ArgumentError(say("train-steps-too-few", name=name, value=count))
    if count > MAX_STEPS:
        raise ArgumentError(
            say("train-steps-too-many", name=name, value=f"{count:,}", limit=f"{MAX_STEPS:,}")
        )
    return count


def _whole(value: Any) -> int | None:
    """`value` as an int if it is a whole number (`1e4` is one, `True` is not)."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        whole = isinstance(value, numbers.Real) and float(value).is_integer()
        return int(value) if whole else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    return float(value)


def _learning_rate(value: Any) -> float:
    rate = _number(value)
    if rate is None:
        raise ArgumentError(say("train-rate-not-number", value=repr(value)))
    if rate == 0:
        raise ArgumentError(say("train-rate-zero"))
    if rate < 0 and math.isfinite(rate):
        raise ArgumentError(say("train-rate-negative", value=rate, positive=-rate))
    if not math.isfinite(rate):
        raise ArgumentError(say("train-rate-not-finite", value=rate))
    return rate


def _momentum(value: Any) -> float:
    momentum = _number(value)
    if momentum is None or not 0 <= momentum < 1:
        raise ArgumentError(say("train-momentum-range", value=repr(value)))
    return momentum


def _seed(value: Any) -> int:
    seed = _whole(value)
    if seed is None or not 0 <= seed <= _MAX_SEED:
        raise ArgumentError(say("train-seed", value=repr(value)))
    return seed


def _compile(value: Any) -> str:
    if value not in COMPILE_MODES:
        hint = suggestion(value, COMPILE_MODES) if isinstance(value, str) else ""
        known = ", ".join(COMPILE_MODES)
        raise ArgumentError(say("train-compile-mode", value=repr(value), known=known) + hint)
    return str(value)

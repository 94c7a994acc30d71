"""What a training was asked to do: one frozen record, checked when it is made."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say

__all__ = [
    "COMPILE_MODES",
    "DEFAULT_LEARNING_RATE",
    "DEFAULT_OPTIMIZER",
    "DEFAULT_PATIENCE",
    "DEFAULT_RACERS",
    "DEFAULT_SEED",
    "DEFAULT_STEPS",
    "MAX_STEPS",
    "SCHEDULE_NAMES",
    "SURFACE_KINDS",
    "Settings",
    "checked_rate",
    "schedule_names",
    "suggestion",
]

DEFAULT_OPTIMIZER = "sgd"
DEFAULT_LEARNING_RATE = 0.01
DEFAULT_STEPS = 1000
DEFAULT_SEED = 0
DEFAULT_PATIENCE = 10

# The history of this many steps (loss, gradient norm, learning rate, small parameters) takes 280 MB in
# float32, and some 100 MB more while it is put together.
MAX_STEPS = 10_000_000

# The learning rate schedules that have a name; each is defined in `feed/_schedule.py`.
SCHEDULE_NAMES = ("constant", "cosine", "exponential", "inverse", "polynomial", "step", "warmup")

# Who runs in a race unless others are named, and the planes of a surface that have a name.
DEFAULT_RACERS = ("sgd", "momentum", "nesterov", "adam")
SURFACE_KINDS = ("pca", "random")

COMPILE_MODES = ("auto", "xla", "graph", "off")

# NumPy's legacy generator, which the seed also sets, takes 32 bits.
_MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Settings:
    """The hyperparameters and choices of one training; data and state live elsewhere.

    Attributes:
        optimizer: A name of `optimizer_names()`, a Keras optimizer, or a learner's own.
        learning_rate: Set for an optimizer asked for by name, `None` for an instance, which has its own.
        momentum: The momentum asked for, `None` for the optimizer's own.
        steps: The number of updates.
        epochs: How often to go through the data, if that was asked instead.
        batch: Rows of a batch, `None` for all the data at each step.
        drop_last: Whether a last, smaller batch is left out.
        shuffle: Whether each epoch has an order of its own.
        schedule: What the learning rate does; `None` for nothing.
        clip_value: A bound for each element of a gradient.
        clip_norm: A bound for the norm of each gradient.
        clip_global_norm: A bound for the norm of all gradients together.
        weight_decay: Decoupled weight decay.
        noise: The standard deviation of noise on gradients.
        start_noise: The standard deviation of noise that is added to the variables before the first step.
        tol: The training ends when the loss gets better by less than this.
        patience: For how many looks at the loss it may do so.
        validation: A share of the data to look at instead, or data of their own.
        seed: The seed of the random generators, `None` to leave them as they are.
        compile: One of `COMPILE_MODES`.
        device: Where to train, as TensorFlow names it.
    """

    optimizer: Any = DEFAULT_OPTIMIZER
    learning_rate: float | None = DEFAULT_LEARNING_RATE
    momentum: float | None = None
    steps: int = DEFAULT_STEPS
    epochs: int | None = None
    batch: int | None = None
    drop_last: bool = False
    shuffle: bool = True
    schedule: Any = None
    clip_value: float | None = None
    clip_norm: float | None = None
    clip_global_norm: float | None = None
    weight_decay: float | None = None
    noise: float | None = None
    start_noise: float | None = None
    tol: float | None = None
    patience: int = DEFAULT_PATIENCE
    validation: Any = None
    seed: int | None = DEFAULT_SEED
    compile: str = "auto"
    device: str | None = None

    @classmethod
    def checked(cls, **asked: Any) -> Settings:
        """Return the settings, or say which argument cannot be used.

        Args:
            asked: Values by the names of the attributes; `None` for what was not asked.

        Raises:
            ArgumentError: An argument has a value that cannot be used.
        """
        found = {name: value for name, value in asked.items() if value is not None}
        named = isinstance(found.get("optimizer", DEFAULT_OPTIMIZER), str)
        if not named:
            for name in ("learning_rate", "momentum"):
                if name in found:
                    raise ArgumentError(say("train-option-with-instance", name=name, value=repr(found[name])))
        if "steps" in found and "epochs" in found:
            raise ArgumentError(say("train-steps-and-epochs", steps=found["steps"], epochs=found["epochs"]))
        for name, check in _CHECKS.items():
            if name in found:
                found[name] = check(name, found[name])
        if "patience" in found and "tol" not in found:
            raise ArgumentError(say("train-patience-alone", value=found["patience"]))
        if not named:
            found["learning_rate"] = None
        if asked.get("seed", DEFAULT_SEED) is None:
            found["seed"] = None
        return cls(**found)

    @classmethod
    def of(cls, settings: Settings, **changed: Any) -> Settings:
        """Return settings with some of them changed, and these checked.

        Raises:
            ArgumentError: One has a value that cannot be used.
        """
        checked = {
            name: _CHECKS[name](name, value) if value is not None and name in _CHECKS else value
            for name, value in changed.items()
        }
        return replace(settings, **checked)

    def with_steps(self, steps_per_epoch: int) -> Settings:
        """Return the settings with `epochs` counted in steps.

        Raises:
            ArgumentError: These are too many.
        """
        if self.epochs is None:
            return self
        return replace(self, steps=_count("epochs", self.epochs * steps_per_epoch, shown=self.epochs))


def schedule_names() -> tuple[str, ...]:
    """Return the names that `schedule=` takes."""
    return SCHEDULE_NAMES


def suggestion(given: str, known: tuple[str, ...]) -> str:
    """Return "did you mean ...?" with the closest of `known`, or an empty string."""
    close = get_close_matches(given.lower(), known, n=1, cutoff=0.5)
    return say("train-did-you-mean", name=close[0]) if close else ""


def _count(name: str, value: Any, *, shown: Any = None) -> int:
    count = _whole(value)
    if count is None:
        raise ArgumentError(say("train-steps-not-whole", name=name, value=repr(value)))
    if count < 1:
        raise ArgumentError(say("train-steps-too-few", name=name, value=count))
    if count > MAX_STEPS:
        value = f"{count if shown is None else shown:,}"
        raise ArgumentError(say("train-steps-too-many", name=name, value=value, limit=f"{MAX_STEPS:,}"))
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


def checked_rate(_name: str, value: Any) -> float:
    """Return a learning rate as a float.

    Raises:
        ArgumentError: It is no number, not finite, 0 or negative.
    """
    rate = _number(value)
    if rate is None:
        many = isinstance(value, list | tuple)
        raise ArgumentError(say("train-rate-list" if many else "train-rate-not-number", value=repr(value)))
    if rate == 0:
        raise ArgumentError(say("train-rate-zero"))
    if rate < 0 and math.isfinite(rate):
        raise ArgumentError(say("train-rate-negative", value=rate, positive=-rate))
    if not math.isfinite(rate):
        raise ArgumentError(say("train-rate-not-finite", value=rate))
    return rate


def _momentum(_name: str, value: Any) -> float:
    momentum = _number(value)
    if momentum is None or not 0 <= momentum < 1:
        raise ArgumentError(say("train-momentum-range", value=repr(value)))
    return momentum


def _positive(name: str, value: Any) -> float:
    found = _number(value)
    if found is None or not 0 < found < math.inf:
        raise ArgumentError(say("train-not-positive", name=name, value=repr(value)))
    return found


def _batch(_name: str, value: Any) -> int:
    batch = _whole(value)
    if batch is None or batch < 1:
        raise ArgumentError(say("train-batch", value=repr(value)))
    return batch


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ArgumentError(say("train-switch", name=name, value=repr(value)))
    return value


def _seed(_name: str, value: Any) -> int:
    seed = _whole(value)
    if seed is None or not 0 <= seed <= _MAX_SEED:
        raise ArgumentError(say("train-seed", value=repr(value)))
    return seed


def _compile(_name: str, value: Any) -> str:
    if value not in COMPILE_MODES:
        hint = suggestion(value, COMPILE_MODES) if isinstance(value, str) else ""
        known = ", ".join(COMPILE_MODES)
        raise ArgumentError(say("train-compile-mode", value=repr(value), known=known) + hint)
    return str(value)


def _device(_name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ArgumentError(say("train-device", value=repr(value), known="cpu, gpu:0"))
    return value


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = MappingProxyType(
    {
        "learning_rate": checked_rate,
        "momentum": _momentum,
        "steps": _count,
        "epochs": _count,
        "batch": _batch,
        "drop_last": _switch,
        "shuffle": _switch,
        "clip_value": _positive,
        "clip_norm": _positive,
        "clip_global_norm": _positive,
        "weight_decay": _positive,
        "noise": _positive,
        "start_noise": _positive,
        "tol": _positive,
        "patience": _count,
        "seed": _seed,
        "compile": _compile,
        "device": _device,
    }
)

"""Learning rate schedules: from a word such as `cosine` to the rate of every step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._settings import suggestion

__all__ = ["SCHEDULES", "Schedule", "make_schedule"]

Rates = npt.NDArray[np.float64]
# From steps, shape `(count,)`, and the whole length, to factors of the learning rate.
Factor = Callable[[Rates, int], Rates]


def _exponential(rate: float, every: float) -> Factor:
    return lambda step, _total: rate ** (step / every)


def _step(rate: float, every: float) -> Factor:
    return lambda step, _total: rate ** np.floor(step / every)


def _inverse(rate: float, every: float) -> Factor:
    return lambda step, _total: 1 / (1 + rate * step / every)


def _polynomial(power: float, end: float) -> Factor:
    return lambda step, total: (1 - end) * (1 - np.minimum(step, total) / total) ** power + end


def _cosine(end: float) -> Factor:
    def factor(step: Rates, total: int) -> Rates:
        return (1 - end) * 0.5 * (1 + np.cos(math.pi * np.minimum(step, total) / total)) + end

    return factor


@dataclass(frozen=True)
class _Kind:
    """A schedule by name.

    Attributes:
        make: From its numbers to its factors.
        defaults: Its numbers, `None` where one must be given.
        example: How it is written.
    """

    make: Callable[..., Factor]
    defaults: tuple[float | None, ...]
    example: str


# The formulas are those of Keras's schedules of the same names, with steps counted from 0.
SCHEDULES: Mapping[str, _Kind] = MappingProxyType(
    {
        "constant": _Kind(lambda: lambda step, _total: np.ones_like(step), (), "constant"),
        "step": _Kind(_step, (None, None), "step:0.5,1000"),
        "exponential": _Kind(_exponential, (None, None), "exponential:0.96,1000"),
        "inverse": _Kind(_inverse, (None, 1.0), "inverse:0.01"),
        "polynomial": _Kind(_polynomial, (1.0, 0.0), "polynomial:2"),
        "cosine": _Kind(_cosine, (0.0,), "cosine"),
        "warmup": _Kind(lambda count: lambda step, _total: (step + 1) / count, (None,), "warmup:100+cosine"),
    }
)


class Schedule:
    """The learning rate of every step.

    Attributes:
        name: How it is shown.
        is_relative: Whether it gives factors of a learning rate, not the rate itself.
    """

    def __init__(
        self, name: str, values: Callable[[int, int], Rates], source: str | None, *, is_relative: bool
    ) -> None:
        """Wrap a function from `start, count` to values, shape `(count,)`; see `make_schedule`."""
        self.name, self.is_relative = name, is_relative
        self._values, self._source = values, source

    def values(self, start: int, count: int) -> Rates:
        """Return the values of `count` steps from `start` on, shape `(count,)`.

        Raises:
            ArgumentError: One is not a finite number of at least 0.
        """
        found = np.asarray(self._values(start, count), np.float64)
        wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
        if len(wrong):
            at = int(wrong[0])
            raise ArgumentError(say("train-schedule-value", step=start + at, value=repr(float(found[at]))))
        return found

    @property
    def source(self) -> str | None:
        """Python for the value at `step`; `None` if the schedule is not one by name."""
        return self._source


def make_schedule(asked: Any, total: int) -> Schedule:
    """Return the schedule for what was asked.

    Args:
        asked: A text such as `"cosine"` or `"warmup:100+step:0.5,1000"`, a Keras
            `LearningRateSchedule`, or a function from the step (0, 1, 2, ...) to the learning rate.
        total: The steps of the training.

    Raises:
        ArgumentError: It is none of these.
    """
    import keras

    if isinstance(asked, Schedule):
        return asked
    if isinstance(asked, str):
        return _by_name(asked, total)
    if isinstance(asked, keras.optimizers.schedules.LearningRateSchedule):
        return Schedule(type(asked).__name__, _of_keras(asked), None, is_relative=False)
    if callable(asked) and not isinstance(asked, type):
        name = getattr(asked, "__name__", type(asked).__name__)
        return Schedule(name, _of_function(asked), None, is_relative=False)
    raise ArgumentError(say("train-schedule-type", type=type(asked).__name__, examples=_examples()))


def _by_name(text: str, total: int) -> Schedule:
    parts = [_part(part.strip(), text) for part in text.split("+")]
    warm = 0
    if parts[0][0] == "warmup":
        warm = int(parts[0][1][0])
        if len(parts) == 1:
            parts.append(("constant", []))
    if len(parts) != (2 if warm else 1) or parts[-1][0] == "warmup":
        raise ArgumentError(say("train-schedule-parts", value=repr(text), examples=_examples()))
    name, numbers = parts[-1]
    main = SCHEDULES[name].make(*numbers)
    rest = max(total - warm, 1)

    def values(start: int, count: int) -> Rates:
        step = np.arange(start, start + count, dtype=np.float64)
        after = main(np.maximum(step - warm, 0), rest)
        return np.where(step < warm, (step + 1) / warm, after) if warm else after

    return Schedule(text, values, _source(name, numbers, warm, rest), is_relative=True)


def _part(part: str, text: str) -> tuple[str, list[float]]:
    name, _, rest = part.partition(":")
    if name not in SCHEDULES:
        hint = suggestion(name, tuple(SCHEDULES))
        raise ArgumentError(
            say("train-schedule-unknown", value=repr(text), name=repr(name), known=", ".join(SCHEDULES))
            + hint
        )
    kind = SCHEDULES[name]
    try:
        given = [float(number) for number in rest.split(",") if number.strip()]
    except ValueError:
        raise ArgumentError(say("train-schedule-number", value=repr(part), example=kind.example)) from None
    needed = sum(default is None for default in kind.defaults)
    numbers = [*given, *(default for default in kind.defaults[len(given) :] if default is not None)]
    counts = needed <= len(given) <= len(kind.defaults)
    positive = all(math.isfinite(number) and number >= 0 for number in given)
    lengths = (
        all(number > 0 for number in numbers[1:2]) if name in ("step", "exponential", "inverse") else True
    )
    if name == "warmup":
        lengths = counts and numbers[0] >= 1 and numbers[0].is_integer()
    if not (counts and positive and lengths):
        raise ArgumentError(say("train-schedule-number", value=repr(part), example=kind.example))
    return name, numbers


def _source(name: str, numbers: list[float], warm: int, total: int) -> str:
    """The factor at `step` as Python."""
    k = f"max(step - {warm}, 0)" if warm else "step"
    a, b = (*numbers, 0.0, 0.0)[:2]
    written = {
        "constant": "1.0",
        "step": f"{a} ** ({k} // {b:g})",
        "exponential": f"{a} ** ({k} / {b:g})",
        "inverse": f"1 / (1 + {a} * {k} / {b:g})",
        "polynomial": f"(1 - {b}) * (1 - min({k}, {total}) / {total}) ** {a:g} + {b}",
        "cosine": f"(1 - {a}) * 0.5 * (1 + math.cos(math.pi * min({k}, {total}) / {total})) + {a}",
    }[name]
    return f"(step + 1) / {warm} if step < {warm} else {written}" if warm else written


def _of_function(function: Callable[[int], Any]) -> Callable[[int, int], Rates]:
    def values(start: int, count: int) -> Rates:
        found = np.empty(count, np.float64)
        for place in range(count):
            value = function(start + place)
            try:
                found[place] = float(value)
            except (TypeError, ValueError):
                raise ArgumentError(
                    say("train-schedule-value", step=start + place, value=type(value).__name__)
                ) from None
        return found

    return values


def _of_keras(schedule: Any) -> Callable[[int, int], Rates]:
    tf = tensorflow()

    @tf.function(input_signature=[tf.TensorSpec((), tf.int64), tf.TensorSpec((), tf.int64)])  # type: ignore[untyped-decorator]
    def tabulated(start: Any, end: Any) -> Any:
        return tf.map_fn(
            lambda step: tf.cast(schedule(step), tf.float64),
            tf.range(start, end),
            fn_output_signature=tf.float64,
        )

    def values(start: int, count: int) -> Rates:
        found: Rates = tabulated(start, start + count).numpy()
        return found

    return values


def _examples() -> str:
    return ", ".join(kind.example for kind in SCHEDULES.values())

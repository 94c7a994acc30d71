"""Whether a recording can be repeated, and how much of a difference rounding explains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradmagic.errors import RecordingError
from gradmagic.messages import say
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.recording._hook import operation_name
from gradmagic.tape.recording._source import place
from gradmagic.tape.replay._replay import Array, Replay, as_numbers

__all__ = ["Rounding", "precision_of", "verify"]


def verify(replay: Replay, targets: Sequence[Any]) -> None:
    """Make sure that the recording, repeated as it was, gives what it gave.

    Raises:
        RecordingError: it does not; names the first operation that differs.
    """
    every: dict[int, Any] = {}
    again = replay.run(wide=False, every=every)
    if all(_same(value, target) for value, target in zip(again, targets, strict=True)):
        return
    for step in replay.steps:
        for number, recorded in zip(step.outputs, step.entry[3], strict=True):
            if recorded is not None and number in every and not _same(every[number], recorded):
                code, instruction = step.entry[4:6]
                where = place(code, instruction) if code is not None else None
                raise RecordingError(
                    say(
                        "check-not-repeatable",
                        operation=operation_name(step.entry[0]),
                        expression=where.expression if where else "",
                        line=where.line if where else "?",
                    )
                )
    raise RecordingError(say("check-not-repeatable", operation="?", expression="", line="?"))


def _same(value: Any, recorded: Any) -> bool:
    dtype = recorded.dtype
    if not (dtype.is_floating or dtype.is_complex):
        return True
    loose = math.sqrt(precision_of(dtype))
    first, second = (np.asarray(tensor.numpy()).astype(np.complex128) for tensor in (value, recorded))
    scale = float(np.max(np.abs(second), initial=0.0, where=np.isfinite(second)))
    return bool(np.allclose(first, second, rtol=loose, atol=loose * scale, equal_nan=True))


def precision_of(dtype: Any) -> float:
    real = tensorflow().as_dtype(dtype).real_dtype
    return 2.0**-7 if real.name == "bfloat16" else float(np.finfo(real.as_numpy_dtype).eps)


class Rounding:
    """How far rounding alone takes the gradient: the recording differentiated in its dtype and in float64."""

    def __init__(self, replay: Replay, weights: Sequence[Array]) -> None:
        self._replay = replay
        self._weights = weights
        self._found: list[Array | None] | None = None

    def __call__(self, index: int) -> Array | None:
        if self._found is None:
            pairs = zip(self._gradients(wide=False), self._gradients(wide=True), strict=True)
            self._found = [
                None if narrow is None or wide is None else np.abs(narrow - wide) for narrow, wide in pairs
            ]
        excuse = self._found[index]
        return excuse if excuse is not None and np.all(np.isfinite(excuse)) else None

    def _gradients(self, *, wide: bool) -> list[Array | None]:
        tf = tensorflow()
        points = [tf.constant(point) for point in self._replay.points]
        with tf.GradientTape() as tape:
            tape.watch(points)
            values = self._replay.run(points, wide=wide)
        seeds = [tf.cast(weight, value.dtype) for weight, value in zip(self._weights, values, strict=True)]
        try:
            return [
                None if gradient is None else as_numbers(gradient)
                for gradient in tape.gradient(values, points, seeds)
            ]
        except LookupError:  # an operation without a derivative: its custom gradient is not in the records
            return [None] * len(points)

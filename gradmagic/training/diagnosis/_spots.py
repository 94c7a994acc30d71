"""Operations of one recorded evaluation of a loss: the first that is not finite, dead units, saturation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from gradmagic.tape import OpRecord, Tape
from gradmagic.training.diagnosis._words import at_line

__all__ = ["Dead", "Recorded", "Spot"]

_RELUS = frozenset({"Relu", "Relu6"})
# What weighs a unit's output: then it is a unit of a layer. A hinge loss ends in a relu, too.
_WEIGHED = frozenset({"BatchMatMulV2", "Conv1D", "Conv2D", "Conv3D", "Einsum", "MatMul", "Mul"})
# What hands a unit's output on as it is.
_PASSING = frozenset({"AvgPool", "ExpandDims", "Identity", "MaxPool", "Reshape", "Squeeze", "Transpose"})
# Nine units of ten that never speak: a layer of random weights has half of them silent on a row, and
# next to none on all rows.
DEAD = 0.9
# A slope below a thousandth of the steepest one, at all but one of a hundred places.
FLAT_SLOPE, FLAT_SHARE = 1e-3, 0.99
# The slope of each, from its result; the steepest is 1/4, 1 and 1/4.
_SLOPES: dict[str, tuple[Callable[[Any], Any], float]] = {
    "Sigmoid": (lambda y: y * (1 - y), 0.25),
    "Tanh": (lambda y: 1 - y * y, 1.0),
    "Softmax": (lambda y: y * (1 - y), 0.25),
}


@dataclass(frozen=True)
class Spot:
    """An operation, and where the learner wrote it.

    Attributes:
        operation: TensorFlow's type of operation.
        line: The learner's line, 0 where it is not known.
        expression: The source text there.
        low: The smallest of its inputs.
        high: The largest.
        backward: Whether it is its derivative that is not finite.
    """

    operation: str
    line: int
    expression: str
    low: float
    high: float
    backward: bool = False

    @property
    def at(self) -> str:
        """The line, as it is said."""
        return at_line(self.line, self.expression)


@dataclass(frozen=True)
class Dead:
    """A relu most of whose units are 0 for every row."""

    spot: Spot
    dead: int
    units: int


class Recorded:
    """A loss, evaluated once on a tape.

    Attributes:
        tape: The recording.
        value: The loss.
    """

    def __init__(self, loss: Callable[[], Any]) -> None:
        """Evaluate the loss."""
        # Where Keras alone computes, the line above it is whoever asked for a diagnosis: not to blame.
        self._callers = _lines_above(sys._getframe(0))
        with Tape() as tape:
            self.value = loss()
        self.tape = tape
        self.records: list[OpRecord] = tape.records

    def first_not_finite(self) -> Spot | None:
        """Return the operation that first left the finite numbers, forward or else backward."""
        for record in self.records:
            read = any(map(_is_floating, record.inputs))  # a Variable is read from its handle
            if read and _all_finite(record.inputs) and not _all_finite(record.outputs):
                return self._spot(record)
        if not bool(np.isfinite(self.value.numpy())):
            return None  # the variables themselves are not finite: the update was to blame
        adjoints = self.tape.adjoints(self.value)
        for record in reversed(self.records):
            arriving = [adjoints.get(tensor.number) for tensor in record.outputs]
            leaving = [adjoints.get(tensor.number) for tensor in record.inputs]
            known = [one for one in arriving if one is not None]
            if known and all(map(_finite, known)) and not all(map(_finite, leaving)):
                return self._spot(record, backward=True)
        return None

    def dead(self) -> Dead | None:
        """Return the first relu of a layer nine of ten units of which are 0 for every row."""
        for record in self.records:
            value = record.outputs[0].value if record.operation in _RELUS else None
            if value is None or not self._is_weighed(record.outputs[0].number):
                continue
            rows = value.numpy()
            if rows.ndim == 0 or len(rows) < 2:
                continue
            units = rows.reshape(-1, rows.shape[-1]) if rows.ndim > 1 else rows[:, None]
            silent = int(np.count_nonzero(~(units > 0).any(axis=0)))
            if silent >= DEAD * units.shape[1]:
                return Dead(self._spot(record), silent, units.shape[1])
        return None

    def saturated(self) -> Spot | None:
        """Return the first sigmoid, tanh or softmax that is flat at nearly all its places."""
        for record in self.records:
            if record.operation in _SLOPES and record.outputs[0].value is not None:
                slope, steepest = _SLOPES[record.operation]
                slopes = slope(record.outputs[0].value.numpy().astype(np.float64))
                if slopes.size and np.mean(slopes < FLAT_SLOPE * steepest) >= FLAT_SHARE:
                    return self._spot(record)
        return None

    def first_reader(self, array: Any) -> Spot | None:
        """Return the operation that reads these numbers first, a tensor or a NumPy array."""
        wanted = np.asarray(array)
        for record in self.records:
            for tensor in record.inputs:
                if tensor.value is None or tensor.shape != wanted.shape:
                    continue
                if tensor.value is array or np.array_equal(tensor.value.numpy(), wanted):
                    return self._spot(record)
        return None

    def first_slope(self) -> Spot | None:
        """Return the first sigmoid, tanh or softmax."""
        return next((self._spot(one) for one in self.records if one.operation in _SLOPES), None)

    def _is_weighed(self, number: int) -> bool:
        carrying = {number}
        for record in self.records:
            if not any(tensor.number in carrying for tensor in record.inputs):
                continue
            if record.operation in _WEIGHED:
                return True
            if record.operation in _PASSING:
                carrying.update(tensor.number for tensor in record.outputs)
        return False

    def _spot(self, record: OpRecord, *, backward: bool = False) -> Spot:
        place = record.place
        known = (place.file, place.function, place.line) not in self._callers
        arrays = [np.real(tensor.value.numpy()).ravel() for tensor in record.inputs if _is_floating(tensor)]
        numbers = np.concatenate([array.astype(np.float64) for array in arrays]) if arrays else np.empty(0)
        low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (np.nan, np.nan)
        line, expression = (place.line, " ".join(place.expression.split())) if known else (0, "")
        return Spot(record.operation, line, expression, low, high, backward)


def _lines_above(frame: FrameType | None) -> set[tuple[str, str, int]]:
    found: set[tuple[str, str, int]] = set()
    while frame is not None:
        line = list(frame.f_code.co_positions())[frame.f_lasti // 2][0]
        found.add((frame.f_code.co_filename, frame.f_code.co_name, line or 0))
        frame = frame.f_back
    return found


def _is_floating(tensor: Any) -> bool:
    return tensor.value is not None and (tensor.value.dtype.is_floating or tensor.value.dtype.is_complex)


def _all_finite(tensors: Sequence[Any]) -> bool:
    return all(_finite(tensor.value) for tensor in tensors if _is_floating(tensor))


def _finite(value: Any) -> bool:
    if value is None:
        return True
    array = value.values if hasattr(value, "indices") else value
    return bool(np.all(np.isfinite(array.numpy())))

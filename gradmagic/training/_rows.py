"""What is measured at each step, as one row of numbers: the same in the eager and the compiled loop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from gradmagic.tape import tensorflow
from gradmagic.training._problem import Problem

__all__ = ["LEARNING_RATE", "LOSS", "MAX_PARAMETER_ELEMENTS", "SQUARED_NORM", "Recorded", "RowLayout"]

# The columns that every row begins with. The norm is squared: its root is taken once, at the end.
LOSS, SQUARED_NORM, LEARNING_RATE = range(3)
_FIXED = 3

# A variable with more elements than this has no history of its own.
MAX_PARAMETER_ELEMENTS = 16

# Nor has any once the histories of the variables before it hold this many numbers (80 MB in float32).
_MAX_NUMBERS = 20_000_000

# A gradient's squares are added up in rows of this many, or of what divides both; shorter rows gain nothing.
_LANES, _FEW = 128, 8


@dataclass(frozen=True)
class Recorded:
    """A variable whose value is kept at each step, in columns `start` to `stop` of a row."""

    name: str
    position: int
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class RowLayout:
    """The columns of a row.

    Attributes:
        dtype: `"float64"` if the loss or a variable is, else `"float32"`.
        narrowest: The floating type of fewest bits among those of the loss, the variables and, if a model is
            trained, its computation.
        width: The number of columns.
        recorded: The variables kept at each step.
        validation: The column of the loss on the validation data, if there is any.
    """

    dtype: str
    narrowest: str
    width: int
    recorded: tuple[Recorded, ...]
    validation: int | None = None

    @classmethod
    def of(cls, problem: Problem, loss: Any, steps: int, *, validated: bool = False) -> RowLayout:
        """Return the layout for a training of this many steps."""
        found = {tensor.dtype for tensor in [loss, *problem.tensors]}
        inside = getattr(getattr(problem.loss, "model", None), "compute_dtype", None)
        if inside is not None:
            found.add(tensorflow().as_dtype(inside))
        types = sorted(found, key=lambda dtype: dtype.size)
        dtype = "float64" if types[-1].name == "float64" else "float32"
        column, recorded = _FIXED, []
        for position, (name, tensor) in enumerate(zip(problem.names, problem.tensors, strict=True)):
            shape = tuple(tensor.shape)
            size = tensor.shape.num_elements() or 0
            if 0 < size <= MAX_PARAMETER_ELEMENTS and (column - _FIXED + size) * steps <= _MAX_NUMBERS:
                recorded.append(Recorded(name.shown, position, shape, column, column + size))
                column += size
        width = column + validated
        return cls(dtype, types[0].name, width, tuple(recorded), column if validated else None)

    def row(
        self,
        loss: Any,
        gradients: Sequence[Any],
        learning_rate: Any,
        tensors: Sequence[Any],
        validation: Any = None,
    ) -> Any:
        """Return the row of a step, shape `(width,)`, before its update.

        Args:
            loss: Shape `()`.
            gradients: One for each variable, or `None` where the loss did not use it.
            learning_rate: Shape `()`.
            tensors: The variables.
            validation: The loss on the validation data, NaN where it was not looked at; shape `()`.
        """
        tf = tensorflow()
        dtype = tf.as_dtype(self.dtype)
        squares = [_sum_of_squares(tf, gradient, dtype) for gradient in gradients if gradient is not None]
        squared_norm = tf.add_n(squares) if squares else tf.zeros((), dtype)
        # `tf.cast` would make a Python number float32 first.
        exact = isinstance(learning_rate, Real)
        rate = tf.constant(learning_rate, dtype) if exact else tf.cast(learning_rate, dtype)
        fixed = tf.stack([tf.cast(loss, dtype), squared_norm, rate])
        values = [tensors[entry.position].read_value() for entry in self.recorded]
        columns = [fixed, *(tf.reshape(tf.cast(value, dtype), (-1,)) for value in values)]
        if self.validation is not None:
            columns.append(tf.reshape(tf.cast(validation, dtype), (1,)))
        return tf.concat(columns, 0)


def _sum_of_squares(tf: Any, gradient: Any, dtype: Any) -> Any:
    values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
    squares = tf.square(tf.cast(values, dtype))
    size = squares.shape.num_elements() or 0
    width = math.gcd(size, _LANES)
    if size < 2 * _LANES or width < _FEW:
        return tf.reduce_sum(squares)
    # XLA adds all numbers up one by one, but whole rows many at a time; the root keeps the two sums apart.
    return tf.reduce_sum(tf.square(tf.sqrt(tf.reduce_sum(tf.reshape(squares, (-1, width)), 0))))

"""Columns of data that differ too much in size, or lie too far from 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.tape import tensorflow

__all__ = ["Unscaled", "named_columns", "unscaled"]

# The curvature goes with the square of a column's size. A ratio of 100 makes a condition number of 10,000:
# gradient descent at its best rate then takes some 10,000 steps for each digit of the slow direction.
RATIO = 100.0
# Rows that are looked at, evenly spaced: enough for a mean to one in a hundred.
ROWS = 10_000

# What the learner calls the array, and the column of it; its values, shape `(rows,)`.
Column = tuple[str, str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Unscaled:
    """A column that stands out.

    Attributes:
        array: What the learner calls the array: `X`.
        name: How the learner would write the column: `X[:, 1]`.
        mean: Its mean.
        deviation: Its standard deviation.
        typical: The standard deviation of a small column beside it; its own where it lies far from 0.
    """

    array: str
    name: str
    mean: float
    deviation: float
    typical: float

    @property
    def is_far(self) -> bool:
        """Whether it lies far from 0, rather than being larger than others."""
        return self.typical == self.deviation


def named_columns(names: Sequence[str], arrays: Sequence[Any]) -> list[Column]:
    """Return the columns of the arrays of one or two dimensions; others are left out."""
    return [found for name, array in zip(names, arrays, strict=True) for found in _columns(name, array)]


def unscaled(columns: Sequence[Column]) -> Unscaled | None:
    """Return the column that stands out most, or `None`.

    Args:
        columns: See `Column`.
    """
    measured = [
        Unscaled(array, name, float(values.mean()), float(values.std()), float(values.std()))
        for array, name, values in columns
    ]
    # What does not vary, a column of ones, is not there to be scaled.
    measured = [one for one in measured if one.deviation > 0 and np.isfinite([one.mean, one.deviation]).all()]
    if not measured:
        return None
    far = max(measured, key=lambda one: abs(one.mean) / one.deviation)
    if abs(far.mean) >= RATIO * far.deviation:
        return far
    # Pixels at the edge of a picture hardly vary: the smaller columns are spoken for by their quartile.
    small = float(np.quantile([one.deviation for one in measured], 0.25, method="lower"))
    wide = max(measured, key=lambda one: one.deviation)
    return replace(wide, typical=small) if wide.deviation >= RATIO * small else None


def _columns(name: str, array: Any) -> Iterator[Column]:
    if tensorflow().is_tensor(array):
        array = array.numpy()
    rank = getattr(array, "ndim", 0)
    if rank not in (1, 2) or len(array) < 2 or np.asarray(array).dtype.kind not in "fiu":
        return
    rows = np.linspace(0, len(array) - 1, min(len(array), ROWS)).astype(int)
    values = np.asarray(array[rows], np.float64)
    if rank == 1:
        yield name, name, values
        return
    for place in range(values.shape[1]):
        yield name, f"{name}[:, {place}]" if values.shape[1] > 1 else name, values[:, place]

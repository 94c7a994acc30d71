"""A record of any length as a few hundred points: the smallest and the largest of every stretch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.training._again import Outcome
from gradmagic.training._run import Run

__all__ = ["Curve", "curves", "outcome_curves", "run_curves"]

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a chart.

    Attributes:
        step: Shape `(points,)`, rising.
        value: Shape `(points,)`; not finite where there is nothing to draw.
    """

    step: Array
    value: Array


def curves(steps: int, *columns: npt.NDArray[Any], points: int = 400) -> tuple[Curve, ...]:
    """Return each column in at most `points` points.

    Of every stretch the smallest and the largest value are kept, in their order, and the first and the last
    of all: no spike is lost, however long the record is.

    Args:
        steps: How many values of a column there are; further ones are left alone.
        columns: Shape `(at least steps,)` each.
        points: An even number.
    """
    return tuple(_thinned(column[:steps], points) for column in columns)


def run_curves(run: Run, points: int = 400) -> tuple[Curve, Curve]:
    """Return the loss and the gradient norm of a run so far; its record is not copied."""
    steps, loss, squares = run._training.columns()
    lost, squared = curves(steps, loss, squares, points=points)
    return lost, Curve(squared.step, np.sqrt(squared.value))


def outcome_curves(outcome: Outcome, points: int = 400) -> tuple[Curve, Curve]:
    """Return the loss and the gradient norm of what an `Explorer` made."""
    history = outcome.history
    lost, norm = curves(len(history), history.loss, history.grad_norm, points=points)
    return lost, norm


def _thinned(values: npt.NDArray[Any], points: int) -> Curve:
    count = len(values)
    if count <= points:
        return Curve(np.arange(count, dtype=np.float32), values.astype(np.float32))
    stretches = points // 2 - 1
    size = -(-count // stretches)
    whole = count // size * size
    blocks = values[:whole].reshape(-1, size)
    with np.errstate(invalid="ignore"):
        # argmin and argmax take a NaN for the extreme: where something is not finite, that is shown.
        low, high = blocks.argmin(axis=1), blocks.argmax(axis=1)
    places = np.arange(len(blocks)) * size
    picked = [[0, count - 1], places + low, places + high]
    if whole < count:
        rest = values[whole:]
        picked.append([whole + int(rest.argmin()), whole + int(rest.argmax())])
    index = np.unique(np.concatenate(picked))
    return Curve(index.astype(np.float32), values[index].astype(np.float32))

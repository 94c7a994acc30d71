"""What a training went through, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.training._loop import Rows
from gradmagic.training._rows import LEARNING_RATE, LOSS, SQUARED_NORM, RowLayout

__all__ = ["History", "Recorder"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class History:
    """The record of a training; row `k` is what was before update `k`.

    Attributes:
        step: `0, 1, 2, ...`: the number of updates made before, shape `(steps,)`.
        loss: Shape `(steps,)`.
        learning_rate: Shape `(steps,)`.
        grad_norm: The Euclidean norm of all gradients together, shape `(steps,)`.
        parameters: `{name: values}` with shape `(steps, *shape of the variable)`, for variables of
            at most 16 elements.
    """

    step: Array
    loss: Array
    learning_rate: Array
    grad_norm: Array
    parameters: Mapping[str, Array]

    def __len__(self) -> int:
        """Return the number of steps recorded."""
        return len(self.step)

    def __repr__(self) -> str:
        """Return one line: how many steps, from which loss to which."""
        if not len(self):
            return "History(0 steps)"
        return f"History({len(self)} steps, loss {self.loss[0]:.6g} to {self.loss[-1]:.6g})"


class Recorder:
    """Collects rows; the arrays are reserved at once, and touched only as far as they fill."""

    def __init__(self, layout: RowLayout, steps: int) -> None:
        """Reserve room for this many steps."""
        self._layout = layout
        self._columns = [np.empty(steps, layout.dtype) for _ in range(layout.width)]
        self.done = 0

    def add(self, rows: Rows) -> None:
        """Append rows, shape `(steps, width)`."""
        end = self.done + len(rows)
        for column, values in zip(self._columns, rows.T, strict=True):
            column[self.done : end] = values
        self.done = end

    def cut(self, done: int) -> None:
        """Forget all rows from `done` on."""
        self.done = min(self.done, done)

    def last_loss(self) -> float:
        """Return the loss of the last row."""
        return float(self._columns[LOSS][self.done - 1])

    def history(self) -> History:
        """Return the record so far; called once, at the end."""
        whole = self.done == len(self._columns[0])
        columns = self._columns if whole else [column[: self.done].copy() for column in self._columns]
        parameters = {
            entry.name: np.stack(columns[entry.start : entry.stop], axis=-1).reshape(-1, *entry.shape)
            for entry in self._layout.recorded
        }
        return History(
            step=np.arange(self.done),
            loss=columns[LOSS],
            learning_rate=columns[LEARNING_RATE],
            grad_norm=np.sqrt(columns[SQUARED_NORM], out=columns[SQUARED_NORM]),
            parameters=parameters,
        )

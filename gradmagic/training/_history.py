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
        grad_norm: The Euclidean norm of all gradients together, shape `(steps,)`; not finite in a step that a
            `LossScaleOptimizer` left out.
        parameters: `{name: values}` with shape `(steps, *shape of the variable)`, for variables of
            at most 16 elements.
        validation_loss: The loss on the validation data, NaN where it was not looked at, shape
            `(steps,)`; `None` without validation.
    """

    step: Array
    loss: Array
    learning_rate: Array
    grad_norm: Array
    parameters: Mapping[str, Array]
    validation_loss: Array | None = None

    def to_frame(self) -> Any:
        """Return a pandas data frame: one row a step; a parameter of many elements has a column for each.

        Raises:
            ModuleNotFoundError: pandas is not installed; it is no dependency of gradmagic.
        """
        import pandas

        columns = {"loss": self.loss, "grad_norm": self.grad_norm, "learning_rate": self.learning_rate}
        if self.validation_loss is not None:
            columns["validation_loss"] = self.validation_loss
        for name, values in self.parameters.items():
            for index in np.ndindex(values.shape[1:]):
                label = f"{name}[{', '.join(map(str, index))}]" if index else name
                columns[label] = values[(slice(None), *index)]
        return pandas.DataFrame(columns, index=pandas.Index(self.step, name="step"))

    def __len__(self) -> int:
        """Return the number of steps recorded."""
        return len(self.step)

    def __repr__(self) -> str:
        """Return one line: how many steps, from which loss to which."""
        if not len(self):
            return "History(0 steps)"
        return f"History({len(self)} steps, loss {self.loss[0]:.6g} to {self.loss[-1]:.6g})"


class Recorder:
    """Collects rows; the array is reserved at once, and touched only as far as it fills.

    Attributes:
        layout: The columns of a row.
        total: For how many rows there is room.
        done: How many there are.
    """

    def __init__(self, layout: RowLayout, steps: int) -> None:
        """Reserve room for this many steps."""
        self.layout = layout
        self.total = steps
        self._rows: Rows = np.empty((steps, layout.width), layout.dtype)
        self.done = 0

    def add(self, rows: Rows) -> None:
        """Append rows, shape `(steps, width)`."""
        end = self.done + len(rows)
        self._rows[self.done : end] = rows
        self.done = end

    def cut(self, done: int) -> None:
        """Forget all rows from `done` on."""
        self.done = min(self.done, done)

    def last_loss(self) -> float:
        """Return the loss of the last row."""
        return float(self._rows[self.done - 1, LOSS])

    def rows(self) -> Rows:
        """Return all rows so far, shape `(done, width)`."""
        return self._rows[: self.done].copy()

    def column(self, number: int) -> Array:
        """Return one column so far, shape `(done,)`; not a copy."""
        return self._rows[: self.done, number]

    def history(self) -> History:
        """Return the record so far."""
        done = self.done  # another thread may ask while rows are added
        columns = [self._rows[:done, number].copy() for number in range(self.layout.width)]
        parameters = {
            entry.name: np.stack(columns[entry.start : entry.stop], axis=-1).reshape(-1, *entry.shape)
            for entry in self.layout.recorded
        }
        return History(
            step=np.arange(done),
            loss=columns[LOSS],
            learning_rate=columns[LEARNING_RATE],
            grad_norm=np.sqrt(columns[SQUARED_NORM], out=columns[SQUARED_NORM]),
            parameters=parameters,
            validation_loss=None if self.layout.validation is None else columns[self.layout.validation],
        )

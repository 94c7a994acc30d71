"""What a training went through, step by step."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.training._loop import Rows
from gradmagic.training._rows import LEARNING_RATE, LOSS, SQUARED_NORM, RowLayout

__all__ = ["History", "Recorder"]

Array = npt.NDArray[Any]

# A piece of this many bytes is not copied.
_LARGE = 1 << 18


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
    """Collects rows: small pieces in an array that is reserved at once, large ones as they came.

    A piece of many rows comes every few milliseconds; to copy it would cost a tenth of the time it took to
    compute. It is put into the array when somebody looks while the training runs, else never.

    Attributes:
        layout: The columns of a row.
        total: For how many rows there is room.
        done: How many there are.
    """

    def __init__(self, layout: RowLayout, steps: int) -> None:
        """Reserve room for this many steps."""
        self.layout = layout
        self.total = steps
        self.done = 0
        self._rows: Rows = np.empty((steps, layout.width), layout.dtype)
        self._large: list[Rows] = []
        self._lock = threading.Lock()  # another thread may ask while rows are added

    def add(self, rows: Rows) -> None:
        """Append rows, shape `(steps, width)`; they must not be written to afterwards."""
        with self._lock:
            if rows.nbytes < _LARGE:
                self._rows[self._settle() : self.done + len(rows)] = rows
            else:
                wasteful = rows.base is not None and rows.base.nbytes > 2 * rows.nbytes
                self._large.append(rows.copy() if wasteful else rows)
            self.done += len(rows)

    def cut(self, done: int) -> None:
        """Forget all rows from `done` on."""
        with self._lock:
            self.done = min(self._settle(), done)

    def last_loss(self) -> float:
        """Return the loss of the last row."""
        with self._lock:
            return float(self._large[-1][-1, LOSS] if self._large else self._rows[self.done - 1, LOSS])

    def rows(self) -> Rows:
        """Return all rows so far, shape `(done, width)`."""
        with self._lock:
            return np.concatenate(self._pieces())

    def column(self, number: int) -> Array:
        """Return one column so far, shape `(done,)`; not a copy."""
        with self._lock:
            return self._rows[: self._settle(), number]

    def history(self) -> History:
        """Return the record so far."""
        with self._lock:
            pieces = self._pieces()
        columns = [
            np.concatenate([piece[:, number] for piece in pieces]) for number in range(self.layout.width)
        ]
        parameters = {
            entry.name: np.stack(columns[entry.start : entry.stop], axis=-1).reshape(-1, *entry.shape)
            for entry in self.layout.recorded
        }
        return History(
            step=np.arange(len(columns[LOSS])),
            loss=columns[LOSS],
            learning_rate=columns[LEARNING_RATE],
            grad_norm=np.sqrt(columns[SQUARED_NORM], out=columns[SQUARED_NORM]),
            parameters=parameters,
            validation_loss=None if self.layout.validation is None else columns[self.layout.validation],
        )

    def _pieces(self) -> list[Rows]:
        """All rows in order."""
        return [self._rows[: self.done - sum(map(len, self._large))], *self._large]

    def _settle(self) -> int:
        """Put the large pieces into the array; return how many rows it holds."""
        end = self.done
        for rows in reversed(self._large):
            self._rows[end - len(rows) : end] = rows
            end -= len(rows)
        self._large.clear()
        return self.done

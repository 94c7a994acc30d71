"""Data as columns: arrays of the same length, checked, and how a loss takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow

__all__ = ["Columns", "make_columns"]


@dataclass(frozen=True)
class Columns:
    """Arrays of `length` rows each.

    Attributes:
        arrays: NumPy arrays or tensors.
        keys: The names by which a loss takes them, `None` where it takes them by place.
        length: The number of rows.
    """

    arrays: tuple[Any, ...]
    keys: tuple[str, ...] | None
    length: int

    def take(self, rows: Any) -> Columns:
        """Return some rows, by index."""
        arrays = tuple(
            array[rows] if isinstance(array, np.ndarray) else tensorflow().gather(array, rows)
            for array in self.arrays
        )
        return Columns(arrays, self.keys, len(rows))

    @property
    def on_disk(self) -> bool:
        """Whether a column is read from a file as it is needed."""
        return any(isinstance(array, np.memmap) for array in self.arrays)

    @property
    def nbytes(self) -> int:
        """The size of all columns in bytes."""
        return sum(_nbytes(array) for array in self.arrays)


def make_columns(data: Any, dtype: str) -> Columns:
    """Return data as columns.

    Args:
        data: An array, tensor, data frame or series; a tuple or list of them; or `{name: array}`.
        dtype: The floating type of NumPy's numbers afterwards; tensors keep theirs.

    Raises:
        ArgumentError: The data are empty, of different lengths, not numbers, or not finite.
    """
    keys: tuple[str, ...] | None = None
    if isinstance(data, Mapping):
        keys, parts = tuple(map(str, data)), list(data.values())
    elif isinstance(data, tuple) or (isinstance(data, list) and any(hasattr(part, "shape") for part in data)):
        parts = list(data)
    else:
        parts = [data]
    if not parts:
        raise ArgumentError(say("train-data-empty"))
    labels = keys or [f"data[{place}]" if len(parts) > 1 else "data" for place in range(len(parts))]
    arrays = [_column(part, label, dtype) for part, label in zip(parts, labels, strict=True)]
    lengths = [int(array.shape[0]) for array in arrays]
    if len(set(lengths)) > 1:
        shown = ", ".join(f"{label}: {length:,}" for label, length in zip(labels, lengths, strict=True))
        raise ArgumentError(say("train-data-lengths", lengths=shown))
    if not lengths[0]:
        raise ArgumentError(say("train-data-empty"))
    return Columns(tuple(arrays), keys, lengths[0])


def _column(part: Any, label: str, dtype: str) -> Any:
    tf = tensorflow()
    if hasattr(part, "to_numpy") and not tf.is_tensor(part):  # pandas and its like
        part = part.to_numpy()
    if not (tf.is_tensor(part) or isinstance(part, np.ndarray) or hasattr(part, "assign")):
        try:
            part = np.asarray(part)
        except ValueError as error:  # rows of different lengths
            raise ArgumentError(say("train-data-ragged", label=label)) from error
    if hasattr(part, "assign"):
        part = tf.convert_to_tensor(part)
    if part.shape == () or getattr(part.shape, "rank", 1) == 0:
        raise ArgumentError(say("train-data-scalar", label=label))
    _check_numbers(part, label)
    if isinstance(part, np.ndarray) and part.dtype.kind == "f" and not isinstance(part, np.memmap):
        return part.astype(dtype, copy=False)
    return part


def _check_numbers(part: Any, label: str) -> None:
    tf = tensorflow()
    kind = np.dtype(part.dtype.as_numpy_dtype if tf.is_tensor(part) else part.dtype).kind
    if kind not in "fiubV":
        example = _first(part)
        raise ArgumentError(say("train-data-not-numbers", label=label, dtype=str(part.dtype), value=example))
    if isinstance(part, np.memmap) or kind not in "fV":
        return
    values = part if isinstance(part, np.ndarray) else part.numpy()
    wrong = ~np.isfinite(values.astype(np.float64) if kind == "V" else values)
    if wrong.any():
        place = tuple(int(index) for index in np.argwhere(wrong)[0])
        raise ArgumentError(
            say(
                "train-data-not-finite",
                label=label,
                count=int(wrong.sum()),
                index=list(place),
                value=values[place],
            )
        )


def _first(part: Any) -> str:
    flat = np.asarray(part).reshape(-1)[:1]
    return repr(flat[0]) if len(flat) else "–"


def _nbytes(array: Any) -> int:
    if isinstance(array, np.ndarray):
        return int(array.nbytes)
    return int(array.shape.num_elements() or 0) * int(array.dtype.size)

"""Where the batches of a training come from, step by step: the same in the eager and the compiled loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training.feed._columns import Columns
from gradmagic.training.feed._order import Order

__all__ = ["Arguments", "Batches", "Dataset", "NoData", "Picked", "Source", "Streamed", "Whole"]

# Bytes of batches or indices that are given to the program at a time, at most.
_CHUNK_BYTES = 1 << 26

# Bytes of row numbers at a time: all of them are copied at each call, however few steps it makes.
_NUMBERS_BYTES = 1 << 20


@dataclass(frozen=True)
class Arguments:
    """What the loss is called with at a step.

    Attributes:
        values: In order.
        keys: Their names, `None` if they are given by place.
        rest: The same for a last, smaller batch, if this step may have one.
        is_rest: Whether it has: a Python bool, or a tensor while a step is traced.
    """

    values: tuple[Any, ...] = ()
    keys: tuple[str, ...] | None = None
    rest: tuple[Any, ...] | None = None
    is_rest: Any = False

    def call(self, loss: Callable[..., Any], *, rest: bool = False) -> Any:
        """Call the loss with them."""
        values = (self.rest or ()) if rest else self.values
        return loss(**dict(zip(self.keys, values, strict=True))) if self.keys else loss(*values)


class Source(ABC):
    """Batches by the number of the step.

    Attributes:
        steps_per_epoch: How many steps go once through the data; 1 without batches.
        version: Changes when the shapes of the program's inputs do.
        length: The rows that batches are picked from, 0 where none are.
        batch: Rows of a batch, where they are picked.
        is_dataset: Whether the data bring their own batches.
        irregular: Two shapes of batches that do not go into one program, if they came; else `None`.
    """

    steps_per_epoch: int = 1
    version: int = 0
    length: int = 0
    batch: int | None = None
    is_dataset: bool = False
    irregular: tuple[str, str] | None = None

    def capacity(self, wanted: int) -> int:
        """How many steps may be given to the program at a time."""
        return wanted

    def lasting(self) -> list[Any]:
        """Inputs of the program that are the same at each call."""
        return []

    def chunk(self, start: int, count: int, capacity: int) -> list[Any]:
        """Inputs for `count` steps from `start` on; arrays have `capacity` rows."""
        return []

    @abstractmethod
    def at(self, inputs: Sequence[Any], place: Any) -> Arguments:
        """Trace the arguments of a step.

        Args:
            inputs: `lasting` and `chunk`, one after the other, as tensors.
            place: The step's place in the chunk.
        """

    @abstractmethod
    def eager(self, step: int) -> Arguments:
        """Return the arguments of a step."""

    def example(self) -> Arguments:
        """Return the arguments of the first step, at any time."""
        return self.eager(0)

    def forget(self, before: int) -> None:  # noqa: B027  # most keep nothing to forget
        """Nothing before this step will be asked for again."""

    def reseed(self, seed: int) -> None:  # noqa: B027  # most have no order to choose
        """Take the batches in the order that another seed gives."""

    def rebatch(self, batch: int, step: int) -> None:  # noqa: B027  # only picked batches have a size
        """Take batches of another size from a step on, with which a new epoch begins; 0 is the very start."""

    def whole(self) -> Arguments | None:
        """All the data at once; `None` where they are too many."""
        return None

    def available(self, start: int, count: int) -> int:
        """How many of `count` steps from `start` on can be given to one call."""
        return count


class NoData(Source):
    """A loss that takes no arguments."""

    def at(self, inputs: Sequence[Any], place: Any) -> Arguments:
        return Arguments()

    def eager(self, step: int) -> Arguments:
        return Arguments()

    def whole(self) -> Arguments | None:
        return Arguments()


class Whole(Source):
    """All the data at each step."""

    def __init__(self, columns: Columns) -> None:
        self._keys = columns.keys
        self._tensors = tuple(tensorflow().convert_to_tensor(array) for array in columns.arrays)

    def lasting(self) -> list[Any]:
        return list(self._tensors)

    def at(self, inputs: Sequence[Any], place: Any) -> Arguments:
        return Arguments(tuple(inputs), self._keys)

    def eager(self, step: int) -> Arguments:
        return Arguments(self._tensors, self._keys)

    def whole(self) -> Arguments | None:
        return Arguments(self._tensors, self._keys)


class Picked(Source):
    """Mini-batches of rows that are picked by number."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.length = order.length
        self._resized()

    def reseed(self, seed: int) -> None:
        self._order.reseed(seed)

    def rebatch(self, batch: int, step: int) -> None:
        same = batch == self._order.batch
        if not same or not step:
            self._order.rebatch(batch, step)
        if not same:
            self._resized()

    def _resized(self) -> None:
        self.batch, self.steps_per_epoch = self._order.batch, self._order.steps_per_epoch
        self.version += 1


class Batches(Picked):
    """Mini-batches of data that lie on the device: the program picks the rows."""

    def __init__(
        self, columns: Columns, batch: int, seed: int | None, *, drop_last: bool, shuffle: bool
    ) -> None:
        super().__init__(Order(columns.length, batch, seed, drop_last=drop_last, shuffle=shuffle))
        self._keys = columns.keys
        self._tensors = tuple(tensorflow().convert_to_tensor(array) for array in columns.arrays)

    def capacity(self, wanted: int) -> int:
        return max(1, min(wanted, _NUMBERS_BYTES // (4 * self._order.batch)))

    def lasting(self) -> list[Any]:
        return list(self._tensors)

    def chunk(self, start: int, count: int, capacity: int) -> list[Any]:
        found: list[Any] = [self._order.table(start, count, capacity)]
        return [*found, self._order.is_rest(start, capacity)] if self._order.rest else found

    def at(self, inputs: Sequence[Any], place: Any) -> Arguments:
        tf = tensorflow()
        columns, rows = inputs[: len(self._tensors)], inputs[len(self._tensors)][place]
        values = tuple(tf.gather(column, rows) for column in columns)
        if not self._order.rest:
            return Arguments(values, self._keys)
        rest = tuple(tf.gather(column, rows[: self._order.rest]) for column in columns)
        return Arguments(values, self._keys, rest, inputs[-1][place])

    def eager(self, step: int) -> Arguments:
        rows = self._order.rows(step)
        return Arguments(tuple(tensorflow().gather(column, rows) for column in self._tensors), self._keys)

    def whole(self) -> Arguments | None:
        return Arguments(self._tensors, self._keys)


class Streamed(Picked):
    """Mini-batches of data too large for the device: the rows are picked here, a chunk at a time."""

    def __init__(
        self, columns: Columns, batch: int, seed: int | None, *, drop_last: bool, shuffle: bool
    ) -> None:
        super().__init__(Order(columns.length, batch, seed, drop_last=drop_last, shuffle=shuffle))
        self._columns = columns

    def capacity(self, wanted: int) -> int:
        batch_bytes = max(1, self._columns.nbytes * self._order.batch // self.length)
        return max(1, min(wanted, _CHUNK_BYTES // batch_bytes))

    def chunk(self, start: int, count: int, capacity: int) -> list[Any]:
        table = self._order.table(start, count, capacity)
        found: list[Any] = [np.asarray(array)[table] for array in map(np.asanyarray, self._columns.arrays)]
        return [*found, self._order.is_rest(start, capacity)] if self._order.rest else found

    def at(self, inputs: Sequence[Any], place: Any) -> Arguments:
        count = len(self._columns.arrays)
        values = tuple(column[place] for column in inputs[:count])
        if not self._order.rest:
            return Arguments(values, self._columns.keys)
        rest = tuple(value[: self._order.rest] for value in values)
        return Arguments(values, self._columns.keys, rest, inputs[-1][place])

    def eager(self, step: int) -> Arguments:
        rows = self._order.rows(step)
        tf = tensorflow()
        return Arguments(
            tuple(tf.convert_to_tensor(np.asarray(array[rows])) for array in self._columns.arrays),
            self._columns.keys,
        )


class Dataset(Source):
    """A `tf.data.Dataset`: its elements in its own order, from the start again when it ends."""

    is_dataset = True

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self._iterator: Iterator[Any] | None = None
        self._next = 0
        self._held: OrderedDict[int, tuple[Any, ...]] = OrderedDict()
        self._keys: tuple[str, ...] | None = None
        self._first = first = self._element(0)
        self._shapes = [tuple(value.shape) for value in first]
        self._kinds = [value.dtype.as_numpy_dtype for value in first]
        self._rest = 0
        self._bytes: int = max(1, sum(value.shape.num_elements() * value.dtype.size for value in first))
        known = int(dataset.cardinality().numpy())
        self.steps_per_epoch = known if known > 0 else 1

    def capacity(self, wanted: int) -> int:
        return max(1, min(wanted, _CHUNK_BYTES // self._bytes))

    def available(self, start: int, count: int) -> int:
        for place in range(count):
            self._learn(self._element(start + place))
        return count

    def chunk(self, start: int, count: int, capacity: int) -> list[Any]:
        elements = [self._element(start + place) for place in range(count)]
        columns: list[Any] = []
        for number, shape in enumerate(self._shapes):
            column = np.zeros((capacity, *shape), self._kinds[number])
            for place, element in enumerate(elements):
                values = element[number].numpy()
                rows = slice(len(values)) if shape else None
                column[(place, rows) if shape else place] = values
            columns.append(column)
        if not self._rest:
            return columns
        small = np.zeros(capacity, np.bool_)
        small[:count] = [self._is_rest(element) for element in elements]
        return [*columns, small]

    def at(self, inputs: Sequence[Any], place: Any) -> Arguments:
        values = tuple(column[place] for column in inputs[: len(self._shapes)])
        if not self._rest:
            return Arguments(values, self._keys)
        return Arguments(
            values, self._keys, tuple(value[: self._rest] for value in values), inputs[-1][place]
        )

    def eager(self, step: int) -> Arguments:
        return Arguments(self._element(step), self._keys)

    def example(self) -> Arguments:
        return Arguments(self._first, self._keys)

    def forget(self, before: int) -> None:
        for step in [step for step in self._held if step < before]:
            del self._held[step]

    def _element(self, step: int) -> tuple[Any, ...]:
        while self._next <= step:
            self._held[self._next] = self._read()
            self._next += 1
        return self._held[step]

    def _read(self) -> tuple[Any, ...]:
        if self._iterator is None:
            self._iterator = iter(self._dataset)
        element = next(self._iterator, None)
        if element is None:
            self._iterator = iter(self._dataset)
            element = next(self._iterator, None)
            if element is None:
                raise ArgumentError(say("train-data-empty"))
        if isinstance(element, dict):
            self._keys = tuple(element)
            return tuple(element.values())
        return tuple(element) if isinstance(element, tuple | list) else (element,)

    def _is_rest(self, element: tuple[Any, ...]) -> bool:
        return [tuple(value.shape) for value in element] != self._shapes

    def _learn(self, element: tuple[Any, ...]) -> None:
        """Take note of a last batch that is smaller, and of shapes that do not go into one program."""
        if not self._is_rest(element) or self.irregular is not None:
            return
        shapes = [tuple(value.shape) for value in element]
        size = shapes[0][0] if shapes[0] else 0
        smaller = all(
            shape[1:] == full[1:] and shape[:1] == (size,)
            for shape, full in zip(shapes, self._shapes, strict=True)
        )
        if not (smaller and 0 < size < self._shapes[0][0] and self._rest in (0, size)):
            self.irregular = (str(self._shapes[0]), str(shapes[0]))
        elif self._rest:
            return
        else:
            self._rest = size
        self.version += 1

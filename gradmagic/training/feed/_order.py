"""Which rows make the batch of a step."""

from __future__ import annotations

import secrets
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

__all__ = ["Order"]

_GOLDEN = 0x9E3779B97F4A7C15

# Permutations that are kept: a program asks for a chunk, the eager loop for a step of the one before.
_KEPT = 4


class Order:
    """A permutation of each epoch's own, from the seed alone, cut into batches.

    Attributes:
        length: The rows there are.
        batch: Rows of a batch.
        rest: Rows of a last, smaller batch; 0 without one.
        steps_per_epoch: How many batches make an epoch.
    """

    def __init__(self, length: int, batch: int, seed: int | None, *, drop_last: bool, shuffle: bool) -> None:
        """Take the rows in the order that a seed gives, or as they are.

        Args:
            seed: `None` for another order at each call.
            drop_last: Leave out a last batch that is smaller.
        """
        self.length, self._drop_last, self._shuffle = length, drop_last, shuffle
        self._seed = secrets.randbits(32) if seed is None else seed
        self._epochs: OrderedDict[int, npt.NDArray[np.int32]] = OrderedDict()
        # The step with which batches of this size began, and the epochs before it.
        self._since, self._before = 0, 0
        self._size(batch)

    def rows(self, step: int) -> npt.NDArray[np.int32]:
        """The rows of a step's batch, shape `(batch,)` or, of the last one, `(rest,)`."""
        epoch, place = divmod(step - self._since, self.steps_per_epoch)
        return self._epoch(self._before + epoch)[place * self.batch : (place + 1) * self.batch]

    def table(self, start: int, count: int, capacity: int) -> npt.NDArray[np.int32]:
        """The rows of many steps, shape `(capacity, batch)`; what is too much is 0."""
        table = np.zeros((capacity, self.batch), np.int32)
        place = 0
        while place < count:  # an epoch at a time
            epoch, first = divmod(start + place - self._since, self.steps_per_epoch)
            last = min(first + count - place, self.steps_per_epoch)
            rows = self._epoch(self._before + epoch)[first * self.batch : last * self.batch]
            full, rest = divmod(len(rows), self.batch)
            table[place : place + full] = rows[: len(rows) - rest].reshape(full, self.batch)
            if rest:
                table[place + full, :rest] = rows[-rest:]
            place += last - first
        return table

    def is_rest(self, start: int, capacity: int) -> npt.NDArray[np.bool_]:
        """Whether each step has the smaller batch, shape `(capacity,)`."""
        steps = np.arange(start, start + capacity) - self._since
        return np.asarray((steps + 1) % self.steps_per_epoch == 0)

    def reseed(self, seed: int) -> None:
        """Permute by another seed."""
        if seed != self._seed:
            self._seed = seed
            self._epochs.clear()

    def rebatch(self, batch: int, step: int) -> None:
        """Take batches of another size from a step on, which begins a new epoch; 0 is the very start."""
        begun = -(-(step - self._since) // self.steps_per_epoch)
        self._since, self._before = step, (self._before + begun if step else 0)
        self._size(batch)

    def _size(self, batch: int) -> None:
        self.batch = batch
        self.rest = 0 if self._drop_last else self.length % batch
        self.steps_per_epoch = self.length // batch + bool(self.rest)

    def _epoch(self, epoch: int) -> npt.NDArray[np.int32]:
        if epoch not in self._epochs:
            rows = np.arange(self.length, dtype=np.int32)
            if self._shuffle:
                bits = np.random.Philox(key=(int(self._seed) * _GOLDEN + epoch) % 2**128)
                rows = np.random.Generator(bits).permutation(rows)
            self._epochs[epoch] = rows
            if len(self._epochs) > _KEPT:
                self._epochs.popitem(last=False)
        return self._epochs[epoch]

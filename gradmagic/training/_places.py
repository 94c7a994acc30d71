"""Go back to a place in a training that is over, and return: the start, the end, one update beyond it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np

from gradmagic.training._loop import EagerLoop
from gradmagic.training._state import State
from gradmagic.training.feed import Arguments, Source, Whole

__all__ = ["Places"]

# Of a training in batches all the data are looked at up to this size, beyond it the last batch.
_MAX_ROWS_BYTES = 1 << 22


class Places:
    """The places of a training that is over; the learner may have changed the variables since.

    Attributes:
        steps: The steps made.
        start: The state before the first of them.
        end: The state after the last; of a training that diverged, the last with a finite loss.
    """

    def __init__(
        self,
        state: State,
        eager: EagerLoop,
        source: Source,
        where: Callable[[], AbstractContextManager[object]],
    ) -> None:
        """Stand nowhere yet: `start`, `end` and `steps` are set when the training is over.

        Args:
            where: Enters the device of the training.
        """
        self._state, self._eager, self._source, self._where = state, eager, source, where
        self.steps = 0
        self.start = self.end = state.save()

    @property
    def sees_all(self) -> bool:
        """Whether all the data are looked at, rather than the last batch."""
        return self._whole() is not None

    @contextmanager
    def visit(self, place: str) -> Iterator[Arguments]:
        """Make the variables hold what they held at a place, and put back all that changes.

        Args:
            place: `"start"`, `"now"` for the end, or `"beyond"`, one update after the end.

        Yields:
            The arguments of the loss there.
        """
        source, last = self._source, self.steps - 1
        saved, before_last = self._state.save(), self._eager.before_last
        generators = random.getstate(), np.random.get_state()
        try:
            with self._where():
                self._state.load(self.end)
                if place == "start":
                    for variable, value in self.start.tensors:
                        variable.assign(value)
                elif place == "beyond":
                    self._eager.advance(last, 1)
                    last += 1
                whole = None if place == "beyond" else self._whole()
                yield source.eager(last) if whole is None else whole
        finally:
            self._state.load(saved)
            self._eager.before_last = before_last
            random.setstate(generators[0])
            np.random.set_state(generators[1])

    def _whole(self) -> Arguments | None:
        whole = self._source.whole()
        small = whole is None or isinstance(self._source, Whole) or _nbytes(whole) <= _MAX_ROWS_BYTES
        return whole if small else None


def _nbytes(arguments: Arguments) -> int:
    return sum(int(one.shape.num_elements() or 0) * int(one.dtype.size) for one in arguments.values)

"""What every step is given: the batch, the schedule's value, its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.tape import tensorflow
from gradmagic.training.feed._schedule import Schedule
from gradmagic.training.feed._source import Arguments, Source

__all__ = ["Feed", "Moment"]


@dataclass(frozen=True)
class Moment:
    """What a step is given from outside.

    Attributes:
        arguments: What the loss is called with.
        value: The schedule's value, `None` without a schedule.
        number: How many updates were made before; `None` where nobody asks.
    """

    arguments: Arguments
    value: Any = None
    number: Any = None


class Feed:
    """The inputs of a training, as tensors that a program takes and as what an eager step takes.

    Attributes:
        source: Where the batches come from.
        schedule: The learning rate's, if there is one.
    """

    def __init__(self, source: Source, schedule: Schedule | None, *, numbered: bool) -> None:
        """Put a feed together.

        Args:
            numbered: Whether steps have to know their number.
        """
        self.source, self.schedule = source, schedule
        self._numbered = numbered

    @property
    def version(self) -> int:
        """Changes when the shapes of the inputs do."""
        return self.source.version

    def capacity(self, wanted: int) -> int:
        """How many steps may be made at a time."""
        return self.source.capacity(wanted)

    def available(self, start: int, count: int) -> int:
        """How many of these steps can be made at a time."""
        return self.source.available(start, count)

    @property
    def irregular(self) -> tuple[str, str] | None:
        """Two shapes of batches that do not go into one program, if they came."""
        return self.source.irregular

    def inputs(self, start: int, count: int, capacity: int) -> list[Any]:
        """Return the inputs for `count` steps from `start` on, as tensors of fixed shapes."""
        tf = tensorflow()
        found = [*self.source.lasting(), *map(tf.constant, self.source.chunk(start, count, capacity))]
        if self.schedule is not None:
            values = np.zeros(capacity)
            values[:count] = self.schedule.values(start, count)
            found.append(tf.constant(values))
        if self._numbered:
            found.append(tf.constant(start, tf.int64))
        return found

    def at(self, inputs: Sequence[Any], place: Any) -> Moment:
        """Trace what the step at a place of the chunk is given."""
        tf = tensorflow()
        left, number, value = list(inputs), None, None
        if self._numbered:
            number = left.pop() + tf.cast(place, tf.int64)
        if self.schedule is not None:
            value = left.pop()[place]
        return Moment(self.source.at(left, place), value, number)

    def eager(self, step: int) -> Moment:
        """Return what a step is given."""
        value = None if self.schedule is None else float(self.schedule.values(step, 1)[0])
        number = tensorflow().constant(step, tensorflow().int64) if self._numbered else None
        return Moment(self.source.eager(step), value, number)

    def reseed(self, seed: int) -> None:
        """Take the batches in the order that another seed gives."""
        self.source.reseed(seed)

    def forget(self, before: int) -> None:
        """Nothing before this step will be asked for again."""
        self.source.forget(before)

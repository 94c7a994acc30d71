"""The plain eager loop: what a learner would write, one step at a time."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gradmagic.training._rows import LOSS
from gradmagic.training._state import Saved, State
from gradmagic.training._step import Step
from gradmagic.training.feed import Feed

__all__ = ["EagerLoop", "Engine", "Rows", "until_not_finite"]

# Shape `(steps, width)`, the columns of a `RowLayout`.
Rows = npt.NDArray[Any]


class Engine(Protocol):
    """Anything that makes training steps."""

    name: str

    def advance(self, start: int, count: int) -> Rows:
        """Make up to `count` steps and return their rows.

        Once a loss is not finite, what the variables hold is undefined, and so are the rows that may follow:
        the caller cuts them with `until_not_finite`, and goes back to a saved state.

        Args:
            start: How many steps were made before.
        """


def until_not_finite(rows: Rows) -> Rows:
    """Return the rows up to the first whose loss is not finite, that one included."""
    losses = rows[:, LOSS]
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.add.reduce(losses)  # not finite if any loss is not; half the time of looking at each
    if math.isfinite(total):
        return rows
    finite = np.isfinite(losses)
    return rows if finite.all() else rows[: np.argmin(finite) + 1]


class EagerLoop:
    """The loop that the compiled one must equal.

    Attributes:
        before_last: The state before the last update, to which a divergence goes back.
        gradients: Those of the last step.
    """

    name = "eager"

    def __init__(
        self, step: Step, feed: Feed, state: State, first: tuple[Any, list[Any]] | None = None
    ) -> None:
        """Prepare the loop.

        Args:
            first: The loss and the gradients of the first step, if they are known already: the loss
                is then called as often as the plain loop calls it.
        """
        self._step = step
        self._feed = feed
        self._state = state
        self._first = first
        self.before_last: Saved | None = None
        self.gradients: list[Any] = []

    def advance(self, start: int, count: int) -> Rows:
        """Make up to `count` steps; see `Engine`."""
        step = self._step
        rows: list[Any] = []
        for number in range(start, start + count):
            moment = self._feed.eager(number)
            row, gradients = step.measure(moment, self._first)
            self._first, self.gradients = None, gradients
            rows.append(row.numpy())
            if not np.isfinite(rows[-1][LOSS]):
                break
            self.before_last = self._state.save()
            step.change(gradients, moment)
        return np.stack(rows)

    def forget_first(self) -> None:
        """Compute the first loss anew: the variables are others by now."""
        self._first = None

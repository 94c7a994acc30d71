"""The plain eager loop: what a learner would write, one step at a time."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gradmagic.training._problem import Problem
from gradmagic.training._rows import LOSS, RowLayout
from gradmagic.training._state import Saved, State

__all__ = ["EagerLoop", "Engine", "Rows"]

# Shape `(steps, width)`, the columns of a `RowLayout`.
Rows = npt.NDArray[Any]


class Engine(Protocol):
    """Anything that makes training steps."""

    name: str

    def advance(self, count: int) -> Rows:
        """Make up to `count` steps and return their rows.

        The rows end with the first one whose loss is not finite; what the variables hold then is
        undefined, the caller goes back to a saved state.
        """


class EagerLoop:
    """The loop that the compiled one must equal.

    Attributes:
        before_last: The state before the last update, to which a divergence goes back.
    """

    name = "eager"

    def __init__(
        self,
        problem: Problem,
        optimizer: Any,
        layout: RowLayout,
        state: State,
        first: tuple[Any, list[Any]] | None = None,
    ) -> None:
        """Prepare the loop.

        Args:
            first: The loss and the gradients of the first step, if they are known already: the loss
                is then called as often as the plain loop calls it.
        """
        self._problem = problem
        self._optimizer = optimizer
        self._layout = layout
        self._state = state
        self._first = first
        self.before_last: Saved | None = None

    def advance(self, count: int) -> Rows:
        """Make up to `count` steps; see `Engine`."""
        problem, optimizer = self._problem, self._optimizer
        rows: list[Any] = []
        for _ in range(count):
            loss, gradients = self._first or problem.gradients()
            self._first = None
            row = self._layout.row(loss, gradients, optimizer.learning_rate, problem.tensors).numpy()
            rows.append(row)
            if not np.isfinite(row[LOSS]):
                break
            self.before_last = self._state.save()
            optimizer.apply(gradients, problem.variables)
        return np.stack(rows)

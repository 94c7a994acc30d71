"""The state of a training while it runs: what was made, and where to go back to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradmagic.training._history import Recorder
from gradmagic.training._loop import EagerLoop, Engine, Rows, until_not_finite
from gradmagic.training._rows import LOSS
from gradmagic.training._state import Saved, State

__all__ = ["Divergence", "Report", "Session"]

# Called after each chunk with the steps made, the steps in all, and the last loss.
Report = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Divergence:
    """The step at which the loss was no longer finite, and what it was."""

    step: int
    loss: float


@dataclass(frozen=True)
class _Anchor:
    done: int
    saved: Saved


class Session:
    """Advances an engine chunk by chunk, and keeps a saved state for each of the last two.

    A chunk counts once it is anchored: an interrupt before that takes the variables and the history
    back to the chunk before, so that they always belong together.

    Attributes:
        total: The steps in all.
        divergence: Set once the loss is not finite; the session is over then.
        report: Called after each chunk.
    """

    def __init__(
        self,
        state: State,
        recorder: Recorder,
        total: int,
        forget: Callable[[int], None] = lambda before: None,
    ) -> None:
        """Begin with what the variables hold.

        Args:
            total: The steps in all.
            forget: Called with a step before which nothing will be made again.
        """
        self.state = state
        self.total = total
        self.divergence: Divergence | None = None
        self.report: Report = lambda done, total, loss: None
        self._recorder, self._forget = recorder, forget
        self._anchors = deque([_Anchor(recorder.done, state.save())], maxlen=2)

    @property
    def done(self) -> int:
        """The steps made."""
        return self._recorder.done

    @property
    def left(self) -> int:
        """The steps still to make; none after a divergence."""
        return 0 if self.divergence else self.total - self._recorder.done

    def advance(self, engine: Engine, count: int) -> Rows:
        """Make up to `count` of the steps that are left, and return their rows."""
        rows = until_not_finite(engine.advance(self.done, min(count, self.left)))
        if np.isfinite(rows[-1, LOSS]):
            self._recorder.add(rows)
            self._anchors.append(_Anchor(self._recorder.done, self.state.save()))
            self._forget(self._anchors[0].done)
            self.tell()
        else:
            self._recorder.add(rows[:-1])
            self.diverged(engine, float(rows[-1, LOSS]))
        return rows

    def diverged(self, engine: Engine, loss: float) -> None:
        """Go back to the last parameters whose loss was finite.

        Args:
            engine: The engine that made the last steps.
            loss: What the loss became after all the steps recorded so far.
        """
        step = self._recorder.done
        self.divergence = Divergence(step, loss)
        if isinstance(engine, EagerLoop) and engine.before_last is not None:
            self.state.load(engine.before_last)
            return
        # The program is deterministic: from the anchor it comes to the same place, one step earlier.
        anchor = next(anchor for anchor in reversed(self._anchors) if anchor.done < step)
        self.state.load(anchor.saved)
        if step - 1 > anchor.done:
            engine.advance(anchor.done, step - 1 - anchor.done)

    def tell(self) -> None:
        """Report how far it is."""
        loss = self._recorder.last_loss() if self.done else float("nan")
        self.report(self.done, self.total, loss)

    def anchor(self) -> None:
        """Something else than a step has changed the state: what was before is not to be repeated."""
        self._anchors.append(_Anchor(self.done, self.state.save()))

    def cut(self, engine: Engine, step: int) -> None:
        """Go back to an earlier step of the last chunk."""
        if step == self.done:
            return
        anchor = next(anchor for anchor in reversed(self._anchors) if anchor.done <= step)
        self._recorder.cut(step)
        self.state.load(anchor.saved)
        if step > anchor.done:
            engine.advance(anchor.done, step - anchor.done)
        self._anchors.append(_Anchor(step, self.state.save()))

    def back(self) -> None:
        """Return to the end of the last finished chunk."""
        anchor = self._anchors[-1]
        self._recorder.cut(anchor.done)
        self.state.load(anchor.saved)

    def back_to(self, step: int, saved: Saved) -> None:
        """Undo everything after a step.

        Args:
            saved: The state after that step.
        """
        self._recorder.cut(step)
        self.state.load(saved)
        self._anchors.clear()
        self._anchors.append(_Anchor(step, saved))

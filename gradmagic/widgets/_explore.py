"""`ExplorePanel`: the whole training again while a knob is dragged, the newest position alone."""

from __future__ import annotations

from collections import deque
from typing import Any

from gradmagic.display import explorer_bundle, parameter_rows, short
from gradmagic.errors import GradmagicError
from gradmagic.messages import say
from gradmagic.training import Explorer
from gradmagic.training.steering import Curve, Newest, outcome_curves
from gradmagic.widgets._panel import LineOf, SteeringPanel, described, packed

__all__ = ["ExplorePanel"]

# Earlier positions that stay as faint lines.
_GHOSTS = 8

# Seconds without a movement after which the picture in the notebook is renewed.
_QUIET = 1.0

Both = tuple[Curve, Curve]


class ExplorePanel(SteeringPanel):
    """A panel that has an `Explorer` train again and shows what came.

    Attributes:
        explorer: The explorer.
    """

    def __init__(self, explorer: Explorer, line: LineOf) -> None:
        """Show what the first training gave.

        Args:
            explorer: The explorer.
            line: Gives the line to copy.
        """
        self.explorer = explorer
        self._note = ""
        self._ghosts: deque[Both] = deque(maxlen=_GHOSTS)
        self._now: Both = outcome_curves(explorer.last)
        # The curve at which the last movement ended: the next one makes a ghost of it.
        self._rested: Both | None = self._now
        super().__init__("explore", explorer.knobs, ("back", "clear"), line)
        self._draw(0)
        self._worker: Newest[tuple[int, dict[str, float]]] = Newest(
            lambda wish: self._context.copy().run(self._train, *wish), quiet=(_QUIET, self._rest)
        )

    def press(self, button: str) -> None:
        """Do what a button does: `"back"` to the first values, `"clear"` the earlier curves."""
        if button == "settle":
            self._rested = self._now
        elif button == "clear":
            self._ghosts.clear()
            self.front.ghosts = []
        elif button == "back":
            self._rested = self._now
            self.values = self._first

    def settle(self, timeout: float | None = None) -> bool:
        """Wait until the newest position is shown; return whether it is."""
        return self._worker.settle(timeout)

    def static(self) -> dict[str, str]:
        """Return what is shown now."""
        return explorer_bundle(self.explorer, self._now, tuple(self._ghosts))

    def end(self) -> None:
        """End the thread that trains."""
        self._worker.close()

    def _moved(self, change: Any) -> None:
        self._worker.ask((self.front.asked, dict(change["new"])))

    def _train(self, asked: int, values: dict[str, float]) -> None:
        try:
            outcome = self.explorer.make(values, self._worker.overtaken)
        except GradmagicError as error:
            self._note = str(error)
            self._draw(asked)
            return
        if outcome is None or self.closed:
            return
        self._note = ""
        if self._rested is not None:
            self._ghosts.append(self._rested)
            self._rested = None
            self.front.ghosts = [[packed(curve) for curve in both] for both in self._ghosts]
        self._now = outcome_curves(outcome)
        self._draw(asked)

    def _rest(self) -> None:
        """Nothing has moved for a while."""
        if self._rested is None:
            self._rested = self._now
        self._context.copy().run(self._renew)

    def _draw(self, asked: int) -> None:
        if self.closed:
            return
        outcome, both = self.explorer.last, self._now
        made = f"{len(outcome.history):,}"
        status = "failed" if self._note else outcome.status
        milliseconds = f"{1000 * outcome.seconds:.1f}"
        self.front.frame = {
            "asked": asked,
            "steps": len(outcome.history),
            "total": int(outcome.values["steps"]),
            "status": status,
            "state": say(f"steer-status-{status}"),
            "note": self._note,
            "diverged": outcome.status == "diverged",
            "curves": [packed(curve) for curve in both],
            "descriptions": [
                described(say(key), curve, made)
                for key, curve in zip(("display-loss", "steer-norm"), both, strict=True)
            ],
            "marks": [],
            "facts": [
                [
                    say("steer-fact-step"),
                    say("steer-of", done=made, total=f"{int(outcome.values['steps']):,}"),
                ],
                [say("steer-fact-loss"), short(outcome.loss)],
                [say("steer-fact-elapsed"), say("steer-milliseconds", milliseconds=milliseconds)],
            ],
            "parameters": parameter_rows(outcome.parameters),
            "line": self.line,
            "buttons": {
                "back": {"label": say("steer-button-back"), "disabled": False},
                "clear": {"label": say("steer-button-clear"), "disabled": not self._ghosts},
            },
        }

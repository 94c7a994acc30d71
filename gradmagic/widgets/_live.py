"""`LivePanel`: a training that runs in its thread, watched and steered."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

from gradmagic.display import change_text, live_bundle, merged_changes, parameter_rows, short
from gradmagic.messages import say
from gradmagic.training import Run
from gradmagic.training.steering import Knob, batch_knob, knobs, run_curves, speed_knob
from gradmagic.widgets._panel import LineOf, SteeringPanel, described, packed

__all__ = ["LivePanel"]

# Seconds between two frames, at least.
_BETWEEN = 0.06


class LivePanel(SteeringPanel):
    """A panel that shows a run and steers it; it asks the run, and computes nothing.

    Attributes:
        run: The run.
    """

    def __init__(self, run: Run, line: LineOf, *, speed: float | None = None) -> None:
        """Watch a run.

        Args:
            run: A training in the background.
            line: Gives the line to copy.
            speed: The steps a second it was given, `None` for no limit.
        """
        self.run = run
        self._shown_at = self._rate = 0.0
        self._before = (monotonic(), run.steps)
        self._status = ""
        self._drawing = threading.Lock()
        moved = (*knobs(run.hyperparameters), speed_knob(speed, run.settings.steps))
        if run.rows:
            assert run.batch is not None
            moved = (*moved, batch_knob(run.batch, run.rows))
        if run.settings.seed is not None:
            moved = (*moved, Knob("seed", run.settings.seed, "whole", 0, max(99, run.settings.seed)))
        super().__init__("live", moved, ("play", "step", "stop", "reset"), line)
        self._draw()
        self._forget = run.subscribe(lambda _run: self._context.copy().run(self._heard))

    def press(self, button: str) -> None:
        """Do what a button does: `"play"` (or pause), `"step"`, `"stop"`, `"reset"`."""
        run = self.run
        if button == "play":
            if run.is_over:
                self._anew(paused=False)
            elif run.is_paused:
                run.resume()
            else:
                run.pause()
        elif button == "step":
            if run.is_over:
                self._anew(paused=True)
            run.step()
        elif button == "stop":
            run.stop()
        elif button == "reset":
            self._anew(paused=True)
        if button != "settle":
            self._draw()

    def static(self) -> dict[str, str]:
        """Return the run as it is."""
        return live_bundle(self.run, run_curves(self.run))

    def end(self) -> None:
        """Stop the run and listen no more."""
        self._forget()
        self.run.stop()
        self.run.join()

    def _anew(self, *, paused: bool) -> None:
        values = self.values
        values.pop("speed")
        seed = values.pop("seed", None)
        self.run.reset(seed=None if seed is None else int(seed), paused=paused, **values)

    def _moved(self, change: Any) -> None:
        """Do to the run what was done to a knob."""
        new, old = change["new"], change["old"] or {}
        for name, value in new.items():
            if value == old.get(name):
                continue
            if name == "speed":
                self.run.pace(None if value >= speed_knob(None, self.run.settings.steps).high else value)
            elif name != "seed" and not self.run.is_over:  # afterwards, and a seed, from the next reset on
                self.run.set(**{name: value})
        if self.run.is_over or self.run.is_paused:
            self._draw()

    def _heard(self) -> None:
        """Show what came, not more often than it can be seen."""
        status = self.run.status
        if status == self._status == "running" and monotonic() - self._shown_at < _BETWEEN:
            return
        settled = status != self._status and status != "running"
        self._status = status
        self._draw()
        if settled:
            self._renew()

    def _draw(self) -> None:
        with self._drawing:  # two threads draw: what is newer is drawn last
            if not self.closed:
                self._put_frame()

    def _put_frame(self) -> None:
        run, now = self.run, monotonic()
        self._shown_at = now
        steps = run.steps
        since, before = self._before
        if now - since >= 0.3 or steps < before:
            self._rate = max(0.0, (steps - before) / max(now - since, 1e-9))
            self._before = (now, steps)
        both = run_curves(run)
        total = run.settings.steps
        paused, over = run.is_paused, run.is_over
        loss = float(both[0].value[-1]) if len(both[0].value) and not over else run.loss
        facts = [
            [say("steer-fact-step"), say("steer-of", done=f"{steps:,}", total=f"{total:,}")],
            [say("steer-fact-loss"), short(loss)],
            [say("steer-norm"), short(float(both[1].value[-1])) if steps else "–"],
            [say("steer-fact-elapsed"), say("steer-seconds", seconds=f"{run.seconds:.1f}")],
            [say("steer-fact-rate"), "–" if paused or over else f"{self._rate:,.0f}"],
        ]
        self.front.frame = {
            "asked": self.front.asked,
            "steps": steps,
            "total": total,
            "status": run.status,
            "state": say(f"steer-status-{run.status}"),
            "note": run.reason if run.status in ("diverged", "failed") else "",
            "diverged": run.status == "diverged",
            "curves": [packed(curve) for curve in both],
            "descriptions": [
                described(say(key), curve, f"{steps:,}")
                for key, curve in zip(("display-loss", "steer-norm"), both, strict=True)
            ],
            "marks": [
                {"step": step, "text": change_text(name, value)}
                for step, name, value in merged_changes(run.changes, total)
            ],
            "facts": facts,
            "parameters": parameter_rows(run.parameters),
            "line": self.line,
            "buttons": {
                "play": {
                    "label": say("steer-button-play" if paused or over else "steer-button-pause"),
                    "disabled": False,
                },
                "step": {"label": say("steer-button-step"), "disabled": False},
                "stop": {"label": say("steer-button-stop"), "disabled": over},
                "reset": {"label": say("steer-button-reset"), "disabled": False},
            },
        }

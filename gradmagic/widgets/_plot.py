"""`PlotPanel`: a function with a point to drag, its tangent, and steps from it."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np

from gradmagic.display import curve_bundle, curve_limits, curve_lines, number, short
from gradmagic.messages import say
from gradmagic.tape import Curve, Tangent
from gradmagic.training.steering import Knob, Newest
from gradmagic.widgets._panel import Panel, knob_spec

__all__ = ["PlotPanel"]

# Where the point is at first, as a share of the interval: seldom a minimum.
_FIRST = 0.8

# Steps that are shown; one goes on stepping.
_SHOWN = 60


class PlotPanel(Panel):
    """A panel that shows a function and a point on it; what belongs to the point is computed by the engine.

    Attributes:
        curve: The function over an interval.
        point: Where the tangent touches.
        trail: Where it was before the steps that led there.
    """

    def __init__(self, curve: Curve) -> None:
        """Begin with a point inside the interval."""
        self.curve = curve
        low, high = float(curve.x[0]), float(curve.x[-1])
        first = float(f"{low + _FIRST * (high - low):.3g}")
        self.point: Tangent = curve.tangent(first if low <= first <= high else (low + high) / 2)
        self.trail: list[Tangent] = []
        self._note, self._stepping = "", False
        self._lock = threading.RLock()
        knobs = (
            Knob("x", self.point.x, "linear", low, high),
            Knob("learning_rate", 0.1, "log", 1e-3, 10.0),
        )
        self._start = self.point
        lines = curve_lines(curve)
        spec = {
            "title": say("plot-title", name=curve.name),
            "name": curve.name,
            "x": [low, high],
            "y": list(curve_limits(curve)),
            "places": _floats(curve.x),
            "lines": [
                {"label": label, "value": _floats(level)} for label, level in lines if level is not None
            ],
            "knobs": [knob_spec(knob) for knob in knobs],
            "buttons": [
                {"name": name, "label": say(f"plot-button-{name}"), "hint": say(f"plot-hint-{name}")}
                for name in ("descent", "newton", "back")
            ],
            "words": {
                "tangent": say("plot-tangent"),
                "parabola": say("plot-parabola"),
                "knobs": say("steer-knobs"),
            },
        }
        super().__init__("plot", spec, {knob.name: knob.value for knob in knobs})
        self._draw(0)
        # Of many movements the newest alone is computed.
        self._worker: Newest[tuple[int, float]] = Newest(
            lambda wish: self._context.copy().run(self._go, *wish)
        )

    def press(self, button: str) -> None:
        """Do what a button does: `"descent"` and `"newton"` make a step, `"back"` goes to the beginning."""
        self._worker.settle(5)
        with self._lock:
            self._note = ""
            if button == "back":
                self.trail, self.point = [], self._start
            elif button == "descent":
                self._step(self.point.descent(self.values["learning_rate"]))
            elif button == "newton":
                goal = self.point.newton
                if goal is None:
                    self._note = say("plot-no-newton", curvature=_shown(self.point.curvature))
                else:
                    uphill = (self.point.curvature or 0.0) < 0 and self.point.slope
                    self._step(goal)
                    self._note = self._note or (say("plot-uphill") if uphill else "")
            else:
                return
            self._stepping = True
            try:
                self.values = {"x": self.point.x}
            finally:
                self._stepping = False
            self._draw(self.front.asked)

    def settle(self, timeout: float | None = None) -> bool:
        """Wait until the newest position is shown; return whether it is."""
        return self._worker.settle(timeout)

    def static(self) -> dict[str, str]:
        """Return the plot without the point."""
        return curve_bundle(self.curve)

    def end(self) -> None:
        """End the thread that computes."""
        self._worker.close()

    def _step(self, goal: float) -> None:
        before = self.point
        after = self.curve.tangent(goal) if math.isfinite(goal) else None
        if after is None or not math.isfinite(after.value):
            value = math.nan if after is None else after.value
            self._note = say("plot-not-finite", name=self.curve.name, x=short(goal), value=short(value))
            return
        self.trail.append(before)
        self.point = after

    def _moved(self, change: Any) -> None:
        if not self._stepping:
            self._worker.ask((self.front.asked, float(change["new"]["x"])))

    def _go(self, asked: int, x: float) -> None:
        with self._lock:
            if x != self.point.x:
                self.point, self.trail, self._note = self.curve.tangent(x), [], ""
            self._draw(asked)

    def _draw(self, asked: int) -> None:
        if self.closed:
            return
        point, name = self.point, self.curve.name
        low, high = float(self.curve.x[0]), float(self.curve.x[-1])
        note = self._note
        if not low <= point.x <= high:
            note = f"{note} {say('plot-outside', x=short(point.x))}".strip()
        said = {
            "x": short(point.x),
            "value": short(point.value),
            "slope": _shown(point.slope),
            "curvature": _shown(point.curvature),
        }
        self.front.frame = {
            "asked": asked,
            "x": point.x,
            "value": _plain(point.value),
            "slope": _plain(0.0 if point.slope is None else point.slope),
            "curvature": _plain(0.0 if point.curvature is None else point.curvature),
            "trail": [[step.x, _plain(step.value)] for step in self.trail[-_SHOWN:]],
            "note": note,
            "description": say("plot-describe", name=name, **said),
            "facts": [
                ["x", said["x"]],
                [f"{name}(x)", said["value"]],
                [f"{name}\u2032(x)", said["slope"]],
                [f"{name}\u2033(x)", said["curvature"]],
                ["", say("plot-steps", count=number(len(self.trail)))],
            ],
        }


def _shown(value: float | None) -> str:
    return "0" if value is None else short(value)


def _plain(value: float) -> float | None:
    """A number as JSON takes it."""
    return value if math.isfinite(value) else None


def _floats(values: Any) -> bytes:
    return np.asarray(values, np.float32).tobytes()

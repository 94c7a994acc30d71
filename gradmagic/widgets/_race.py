"""`RacePanel`: optimizers side by side, and a slider that goes through their steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.display import RACER_COLOURS, contour_levels, number, race_bundle, race_head, racer_ending
from gradmagic.messages import say
from gradmagic.training import Race
from gradmagic.training.races import Racer
from gradmagic.training.steering import curves
from gradmagic.widgets._panel import Panel, line_words, packed

__all__ = ["RacePanel"]

Array = npt.NDArray[Any]

# Places of the slider, at most.
_PLACES = 500

# As canvas takes them: pixels drawn, pixels left out.
_DASHES = ((), (9, 4), (3, 3), (10, 4, 2, 4))
_MARKS = 4


class RacePanel(Panel):
    """A panel that shows a race; the browser plays it, with nothing asked of the kernel.

    Attributes:
        race: The race.
    """

    def __init__(self, race: Race, line: str) -> None:
        """Show it at its end.

        Args:
            race: What came.
            line: What races so again.
        """
        self.race = race
        steps = _moments(race.total)
        spec: dict[str, Any] = {
            "title": say("race-title"),
            "head": race_head(race),
            "steps": _floats(steps),
            "total": race.total,
            # The axis does not follow a loss that diverges.
            "ceiling": 100 * float(race[0].history.loss[0]) if len(race[0].history) else race[0].loss,
            "racers": [self._racer(place, racer, steps) for place, racer in enumerate(race)],
            "surface": None,
            "notes": [say("race-arrived-note")],
            "line": line,
            "words": {**self._words(), **line_words()},
        }
        surface = race.surface
        if surface is not None:
            rows, columns = surface.loss.shape
            spec["surface"] = {
                "labels": list(surface.labels),
                "x": [float(surface.x[0]), float(surface.x[-1])],
                "y": [float(surface.y[0]), float(surface.y[-1])],
                "rows": rows,
                "columns": columns,
                "grid": _floats(surface.loss.reshape(-1)),
                "levels": contour_levels(surface),
            }
            spec["notes"].append(say(f"race-surface-of-{surface.kind}", points=f"{surface.loss.size:,}"))
        super().__init__("race", spec, {})

    def static(self) -> dict[str, str]:
        """Return the table and the picture."""
        return race_bundle(self.race)

    def _racer(self, place: int, racer: Racer, steps: Array) -> dict[str, Any]:
        """One racer as the browser takes it: its whole curve, and what it has at each place of the slider."""
        losses = np.append(racer.history.loss, racer.loss)
        last = np.minimum(steps, len(losses) - 1)
        (curve,) = curves(len(losses), losses)
        arrived = self.race.arrival(place)
        found: dict[str, Any] = {
            "label": racer.label,
            "rate": "–" if racer.learning_rate is None else number(racer.learning_rate),
            "arrived": "–" if arrived is None else say("race-step", step=f"{arrived:,}"),
            "ending": racer_ending(self.race, racer),
            "diverged": racer.status == "diverged",
            "colour": f"--gm-racer-{place % len(RACER_COLOURS)}",
            "dash": _DASHES[place % len(_DASHES)],
            "mark": place % _MARKS,
            "curve": packed(curve),
            "loss": _floats(losses[last]),
            "last": _floats(last),
        }
        if len(racer.path):
            at = np.searchsorted(racer.steps, last, side="right") - 1
            path = racer.path[np.maximum(at, 0)]
            found["x"], found["y"] = _floats(path[:, 0]), _floats(path[:, 1])
        return found

    def _words(self) -> dict[str, Any]:
        names = ", ".join(racer.label for racer in self.race)
        return {
            "step": say("display-step"),
            "loss": say("display-loss"),
            "surface": say("race-surface"),
            "play": say("steer-button-play"),
            "pause": say("steer-button-pause"),
            "playHint": say("race-play-hint"),
            "columns": [
                say("race-optimizer"),
                say("knob-learning_rate"),
                say("race-loss-here"),
                say("race-arrived"),
                "",
            ],
            "lossChart": say("race-loss-chart", names=names),
            "surfaceChart": say("race-surface-chart", names=names),
        }


def _moments(total: int) -> Array:
    """The steps of the slider's places: close together at first, where most happens."""
    found: Array = np.unique(np.round(total * np.linspace(0, 1, _PLACES + 1) ** 2).astype(int))
    return found


def _floats(values: Array) -> bytes:
    return values.astype(np.float32).tobytes()

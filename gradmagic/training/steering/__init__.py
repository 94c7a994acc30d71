"""Steering: knobs with their ranges, trainings again, records in a few points, the newest wish."""

from gradmagic.training.steering._curves import Curve, curves, outcome_curves, run_curves
from gradmagic.training.steering._explorer import Explorer
from gradmagic.training.steering._knobs import Knob, batch_knob, knobs, speed_knob
from gradmagic.training.steering._newest import Newest

__all__ = [
    "Curve",
    "Explorer",
    "Knob",
    "Newest",
    "batch_knob",
    "curves",
    "knobs",
    "outcome_curves",
    "run_curves",
    "speed_knob",
]

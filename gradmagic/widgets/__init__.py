"""Panels to click through: they show an engine's objects and hold no mathematics of their own."""

from gradmagic.widgets._explore import ExplorePanel
from gradmagic.widgets._live import LivePanel
from gradmagic.widgets._panel import Panel
from gradmagic.widgets._plot import PlotPanel
from gradmagic.widgets._race import RacePanel
from gradmagic.widgets._stepper import Stepper, stepper

__all__ = ["ExplorePanel", "LivePanel", "Panel", "PlotPanel", "RacePanel", "Stepper", "stepper"]

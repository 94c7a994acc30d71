"""Panels to click through: they show an engine's objects and hold no mathematics of their own."""

from gradmagic.widgets._stepper import Stepper, stepper

__all__ = ["Stepper", "stepper"]

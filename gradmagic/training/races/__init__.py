"""Optimizers against each other from one start, and the surface of the loss under their paths."""

from gradmagic.training.races._race import Race, race
from gradmagic.training.races._racer import Racer
from gradmagic.training.races._surface import Surface

__all__ = ["Race", "Racer", "Surface", "race"]

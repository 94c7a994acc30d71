"""`%config GradMagic`: the defaults of the options."""

from __future__ import annotations

from traitlets import Float, Int, Unicode
from traitlets.config import Configurable

from gradmagic.training import DEFAULT_LEARNING_RATE, DEFAULT_STEPS

__all__ = ["GradMagic"]


class GradMagic(Configurable):
    """Defaults of gradmagic's magics: `%config GradMagic.steps = 500`."""

    max_memory = Unicode("256MB", help="%%tape: bytes of values to keep, such as '256MB'").tag(config=True)
    optimizer = Unicode("sgd", help="%train: the optimizer").tag(config=True)
    learning_rate = Float(DEFAULT_LEARNING_RATE, help="%train: the size of a step").tag(config=True)
    steps = Int(DEFAULT_STEPS, help="%train: how many steps").tag(config=True)
    seed = Int(0, help="%train: the seed of random numbers").tag(config=True)

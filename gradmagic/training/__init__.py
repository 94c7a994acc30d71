"""From a loss to trained variables, at compiled speed.

TensorFlow is imported when a training begins, not before.
"""

from gradmagic.training._history import History
from gradmagic.training._optimizers import KNOWN_OPTIMIZERS, describe_optimizers, optimizer_names
from gradmagic.training._progress import progress_bar
from gradmagic.training._run import Run
from gradmagic.training._settings import (
    COMPILE_MODES,
    DEFAULT_LEARNING_RATE,
    DEFAULT_OPTIMIZER,
    DEFAULT_SEED,
    DEFAULT_STEPS,
    MAX_STEPS,
    Settings,
)
from gradmagic.training._train import train

__all__ = [
    "COMPILE_MODES",
    "DEFAULT_LEARNING_RATE",
    "DEFAULT_OPTIMIZER",
    "DEFAULT_SEED",
    "DEFAULT_STEPS",
    "KNOWN_OPTIMIZERS",
    "MAX_STEPS",
    "History",
    "Run",
    "Settings",
    "describe_optimizers",
    "optimizer_names",
    "progress_bar",
    "train",
]

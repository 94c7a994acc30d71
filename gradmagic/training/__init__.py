"""From a loss to trained variables, at compiled speed.

TensorFlow is imported when a training begins, NumPy when one is first asked for: the magics need the
names and the defaults below as soon as a notebook loads them.
"""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup
from gradmagic.training._settings import (
    COMPILE_MODES,
    DEFAULT_LEARNING_RATE,
    DEFAULT_OPTIMIZER,
    DEFAULT_RACERS,
    DEFAULT_SEED,
    DEFAULT_STEPS,
    MAX_STEPS,
    SURFACE_KINDS,
    Settings,
    schedule_names,
)
from gradmagic.training.distribution import STRATEGY_NAMES
from gradmagic.training.update import (
    KNOWN_OPTIMIZERS,
    describe_optimizers,
    optimizer_code_with,
    optimizer_names,
)

if TYPE_CHECKING:
    from gradmagic.training._history import History
    from gradmagic.training._model import ModelLoss, model_loss
    from gradmagic.training._progress import progress_bar
    from gradmagic.training._run import Run
    from gradmagic.training._saved import SavedRun
    from gradmagic.training._train import plain_program, step_count, train
    from gradmagic.training.diagnosis import Diagnosis
    from gradmagic.training.races import Race, race
    from gradmagic.training.steering import Explorer
    from gradmagic.training.sweeps import Sweep, sweep
    from gradmagic.training.update import is_optimizer

__all__ = [
    "COMPILE_MODES",
    "DEFAULT_LEARNING_RATE",
    "DEFAULT_OPTIMIZER",
    "DEFAULT_RACERS",
    "DEFAULT_SEED",
    "DEFAULT_STEPS",
    "KNOWN_OPTIMIZERS",
    "MAX_STEPS",
    "STRATEGY_NAMES",
    "SURFACE_KINDS",
    "Diagnosis",
    "Explorer",
    "History",
    "ModelLoss",
    "Race",
    "Run",
    "SavedRun",
    "Settings",
    "Sweep",
    "describe_optimizers",
    "is_optimizer",
    "model_loss",
    "optimizer_code_with",
    "optimizer_names",
    "plain_program",
    "progress_bar",
    "race",
    "schedule_names",
    "step_count",
    "sweep",
    "train",
]

__getattr__, __dir__ = lookup(
    __name__,
    {
        "Diagnosis": "diagnosis._diagnosis",
        "Explorer": "steering",
        "History": "_history",
        "ModelLoss": "_model",
        "Race": "races",
        "Run": "_run",
        "SavedRun": "_saved",
        "Sweep": "sweeps",
        "is_optimizer": "update",
        "model_loss": "_model",
        "plain_program": "_train",
        "progress_bar": "_progress",
        "race": "races",
        "step_count": "_train",
        "sweep": "sweeps",
        "train": "_train",
    },
)

"""Many trainings that differ in their hyperparameters, as one program where that is possible."""

from gradmagic.training.sweeps._sweep import MAX_RUNS, Sweep, sweep

__all__ = ["MAX_RUNS", "Sweep", "sweep"]

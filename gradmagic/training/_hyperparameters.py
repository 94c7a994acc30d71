"""What can be set while a training runs: the optimizer's numbers, a schedule's rate, clipping."""

from __future__ import annotations

from gradmagic.training._state import as_float
from gradmagic.training._step import Step

__all__ = ["hyperparameters", "set_hyperparameter"]


def hyperparameters(step: Step, *, scheduled: bool) -> dict[str, float]:
    """Return `{name: value}` of what can be set.

    Args:
        step: The step of the training.
        scheduled: Whether a schedule sets the learning rate; what can be set then is the rate that it
            multiplies, if it does.
    """
    found = step.update.hyperparameters()
    if scheduled:
        found.pop("learning_rate", None)
        if step.base_rate is not None:
            found["learning_rate"] = as_float(step.base_rate)
    return {**found, **{name: as_float(kept) for name, kept in step.transform.hyperparameters.items()}}


def set_hyperparameter(step: Step, name: str, value: float) -> None:
    """Set one of `hyperparameters`; no trace is needed anew."""
    if name in step.transform.hyperparameters:
        step.transform.hyperparameters[name].assign(value)
    elif name == "learning_rate" and step.base_rate is not None:
        step.base_rate.assign(value)
    else:
        step.update.set(name, value)

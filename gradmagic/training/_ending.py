"""What a training has come to."""

from __future__ import annotations

import math

import numpy as np

from gradmagic.messages import say
from gradmagic.training._problem import Problem
from gradmagic.training._session import Divergence
from gradmagic.training.feed import Source

__all__ = ["ending", "loss_at_end"]


def loss_at_end(problem: Problem, source: Source, *, has_effects: bool) -> float | None:
    """Return the loss of the variables as they are; `None` where it cannot be computed once more.

    Args:
        problem: The loss and the variables.
        source: The data.
        has_effects: Whether a call of the loss would be seen; it is not called then, and the loss is a
            NaN if a variable has left the finite numbers.
    """
    if has_effects:
        finite = all(np.all(np.isfinite(tensor.numpy())) for tensor in problem.tensors)
        return None if finite else math.nan
    whole = source.whole()
    return None if whole is None else float(problem.evaluate(whole))


def ending(divergence: Divergence | None, *, interrupted: bool, stopped: bool) -> tuple[str, str]:
    """Return the status of a training that is over, and what is to be said of it, if anything."""
    if divergence is not None:
        step = divergence.step
        return "diverged", say("train-reason-diverged", step=step, loss=divergence.loss, kept=step - 1)
    if interrupted:
        return "interrupted", ""
    return "stopped" if stopped else "finished", ""

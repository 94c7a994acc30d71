"""What a training has come to."""

from __future__ import annotations

import math

import numpy as np

from gradmagic.messages import say
from gradmagic.training._built import Built
from gradmagic.training._ladder import Choice
from gradmagic.training._session import Divergence
from gradmagic.training.feed import Source

__all__ = ["ending", "loss_after"]


def loss_after(built: Built, source: Source, choice: Choice) -> float:
    """Return the loss after the last update, or a NaN if that left the finite numbers.

    The last one recorded, before that update, where it cannot be computed once more.

    Args:
        built: The training's parts.
        source: The data.
        choice: The engine: whether a call of the loss would be seen. It is not called then.
    """
    problem, recorded = built.step.problem, built.recorder.last_loss
    if built.session.divergence:
        return recorded()
    if choice.has_effects:
        finite = all(np.all(np.isfinite(tensor.numpy())) for tensor in problem.tensors)
        return recorded() if finite else math.nan
    whole = source.whole()
    return recorded() if whole is None else float(problem.evaluate(whole))


def ending(divergence: Divergence | None, *, interrupted: bool, stopped: bool) -> tuple[str, str]:
    """Return the status of a training that is over, and what is to be said of it, if anything."""
    if divergence is not None:
        step = divergence.step
        return "diverged", say("train-reason-diverged", step=step, loss=divergence.loss, kept=step - 1)
    if interrupted:
        return "interrupted", ""
    return "stopped" if stopped else "finished", ""

"""What a diagnosis may ask of a training."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from gradmagic.training._history import History
from gradmagic.training._problem import Problem
from gradmagic.training._settings import Settings
from gradmagic.training.feed import Arguments

__all__ = ["Evidence", "Visit"]

# A place, and the arguments of the loss there: `"start"`, `"now"`, or `"beyond"`, one update after the
# last finite loss. The variables hold what they held there, until the end of the block.
Visit = Callable[[str], AbstractContextManager[Arguments]]


@dataclass(frozen=True)
class Evidence:
    """A training as a diagnosis sees it.

    Attributes:
        history: The record so far.
        last_loss: The loss that the variables have now.
        not_finite: What the loss became, if the training has diverged; else `None`.
        problem: The loss and the variables.
        settings: What was asked for.
        optimizer: The optimizer, Keras's or a learner's own.
        begun: The step at which `"start"` is: that of the checkpoint from which the training went on.
        all_rows: Whether each step saw all the data: then the loss is one function of the variables.
        sees_all: Whether a visit sees all the data, rather than the last batch of many.
        visit: Goes to a place of the training, and back at the end; `None` where the loss may not be
            called again: the training runs, or its Python does something visible at each call.
    """

    history: History
    last_loss: float
    not_finite: float | None
    problem: Problem
    settings: Settings
    optimizer: Any
    all_rows: bool
    begun: int = 0
    sees_all: bool = True
    visit: Visit | None = None

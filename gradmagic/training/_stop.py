"""When a loss has stopped getting better."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["stopping_step"]


def stopping_step(values: npt.NDArray[Any], tol: float, patience: int) -> int | None:
    """Return after how many steps to stop, or `None`.

    It is the first look at which the best value so far is less than `tol` below the best one
    `patience` looks before.

    Args:
        values: The loss at each step, NaN where it was not looked at; shape `(steps,)`.
        tol: How much better it must get.
        patience: Over how many looks.
    """
    looks = np.flatnonzero(~np.isnan(values))
    best = np.minimum.accumulate(values[looks].astype(np.float64))
    if len(best) <= patience:
        return None
    gained = best[:-patience] - best[patience:]
    slow = np.flatnonzero(gained < tol)
    return int(looks[slow[0] + patience]) + 1 if len(slow) else None

"""Check that the compiled loop does what the eager loop does, on the same few steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from gradmagic.training._loop import EagerLoop, Engine, Rows
from gradmagic.training._rows import LEARNING_RATE, LOSS, RowLayout
from gradmagic.training._state import Saved, State

__all__ = ["VERIFIED_STEPS", "Trial", "agrees", "explained_by_rounding", "try_out"]

VERIFIED_STEPS = 3

# The relative difference that is taken for rounding. XLA fuses operations, so bits do differ.
_TOLERANCE: Mapping[str, float] = MappingProxyType({"float64": 1e-10, "float32": 1e-5})
_TOLERANCE_OF_HALF = 1e-2

# How many times the effect of one rounding unit in the parameters is still taken for rounding.
_ROUNDINGS = 64


@dataclass(frozen=True)
class Trial:
    """What an engine made of a few steps: the rows, and the state before and after."""

    rows: Rows
    before: Saved
    after: Saved


def try_out(engine: Engine, state: State, count: int) -> Trial:
    """Make `count` steps, note what came, and go back."""
    before = state.save()
    try:
        rows = engine.advance(count)
        return Trial(rows, before, state.save())
    finally:
        state.load(before)


def agrees(trial: Trial, rows: Rows, after: Saved, layout: RowLayout) -> bool:
    """Whether a trial gave the same losses, learning rates, variables and optimizer state."""
    if len(trial.rows) != len(rows):
        return False
    tolerance = _tolerance(layout.narrowest)
    columns = all(
        _close(trial.rows[:, column], rows[:, column], tolerance, elementwise=True)
        for column in (LOSS, LEARNING_RATE)
    )
    return columns and all(
        _close(ours.numpy(), theirs.numpy(), _tolerance(variable.dtype.name))
        for (variable, ours), (_, theirs) in zip(trial.after, after, strict=True)
    )


def explained_by_rounding(
    trial: Trial, rows: Rows, eager: EagerLoop, state: State, variables: list[Any]
) -> bool:
    """Whether a disagreement is no more than rounding, as it is when a fit is already perfect.

    The eager steps are made again: first from the same state, where they must give the very same
    losses (they do not if the loss draws random numbers or hides a state), then with each parameter
    moved by one rounding unit. A difference of the size that this makes is rounding.

    Args:
        trial: What the compiled program did.
        rows: What the eager loop did, from the same state.
        eager: The eager loop.
        state: All variables; they come back as they were.
        variables: The trained ones.
    """
    now = state.save()
    try:
        state.load(trial.before)
        again = eager.advance(len(rows))
        if len(trial.rows) != len(rows) or not np.array_equal(again, rows, equal_nan=True):
            return False
        true = state.save()
        state.load(trial.before)
        for variable in variables:
            variable.assign(_nudged(variable.numpy()))
        nudged = eager.advance(len(rows))
        spread = np.max(np.abs(nudged[:, LOSS] - rows[:, LOSS])) if len(nudged) == len(rows) else np.nan
        if not np.max(np.abs(trial.rows[:, LOSS] - rows[:, LOSS])) <= _ROUNDINGS * spread:
            return False
        return all(
            _within(ours.numpy(), theirs.numpy(), moved.numpy(), _tolerance(variable.dtype.name))
            for (variable, ours), (_, theirs), (_, moved) in zip(trial.after, true, state.save(), strict=True)
        )
    finally:
        eager.before_last = None
        state.load(now)


def _tolerance(dtype: str) -> float:
    return _TOLERANCE.get(dtype, _TOLERANCE_OF_HALF)


def _close(ours: Any, theirs: Any, tolerance: float, *, elementwise: bool = False) -> bool:
    """Compare two arrays, relative to each element or to the largest one."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.dtype.kind not in "fV":  # counters and seeds are equal or they are not
        return bool(np.array_equal(ours, theirs))
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    finite = np.isfinite(theirs)
    if not np.array_equal(finite, np.isfinite(ours)):
        return False
    size = np.abs(theirs[finite])
    scale = size if elementwise else np.max(size, initial=0.0)
    return bool(np.all(np.abs(ours[finite] - theirs[finite]) <= tolerance * scale))


def _within(ours: Any, theirs: Any, moved: Any, tolerance: float) -> bool:
    if _close(ours, theirs, tolerance):
        return True
    spread = np.max(np.abs(np.asarray(moved, np.float64) - np.asarray(theirs, np.float64)))
    return bool(np.max(np.abs(np.asarray(ours, np.float64) - theirs)) <= _ROUNDINGS * spread)


def _nudged(values: Any) -> Any:
    """The values moved by one unit of rounding, up and down in turn."""
    signs = np.where(np.arange(values.size).reshape(values.shape) % 2, -1, 1).astype(values.dtype)
    unit = 2.0**-7 if values.dtype.kind == "V" else np.finfo(values.dtype).eps
    return values * (1 + signs * values.dtype.type(unit))

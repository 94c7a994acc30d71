"""Check that the compiled loop does what the eager loop does, on the same few steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from gradmagic.training._loop import EagerLoop, Engine, Rows, until_not_finite
from gradmagic.training._rows import LEARNING_RATE, LOSS, RowLayout
from gradmagic.training._state import Saved, State

__all__ = ["VERIFIED_STEPS", "Trial", "agrees", "explained_by_rounding", "try_out"]

VERIFIED_STEPS = 3

# The relative difference that is taken for rounding. XLA fuses operations, so bits do differ.
_TOLERANCE: Mapping[str, float] = MappingProxyType({"float64": 1e-10, "float32": 1e-5})
_TOLERANCE_OF_HALF = 1e-2

# How many times the effect of one rounding unit in the parameters is still taken for rounding.
_ROUNDINGS = 64
_PATTERNS = 3

# What an optimizer keeps in Python, by name.
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """What an engine made of a few steps: the rows, and the state before and after."""

    rows: Rows
    before: Saved
    after: Saved


def try_out(engine: Engine, state: State, start: int, count: int) -> Trial:
    """Make `count` steps from `start` on, note what came, and go back."""
    before = state.save()
    try:
        rows = until_not_finite(engine.advance(start, count))
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
    pairs = zip(trial.after.tensors, after.tensors, strict=True)
    return (
        columns
        and all(
            _close(ours.numpy(), theirs.numpy(), _tolerance(kept.dtype.name))
            for (kept, ours), (_, theirs) in pairs
        )
        and _same_numbers(trial.after.numbers, after.numbers)
    )


def explained_by_rounding(
    trial: Trial, rows: Rows, eager: EagerLoop, start: int, state: State, variables: list[Any]
) -> bool:
    """Whether a disagreement is no more than rounding, as it is when a fit is already perfect.

    The eager steps are made again: first from the same state, where they must give the very same
    losses (they do not if the loss draws random numbers or hides a state), then with each parameter
    moved by one rounding unit, in several ways. A difference of the size that this makes is rounding.

    Args:
        trial: What the compiled program did.
        rows: What the eager loop did, from the same state.
        eager: The eager loop.
        start: The first of the steps.
        state: All variables; they come back as they were.
        variables: The trained ones.
    """
    now = state.save()
    try:
        state.load(trial.before)
        again = eager.advance(start, len(rows))
        if len(trial.rows) != len(rows) or not np.array_equal(again, rows, equal_nan=True):
            return False
        true, moved = state.save(), []
        if not _same_numbers(true.numbers, now.numbers):
            return False  # a clock, say
        spread = 0.0
        for pattern in range(_PATTERNS):
            state.load(trial.before)
            for place, variable in enumerate(variables):
                variable.assign(_nudged(variable.numpy(), pattern, place))
            nudged = eager.advance(start, len(rows))
            if len(nudged) != len(rows):
                return False
            spread = max(spread, float(np.max(np.abs(nudged[:, LOSS] - rows[:, LOSS]))))
            moved.append(state.save())
        if not np.max(np.abs(trial.rows[:, LOSS] - rows[:, LOSS])) <= _ROUNDINGS * spread:
            return False
        pairs = zip(trial.after.tensors, true.tensors, strict=True)
        return _numbers_within(trial.after.numbers, true.numbers, [saved.numbers for saved in moved]) and all(
            _within(
                ours.numpy(),
                theirs.numpy(),
                [saved.tensors[place][1].numpy() for saved in moved],
                _tolerance(variable.dtype.name),
            )
            for place, ((variable, ours), (_, theirs)) in enumerate(pairs)
        )
    finally:
        eager.before_last = None
        state.load(now)


def _same_types(ours: Numbers, theirs: Numbers) -> bool:
    return {name: type(value) for name, value in ours.items()} == {
        name: type(value) for name, value in theirs.items()
    }


def _same_numbers(ours: Numbers, theirs: Numbers) -> bool:
    """Whether what an optimizer keeps in Python is the same, type by type and number by number."""
    if not _same_types(ours, theirs):
        return False
    pairs = [(np.asarray(ours[name]), np.asarray(theirs[name])) for name in ours]
    return all(_close(one, other, _tolerance(other.dtype.name)) for one, other in pairs)


def _numbers_within(ours: Numbers, theirs: Numbers, moved: list[Numbers]) -> bool:
    """Whether what an optimizer keeps in Python differs by no more than rounding."""
    if not all(_same_types(numbers, theirs) for numbers in (ours, *moved)):
        return False
    true = {name: np.asarray(value) for name, value in theirs.items()}
    return all(
        _within(
            np.asarray(ours[name]),
            value,
            [np.asarray(numbers[name]) for numbers in moved],
            _tolerance(value.dtype.name),
        )
        for name, value in true.items()
    )


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


def _within(ours: Any, theirs: Any, moved: list[Any], tolerance: float) -> bool:
    if _close(ours, theirs, tolerance):
        return True
    if theirs.dtype.kind not in "fV":
        return False
    true = np.asarray(theirs, np.float64)
    spread = max(np.max(np.abs(np.asarray(values, np.float64) - true)) for values in moved)
    return bool(np.max(np.abs(np.asarray(ours, np.float64) - true)) <= _ROUNDINGS * spread)


def _nudged(values: Any, pattern: int, place: int) -> Any:
    """The values moved by one unit of rounding: all up, in turn up and down, or at random.

    One pattern alone may happen to cancel in the loss.
    """
    index = np.arange(values.size).reshape(values.shape) + place
    if pattern == 0:
        signs = np.ones(values.shape)
    elif pattern == 1:
        signs = np.where(index % 2, -1, 1)
    else:
        signs = np.random.default_rng(place).choice([-1, 1], values.shape)
    unit = 2.0**-7 if values.dtype.kind == "V" else np.finfo(values.dtype).eps
    return values * (1 + signs.astype(values.dtype) * values.dtype.type(unit))

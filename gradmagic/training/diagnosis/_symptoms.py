"""What the history alone shows: the loss grows, jumps, goes up and down, or stays where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Symptom", "find_symptom", "flat_since", "grown_since", "is_flat"]

Array = npt.NDArray[Any]

# A loss that doubled, and is larger than ever, does not go down: noise of batches is averaged first.
GROWN = 2.0
# A loss that began smaller than this, in units of its largest, began in its minimum: an adaptive optimizer
# leaves that before it returns.
COUNTS = 1e-8
# Fewer looks than this are no course of things: nothing is said of going up and down, or of a standstill.
FEWEST = 20
# Losses of batches are compared by the medians of this share of the steps at either end.
END_SHARE = 0.1

# A gradient a thousand times what it usually is, and a loss ten times: the step that it makes undoes many.
SPIKE, JUMP = 1e3, 10.0
# How many steps before make up what is usual.
USUAL = 100
# It comes at once: thirty times the largest of the ten steps before, where a rate that is too high lets
# the gradient grow by the same factor at each step.
SUDDEN, JUST_BEFORE = 30.0, 10

# Up and down by a fiftieth of the loss, and by a thousandth of all that it went through: what Adam and its
# like do around a minimum at a fixed rate is smaller by orders of magnitude.
SWING, SWING_OF_RANGE = 0.02, 1e-3
# It does not die away: in the last quarter at least 0.7 of the quarter before (momentum's swings, at 0.9,
# shrink to a fourth or less in 25 steps).
LASTING = 0.7
# Of independent numbers two thirds of the differences change sign (Bienayme 1875). Steps over a valley and
# back change it each time, slow swings seldom: a loss that may draw random numbers counts only when it is
# far from 2/3.
EACH_TIME, SELDOM = 0.9, 0.4

# In the second half of the steps less than a hundredth is gained.
FLAT = 0.01
# A loss that has halved has learned something: it may well be flat because it is done.
LEARNED = 0.5


@dataclass(frozen=True)
class Symptom:
    """What is to be seen, and since which step.

    Attributes:
        name: `"diverged"`, `"spike"`, `"growing"`, `"swinging"` or `"stalled"`.
        since: The step.
    """

    name: str
    since: int


def find_symptom(
    loss: Array, grad_norm: Array, last: float, *, diverged: bool, all_rows: bool, random: bool
) -> Symptom | None:
    """Return the gravest symptom, `None` for a history without one.

    Args:
        loss: The loss at each step, shape `(steps,)`.
        grad_norm: The norm of the gradient at each step, shape `(steps,)`.
        last: The loss after the last update; NaN where it is not known.
        diverged: Whether the loss was not finite then.
        all_rows: Whether each step saw all the data.
        random: Whether the loss may draw random numbers.
    """
    course = np.asarray(loss, np.float64)
    if all_rows and np.isfinite(last) and not diverged:
        course = np.append(course, last)
    if not len(course):
        return None
    exact = all_rows and not random
    if diverged:
        return Symptom("diverged", grown_since(course, exact=exact))
    spike = _spike(course[: len(loss)], np.asarray(grad_norm, np.float64))
    if spike is not None:
        return Symptom("spike", spike)
    if _grows(course, all_rows=all_rows):
        return Symptom("growing", grown_since(course, exact=exact))
    if all_rows and _swings(course, random=random):
        tail = course[len(course) // 2 :]
        return Symptom("swinging", int(np.flatnonzero(course <= tail.max())[0]))
    if is_flat(course) and abs(course[0] - course[-1]) <= LEARNED * abs(course[0]):
        return Symptom("stalled", flat_since(course))
    return None


def grown_since(course: Array, *, exact: bool) -> int:
    """Return the last step at which the loss was smallest; unless `exact`, no more than twice as large."""
    least = float(course.min())
    return int(np.flatnonzero(course <= (least if exact else least + abs(least)))[-1])


def is_flat(course: Array) -> bool:
    """Whether the second half of the steps gains less than a hundredth of the loss."""
    if len(course) < FEWEST:
        return False
    half = course[len(course) // 2 :]
    first, last = _ends(half)
    return abs(first - last) <= FLAT * abs(first) or (first == last == 0.0)


def flat_since(course: Array) -> int:
    """Return the first step from which on the loss stays within a hundredth of its last level."""
    _, last = _ends(course)
    half = course[len(course) // 2 :]
    band = max(FLAT * abs(last), float(np.abs(half - last).max()))
    outside = np.flatnonzero(np.abs(course - last) > band)
    return int(outside[-1]) + 1 if len(outside) else 0


def _ends(course: Array) -> tuple[float, float]:
    count = max(1, round(END_SHARE * len(course)))
    return float(np.median(course[:count])), float(np.median(course[-count:]))


def _grows(course: Array, *, all_rows: bool) -> bool:
    if all_rows:
        first, last = float(course[0]), float(course[-1])
        grown = first + (GROWN - 1) * abs(first)
        rising = len(course) >= 3 and bool(np.all(np.diff(course[-3:]) > 0))
        if rising and last >= course.max() and last > grown:
            return True
        began = abs(first) >= COUNTS * float(np.abs(course).max()) > 0
        return began and len(course) >= FEWEST and float(course[len(course) // 2 :].min()) > grown
    if len(course) < FEWEST:
        return False
    first, last = _ends(course)
    middle = float(np.median(course))
    return last > first + (GROWN - 1) * abs(first) and last >= middle


def _spike(loss: Array, norms: Array) -> int | None:
    """The first step of a gradient far beyond the usual, after which the loss jumps."""
    if len(loss) < FEWEST:
        return None
    before = np.lib.stride_tricks.sliding_window_view(norms[:-1], JUST_BEFORE).max(axis=1)
    for step in np.flatnonzero(norms[JUST_BEFORE:] >= SUDDEN * before) + JUST_BEFORE:
        past = slice(max(0, step - USUAL), step)
        usual, level = float(np.median(norms[past])), float(np.median(np.abs(loss[past])))
        after = float(np.abs(loss[step : step + 5]).max())
        visible = after >= SWING_OF_RANGE * abs(float(loss[0]))
        if norms[step] >= SPIKE * usual > 0 and after >= JUMP * level and visible:
            return int(step)
    return None


def _swings(course: Array, *, random: bool) -> bool:
    if len(course) < FEWEST:
        return False
    quarter = len(course) // 4
    tail, before, last = course[-2 * quarter :], course[-2 * quarter : -quarter], course[-quarter:]
    signs = np.sign(np.diff(tail))
    turns = int(np.count_nonzero(signs[1:] * signs[:-1] < 0))
    share = turns / max(1, len(signs) - 1)
    told_apart = not random or share >= EACH_TIME or share <= SELDOM
    swing = float(np.ptp(last))
    return (
        turns >= 4
        and told_apart
        and swing >= LASTING * float(np.ptp(before))
        and swing >= SWING * float(np.median(np.abs(tail)))
        and swing >= SWING_OF_RANGE * float(np.ptp(course))
    )

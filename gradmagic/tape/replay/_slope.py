"""Measure the slope of a function of one number by central differences, with its own uncertainty."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Slope", "measure_slope"]

# A kink that is still there in a step this much smaller is at the point itself, not beside it.
_CLOSER = 1 / 1024


@dataclass(frozen=True)
class Slope:
    """A measured slope.

    Attributes:
        value: the central difference, extrapolated once.
        uncertainty: how far the value may be off, from two steps and from rounding.
        left: the difference quotient to the left.
        right: the one to the right.
        kind: `"smooth"`; `"kink"` where left and right differ whatever the step; `"jump"` where the function
            itself does; `"edge"` where it is finite on one side only; `"not-finite"`.
        step: the step that was used.
    """

    value: float
    uncertainty: float
    left: float
    right: float
    kind: str
    step: float


def measure_slope(
    line: Callable[[float], float], step: float, rounding: float, *, kinks: bool = True
) -> Slope:
    """Measure the slope of `line` at 0.

    Args:
        line: the function along a line; `line(0.0)` is its value at the point.
        step: the larger of the two steps, about the cube root of the precision times the scale of the
            point, which balances truncation and rounding (Press et al., "Numerical Recipes", 5.7).
        rounding: how far one value of `line` may be off.
        kinks: look for a kink or a jump too.

    Returns:
        The slope; Richardson's extrapolation removes the error of order `step**2`.
    """
    middle = line(0.0)
    found = _at(line, middle, step, rounding)
    if not kinks or found.kind in ("smooth", "not-finite"):
        return found
    # The same question closer by: a kink beside the point is not at the point.
    near = _at(line, middle, step * _CLOSER, rounding)
    return found if found.kind == near.kind else near


def _at(line: Callable[[float], float], middle: float, step: float, rounding: float) -> Slope:
    far_right, far_left = line(step), line(-step)
    right_value, left_value = line(step / 2), line(-step / 2)
    half = step / 2
    left, right = (middle - left_value) / half, (right_value - middle) / half
    finite = [math.isfinite(value) for value in (left_value, far_left, right_value, far_right)]
    if not math.isfinite(middle) or not any(finite):
        return Slope(math.nan, math.inf, left, right, "not-finite", step)
    if not all(finite):
        kind = "edge" if all(finite[:2]) != all(finite[2:]) else "not-finite"
        value = left if all(finite[:2]) else right
        return Slope(value, abs(value) * 0.1 + rounding / half, left, right, kind, step)
    coarse = (far_right - far_left) / (2 * step)
    fine = (right_value - left_value) / step
    value = (4 * fine - coarse) / 3
    uncertainty = abs(value - fine) + 2 * rounding / step
    kind = _kind(left, right, (middle - far_left) / step, (far_right - middle) / step, rounding / half)
    if kind == "kink" and abs(right_value - left_value) > 0.75 * abs(far_right - far_left) > 16 * rounding:
        kind = "jump"
    return Slope(value if kind == "smooth" else fine, uncertainty, left, right, kind, step)


def _kind(left: float, right: float, far_left: float, far_right: float, noise: float) -> str:
    """Tell a kink from a curve: where the function is smooth, left and right meet as the step shrinks."""
    gap, far_gap = right - left, far_right - far_left
    size = max(abs(left), abs(right))
    if abs(gap) <= 1e-3 * size + 16 * noise or abs(gap) < 0.7 * abs(far_gap):
        return "smooth"
    return "kink"

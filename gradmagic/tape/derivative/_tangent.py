"""A function at one point: its value, its slope, its curvature, and where a step from there leads."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Tangent"]


@dataclass(frozen=True)
class Tangent:
    """A function of one number at a point.

    Attributes:
        x: the point.
        value: of the function there.
        slope: the first derivative there, `None` where the function does not depend on `x`.
        curvature: the second, `None` where the slope does not depend on `x`.
    """

    x: float
    value: float
    slope: float | None
    curvature: float | None

    def descent(self, rate: float) -> float:
        """Where a step of gradient descent leads: `x - rate * slope`."""
        return self.x - rate * (self.slope or 0.0)

    @property
    def newton(self) -> float | None:
        """Where Newton's step leads: `x - slope / curvature`, `None` where the curvature is zero.

        There the parabola of the same value, slope and curvature is flat, be that a minimum or not.
        """
        if not self.curvature or not math.isfinite(self.curvature):
            return None
        return self.x - (self.slope or 0.0) / self.curvature

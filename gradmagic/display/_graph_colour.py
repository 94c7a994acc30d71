"""The colour of an adjoint: its magnitude on a logarithmic scale of cividis, and text to read on it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Scale", "contrast", "ink_on"]

# Nine samples of cividis, which looks the same with and without colour-blindness (Nuñez, Anderton and
# Renslow 2018, "Optimizing colormaps with consideration for color vision deficiency").
CIVIDIS = ("#00224e", "#1a386f", "#434e6c", "#61656f", "#7d7c78", "#9b9476", "#bcae6c", "#dec958", "#fee838")
# An adjoint of exactly zero is not on a logarithmic scale; NaN and infinity are on none.
ZERO, BAD = "#ffffff", "#f2c4de"
# A scale of less than one decade would paint rounding in bright colours; beyond twelve nothing is told apart.
DECADES = (1.0, 12.0)


@dataclass(frozen=True)
class Scale:
    """A logarithmic scale between two powers of ten: `low` and `high` are exponents."""

    low: float
    high: float

    @classmethod
    def of(cls, sizes: Iterable[float | None]) -> Scale:
        """Return the scale that holds the given magnitudes; zeros, None and NaN play no part."""
        logs = [math.log10(size) for size in sizes if size is not None and size > 0 and math.isfinite(size)]
        if not logs:
            return cls(-1.0, 1.0)
        low, high = min(logs), max(logs)
        if high - low < DECADES[0]:
            middle = (low + high) / 2
            low, high = middle - DECADES[0] / 2, middle + DECADES[0] / 2
        return cls(max(math.floor(low + 1e-6), math.ceil(high - 1e-6) - DECADES[1]), math.ceil(high - 1e-6))

    def colour(self, size: float) -> str:
        """Return the colour of a magnitude as `#rrggbb`."""
        if not math.isfinite(size):
            return BAD
        if size == 0:
            return ZERO
        return self.at((math.log10(size) - self.low) / (self.high - self.low))

    def at(self, share: float) -> str:
        """Return the colour at a share of the way from low to high."""
        position = min(max(share, 0.0), 1.0) * (len(CIVIDIS) - 1)
        index = min(int(position), len(CIVIDIS) - 2)
        pairs = zip(_rgb(CIVIDIS[index]), _rgb(CIVIDIS[index + 1]), strict=True)
        return "#" + "".join(f"{round(a + (b - a) * (position - index)):02x}" for a, b in pairs)

    def ticks(self) -> list[int]:
        """Return at most five exponents to label the scale at, its ends among them."""
        low, high = round(self.low), round(self.high)
        step = max(1, math.ceil((high - low) / 4))
        return [*range(low, high - step // 2, step), high] if high > low else [low]


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better; one of them always has a contrast above 4.5."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours by WCAG 2.2: from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in map(_unit, _rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _unit(channel: int) -> float:
    return channel / 255


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

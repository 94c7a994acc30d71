"""Inputs drawn for one learner: the same for the same learner, others for everyone else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Draw", "learner_in_force", "seed_of"]

LEARNER = "GRADMAGIC_LEARNER"


def learner_in_force(asked: str | None = None) -> str:
    """Return who learns: the one named, else the environment's GRADMAGIC_LEARNER, else nobody, `""`."""
    return asked if asked is not None else os.environ.get(LEARNER, "")


def seed_of(*words: str) -> int:
    """Return a seed below 2^31, the same on every machine and in every process."""
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


class Draw:
    """Draws numbers with few digits, so that a learner can type them again.

    What it returns is what JSON can hold: numbers and nested lists of them.
    """

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def number(self, low: float, high: float, digits: int = 2, apart_from: Sequence[float] = ()) -> float:
        """Return a number in [low, high], rounded; at least 0.1 of the range away from `apart_from`."""
        room = 0.1 * (high - low)
        for _ in range(1000):
            value = round(float(self.generator.uniform(low, high)), digits)
            if all(abs(value - other) >= room for other in apart_from):
                return value
        raise ValueError(f"no number in [{low}, {high}] is far enough from {list(apart_from)}")

    def whole(self, low: int, high: int) -> int:
        """Return a whole number in [low, high], both included."""
        return int(self.generator.integers(low, high, endpoint=True))

    def vector(self, size: int, low: float = -2, high: float = 2, digits: int = 2) -> list[float]:
        """Return `size` numbers in [low, high]."""
        return [self.number(low, high, digits) for _ in range(size)]

    def matrix(
        self, rows: int, columns: int, low: float = -2, high: float = 2, digits: int = 2
    ) -> list[list[float]]:
        """Return `rows` rows of `columns` numbers in [low, high]."""
        return [self.vector(columns, low, high, digits) for _ in range(rows)]

    def normal(self, *shape: int, scale: float = 1.0, digits: int = 3) -> Any:
        """Return normally distributed numbers, as nested lists of that shape; one number without a shape."""
        drawn = np.round(self.generator.normal(scale=scale, size=shape), digits)
        return drawn.tolist() if shape else float(drawn)

    def one_of(self, values: Sequence[Any]) -> Any:
        """Return one of the values."""
        return values[int(self.generator.integers(len(values)))]

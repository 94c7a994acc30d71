"""Compare the paths of two drawings by where they run, not by which points they are drawn through."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

__all__ = ["paths_agree"]

# A command of a path, with its numbers.
_COMMAND = re.compile(r"([A-DF-Za-df-z]?)([^A-DF-Za-df-z]*)")
_COORDINATE = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")

# As many points are compared with a whole line at once: some megabytes for two curves of a figure.
_AT_ONCE = 256

_Points = np.ndarray[Any, np.dtype[np.float64]]


def paths_agree(one: str, other: str, pixels: float) -> bool:
    """Return whether two paths draw the same curve.

    Args:
        one: the attribute `d` of a path, or `points` of a polyline.
        other: the same of the other.
        pixels: how far any point of either may lie from the other, in the drawing's units; Bézier curves are
            compared by their control points.
    """
    ours, theirs = _commands(one), _commands(other)
    if [name for name, _ in ours if name != "L"] != [name for name, _ in theirs if name != "L"]:
        return False
    if any(name not in "MLZ" for name, _ in (*ours, *theirs)):
        same = [(name, len(numbers)) for name, numbers in ours] == [
            (name, len(numbers)) for name, numbers in theirs
        ]
        return same and all(
            np.allclose(a, b, rtol=0, atol=pixels) for (_, a), (_, b) in zip(ours, theirs, strict=True)
        )
    if any(len(numbers) % 2 for _, numbers in (*ours, *theirs)):
        return False  # no pairs of coordinates: it is not known what this draws
    one_lines, other_lines = _polylines(ours), _polylines(theirs)
    if len(one_lines) != len(other_lines):
        return False
    pairs = zip(one_lines, other_lines, strict=True)
    return all(max(_distance(a, b), _distance(b, a)) <= pixels for a, b in pairs)


def _commands(path: str) -> list[tuple[str, list[float]]]:
    found = [(name, [float(n) for n in _COORDINATE.findall(rest)]) for name, rest in _COMMAND.findall(path)]
    # The attribute `points` has no command: it is a line.
    return [("Z" if name == "z" else name or "L", numbers) for name, numbers in found if name or numbers]


def _polylines(commands: list[tuple[str, list[float]]]) -> list[_Points]:
    lines: list[list[float]] = []
    for name, numbers in commands:
        if name == "M" or not lines:
            lines.append([])
        lines[-1] += numbers
        if name == "Z":
            lines[-1] += lines[-1][:2]
    return [np.array(line).reshape(-1, 2) for line in lines]


def _distance(points: _Points, line: _Points) -> float:
    """Return how far the farthest of some points lies from a line through others."""
    if not len(points) or not len(line):
        return 0.0 if len(points) == len(line) else math.inf
    start, step = line[:-1], np.diff(line, axis=0)
    if not len(start):
        start, step = line, np.zeros_like(line)
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    farthest = 0.0
    for part in np.array_split(points, len(points) // _AT_ONCE + 1):
        offset = part[:, None] - start
        along = np.clip((offset * step).sum(axis=2) / length, 0, 1)
        nearest = ((offset - along[..., None] * step) ** 2).sum(axis=2).min(axis=1)
        farthest = max(farthest, float(nearest.max(initial=0.0)))
    return math.sqrt(farthest)

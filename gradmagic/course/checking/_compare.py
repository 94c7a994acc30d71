"""Numbers against numbers: where they differ first, by how much, and how to say it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradmagic.course.checking._answer import Leaf, Numbers

__all__ = ["Closeness", "Miss", "close", "compare", "leaves_of"]


@dataclass(frozen=True)
class Closeness:
    """When two answers count as equal.

    Attributes:
        rtol: relative tolerance, of the right number.
        atol: absolute tolerance; what decides near zero.
        shape: `"exact"`, or `"loose"`: axes of length 1 do not matter, so (n,) equals (n, 1).
    """

    rtol: float = 1e-4
    atol: float = 1e-6
    shape: str = "exact"


@dataclass(frozen=True)
class Miss:
    """The place where an answer misses.

    Attributes:
        kind: `"number"`, `"shape"`, `"none"`, `"not-none"`, `"parts"`, `"not-finite"`.
        part: which part of an answer of several: 0, 1, ...; a name; `None` of an answer of one part.
        index: which element; `()` of a single number.
        came: the number that came, at `index`; the shape, or the number of parts.
        right: the same of the right answer. Never shown when an expectation is hidden.
        wrong: how many elements are wrong.
        size: of how many.
    """

    kind: str
    part: int | str | None = None
    index: tuple[int, ...] = ()
    came: Any = None
    right: Any = None
    wrong: int = 1
    size: int = 1

    @property
    def relative_error(self) -> float | None:
        """|came - right| / |right|; `None` where the right number is 0, or neither is a number."""
        if self.kind != "number" or self.right == 0 or not math.isfinite(self.right):
            return None
        return float(abs(self.came - self.right) / abs(self.right))


def compare(
    came: Numbers, right: Numbers, closeness: Closeness, part: int | str | None = None
) -> Miss | None:
    """Return the worst element of the first part that misses, or `None` if all is close enough."""
    if right is None:
        return None if came is None else Miss("not-none", part)
    if came is None:
        return Miss("none", part)
    came, right = _alike(came, right)
    if isinstance(right, Leaf):
        if not isinstance(came, Leaf):
            return Miss("parts", part, came=len(came), right=1)
        return _compare_leaf(came.values, right.values, _for_type(closeness, came), part)
    if isinstance(came, Leaf) or len(came) != len(right) or _keys(came) != _keys(right):
        return Miss("parts", part, came=1 if isinstance(came, Leaf) else len(came), right=len(right))
    for name, theirs, ours in zip(_keys(right), _values(came), _values(right), strict=True):
        miss = compare(theirs, ours, closeness, name if part is None else f"{part}.{name}")
        if miss is not None:
            return miss
    return None


def close(came: Leaf, right: Leaf, closeness: Closeness) -> bool:
    """Tell whether two leaves are equal within the tolerances, shapes included."""
    return _compare_leaf(came.values, right.values, _for_type(closeness, came), None) is None


def _for_type(closeness: Closeness, came: Leaf) -> Closeness:
    """A right number that was rounded to float16 is still right."""
    return replace(closeness, rtol=closeness.rtol + came.rounding) if came.rounding else closeness


def leaves_of(value: Numbers) -> list[Leaf | None]:
    """Return the leaves in order; a missing one is `None`."""
    if value is None or isinstance(value, Leaf):
        return [value]
    return [leaf for part in _values(value) for leaf in leaves_of(part)]


def _alike(came: Any, right: Any) -> tuple[Any, Any]:
    """Numbers that were stacked on one side only, because their shapes agree there, are parts on both."""
    if isinstance(came, Leaf) and isinstance(right, list) and came.shape[:1] == (len(right),):
        return [Leaf(row, came.rounding) for row in came.values], right
    if isinstance(right, Leaf) and isinstance(came, list) and right.shape[:1] == (len(came),):
        return came, [Leaf(row) for row in right.values]
    return came, right


def _keys(parts: Any) -> list[Any]:
    return sorted(parts) if isinstance(parts, dict) else list(range(len(parts)))


def _values(parts: Any) -> list[Numbers]:
    return [parts[key] for key in _keys(parts)]


def _compare_leaf(
    came: np.ndarray[Any, Any], right: np.ndarray[Any, Any], closeness: Closeness, part: int | str | None
) -> Miss | None:
    if closeness.shape == "loose":
        came, right = np.squeeze(came), np.squeeze(right)
    if came.shape != right.shape:  # never broadcast: (n,) against (n, 1) would compare n * n pairs
        return Miss("shape", part, came=came.shape, right=right.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(came - right)
        bound = closeness.atol + closeness.rtol * np.abs(right)
    same = (came == right) | (np.isnan(came) & np.isnan(right))
    # A comparison with NaN is False: what is not known to be close is wrong.
    wrong = ~(same | (np.isfinite(off) & np.isfinite(right) & (off <= bound)))
    if not wrong.any():
        return None
    unlike = wrong & ~np.isfinite(came) & np.isfinite(right)
    finite = wrong & np.isfinite(off) & np.isfinite(bound)
    score = np.divide(off, np.where(bound > 0, bound, 1), out=np.where(wrong, 0.0, -1.0), where=finite)
    flat = int(np.argmax(unlike)) if unlike.any() else int(np.argmax(score))
    index = tuple(int(place) for place in np.unravel_index(flat, came.shape))
    return Miss(
        "not-finite" if unlike.any() else "number",
        part,
        index,
        float(came[index]),
        float(right[index]),
        int(wrong.sum()),
        int(wrong.size),
    )

"""The outlines that tell kinds of nodes apart without colour, and the routes between them, as SVG paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["arrow_head", "outline", "route_path", "widening"]

# How far pointed ends reach in, and how round corners are, in pixels.
CORNER, POINT, ROUND, BEND = 9.0, 13.0, 6.0, 8.0


def widening(kind: str) -> float:
    """Return the pixels that a kind's outline takes from the room for its text, left and right together."""
    return {"variable": 18.0, "watched": 2 * POINT, "constant": 6.0, "leaves": 6.0}.get(kind, 0.0)


def outline(kind: str, width: float, height: float) -> str:
    """Return the path of a box: round ends for a Variable, points for a watched tensor, and so on."""
    if kind == "variable":
        return _rounded(width, height, min(height / 2, 20.0))
    if kind == "watched":
        middle = height / 2
        return _closed(
            [
                (POINT, 0),
                (width - POINT, 0),
                (width, middle),
                (width - POINT, height),
                (POINT, height),
                (0, middle),
            ]
        )
    if kind in ("constant", "leaves"):
        cut = min(CORNER, height / 4)
        return _closed(
            [
                *((cut, 0), (width - cut, 0), (width, cut), (width, height - cut)),
                *((width - cut, height), (cut, height), (0, height - cut), (0, cut)),
            ]
        )
    return _rounded(width, height, ROUND)


def route_path(points: Sequence[tuple[float, float]]) -> str:
    """Return the path along a route, its corners rounded."""
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(BEND, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        parts.append(f"L{_at(_toward(corner, before, reach))}")
        parts.append(f"Q{_at(corner)} {_at(_toward(corner, after, reach))}")
    return "".join([*parts, f"L{_at(points[-1])}"])


def arrow_head(points: Sequence[tuple[float, float]]) -> str:
    """Return the path of the arrow head at the end of a route."""
    before, tip = next(
        (pair for pair in reversed(list(pairwise(points))) if pair[0] != pair[1]), (points[0], points[-1])
    )
    length = math.dist(before, tip) or 1.0
    x, y = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    wings = [(tip[0] - 8 * x + side * 4 * y, tip[1] - 8 * y - side * 4 * x) for side in (-1, 1)]
    return _closed([wings[0], tip, wings[1]])


def _rounded(width: float, height: float, radius: float) -> str:
    across, down = width - 2 * radius, height - 2 * radius
    arc = f"a{_number(radius)} {_number(radius)} 0 0 1 "
    r = _number(radius)
    return (
        f"M{r} 0h{_number(across)}{arc}{r} {r}v{_number(down)}{arc}-{r} {r}"
        f"h{_number(-across)}{arc}-{r} -{r}v{_number(-down)}{arc}{r} -{r}z"
    )


def _closed(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(map(_at, points)) + "z"


def _toward(start: tuple[float, float], end: tuple[float, float], reach: float) -> tuple[float, float]:
    length = math.dist(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * reach / length, start[1] + (end[1] - start[1]) * reach / length


def _at(point: tuple[float, float]) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text

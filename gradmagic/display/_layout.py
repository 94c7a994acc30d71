"""Where boxes and their links go: the only file that knows the layout library.

graphlay arranges the boxes in layers (Sugiyama, Tagawa and Toda 1981; coordinates by network simplex,
Gansner et al. 1993) and leads each link around the boxes. Imported when a picture is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Layout", "arrange"]

Point = tuple[float, float]

# Gaps in pixels: a target must be seen to belong to its inputs, a link must be seen between boxes.
_OPTIONS = {
    "direction": "topbottom",
    "routing": {"merge_edges": "forks"},
    "spacing": {
        "layer_gap": 36.0,
        "node_gap": 36.0,
        "dummy_gap": 18.0,
        "port_gap": 16.0,
    },
}


@dataclass(frozen=True)
class Layout:
    """Centres of boxes, the points each link turns at, and the size of it all, in pixels."""

    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def arrange(sizes: Sequence[tuple[float, float]], links: Sequence[tuple[int, int]]) -> Layout:
    """Arrange boxes from top to bottom, sources above what reads them.

    Args:
        sizes: the width and the height of each box.
        links: pairs of boxes, the source first.
    """
    import graphlay

    graph = graphlay.Graph()
    for index, (width, height) in enumerate(sizes):
        graph.node(index, width=width, height=height)
    for source, target in links:
        graph.edge(source, target)
    found = graphlay.layout(graph, options=_OPTIONS)
    places = found.positions()
    centres = [places[index] for index in range(len(sizes))]
    routes = [[(point["x"], point["y"]) for point in edge["points"]] for edge in found.edges]
    corners = [point for route in routes for point in route]
    for (x, y), (width, height) in zip(centres, sizes, strict=True):
        corners += [(x - width / 2, y - height / 2), (x + width / 2, y + height / 2)]
    left, top = (min(corner[axis] for corner in corners) for axis in (0, 1))
    right, bottom = (max(corner[axis] for corner in corners) for axis in (0, 1))

    def moved(point: Point) -> Point:
        return round(point[0] - left, 1), round(point[1] - top, 1)

    return Layout(
        centres=tuple(map(moved, centres)),
        routes=tuple(tuple(map(moved, route)) for route in routes),
        width=round(right - left, 1),
        height=round(bottom - top, 1),
    )

"""Frames around the operations of one Keras layer or name scope, where they stand together."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from gradmagic.display._fold import Folding
from gradmagic.display._graph_box import CARD, LINE, Card, text
from gradmagic.display._graph_facts import columns, shorten
from gradmagic.display._layout import Layout

__all__ = ["Frame", "draw_frame", "draw_tag", "frames"]

PADDING, TAG = 9.0, 17.0


@dataclass(frozen=True)
class Frame:
    """A scope and the rectangle around its boxes."""

    scope: str
    left: float
    top: float
    right: float
    bottom: float


def frames(folding: Folding, cards: list[Card], layout: Layout) -> list[Frame]:
    """Return a frame for each scope of several boxes that no other box would reach into."""
    inside: dict[str, list[int]] = {}
    for index, box in enumerate(folding.boxes):
        if box.kind == "operation" and box.nodes[0].scope:
            inside.setdefault(box.nodes[0].scope, []).append(index)
    edges = [_edges(card, centre) for card, centre in zip(cards, layout.centres, strict=True)]
    found = []
    for scope, members in inside.items():
        if len(members) < 2:
            continue
        own = _leaves_of(folding, members)
        frame = _around(scope, [edges[index] for index in members])
        # A Variable of the layer that stands in the way belongs inside.
        members = [*members, *(index for index in own if _meet(frame, edges[index]))]
        frame = _around(scope, [edges[index] for index in members])
        if not any(_meet(frame, edge) for index, edge in enumerate(edges) if index not in members):
            found.append(frame)
    return found


def _leaves_of(folding: Folding, members: list[int]) -> list[int]:
    """Return the leaves that nobody else reads."""
    readers: dict[int, set[int]] = {}
    for link in folding.links:
        readers.setdefault(link.source, set()).add(link.target)
    return [
        index
        for index, box in enumerate(folding.boxes)
        if box.kind != "operation" and readers.get(index, {-1}) <= set(members)
    ]


def _around(scope: str, edges: list[tuple[float, float, float, float]]) -> Frame:
    return Frame(
        scope,
        min(edge[0] for edge in edges) - PADDING - TAG,
        min(edge[1] for edge in edges) - PADDING,
        max(edge[2] for edge in edges) + PADDING,
        max(edge[3] for edge in edges) + PADDING,
    )


def _meet(frame: Frame, edge: tuple[float, float, float, float]) -> bool:
    across = edge[0] < frame.right and edge[2] > frame.left
    return across and edge[1] < frame.bottom and edge[3] > frame.top


def draw_frame(frame: Frame) -> str:
    """Return the frame, to be drawn behind everything."""
    return (
        f'<rect x="{frame.left:.1f}" y="{frame.top:.1f}" width="{frame.right - frame.left:.1f}" '
        f'height="{frame.bottom - frame.top:.1f}" rx="10" fill="{LINE}" fill-opacity="0.14" stroke="{LINE}" '
        'stroke-opacity="0.5"/>'
    )


def draw_tag(frame: Frame) -> str:
    """Return the scope's name up the left side of the frame, where links seldom pass."""
    height = frame.bottom - frame.top
    words = shorten(frame.scope, max(8, int((height - 36) / 6.3)))
    length = columns(words) * 6.3 + 12
    x, y = frame.left + 5, frame.top + height / 2
    return (
        f"<g><title>{escape(frame.scope)}</title>"
        f'<rect x="{x:.1f}" y="{y - length / 2:.1f}" width="16" height="{length:.1f}" rx="4" fill="{CARD}"/>'
        f'<g transform="translate({x + 12:.1f} {y:.1f}) rotate(-90)">{text(0, 0, words, 10.5)}</g></g>'
    )


def _edges(card: Card, centre: tuple[float, float]) -> tuple[float, float, float, float]:
    across, down = card.width / 2, card.height / 2
    return centre[0] - across, centre[1] - down, centre[0] + across, centre[1] + down

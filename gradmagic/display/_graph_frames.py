"""Frames around the operations of one Keras layer or name scope, where they stand together."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from gradmagic.display._fold import Folding
from gradmagic.display._graph_box import CARD, LINE, Card, text
from gradmagic.display._graph_facts import columns, shorten
from gradmagic.display._layout import Layout

__all__ = ["Frame", "draw_frame", "draw_tag", "frames"]

PADDING, BELOW = 9.0, 15.0


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
        left, top = (min(edges[index][side] for index in members) - PADDING for side in (0, 1))
        right = max(edges[index][2] for index in members) + PADDING
        bottom = max(edges[index][3] for index in members) + BELOW
        others = [edge for index, edge in enumerate(edges) if index not in members]
        if not any(e[0] < right and e[2] > left and e[1] < bottom and e[3] > top for e in others):
            found.append(Frame(scope, left, top, right, bottom))
    return found


def draw_frame(frame: Frame) -> str:
    """Return the frame, to be drawn behind everything."""
    return (
        f'<rect x="{frame.left:.1f}" y="{frame.top:.1f}" width="{frame.right - frame.left:.1f}" '
        f'height="{frame.bottom - frame.top:.1f}" rx="10" fill="{LINE}" fill-opacity="0.14" stroke="{LINE}" '
        'stroke-opacity="0.5"/>'
    )


def draw_tag(frame: Frame) -> str:
    """Return the scope's name on the frame's lower edge, to be drawn over the links."""
    words = shorten(frame.scope, max(10, int((frame.right - frame.left - 24) / 6.3)))
    width = columns(words) * 6.3 + 12
    left = frame.right - width - 8
    return (
        f"<g><title>{escape(frame.scope)}</title>"
        f'<rect x="{left:.1f}" y="{frame.bottom - 8:.1f}" width="{width:.1f}" height="16" rx="4" '
        f'fill="{CARD}" stroke="{LINE}" stroke-width="0.8"/>{text(left + width / 2, frame.bottom + 4, words, 10.5)}</g>'
    )


def _edges(card: Card, centre: tuple[float, float]) -> tuple[float, float, float, float]:
    across, down = card.width / 2, card.height / 2
    return centre[0] - across, centre[1] - down, centre[0] + across, centre[1] + down

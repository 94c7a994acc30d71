"""A `Graph` as SVG: boxes with values and adjoints, led into one another, under a legend.

Text stands on opaque cards and lines are mid-grey, so that it reads on a light and on a dark page. There is
no script, no font from elsewhere and no id, and the same graph gives the same bytes.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gradmagic.display._fold import Box, Folding, Link, fold
from gradmagic.display._graph_box import CARD, LINE, Card, card, draw, text
from gradmagic.display._graph_colour import Scale
from gradmagic.display._graph_facts import Facts, facts
from gradmagic.display._graph_frames import draw_frame, draw_tag, frames
from gradmagic.display._graph_legend import legend
from gradmagic.display._graph_shapes import arrow_head, route_path
from gradmagic.display._graph_text import graph_head
from gradmagic.display._layout import arrange
from gradmagic.display._numbers import number, value_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Graph, Node

__all__ = ["graph_svg"]

MARGIN, BETWEEN = 8.0, 22.0
# Longer values are cut in the title of a box: a tooltip holds no more.
TITLE = 160
# Variables whose adjoints the description for screen readers tells.
SOURCES = 8


def graph_svg(graph: Graph) -> str:
    """Return the graph as an SVG picture; empty for a graph without nodes."""
    if not graph.nodes:
        return ""
    folding = fold(graph)
    said = [facts(box) for box in folding.boxes]
    scale = Scale.of(found.size for found in said)
    cards = [card(box, found) for box, found in zip(folding.boxes, said, strict=True)]
    layout = arrange(
        [(found.width, found.height) for found in cards],
        [(link.source, link.target) for link in folding.links],
    )
    key, key_width, key_height = legend(folding, said, scale)
    framed = frames(folding, cards, layout)
    # Frames may stick out to any side of what the layout knows of.
    start = min(0.0, *(frame.left for frame in framed), 0.0)
    across = max(layout.width, *(frame.right for frame in framed), 0.0) - start
    down = max(layout.height, *(frame.bottom for frame in framed), 0.0)
    width = max(across, key_width) + 2 * MARGIN
    height = down + key_height + BETWEEN + 2 * MARGIN
    left, top = (width - across) / 2 - start, MARGIN + key_height + BETWEEN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" '
        "font-family=\"system-ui,'Segoe UI','Noto Sans','Noto Sans CJK SC',sans-serif\">",
        f"<title>{escape(say('graph-title', target=graph.target or say('graph-target')))}</title>",
        f"<desc>{escape(_description(graph, folding))}</desc>",
        f'<g transform="translate({(width - key_width) / 2:.1f} {MARGIN:g})">{key}</g>',
        f'<g transform="translate({left:.1f} {top:.1f})">',
    ]
    parts += [draw_frame(frame) for frame in framed]
    parts += [_link(link, route, cards) for link, route in zip(folding.links, layout.routes, strict=True)]
    parts += [draw_tag(frame) for frame in framed]
    for index, (found, centre) in enumerate(zip(cards, layout.centres, strict=True)):
        title = _title(found.box, found.facts)
        parts.append(draw(found, centre, scale, title, target=index == len(cards) - 1))
    return "".join([*parts, "</g></svg>"])


def _link(link: Link, route: tuple[tuple[float, float], ...], cards: list[Card]) -> str:
    dashed = "" if link.computed else ' stroke-dasharray="4 3"'
    title = say("graph-link", source=cards[link.source].facts.label, target=cards[link.target].facts.label)
    if link.times > 1:
        title += " " + say("graph-times", times=link.times)
    lines = (
        f'<path d="{route_path(route)}" fill="none" stroke="{LINE}" stroke-width="1.5"{dashed}/>'
        f'<path d="{arrow_head(route)}" fill="{LINE}"/>'
    )
    if link.times > 1 and cards[link.target].box.kind == "operation":
        x, y = route[-1][0], route[-1][1] - 17
        place = f'x="{x - 11:.1f}" y="{y - 8:.1f}" width="22" height="15"'
        lines += f'<rect {place} rx="7" fill="{CARD}" stroke="{LINE}"/>'
        lines += text(x, y + 3.5, f"×{link.times}", 10)
    return f"<g><title>{escape(title)}</title>{lines}</g>"


def _title(box: Box, said: Facts) -> str:
    if box.kind in ("folded", "leaves"):
        lines = [f"{said.label}: {said.what}"]
        lines += [said.code] if said.code else []
        lines += [said.adjoint or say("graph-not-computed")]
        inside = [*box.held, *(node for node in box.nodes if box.kind == "leaves")]
        lines += [_leaf(node) for node in inside if node.kind != "constant"][:12]
        return "\n".join(lines)
    node = box.nodes[0]
    head = f"{said.label} = {said.code}" if said.code else said.label
    where = say("graph-line", line=node.place.line) if node.place.line else ""
    what = " ".join(part for part in (node.operation or said.what, said.shape) if part)
    lines = [head, ", ".join(part for part in (what, node.scope, where) if part)]
    tensor = node.tensors[0] if node.tensors else None
    if said.value and tensor is not None:
        lines.append(say("graph-value", value=_flat(tensor.value)))
    lines.append(_adjoint(node))
    if box.settings:
        settings = ", ".join(_flat(setting.tensors[0].value) for setting in box.settings)
        lines.append(say("graph-settings", values=settings))
    return "\n".join(lines)


def _leaf(node: Node) -> str:
    return f"{node.label or say(f'graph-kind-{node.kind}')}: {_adjoint(node)}"


def _adjoint(node: Node) -> str:
    if node.adjoint is None:
        return say("graph-not-computed")
    return say("graph-adjoint", value=_flat(node.adjoint))


def _flat(value: object) -> str:
    if value is None:
        return "–"
    flat = " ".join(value_text(value).split())
    return flat if len(flat) <= TITLE else flat[: TITLE - 1] + "…"


def _description(graph: Graph, folding: Folding) -> str:
    """What a screen reader says of the picture: how much there is, and what most want to know."""
    sentences = [graph_head(graph, folding)]
    sources = [node for node in graph.nodes if node.kind in ("variable", "watched")]
    sentences += [_leaf(node) + "." for node in sources[:SOURCES]]
    if len(sources) > SOURCES:
        sentences.append(say("graph-more", count=number(len(sources) - SOURCES)))
    return " ".join(sentences)

"""One box of a graph as SVG: a card with the learner's words, and a band in the colour of its adjoint."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from gradmagic.display._fold import Box
from gradmagic.display._graph_colour import Scale, ink_on
from gradmagic.display._graph_facts import Facts, columns, shorten
from gradmagic.display._graph_shapes import outline, widening
from gradmagic.messages import say

__all__ = ["CARD", "INK", "LINE", "Card", "card", "draw", "hatch", "text"]

CARD, INK, LINE = "#fbfbfb", "#111111", "#808080"
HATCH = ("#f0f0f0", "#cfcfcf")
MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
LABEL, CODE, PLAIN = 30, 36, 38
BAND, PADDING, STACK = 22.0, 13.0, 4.0
# Size and height of the line, and the width of a column, of each style of text.
STYLES = {"label": (13.0, 18.0, 7.9), "code": (10.5, 15.0, 6.4), "plain": (11.0, 15.0, 6.0)}


@dataclass(frozen=True)
class Card:
    """A box with its lines of text; `width` and `height` hold the cards stacked behind it too."""

    box: Box
    facts: Facts
    lines: tuple[tuple[str, str], ...]
    width: float
    height: float

    @property
    def stacked(self) -> float:
        """How far the cards behind it stick out."""
        return 2 * STACK if self.box.kind in ("folded", "leaves") else 0.0


def card(box: Box, said: Facts) -> Card:
    """Return a box measured: wide enough for its text, as a browser will set it within a few pixels."""
    lines = [("label", shorten(said.label, LABEL))]
    if said.code:
        lines.append(("plain" if box.kind == "folded" else "code", shorten(said.code, CODE)))
    what = " ".join(part for part in (said.what, said.shape) if part)
    if said.value and columns(what) + columns(said.value) < 26:
        between = " " if said.value.startswith("=") or not what else ", "
        lines.append(("plain", f"{what}{between}{said.value}".strip()))
    else:
        lines += [("plain", shorten(part, PLAIN)) for part in (what, said.value) if part]
    widest = max(columns(line) * STYLES[style][2] for style, line in [*lines, ("plain", _adjoint(said))])
    width = max(96.0, widest + 2 * PADDING) + widening(box.kind)
    height = sum(STYLES[style][1] for style, _ in lines) + 12.0 + BAND
    found = Card(box, said, tuple(lines), width, height)
    return Card(box, said, tuple(lines), width + found.stacked, height + found.stacked)


def draw(found: Card, centre: tuple[float, float], scale: Scale, title: str, *, target: bool) -> str:
    """Return a card as an SVG group with a title."""
    width, height = found.width - found.stacked, found.height - found.stacked
    left, top = centre[0] - found.width / 2, centre[1] - found.height / 2
    kind = found.box.kind
    path = outline(kind, width, height)
    unknown = found.facts.size is None
    dashed = ' stroke-dasharray="5 3"' if unknown else ""
    stroke = f'stroke="{LINE}" stroke-width="{2.6 if target else 1.3}"{dashed}'
    parts = [f'<g class="{kind}" transform="translate({left:.1f} {top:.1f})"><title>{escape(title)}</title>']
    for shift in (found.stacked, found.stacked / 2) if found.stacked else ():
        parts.append(f'<path transform="translate({shift:g} {shift:g})" d="{path}" fill="{CARD}" {stroke}/>')
    parts.append(f'<path d="{path}" fill="{CARD}"/>')
    colour = HATCH[0] if found.facts.size is None else scale.colour(found.facts.size)
    # A nested <svg> cuts the outline off above the band, without an id that another picture might share.
    parts.append(
        f'<svg y="{height - BAND:g}" width="{width:.1f}" height="{BAND:g}">'
        f'<path transform="translate(0 {BAND - height:g})" d="{path}" fill="{colour}"/>'
        f"{hatch(width, BAND) if unknown else ''}</svg>"
    )
    parts.append(f'<path d="{path}" fill="none" {stroke}/>')
    y = 6.0
    for style, line in found.lines:
        size, step, _ = STYLES[style]
        parts.append(
            text(width / 2, y + step * 0.76, line, size, mono=style != "plain", bold=style == "label")
        )
        y += step
    parts.append(
        text(width / 2, height - 7, _adjoint(found.facts), 11, bold=not unknown, fill=ink_on(colour))
    )
    return "".join([*parts, "</g>"])


def hatch(width: float, height: float) -> str:
    """Return the stripes of what was not computed, on the inner part that every outline has."""
    stripes = "".join(
        f"M{x} {height:g}l{height:g} -{height:g}" for x in range(14, int(width - height) - 12, 9)
    )
    return f'<path d="{stripes}" stroke="{HATCH[1]}" stroke-width="1.5"/>' if stripes else ""


def text(
    x: float, y: float, content: str, size: float, *, mono: bool = False, bold: bool = False,
    fill: str = INK, anchor: str = "middle",
) -> str:  # fmt: skip
    """Return a line of text as SVG."""
    family = f' font-family="{MONO}"' if mono else ""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"'
        f"{family}{weight}>{escape(content)}</text>"
    )


def _adjoint(said: Facts) -> str:
    if said.size is None:
        return say("graph-not-computed-short")
    several = said.adjoint.startswith(say("graph-largest", value=""))
    return said.adjoint if several else say("graph-adjoint", value=said.adjoint)

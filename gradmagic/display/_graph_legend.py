"""The legend of a graph's picture: what the colours and the outlines mean, as far as the picture has them."""

from __future__ import annotations

import math

from gradmagic.display._fold import Folding
from gradmagic.display._graph_box import CARD, LINE, hatch, text
from gradmagic.display._graph_colour import BAD, ZERO, Scale
from gradmagic.display._graph_facts import Facts, columns
from gradmagic.display._graph_shapes import outline
from gradmagic.display._numbers import number
from gradmagic.messages import say

__all__ = ["legend"]

BAR, SLICES, PADDING, ROW, PER_COLUMN = 220.0, 44, 14.0, 24.0, 6.3
KINDS = ("variable", "watched", "constant", "operation", "folded", "leaves")


def legend(folding: Folding, said: list[Facts], scale: Scale) -> tuple[str, float, float]:
    """Return the legend as SVG, its width and its height."""
    sizes = [found.size for found in said]
    swatches = []
    if any(size is not None and size > 0 and math.isfinite(size) for size in sizes):
        smallest = min(size for size in sizes if size is not None and size > 0 and math.isfinite(size))
        swatches.append(_bar(scale, cut=smallest < 10.0**scale.low * 0.999))
    if any(size == 0 for size in sizes):
        swatches.append(_swatch(ZERO, say("graph-zero")))
    if any(size is not None and not math.isfinite(size) for size in sizes):
        swatches.append(_swatch(BAD, say("graph-not-finite")))
    if None in sizes:
        swatches.append(_swatch(None, say("graph-not-computed-short")))
    kinds = [kind for kind in KINDS if any(box.kind == kind for box in folding.boxes)]
    title = say("graph-legend")
    first, width = _row([(text(0, 16, title, 11, bold=True, anchor="start"), _wide(title)), *swatches])
    second, other = _row([_kind(kind) for kind in kinds])
    bar_height = 36.0
    width, height = max(width, other) + 2 * PADDING, bar_height + ROW + 2 * 9
    paper = f'<rect width="{width:.1f}" height="{height:g}" rx="6" fill="{CARD}" stroke="{LINE}"/>'
    body = (
        f'<g transform="translate({PADDING:g} 9)">{first}</g>'
        f'<g transform="translate({PADDING:g} {9 + bar_height:g})">{second}</g>'
    )
    return paper + body, width, height


def _row(items: list[tuple[str, float]]) -> tuple[str, float]:
    parts, x = [], 0.0
    for item, width in items:
        parts.append(f'<g transform="translate({x:.1f} 0)">{item}</g>')
        x += width + 18
    return "".join(parts), x - 18


def _bar(scale: Scale, *, cut: bool) -> tuple[str, float]:
    """Return the colours with numbers under them; `cut`: some adjoints are smaller than the scale reaches."""
    step = BAR / SLICES
    parts = [
        f'<rect x="{12 + index * step:g}" y="5" width="{step + 0.5:g}" height="14" '
        f'fill="{scale.at((index + 0.5) / SLICES)}"/>'
        for index in range(SLICES)
    ]
    span = scale.high - scale.low
    for exponent in scale.ticks():
        x = 12 + BAR * (exponent - scale.low) / span
        parts.append(f'<path d="M{x:.1f} 19v4" stroke="{LINE}"/>')
        least = "≤ " if cut and exponent == round(scale.low) else ""
        parts.append(text(x, 34, least + number(10.0**exponent), 10))
    return "".join(parts), BAR + 24


def _swatch(colour: str | None, words: str) -> tuple[str, float]:
    dashed = ' stroke-dasharray="4 3"' if colour is None else ""
    stripes = f'<svg y="5" width="26" height="14">{hatch(60, 14)}</svg>' if colour is None else ""
    box = f'<rect y="5" width="26" height="14" rx="2" fill="{colour or "#f0f0f0"}"/>{stripes}'
    box += f'<rect y="5" width="26" height="14" rx="2" fill="none" stroke="{LINE}"{dashed}/>'
    return box + text(33, 16, words, 11, anchor="start"), 33 + _wide(words)


def _kind(kind: str) -> tuple[str, float]:
    words = say(f"graph-kind-{kind}")
    path = outline(kind, 30, 18)
    back = ""
    if kind in ("folded", "leaves"):
        back = (
            f'<path transform="translate(3 3)" d="{path}" fill="{CARD}" stroke="{LINE}" stroke-width="1.2"/>'
        )
    icon = f'{back}<path d="{path}" fill="{CARD}" stroke="{LINE}" stroke-width="1.2"/>'
    return icon + text(38, 13, words, 11, anchor="start"), 38 + _wide(words)


def _wide(words: str) -> float:
    return columns(words) * PER_COLUMN

"""Bar charts as SVG: shapes and words only, coloured by the page, with a description for who cannot see.

Lengths along a bar are parts of the page's width, so that words keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from unicodedata import east_asian_width

from gradmagic.grading.book._page import tame
from gradmagic.grading.book._statistics import Bin
from gradmagic.grading.book._tables import number

__all__ = ["bars", "columns", "stacks"]

# What fits above a bar on a phone, in letters; a Chinese character counts as two.
LETTERS = 50
# A bar with its name above it, in pixels.
ROW = 42


def columns(bins: Sequence[Bin], median: float, title: str) -> str:
    """Return a histogram: a column a bin, its count above, its points below, a dashed line at the median."""
    height, top, bottom = 210, 24, 26
    base = height - bottom
    high = max(1, *(one.count for one in bins))
    step = 100 / len(bins)
    parts = []
    for place, one in enumerate(bins):
        tall = (base - top) * one.count / high
        left = place * step
        parts.append(_rect(left + step * 0.07, base - tall, step * 0.86, tall, "bar"))
        if one.count:
            parts.append(_text(left + step / 2, base - tall - 6, str(one.count), "middle ink"))
        if one.low == one.high:
            parts.append(_text(left + step / 2, height - 8, number(one.low), "middle"))
        elif place:
            parts.append(_text(left, height - 8, number(one.low), "middle"))
    if bins and bins[0].low < bins[0].high:
        parts.append(_text(0, height - 8, number(bins[0].low), ""))
        parts.append(_text(100, height - 8, number(bins[-1].high), "end"))
    parts.append(f'<line class="axis" x1="0" y1="{base}" x2="100%" y2="{base}"/>')
    at = _place(bins, median) * step
    parts.append(f'<line class="median" x1="{at:.2f}%" y1="{top}" x2="{at:.2f}%" y2="{base}"/>')
    return _svg(height, title, parts)


def bars(rows: Sequence[tuple[str, int]], title: str) -> str:
    """Return lying bars with a name above each and its count at the end."""
    high = max(1, *(count for _, count in rows))
    parts = []
    for place, (label, count) in enumerate(rows):
        y = place * ROW
        long = 90 * count / high
        parts.append(_text(0, y + 14, _short(label, LETTERS), "ink"))
        parts.append(_rect(0, y + 20, long, 12, "bar"))
        parts.append(_text(long, y + 30.5, str(count), "", shift=7))
    return _svg(ROW * len(rows), title, parts)


def stacks(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]], title: str) -> str:
    """Return lying bars of equal length, divided into parts of one class each, with the first one's share."""
    parts = []
    for place, (label, counts) in enumerate(rows):
        y = place * ROW
        total = max(1, sum(count for _, count in counts))
        parts.append(_text(0, y + 14, _short(label, LETTERS - 6), "ink"))
        parts.append(_text(100, y + 14, f"{counts[0][1] / total:.0%}", "end ink"))
        x = 0.0
        for kind, count in counts:
            long = 100 * count / total
            if count:
                parts.append(_rect(x, y + 20, long, 12, f"bar part {kind}"))
            x += long
    return _svg(ROW * len(rows), title, parts)


def _place(bins: Sequence[Bin], value: float) -> float:
    """Return where a value lies on the axis, in bins from the left."""
    for place, one in enumerate(bins):
        if one.low == one.high:
            # A bin a point: between two points the line stands between their columns.
            if value <= one.low:
                return place + 0.5 - (one.low - value)
        elif value <= one.high:
            return place + (value - one.low) / (one.high - one.low)
    return float(len(bins))


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg width="100%" height="{height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(tame(title))}</title>{''.join(parts)}</svg>"
    )


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return (
        f'<rect class="{kind}" x="{x:.2f}%" y="{y:.1f}" width="{width:.2f}%" height="{height:.1f}" rx="1.5"/>'
    )


def _text(x: float, y: float, text: str, kind: str, shift: int = 0) -> str:
    moved = f' dx="{shift}"' if shift else ""
    return f'<text class="{kind}" x="{x:.2f}%" y="{y:.1f}"{moved}>{escape(tame(text))}</text>'


def _short(text: str, room: int) -> str:
    """Cut a label that would run out of the picture."""
    for place, mark in enumerate(text):
        room -= 2 if east_asian_width(mark) in "WF" else 1
        if room < 1:
            return f"{text[:place]}…"
    return text

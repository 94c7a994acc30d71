"""Compare what a notebook shows with what it showed before: words exactly, numbers within a tolerance.

Another processor, another number of threads or another release of a library rounds otherwise, so the last
digits of a figure and the coordinates of a drawing differ where nothing is wrong. Everything else is compared
as it stands.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from gradmagic.course._path_comparison import paths_agree
from gradmagic.messages import say

__all__ = ["OutputDifference", "Tolerance", "compare_output", "compare_text"]


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers may lie apart.

    Attributes:
        relative: of a figure, relative to the larger of the two; both must have the same sign.
        pixels: of a coordinate or a length in a drawing, in its own units (pixels, points or per cent); two
            curves may have other points if each point of one lies this near to the other.
        channel: of a colour, for each of red, green and blue, out of 255.
    """

    relative: float = 1e-4
    pixels: float = 0.5
    channel: int = 4


@dataclass(frozen=True)
class OutputDifference:
    """The first place where two outputs differ.

    Attributes:
        line: of the expected output, from 1.
        expected: what stood there, `""` at its end.
        actual: what stands there now, `""` at its end.
        relative: how far two figures are apart, relative to the larger; `None` unless both are figures.
    """

    line: int
    expected: str
    actual: str
    relative: float | None = None

    def __str__(self) -> str:
        """Say what differs, in the language in force."""
        if self.relative is None:
            return say(
                "outputs-differ", line=self.line, expected=repr(self.expected), actual=repr(self.actual)
            )
        return say(
            "outputs-differ-number",
            line=self.line,
            expected=self.expected,
            actual=self.actual,
            relative=f"{self.relative:.2g}",
        )


_SUPERSCRIPTS = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
_TOKEN = re.compile(
    rf"""
    (?P<newline>\n)
    | (?P<colour>\#[0-9a-fA-F]{{6}}\b)
    | (?P<name>[^\W\d]\w*)                         # digits of a name, as in W1 or float32, are no number
    | (?P<number>[-+−]?(?:{_DIGITS}\.?\d*|\.\d+)
        (?:[eE][-+]?\d+
          |\s?[×·]\s?10(?:[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\{{?-?\d+\}}?)
          |\s?\\(?:times|cdot)\s?10\^\{{?-?\d+\}}?
        )?)
    | (?P<rule>([-=_─━═])\6{{2,}})                  # the line under a table's head is as long as its figures
    | (?P<other>\S)
    """,
    re.VERBOSE,
)
_CHINESE = re.compile(r"([\u3400-\u9fff]+)")


@dataclass(frozen=True)
class _Token:
    """A word, a figure or a sign, with the rule by which it is compared."""

    text: str
    line: int
    kind: str = "exact"

    def difference(self, other: _Token, tolerance: Tolerance) -> OutputDifference | None:
        if self.text == other.text:
            return None
        kinds = {self.kind, other.kind}
        relative = None
        if kinds == {"colour"} and _close_colours(self.text, other.text, tolerance.channel):
            return None
        if kinds == {"path"} and paths_agree(self.text, other.text, tolerance.pixels):
            return None
        if kinds <= {"number", "length"}:
            if kinds == {"length"} and _close_lengths(self.text, other.text, tolerance.pixels):
                return None
            one, two = _value(self.text), _value(other.text)
            relative = abs(one - two) / max(abs(one), abs(two)) if one != two else 0.0
            # Two whole numbers count something, and are compared as they stand.
            whole = one != two and _is_whole(self.text) and _is_whole(other.text)
            if relative <= tolerance.relative and not whole:
                return None
        return OutputDifference(self.line, self.text, other.text, relative)


_END = _Token("", 0)


def compare_text(expected: str, actual: str, tolerance: Tolerance | None = None) -> OutputDifference | None:
    """Compare two plain texts, their figures within the tolerance.

    Spaces between words and the length of rules are those of the figures, and not compared; lines are.

    Args:
        expected: the text kept.
        actual: the text that came.
        tolerance: how far figures may lie apart; `Tolerance()` by default.

    Returns:
        The first difference, or `None` if there is none.
    """
    return _first_difference(_text_tokens(expected.strip()), _text_tokens(actual.strip()), tolerance)


def compare_output(
    mime: str, expected: Any, actual: Any, tolerance: Tolerance | None = None
) -> OutputDifference | None:
    """Compare two outputs of one kind, their figures within the tolerance.

    HTML and SVG are compared element by element: text as text, coordinates, lengths and colours within their
    own tolerance, references within the drawing by what they refer to and not by its generated name.

    Args:
        mime: the media type, such as `text/plain`, `text/html`, `image/svg+xml` or `application/json`.
        expected: the output kept; text, or any JSON value.
        actual: the output that came.
        tolerance: how far figures may lie apart; `Tolerance()` by default.

    Returns:
        The first difference, or `None` if there is none.
    """
    if not isinstance(expected, str) or not isinstance(actual, str):
        expected, actual = (json.dumps(one, sort_keys=True, indent=0) for one in (expected, actual))
        return compare_text(expected, actual, tolerance)
    if mime in ("text/html", "image/svg+xml"):
        return _first_difference(_markup_tokens(expected), _markup_tokens(actual), tolerance)
    return compare_text(expected, actual, tolerance)


def _first_difference(
    expected: Iterator[_Token], actual: Iterator[_Token], tolerance: Tolerance | None
) -> OutputDifference | None:
    tolerance = tolerance or Tolerance()
    line = 1
    for one, other in itertools.zip_longest(expected, actual, fillvalue=_END):
        line = one.line or line
        if one is _END or other is _END:
            return OutputDifference(line, one.text, other.text)
        if found := one.difference(other, tolerance):
            return found
    return None


def _text_tokens(text: str, line: int = 1) -> Iterator[_Token]:
    # A figure may follow a Chinese word without a space, and is no part of it.
    for found in _TOKEN.finditer(_CHINESE.sub(r" \1 ", text)):
        kind = found.lastgroup or ""
        if kind == "newline":
            yield _Token("\n", line)
            line += 1
        elif kind == "rule":
            yield _Token(found[0][:3], line)
        else:
            yield _Token(found[0], line, kind if kind in ("number", "colour") else "exact")


def _value(text: str) -> float:
    text = text.replace("−", "-").replace(",", "").translate(_SUPERSCRIPTS)
    text = re.sub(r"\s?(?:[×·]|\\times|\\cdot)\s?10\^?\{?([-+]?\d+)\}?", r"e\1", text)
    return float(text)


def _is_whole(text: str) -> bool:
    return re.fullmatch(r"[-+−]?[\d,]+", text) is not None


def _close_lengths(one: str, other: str, pixels: float) -> bool:
    return math.isclose(_value(one), _value(other), rel_tol=0, abs_tol=pixels)


def _close_colours(one: str, other: str, channel: int) -> bool:
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return all(abs(ours - theirs) <= channel for ours, theirs in pairs)


# Attributes that hold coordinates and lengths of a drawing, and those that name or refer.
_GEOMETRY = frozenset(
    "viewbox x y x1 y1 x2 y2 cx cy fx fy r rx ry dx dy width height textlength".split()  # noqa: SIM905
)
_REFERRING = frozenset(
    ["id", "for", "href", "xlink:href", "aria-labelledby", "aria-describedby", "aria-controls"]
)
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_TRANSFORM = re.compile(r"(\w+)\(([^)]*)\)")
# Matplotlib names a marker or a clipping path by a hash of its coordinates.
_GENERATED = re.compile(r"[0-9a-f]{8,}")
_LENGTH = re.compile(r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?P<unit>px|pt|em|%)")


class _Markup(HTMLParser):
    """Reads markup into tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[_Token] = []
        self._names: dict[str, str] = {}
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._exact(f"<{tag}")
        self._in_style = tag == "style"
        for name, value in attrs:
            self._exact(name)
            self._attribute(name, value or "")
        self._exact(">")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        self._exact(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._style(data)
        elif data.strip():
            self._add(_text_tokens(data))

    def _attribute(self, name: str, value: str) -> None:
        if name in _REFERRING and (name in ("id", "for") or name.startswith("aria-") or value[:1] == "#"):
            self._exact(" ".join(self._named(word.lstrip("#")) for word in value.split()))
        elif found := _REFERENCE.fullmatch(value.strip()):
            self._exact(f"url({self._named(found[1])})")
        elif name in ("d", "points"):
            self._append(value, "path")
        elif name in _GEOMETRY:
            self._lengths(value)
        elif name == "transform":
            for function, values in _TRANSFORM.findall(value):
                self._exact(function)
                # The arguments before these are angles and factors.
                first = {"translate": 0, "rotate": 1, "matrix": 4}.get(function, 6)
                for index, number in enumerate(re.split(r"[\s,]+", values.strip())):
                    self._append(number, "length" if index >= first else "number")
        elif name == "style":
            self._style(value)
        else:
            self._add(_text_tokens(value))

    def _lengths(self, value: str) -> None:
        for token in _text_tokens(value):
            self._append(token.text, "length" if token.kind == "number" else token.kind)

    def _style(self, value: str) -> None:
        value, end = _REFERENCE.sub(lambda found: f"url({self._named(found[1])})", value), 0
        for found in _LENGTH.finditer(value):
            self._add(_text_tokens(value[end : found.start()]))
            self._append(found["number"], "length")
            self._exact(found["unit"])
            end = found.end()
        self._add(_text_tokens(value[end:]))

    def _named(self, name: str) -> str:
        """Return a name as it stands, or a generated one by the order in which it first appears."""
        if _GENERATED.search(name) is None:
            return name
        return self._names.setdefault(name, f"name-{len(self._names)}")

    def _exact(self, text: str) -> None:
        self._append(text, "exact")

    def _append(self, text: str, kind: str) -> None:
        self.tokens.append(_Token(text, self.getpos()[0], kind))

    def _add(self, tokens: Iterator[_Token]) -> None:
        # How markup is broken into lines is not seen.
        first = self.getpos()[0]
        self.tokens += [
            _Token(token.text, first + token.line - 1, token.kind) for token in tokens if token.text != "\n"
        ]


def _markup_tokens(text: str) -> Iterator[_Token]:
    reader = _Markup()
    reader.feed(text)
    reader.close()
    return iter(reader.tokens)

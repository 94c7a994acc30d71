"""The house's docstrings as reStructuredText: one sentence, then Args, Returns, Raises, Attributes, Example.

One back-tick is code, a star is a star, and no part of a sentence before a colon is taken for a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from textwrap import dedent
from typing import Any

from sphinx.application import Sphinx

_HEADING = re.compile(r"(Args|Returns|Raises|Attributes|Example):$")
_ITEM = re.compile(r"(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*): ?(.*)", re.DOTALL)
_FIELDS = {"Args": "param", "Raises": "raises"}


def in_rst(text: str) -> str:
    """Our prose as reStructuredText: code in double back-ticks, everything else as it stands."""
    parts = re.split(r"(`+[^`]+`+)", text)
    for at, part in enumerate(parts):
        if at % 2:
            parts[at] = f"``{part.strip('`')}``"
        else:
            parts[at] = re.sub(r"([*|\\])", r"\\\1", re.sub(r"(\w)_(?!\w)", r"\1\\_", part))
    return "".join(parts)


def sections(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of a docstring, `(heading, text)`; what stands before the first heading has none."""
    heading, kept = "", list[str]()
    for line in lines:
        found = _HEADING.match(line)
        inside = heading and line and not line.startswith(" ")
        if found or inside:
            yield heading, dedent("\n".join(kept)).strip("\n")
            heading, kept = (found[1] if found else ""), ([] if found else [line])
        else:
            kept.append(line)
    yield heading, dedent("\n".join(kept)).strip("\n")


def items(text: str) -> Iterator[tuple[list[str], str]]:
    """`(names, what)` of each entry: `low, high: the ends of it`."""
    for entry in re.split(r"\n(?=\S)", text):
        found = _ITEM.match(entry)
        if found:
            yield found[1].split(", "), " ".join(found[2].split())


def converted(heading: str, text: str) -> Iterator[str]:
    """One part as reStructuredText."""
    if heading in _FIELDS:
        for names, what in items(text):
            for name in names:
                yield f":{_FIELDS[heading]} {name}: {in_rst(what)}"
    elif heading == "Returns":
        yield f":returns: {in_rst(' '.join(text.split()))}"
    elif heading == "Attributes":
        yield from (".. rubric:: Attributes", "")
        for names, what in items(text):
            yield from (", ".join(f"``{name}``" for name in names), f"    {in_rst(what)}")
    elif heading == "Example":
        yield from text.splitlines()
    else:
        prose = list(takewhile(lambda line: not line.startswith(">>>"), text.splitlines()))
        yield from in_rst("\n".join(prose)).splitlines()
        yield from text.splitlines()[len(prose) :]
    yield ""


def convert(app: Sphinx, what: str, name: str, item: Any, options: Any, lines: list[str]) -> None:
    """Rewrite a docstring in place."""
    lines[:] = [
        line for heading, text in sections(lines) if heading or text for line in converted(heading, text)
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Read every docstring so."""
    app.connect("autodoc-process-docstring", convert)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

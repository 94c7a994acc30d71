"""Where in the learner's code an operation was made: the frame, the line, the expression."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

__all__ = ["Place", "is_library", "names_seen_by", "place"]

_HERE = os.path.join(Path(os.path.abspath(__file__)).parents[2], "")  # the whole package


@dataclass(frozen=True)
class Place:
    """A spot in the learner's code.

    Attributes:
        line: 1-based in the file or the cell; 0 when it is not known.
        expression: the exact source text of the operation, empty when it is not known.
        function: the name of the function it stands in, `"<module>"` at top level.
        file: where the source can be looked up (a cell has a file of its own); empty when it is not known.
    """

    line: int
    expression: str
    function: str
    file: str = ""


@cache
def is_library(filename: str) -> bool:
    """Tell whether a file belongs to Python, to an installed package or to us, not to the learner."""
    if filename.startswith("<frozen"):
        return True
    path = os.path.abspath(filename)
    return path.startswith((_HERE, *_library_folders()))


@cache
def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    # An environment sees its base's standard library under the base's path too.
    folders.add(os.path.dirname(os.path.abspath(os.__file__)))
    return tuple(os.path.join(folder, "") for folder in folders)


def names_seen_by(frame: FrameType) -> dict[str, Any]:
    """Return the names that a frame's code can see, its own over its module's."""
    own = frame.f_locals
    names = {**frame.f_globals, **own}
    # Before Python 3.13 asking a function's frame leaves a copy of its variables on it, which would keep
    # tensors alive until the function returns. Only a debugger reads it back, so it stays if there is one.
    if isinstance(own, dict) and frame.f_code.co_flags & CO_OPTIMIZED and sys.gettrace() is None:
        own.clear()
    return names


def place(code: CodeType, instruction: int) -> Place:
    """Work out the line and the expression of an instruction (PEP 657 positions)."""
    first, last, start, end = _positions(code)[instruction // 2]
    if first is None:
        return Place(0, "", code.co_name, code.co_filename)
    expression = ""
    if last is not None and start is not None and end is not None:
        lines = linecache.getlines(code.co_filename)[first - 1 : last]
        if len(lines) == last - first + 1:
            # Columns count bytes of UTF-8, not characters; cut the end first: on one line both cut it.
            raw = [line.encode() for line in lines]
            raw[-1] = raw[-1][:end]
            raw[0] = raw[0][start:]
            expression = b"".join(raw).decode("utf-8", "replace")
    return Place(first, _one_line(expression), code.co_name, code.co_filename)


@cache
def _positions(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions())


def _one_line(expression: str) -> str:
    """Put an expression that runs over several lines on one, comments left out."""
    if "\n" not in expression:
        return expression
    try:
        return ast.unparse(ast.parse(expression, mode="eval"))
    except SyntaxError:  # part of a statement: the text as it stands, without line breaks
        return " ".join(expression.split())

"""How `%%tape` stays a cell: its first line becomes `%tape`, the rest is left to IPython.

A cell magic that runs its body itself loses what IPython gives a cell: `await`, `?`, the display of
the last expression, tracebacks on the right line. So the text of the cell is changed instead, before
IPython compiles it: the first line starts a recording, and the end of the cell, however it comes, stops it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from gradmagic.errors import OptionError
from gradmagic.magics._line import parse

__all__ = ["WatchAssigned", "assigned_names", "first_line_to_magic"]

_FIRST_LINE = re.compile(r"%%(?P<magic>tape|train)(?:[ \t]+(?P<options>.*?))?[ \t]*\n?$")


def first_line_to_magic(lines: list[str]) -> list[str]:
    """Turn `%%tape OPTIONS` on the first line into the call of `%tape`; leave other cells alone."""
    found = _FIRST_LINE.match(lines[0]) if lines else None
    if found is None:
        return lines
    options = found["options"] or ""
    if not any(line.strip() for line in lines[1:]):
        # A body that is not quite empty gets past IPython, and our magic says what is missing.
        return [f"get_ipython().run_cell_magic({found['magic']!r}, {options!r}, '\\n')\n"]
    if found["magic"] == "train":
        return lines
    return [f"get_ipython().run_line_magic('tape', {options!r})\n", *lines[1:]]


class WatchAssigned(ast.NodeTransformer):
    """Watches a constant from the moment the cell assigns it: `x = ...` is followed by `tape.watch(x)`.

    Args:
        parsed: told the syntax tree of every cell, before it runs.
    """

    def __init__(self, parsed: Callable[[ast.Module], None]) -> None:
        self._parsed = parsed
        self._names: tuple[str, ...] = ()
        self._tape = ""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Change a cell that records with `--watch`; leave every other cell alone."""
        line = _recording_line(node)
        self._parsed(node)
        if line is None or "--watch" not in line:
            return node
        try:
            options = parse("tape", line)
        except OptionError:
            return node  # the magic itself will say so, when it runs
        if not options.watch:
            return node
        self._names, self._tape = options.watch, options.name or "tape"
        node.body = list(self._watched(node.body))
        return node

    def _watched(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in body:
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                for field in ("body", "orelse", "finalbody"):
                    inner = getattr(statement, field, None)
                    if inner:
                        setattr(statement, field, list(self._watched(inner)))
            yield statement
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                bound = set(_bound(statement))
                for name in self._names:
                    if name in bound:
                        yield self._watch(name, statement)

    def _watch(self, name: str, after: ast.stmt) -> ast.stmt:
        call = ast.parse(f"{self._tape}.watch({name})").body[0]
        for part in ast.walk(call):
            ast.copy_location(part, after)
        return call


def assigned_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a piece of code assigns, those inside functions left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child.name
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.Lambda):
            yield from assigned_names(child)


def _bound(statement: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def _recording_line(node: ast.Module) -> str | None:
    """Return the options of the `%tape` call with which a cell begins."""
    match node.body:
        case [
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="run_line_magic"),
                    args=[ast.Constant(value="tape"), ast.Constant(value=str(line))],
                )
            ),
            *_,
        ]:
            return line
    return None

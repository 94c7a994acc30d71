"""Turn the body of a `%%train` cell into a function that returns the loss."""

from __future__ import annotations

import ast
import io
import linecache
import tokenize
from collections.abc import Callable
from typing import Any

from gradmagic.errors import LossError
from gradmagic.messages import say

__all__ = ["loss_from_cell", "loss_from_expression"]

_HEADER = "def loss({}):\n"


def loss_from_cell(
    body: str, namespace: dict[str, Any], filename: str, data: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Return the function whose body is a cell's, and whose value is the cell's last expression.

    The line `%%train` becomes the line `def loss():`, so every line keeps its number, and the source is
    registered under `filename`, so that tracebacks and AutoGraph find it. The names of data become
    parameters: in the cell they stand for the batch.

    Raises:
        LossError: the cell is empty, does not end with an expression, or awaits.
        SyntaxError: the learner's own, on the learner's own line.
    """
    if not body.strip():
        raise LossError(say("magics-train-empty"))
    # The empty line stands where `%%train` stood.
    tree = _parse("\n" + body, filename)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        raise LossError(say("magics-train-no-loss", line=_first_line(ast.unparse(last))))
    return _function(
        _HEADER.format(", ".join(data)) + _indented(_with_return(body, last)), namespace, filename
    )


def loss_from_expression(expression: str, namespace: dict[str, Any], filename: str) -> Callable[[], Any]:
    """Return the function that computes an expression."""
    return _function(f"{_HEADER.format('')}    return ({expression})\n", namespace, filename)


def _parse(text: str, filename: str) -> ast.Module:
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    tree = compile(text, filename, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(tree, ast.Module)
    if any(isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) for node in ast.walk(tree)):
        raise LossError(say("magics-train-await"))
    return tree


def _with_return(body: str, last: ast.Expr) -> str:
    lines = body.splitlines(keepends=True)
    row = last.lineno - 2
    # Columns count bytes of UTF-8.
    raw = lines[row].encode()
    # Comments of their own may stand between a parenthesis and the expression, so the statement's own
    # start is the place: `return` before it makes the same logical line a return.
    lines[row] = (raw[: last.col_offset] + b"return " + raw[last.col_offset :]).decode()
    return "".join(lines)


def _indented(body: str) -> str:
    """Indent every line that begins a token: what continues a string stays as it is."""
    if not body.endswith("\n"):
        body += "\n"
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(body).readline):
        # From 3.12 an f-string's text is a token of another name; both may span lines.
        if "STRING" in tokenize.tok_name[token.type]:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    lines = body.splitlines(keepends=True)
    return "".join(line if number in inside else "    " + line for number, line in enumerate(lines, 1))


def _function(source: str, namespace: dict[str, Any], filename: str) -> Callable[[], Any]:
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    made: dict[str, Any] = {}
    exec(compile(source, filename, "exec"), namespace, made)
    loss: Callable[[], Any] = made["loss"]
    return loss


def _first_line(text: str) -> str:
    line = text.splitlines()[0]
    return line if len(line) <= 60 else line[:59] + "…"

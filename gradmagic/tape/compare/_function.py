"""Compare the derivatives of a function at a point; say where its Python code takes a path of its own."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import as_argument, check_target, leaves, shorten
from gradmagic.tape._tape import Tape
from gradmagic.tape.compare._compare import compare_recording
from gradmagic.tape.compare._report import CompareReport
from gradmagic.tape.derivative._derivative import parameter_names

__all__ = ["compare_function"]


def compare_function(
    f: Callable[..., Any], points: Sequence[Any], *, name: str | None = None
) -> CompareReport:
    """Put the automatic, the numeric and the symbolic derivative of `f` side by side.

    Branches, loops and recursion are no matter to the first two: they follow what ran. The formula is
    made of what ran, too, so it is that of the path taken at this point, and the report says so.

    Args:
        f: takes tensors and returns one; more than one number is summed.
        points: one value for each argument.
        name: how `f` is called in the report.

    Raises:
        TargetError: `f` is not callable, an argument is not a floating number, the result is no tensor.
        ArgumentError: no point came.
        RecordingError: the recording cannot be repeated, and why.
    """
    if not callable(f):
        raise TargetError(say("tape-callable", kind=type(f).__name__, value=shorten(f)))
    called = name or getattr(f, "__name__", "f")
    called = "f" if called == "<lambda>" else called
    if not points:
        raise ArgumentError(say("tape-no-point", name=called))
    arguments = [as_argument(point) for point in points]
    tape = Tape(max_memory="1GB")
    with tape:
        tape.watch(*leaves(arguments))
        result = f(*arguments)
    check_target(result, say("tape-result"))
    names = parameter_names(f, len(leaves(arguments)))
    notes = [
        say("compare-path", name=called, what=say(f"compare-{what}"), line=line) for what, line in _paths(f)
    ]
    return compare_recording(tape, result, arguments, target_name=called, source_names=names, notes=notes)


def _paths(f: Callable[..., Any]) -> list[tuple[str, int]]:
    """The first branch, loop and call of itself in the source of `f`, with their lines in it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError):  # no source, or part of a line: nothing can be known
        return []
    found: dict[str, int] = {}
    for what, node in _control(tree, getattr(f, "__name__", "")):
        found.setdefault(what, node.lineno)
    return sorted(found.items(), key=lambda item: item[1])


def _control(tree: ast.AST, name: str) -> Iterator[tuple[str, Any]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.IfExp, ast.Match)):
            yield "branch", node
        elif isinstance(node, (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)):
            yield "loop", node
        elif isinstance(node, ast.Call) and getattr(node.func, "id", None) == name:
            yield "recursion", node

"""The definitions that an answer is made of, as one program: what the rules of a check read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from gradmagic.grading._names import Statement, names_of, python_of

__all__ = ["program_of"]


def program_of(sources: Iterable[str], asks: Sequence[str]) -> str:
    """Return the statements that bind what is asked for, what these look up, and so on.

    Of several that bind one name the last counts, and an earlier one if the last looks the name up itself, as
    `f = tf.function(f)` does. Imports are there as far as they are used; a cell that is no Python has
    nothing to add.

    Args:
        sources: the texts of the cells that were run, in order.
        asks: the names that the check asks for.
    """
    statements = [pair for source in sources for pair in _statements(source)]
    places = _places(statements)
    kept = {place for place, (statement, _) in enumerate(statements) if _is_star(statement)}
    wanted, left = set(asks), list(asks)
    while left:
        name = left.pop()
        for place in _binding(name, places.get(name, ()), statements):
            if place in kept:
                continue
            kept.add(place)
            more = (statements[place][1].now | statements[place][1].later) - wanted
            wanted |= more
            left += sorted(more)
    return "\n".join(ast.unparse(_trimmed(statements[place][0], wanted)) for place in sorted(kept))


def _places(statements: Sequence[tuple[ast.stmt, Statement]]) -> dict[str, list[int]]:
    """Of each name the places of the statements that bind it, or change the thing that it is."""
    found: dict[str, list[int]] = {}
    for place, (statement, names) in enumerate(statements):
        for name in names.bound | _changed(statement):
            found.setdefault(name, []).append(place)
    return found


def _binding(
    name: str, places: Sequence[int], statements: Sequence[tuple[ast.stmt, Statement]]
) -> Iterator[int]:
    """The places of the statements that make a name what it is at the end."""
    for place in reversed(places):
        statement, names = statements[place]
        if name in names.bound:
            yield place
            # A loop or a condition may bind it or not.
            simple = isinstance(
                statement, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.Import | ast.ImportFrom
            )
            if simple and name not in names.now:
                return
        else:
            yield place


def _changed(statement: ast.stmt) -> frozenset[str]:
    """The names of the things of which a statement sets an attribute or an item: `Descent.step = ...`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return frozenset(
        inner.id
        for node in targets
        if isinstance(node, ast.Attribute | ast.Subscript)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name)
    )


def _statements(source: str) -> list[tuple[ast.stmt, Statement]]:
    names = names_of(source)
    if not names.readable:
        return []
    # What a cell's magics mention stands behind its statements, and belongs to no statement.
    return list(zip(ast.parse(python_of(source)).body, names.statements, strict=False))


def _trimmed(statement: ast.stmt, wanted: set[str]) -> ast.stmt:
    if isinstance(statement, ast.Import | ast.ImportFrom) and not _is_star(statement):
        used = [one for one in statement.names if (one.asname or one.name.partition(".")[0]) in wanted]
        kept = used or statement.names
        if isinstance(statement, ast.Import):
            return ast.Import(kept)
        return ast.ImportFrom(statement.module, kept, statement.level)
    return statement


def _is_star(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"

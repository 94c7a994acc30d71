"""The definitions that an answer is made of, as one program: what the rules of a check read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from gradmagic.grading._names import Statement, names_of, python_of

__all__ = ["program_of"]


def program_of(sources: Iterable[str], asks: Sequence[str]) -> str:
    """Return every statement of the cells that binds a name which is asked for, what it looks up, and so on.

    Imports are there as far as they are used; a cell that is no Python has nothing to add.

    Args:
        sources: the texts of the cells that were run, in order.
        asks: the names that the check asks for.
    """
    statements = [pair for source in sources for pair in _statements(source)]
    wanted, kept = set(asks), set[int]()
    while True:
        more = {
            place
            for place, (_, names) in enumerate(statements)
            if place not in kept and (names.bound & wanted or _is_star(statements[place][0]))
        }
        if not more:
            break
        kept |= more
        wanted |= {name for place in more for name in statements[place][1].now | statements[place][1].later}
    return "\n".join(ast.unparse(_trimmed(statements[place][0], wanted)) for place in sorted(kept))


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

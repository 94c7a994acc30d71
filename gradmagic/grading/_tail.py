"""The exercise's own lines at the end of an answer's cell: they show the answer at work.

    def descend(w, b, x, y, learning_rate):
        ...                                     the answer

    for _ in range(100):                        the exercise's, as it was given out
        descend(w, b, x, y, 0.1)

Whether they are run is decided as for a cell of the exercise's, since that is what they are. Lines that a
learner has changed are the learner's, and stay in the answer.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from gradmagic.grading._names import NO_PYTHON, python_of

__all__ = ["parted"]


def parted(answer: str, released: str) -> tuple[str, str]:
    """Return an answer's own lines, and those of the exercise that follow them; none if they were changed.

    Args:
        answer: the text of the learner's cell.
        released: the text of that cell as it was given out.
    """
    tail = _tail(released)
    # Below a magic of the whole cell there is no other cell.
    if not tail or answer.lstrip().startswith("%%"):
        return answer, ""
    body = _statements(answer)
    if len(body) <= len(tail) or tuple(map(ast.dump, body[-len(tail) :])) != tail:
        return answer, ""
    first, before = body[-len(tail)], body[-len(tail) - 1]
    line = min([first.lineno, *(one.lineno for one in getattr(first, "decorator_list", ()))])
    if before.end_lineno is None or before.end_lineno >= line:
        return answer, ""  # behind a semicolon
    lines = answer.splitlines(keepends=True)
    return "".join(lines[: line - 1]), "".join(lines[line - 1 :])


@lru_cache(maxsize=256)
def _tail(released: str) -> tuple[str, ...]:
    """The statements below the last place that a learner is to fill in: what stands there is `...`."""
    body = _statements(released)
    places = [place for place, one in enumerate(body) if any(map(_is_to_fill, ast.walk(one)))]
    return tuple(map(ast.dump, body[places[-1] + 1 :])) if places else ()


def _is_to_fill(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _statements(source: str) -> Sequence[ast.stmt]:
    try:
        return ast.parse(python_of(source)).body
    except NO_PYTHON:
        return ()

"""What a learner calls a variable: the name under which the loss reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic.training._reach import Reach, is_library
from gradmagic.training._state import as_tf_variable

__all__ = ["Name", "by_first_use", "name_variables"]

_MAX_ITEMS = 1000
_MAX_DEPTH = 3


@dataclass(frozen=True)
class Name:
    """How a variable is shown.

    Attributes:
        shown: Unique among the variables of a training.
        expression: Python that gives the variable where the loss was defined, or `None`.
        place: Where the loss's code first mentions it; a large number when it was not seen there.
    """

    shown: str
    expression: str | None
    place: int


def name_variables(variables: Sequence[Any], reached: Reach) -> list[Name]:
    """Name each variable as the loss's code does, else as TensorFlow does, else by its position."""
    found = _expressions(variables, reached)
    names: list[Name] = []
    taken: set[str] = set()
    for position, variable in enumerate(variables):
        place, expression = found.get(id(as_tf_variable(variable)), (len(found) + 10**6 + position, None))
        shown = _unique(expression or _own_name(variable) or f"variable_{position}", taken)
        usable = expression if expression and not expression.startswith("self") else None
        names.append(Name(shown, usable, place))
    return names


def by_first_use(variables: Sequence[Any], reached: Reach) -> list[Any]:
    """Order variables as the loss's code mentions them; what it does not mention comes last, as it was."""
    names = name_variables(variables, reached)
    return [variables[i] for i in sorted(range(len(variables)), key=lambda i: names[i].place)]


def _own_name(variable: Any) -> str | None:
    path = getattr(variable, "path", None)
    if isinstance(path, str):
        return path
    name = str(variable.name).removesuffix(":0")
    return None if name == "Variable" else name


def _unique(name: str, taken: set[str]) -> str:
    shown, count = name, 1
    while shown in taken:
        count += 1
        shown = f"{name}_{count}"
    taken.add(shown)
    return shown


def _expressions(variables: Sequence[Any], reached: Reach) -> dict[int, tuple[int, str]]:
    """`{id of the tf.Variable: (place, expression)}` for the variables that the walk comes across."""
    wanted = {id(as_tf_variable(variable)) for variable in variables}
    found: dict[int, tuple[int, str]] = {}
    seen: set[int] = set()
    for name, value in reached.names:
        for expression, item in _paths(name, value, _MAX_DEPTH, seen):
            key = id(as_tf_variable(item))
            if key in wanted and key not in found:
                found[key] = (len(found), expression)
    return found


def _paths(prefix: str, value: Any, depth: int, seen: set[int]) -> Iterator[tuple[str, Any]]:
    yield prefix, value
    if depth == 0 or id(value) in seen:
        return
    parts: list[tuple[str, Any]] = []
    if isinstance(value, list | tuple):
        parts = [(f"{prefix}[{i}]", item) for i, item in enumerate(value[:_MAX_ITEMS])]
    elif isinstance(value, dict):
        parts = [(f"{prefix}[{key!r}]", item) for key, item in list(value.items())[:_MAX_ITEMS]]
    elif hasattr(value, "__dict__") and not isinstance(value, type) and not is_library(value):
        parts = [(f"{prefix}.{key}", item) for key, item in vars(value).items() if not key.startswith("_")]
    else:
        return
    seen.add(id(value))
    for expression, item in parts:
        yield from _paths(expression, item, depth - 1, seen)

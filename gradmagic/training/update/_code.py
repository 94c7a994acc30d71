"""The learner's functions that a step may run, and what they know from outside themselves."""

from __future__ import annotations

import dis
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from gradmagic.training._reach import is_library, is_library_class

__all__ = ["Code", "code_of", "owner_of"]

# A step that reaches further than this is read only so far: the walk is a courtesy, not a proof.
_MAX_FUNCTIONS = 200
_MAX_ITEMS = 100

# Methods that Python or Keras call without their name.
_IMPLIED = frozenset(
    f"__{name}__"
    for name in (
        *(
            "call",
            "getattr",
            "getattribute",
            "setattr",
            "getitem",
            "setitem",
            "contains",
            "iter",
            "next",
            "len",
        ),
        *("enter", "exit", "bool", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "pow"),
        *("iadd", "isub", "imul", "neg", "get", "set", "post_init"),
    )
) | {"<lambda>", "update_step"}


@dataclass(frozen=True)
class Code:
    """What an optimizer's step may run.

    Attributes:
        functions: Every function of the learner's.
        cells: `{path: cell}` of the variables that its closures keep.
        namespaces: Pairs of a module's variables and the names among them that the functions mention.
        held: The identities of the functions that an object keeps: a schedule in `self.schedule`.
    """

    functions: tuple[FunctionType, ...]
    cells: dict[str, CellType]
    namespaces: tuple[tuple[dict[str, Any], frozenset[str]], ...]
    held: frozenset[int]

    def run_by(self, method: Any, also: Iterable[str] = ()) -> tuple[FunctionType, ...]:
        """Return the functions that one step may run: not `__init__`, not a `plot` that nobody calls.

        A method is taken for run if some function that is run mentions its name.

        Args:
            method: What is called at each step.
            also: Names of methods that a library calls.
        """
        called = {id(part) for part in _unwrapped(method)}
        roots = [function for function in self.functions if id(function) in called]
        names = set(also)
        if not roots and not names:
            return self.functions  # wrapped in something unknown
        running: dict[int, FunctionType] = {}
        waiting = roots + [one for one in self.functions if id(one) in self.held and id(one) not in called]
        while True:
            for function in waiting:
                running[id(function)] = function
                names |= _all_names(function.__code__)
            mentioned = {id(value) for function in waiting for value in _mentioned(function)}
            waiting = [
                function
                for function in self.functions
                if id(function) not in running and (id(function) in mentioned or _is_called(function, names))
            ]
            if not waiting:
                return tuple(running.values())


def code_of(root: Any) -> Code:
    """Follow an optimizer, an object or a function, to all that its methods mention."""
    found: dict[int, FunctionType] = {}
    kept: list[Any] = []
    held: set[int] = set()
    waiting, seen = [root], set()
    while waiting and len(found) < _MAX_FUNCTIONS:
        value = waiting.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        kept.append(value)  # an identity is not given to another meanwhile
        if isinstance(value, FunctionType):
            if not is_library(value):
                found[id(value)] = value
                waiting.extend(_mentioned(value))
        else:
            parts = list(_parts(value))
            waiting.extend(parts)
            if not isinstance(value, type | property | staticmethod | classmethod):
                held |= {id(part) for part in parts if isinstance(part, FunctionType)}
    functions = tuple(found.values())
    return Code(functions, _cells(functions), _namespaces(functions), frozenset(held))


def _unwrapped(method: Any) -> Iterator[Any]:
    yield method
    if isinstance(method, functools.partial | MethodType) or callable(
        getattr(method, "python_function", None)
    ):
        for part in _parts(method):
            yield from _unwrapped(part)


def owner_of(optimizer: Any) -> Any:
    """Return the object, or the function, that keeps the state of a callable."""
    while isinstance(optimizer, functools.partial | MethodType):
        optimizer = optimizer.func if isinstance(optimizer, functools.partial) else optimizer.__self__
    return optimizer


def _parts(value: Any) -> Iterator[Any]:
    """What a value holds that may run or hold a function."""
    if isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, functools.partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif isinstance(value, property):
        yield from (value.fget, value.fset)
    elif isinstance(value, staticmethod | classmethod):
        yield value.__func__
    elif callable(getattr(value, "python_function", None)):  # a tf.function
        yield value.python_function
    elif isinstance(value, dict):
        yield from islice(value.values(), _MAX_ITEMS)
    elif isinstance(value, list | tuple):
        yield from value[:_MAX_ITEMS]
    elif isinstance(value, type):
        for kind in value.__mro__:
            if not is_library_class(kind):
                yield from (member for member in vars(kind).values() if _may_run(member))
    elif not isinstance(value, ModuleType) and not is_library(value):
        yield type(value)
        yield from getattr(value, "__dict__", {}).values()
        for kind in type(value).__mro__:
            for name in vars(kind).get("__slots__", ()):
                yield getattr(value, name, None)


def _may_run(member: Any) -> bool:
    return isinstance(member, FunctionType | property | staticmethod | classmethod | functools.partial) or (
        callable(getattr(member, "python_function", None))
    )


def _mentioned(function: FunctionType) -> Iterator[Any]:
    """What a function knows from outside itself, by name."""
    for name in _names(function.__code__):
        if name in function.__globals__:
            yield function.__globals__[name]
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # still empty
            continue
    yield getattr(function, "__wrapped__", None)


def _all_names(code: CodeType) -> frozenset[str]:
    """Names, attributes and words: `getattr(self, "decay")` mentions `decay`."""
    inner = [_all_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    words = [constant for constant in code.co_consts if isinstance(constant, str)]
    return frozenset([*code.co_names, *code.co_freevars, *words]).union(*inner)


def _is_called(function: FunctionType, names: set[str]) -> bool:
    """Whether a function of a class may be called by functions that mention these names."""
    inside, _, name = function.__qualname__.rpartition(".")
    if inside in ("", "<locals>") or inside.endswith(".<locals>"):
        return False
    if name == "__init__":
        return inside.rpartition(".")[2] in names
    return name in names or name in _IMPLIED


def _names(code: CodeType) -> frozenset[str]:
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    own = {step.argval for step in dis.get_instructions(code) if step.opname.endswith(("_GLOBAL", "_NAME"))}
    return frozenset(own).union(*inner)


def _cells(functions: tuple[FunctionType, ...]) -> dict[str, CellType]:
    cells: dict[str, CellType] = {}
    seen: set[int] = set()
    for function in functions:
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            if id(cell) in seen:
                continue
            seen.add(id(cell))
            path = f"{function.__name__}.{name}"
            while path in cells:  # two closures made by the same lines
                path += "'"
            cells[path] = cell
    return cells


def _namespaces(functions: tuple[FunctionType, ...]) -> tuple[tuple[dict[str, Any], frozenset[str]], ...]:
    names: dict[int, tuple[dict[str, Any], frozenset[str]]] = {}
    for function in functions:
        space = function.__globals__
        known = names.get(id(space), (space, frozenset()))[1]
        names[id(space)] = (space, known | _names(function.__code__))
    return tuple(names.values())

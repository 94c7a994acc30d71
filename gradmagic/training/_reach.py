"""What a loss can reach: the names that its code reads, and what they stand for."""

from __future__ import annotations

import builtins
import dis
import functools
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any

__all__ = ["MISSING", "Reach", "is_library", "is_library_class", "reach"]

# Stands for a name that has no value (yet).
MISSING = object()

# Methods that Python or Keras call when a learner's object is used.
_CALLED_WITHOUT_NAME = frozenset({"__call__", "call", "forward", "update_step"})

# A loss that reaches further than this is read only so far: the walk is a courtesy, not a proof.
_MAX_FUNCTIONS = 200


@dataclass
class Reach:
    """The names that a loss and the learner's functions it calls can read.

    Attributes:
        names: `(name, value)` in the order in which the code mentions them.
        builtins: The builtin functions that the code mentions.
        attributes: The attributes that the code mentions, `tf.square` as `square`.
    """

    names: list[tuple[str, Any]] = field(default_factory=list)
    builtins: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=lambda: set(_CALLED_WITHOUT_NAME))


@functools.cache
def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple({paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def is_library(value: object) -> bool:
    """Whether a function, or the class of an object, comes from an installed package."""
    if isinstance(value, FunctionType):
        return value.__code__.co_filename.startswith(_library_folders())
    return is_library_class(type(value))


def is_library_class(kind: type) -> bool:
    """Whether a class comes from Python or an installed package."""
    root = kind.__module__.partition(".")[0]
    if root == "__main__":
        return False
    if root in sys.stdlib_module_names or root == "builtins":
        return True
    module = sys.modules.get(kind.__module__)
    return str(getattr(module, "__file__", None) or "").startswith(_library_folders())


def reach(loss: Any, **objects: Any) -> Reach:
    """Return what a loss reaches, through closures, globals and the learner's own functions.

    Args:
        loss: A callable.
        objects: Other objects of the learner's that are used at each step, such as the optimizer.
    """
    found = Reach()
    queue: list[FunctionType] = []
    seen: set[int] = set()
    attributes = found.attributes

    def follow(value: Any) -> None:
        for function in _functions(value, attributes):
            if id(function.__code__) not in seen and not is_library(function):
                seen.add(id(function.__code__))
                queue.append(function)

    if not isinstance(loss, FunctionType):
        found.names.append(("self", getattr(loss, "__self__", loss)))
    found.names.extend(objects.items())
    for root in (loss, *objects.values()):
        follow(root)
    while queue and len(seen) < _MAX_FUNCTIONS:
        function = queue.pop(0)
        for name, value in _mentions(function, attributes):
            if value is MISSING and hasattr(builtins, name):
                found.builtins.add(name)
                continue
            found.names.append((name, value))
            follow(value)
    return found


def _functions(value: Any, attributes: set[str]) -> Iterator[FunctionType]:
    """The Python functions that calling `value`, or its methods among `attributes`, would run."""
    if isinstance(value, functools.partial):
        for part in (value.func, *value.args, *value.keywords.values()):
            yield from _functions(part, attributes)
    elif isinstance(value, FunctionType):
        yield value
        yield from _functions(getattr(value, "__wrapped__", None), attributes)
    elif isinstance(value, MethodType):
        yield from _functions(value.__func__, attributes)
    elif callable(getattr(value, "python_function", None)):  # a tf.function
        yield from _functions(value.python_function, attributes)
    elif not isinstance(value, type) and not is_library(value):
        for name, member in vars(type(value)).items():
            if name in attributes and isinstance(member, FunctionType):
                yield member


def _mentions(function: FunctionType, attributes: set[str]) -> Iterator[tuple[str, Any]]:
    """Each name that the function mentions from outside itself, with its value."""
    cells: dict[str, CellType] = dict(
        zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    )
    yield from _defaults(function)
    codes: list[CodeType] = [function.__code__]
    while codes:
        code = codes.pop(0)
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        attributes.update(code.co_names)
        for instruction in dis.get_instructions(code):
            name = instruction.argval
            if not isinstance(name, str):
                continue
            if instruction.opname.endswith(("_GLOBAL", "_NAME")) and "IMPORT" not in instruction.opname:
                yield name, function.__globals__.get(name, MISSING)
            elif instruction.opname == "IMPORT_NAME":
                yield name, sys.modules.get(name.partition(".")[0], MISSING)
            elif name in cells and ("DEREF" in instruction.opname or "CLOSURE" in instruction.opname):
                try:
                    yield name, cells[name].cell_contents
                except ValueError:  # a cell that is still empty
                    yield name, MISSING


def _defaults(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """The arguments that have a value when nobody gives one, as in `lambda w=w: w * w`."""
    code, defaults = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    yield from zip(names[len(names) - len(defaults) :], defaults, strict=True)
    yield from (function.__kwdefaults__ or {}).items()

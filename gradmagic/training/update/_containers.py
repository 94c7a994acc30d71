"""Whatever holds values by key: attributes, lists, dictionaries, tuples, classes, closures, modules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from gradmagic.training._reach import is_library
from gradmagic.training.update._number import Number

__all__ = [
    "Class",
    "Closures",
    "Container",
    "Dictionary",
    "List",
    "Names",
    "Object",
    "Tuple",
    "holds",
    "is_hidden",
]

_NOT_STATE = (
    Number,
    type,
    ModuleType,
    FunctionType,
    MethodType,
    BuiltinFunctionType,
    property,
    staticmethod,
    classmethod,
)
# What TensorFlow's modules keep about their attributes.
_OF_TENSORFLOW = ("_self_", "_obj_reference_counts")
_LARGEST_INDEX = 1 << 32
_FRAMEWORKS = ("keras", "tensorflow", "tf_keras")


class Container(ABC):
    """Something that holds values by key, and can be given others."""

    def __init__(self, owner: Any, path: str) -> None:
        self.owner, self.path = owner, path

    @abstractmethod
    def items(self) -> dict[Any, Any]:
        """What it holds."""

    @abstractmethod
    def put(self, key: Any, value: Any) -> None:
        """Set one value."""

    @abstractmethod
    def drop(self, key: Any) -> None:
        """Take one value away."""

    def child_path(self, key: Any) -> str:
        """Where one value is."""
        return f"{self.path}[{key!r}]"

    def restore(self, contents: dict[Any, Any]) -> None:
        """Hold these again, and no others."""
        for key in self.items().keys() - contents.keys():
            self.drop(key)
        for key, value in contents.items():
            self.put(key, value)


class Dictionary(Container):
    """A dictionary, of whatever class."""

    def child_path(self, key: Any) -> str:
        # `variable.ref()` and the like have no short name; their place in the dictionary is one.
        # So has `id(variable)`, which is another number in each process.
        named = isinstance(key, str | float) or (isinstance(key, int) and abs(key) < _LARGEST_INDEX)
        return f"{self.path}[{key!r}]" if named else f"{self.path}[#{list(self.owner).index(key)}]"

    def items(self) -> dict[Any, Any]:
        return dict(self.owner)

    def put(self, key: Any, value: Any) -> None:
        self.owner[key] = value

    def drop(self, key: Any) -> None:
        del self.owner[key]

    def restore(self, contents: dict[Any, Any]) -> None:
        """Hold these again, in the order in which they came."""
        if list(self.owner) != list(contents):
            self.owner.clear()
        for key, value in contents.items():  # `update` of a `Counter` adds
            self.owner[key] = value


class List(Container):
    """A list or a deque."""

    def items(self) -> dict[Any, Any]:
        return dict(enumerate(self.owner))

    def put(self, key: Any, value: Any) -> None:
        self.owner[key] = value

    def drop(self, key: Any) -> None:
        del self.owner[key]

    def restore(self, contents: dict[Any, Any]) -> None:
        self.owner.clear()
        self.owner.extend(contents.values())


class Tuple(Container):
    """To change a value of a tuple is to put another tuple in its place."""

    def __init__(self, owner: Any, path: str, replace: Callable[[Any], None]) -> None:
        super().__init__(owner, path)
        self._replace = replace

    def items(self) -> dict[Any, Any]:
        return dict(enumerate(self.owner))

    def put(self, key: Any, value: Any) -> None:
        values, kind = list(self.owner), type(self.owner)
        values[key] = value
        self.owner = kind(*values) if hasattr(kind, "_fields") else kind(values)
        self._replace(self.owner)

    def drop(self, key: Any) -> None:
        raise TypeError("a tuple keeps its length")

    def restore(self, contents: dict[Any, Any]) -> None:
        """Nothing: whoever holds the tuple puts back the one that it held."""


class Object(Container):
    """An object's attributes, with or without `__slots__`; setters and `frozen` are gone around."""

    def __init__(self, owner: Any, path: str, keep: Callable[[str], bool] | None = None) -> None:
        super().__init__(owner, path)
        self._keep = keep

    def items(self) -> dict[Any, Any]:
        found = dict(getattr(self.owner, "__dict__", {}))
        for name in _slots(self.owner):
            if hasattr(self.owner, name):
                found[name] = getattr(self.owner, name)
        return {
            name: value
            for name, value in found.items()
            if not name.startswith(_OF_TENSORFLOW) and (self._keep is None or self._keep(name))
        }

    def put(self, key: Any, value: Any) -> None:
        if key in _slots(self.owner):
            object.__setattr__(self.owner, key, value)
        else:
            self.owner.__dict__[key] = value

    def drop(self, key: Any) -> None:
        if key in _slots(self.owner):
            object.__delattr__(self.owner, key)
        else:
            del self.owner.__dict__[key]

    def child_path(self, key: Any) -> str:
        return f"{self.path}.{key}"


class Class(Container):
    """What a learner keeps in the class itself, for all its objects."""

    def items(self) -> dict[Any, Any]:
        return {
            name: value
            for name, value in vars(self.owner).items()
            if not name.startswith("__") and _is_state(value)
        }

    def put(self, key: Any, value: Any) -> None:
        setattr(self.owner, key, value)

    def drop(self, key: Any) -> None:
        delattr(self.owner, key)

    def child_path(self, key: Any) -> str:
        return f"{self.path}.{key}"


class Closures(Container):
    """The variables that closures keep: `owner` is `{path: cell}`."""

    def items(self) -> dict[Any, Any]:
        found = {}
        for path, cell in self.owner.items():
            try:
                value = cell.cell_contents
            except ValueError:  # still empty
                continue
            if _is_state(value):
                found[path] = value
        return found

    def put(self, key: Any, value: Any) -> None:
        self._cell(key).cell_contents = value

    def drop(self, key: Any) -> None:
        del self._cell(key).cell_contents

    def child_path(self, key: Any) -> str:
        return str(key)

    def _cell(self, key: Any) -> CellType:
        cell: CellType = self.owner[key]
        return cell


class Names(Container):
    """Some variables of a module, or of a notebook."""

    def __init__(self, owner: dict[str, Any], path: str, names: Iterable[str]) -> None:
        super().__init__(owner, path)
        self._names = sorted(names)

    def items(self) -> dict[Any, Any]:
        return {
            name: self.owner[name]
            for name in self._names
            if not name.startswith("__") and name in self.owner and _is_state(self.owner[name])
        }

    def put(self, key: Any, value: Any) -> None:
        self.owner[key] = value

    def drop(self, key: Any) -> None:
        del self.owner[key]

    def child_path(self, key: Any) -> str:
        return f"{self.path}{key}"


def holds(value: Any) -> bool:
    """Whether a value holds others that belong to the learner's state."""
    if isinstance(value, dict | list | tuple | deque):
        return True
    if isinstance(value, _NOT_STATE) or hasattr(value, "dtype"):
        return False
    if is_library(value) or not (hasattr(value, "__dict__") or _slots(value)):
        return False
    # A learner's layer or model is the framework's to keep.
    return not any(kind.__module__.startswith(_FRAMEWORKS) for kind in type(value).__mro__)


def is_hidden(value: Any) -> bool:
    """Whether a value moves on by itself each time it is used, and cannot be set: a generator, a count."""
    return isinstance(value, Iterator) or isinstance(getattr(value, "__self__", None), Iterator)


def _is_state(value: Any) -> bool:
    plain = value is None or isinstance(value, bool | int | float | complex | str | np.generic | Number)
    return plain or hasattr(value, "dtype") or is_hidden(value) or holds(value)


def _slots(owner: Any) -> list[str]:
    found: list[str] = []
    for kind in type(owner).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else list(slots):
            private = name.startswith("__") and not name.endswith("__")
            found.append(f"_{kind.__name__.lstrip('_')}{name}" if private else name)
    return [name for name in found if name not in ("__dict__", "__weakref__")]

"""What a learner's object keeps in Python: its attributes, lists and dictionaries, as far as they go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from gradmagic.training._reach import is_library, is_library_class
from gradmagic.training.update._number import Number

__all__ = ["Attributes", "Leaf", "Snapshot"]

# Deeper than this nobody keeps a moment; a cycle ends here too.
_MAX_DEPTH = 8

_NOT_STATE = (
    Number,
    type,
    ModuleType,
    FunctionType,
    MethodType,
    BuiltinFunctionType,
    property,
    staticmethod,
)


@dataclass(frozen=True)
class Leaf:
    """A value that holds no others, and its place.

    Attributes:
        path: As the learner would write it: `self.v[0]`.
        value: What is there now.
        put: Puts another value there.
    """

    path: str
    value: Any
    put: Callable[[Any], None]


class _Container(ABC):
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


class _Dictionary(_Container):
    def child_path(self, key: Any) -> str:
        # `variable.ref()` and the like have no short name; their place in the dictionary is one.
        shown = repr(key) if isinstance(key, str | int | float) else f"#{list(self.owner).index(key)}"
        return f"{self.path}[{shown}]"

    def items(self) -> dict[Any, Any]:
        return dict(self.owner)

    def put(self, key: Any, value: Any) -> None:
        self.owner[key] = value

    def drop(self, key: Any) -> None:
        del self.owner[key]


class _List(_Container):
    def items(self) -> dict[Any, Any]:
        return dict(enumerate(self.owner))

    def put(self, key: Any, value: Any) -> None:
        self.owner[key] = value

    def drop(self, key: Any) -> None:
        del self.owner[key]

    def restore(self, contents: dict[Any, Any]) -> None:
        self.owner.clear()
        self.owner.extend(contents.values())


class _Tuple(_Container):
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


class _Object(_Container):
    """An object's attributes, with or without `__slots__`; setters and `frozen` are gone around."""

    def __init__(self, owner: Any, path: str, keep: Callable[[str], bool] | None = None) -> None:
        super().__init__(owner, path)
        self._keep = keep

    def items(self) -> dict[Any, Any]:
        found = dict(getattr(self.owner, "__dict__", {}))
        for name in _slots(self.owner):
            if hasattr(self.owner, name):
                found[name] = getattr(self.owner, name)
        return {name: value for name, value in found.items() if self._keep is None or self._keep(name)}

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


class _Class(_Container):
    """What a learner keeps in the class itself, for all its objects."""

    def items(self) -> dict[Any, Any]:
        return {
            name: value
            for name, value in vars(self.owner).items()
            if not name.startswith("__") and (_is_plain(value) or isinstance(value, dict | list | deque))
        }

    def put(self, key: Any, value: Any) -> None:
        setattr(self.owner, key, value)

    def drop(self, key: Any) -> None:
        delattr(self.owner, key)

    def child_path(self, key: Any) -> str:
        return f"{self.path}.{key}"


# Pairs of a container and what it held.
Snapshot = list[tuple[_Container, dict[Any, Any]]]


class Attributes:
    """The Python state of an object.

    Args:
        root: A learner's object, or a function.
        name: What it is called in paths.
        keep: Which of the root's own attributes belong to the state; all unless given.
        more: States that are kept for the root, in a list.
    """

    def __init__(
        self,
        root: Any,
        name: str = "self",
        keep: Callable[[str], bool] | None = None,
        more: list[Any] | None = None,
    ) -> None:
        self._root, self._name, self._keep, self._more = root, name, keep, more

    def leaves(self) -> list[Leaf]:
        """Every leaf, in the order in which the attributes were made."""
        return [
            Leaf(container.child_path(key), value, _putter(container, key))
            for container in self._containers()
            for key, value in container.items().items()
            if not _holds(value)
        ]

    def snapshot(self) -> Snapshot:
        """Note all of it; tensors are shared, they do not change."""
        return [
            (container, {key: _copied(value) for key, value in container.items().items()})
            for container in self._containers()
        ]

    @staticmethod
    def restore(snapshot: Snapshot) -> None:
        """Put all of it back, into the very containers that held it."""
        for container, contents in snapshot:
            container.restore({key: _copied(value) for key, value in contents.items()})

    def _containers(self) -> Iterator[_Container]:
        queue: deque[tuple[_Container, int]] = deque([(_Object(self._root, self._name, self._keep), 0)])
        if self._more is not None:
            queue.append((_List(self._more, "state"), 0))
        queue.extend(
            (_Class(kind, kind.__name__), 0)
            for kind in type(self._root).__mro__
            if not is_library_class(kind)
        )
        seen: set[int] = set()
        while queue:
            container, depth = queue.popleft()
            if id(container.owner) in seen:
                continue
            seen.add(id(container.owner))
            yield container
            if depth < _MAX_DEPTH:
                queue.extend((child, depth + 1) for child in _children(container))


def _children(container: _Container) -> Iterator[_Container]:
    for key, value in container.items().items():
        path = container.child_path(key)
        if isinstance(value, tuple):
            yield _Tuple(value, path, _putter(container, key))
        elif isinstance(value, dict):
            yield _Dictionary(value, path)
        elif isinstance(value, list | deque):
            yield _List(value, path)
        elif _holds(value):
            yield _Object(value, path)


def _holds(value: Any) -> bool:
    """Whether a value holds others that belong to the learner's state."""
    if isinstance(value, dict | list | tuple | deque):
        return True
    if isinstance(value, _NOT_STATE) or hasattr(value, "dtype"):
        return False
    return (hasattr(value, "__dict__") or bool(_slots(value))) and not is_library(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | np.generic | np.ndarray) or hasattr(value, "dtype")


def _slots(owner: Any) -> list[str]:
    found: list[str] = []
    for kind in type(owner).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        found += [slots] if isinstance(slots, str) else list(slots)
    return [name for name in found if name not in ("__dict__", "__weakref__")]


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value  # an array is changed in place


def _putter(container: _Container, key: Any) -> Callable[[Any], None]:
    return lambda value: container.put(key, value)

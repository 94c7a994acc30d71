"""What a learner's object keeps in Python: its attributes, lists and dictionaries, as far as they go."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.training._reach import is_library_class
from gradmagic.training.update._code import Code
from gradmagic.training.update._containers import (
    Class,
    Closures,
    Container,
    Dictionary,
    List,
    Names,
    Object,
    Tuple,
    holds,
)

__all__ = ["Attributes", "Leaf", "Snapshot"]

# Deeper than this nobody keeps a moment; a cycle ends here too.
_MAX_DEPTH = 8


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


# Pairs of a container and what it held.
Snapshot = list[tuple[Container, dict[Any, Any]]]


class Attributes:
    """The Python state of an object.

    Args:
        root: A learner's object, or a function.
        name: What it is called in paths.
        keep: Which of the root's own attributes belong to the state; all unless given.
        more: States that are kept for the root, in a list.
        code: Functions whose closures and globals belong to the state too.
    """

    def __init__(
        self,
        root: Any,
        name: str = "self",
        keep: Callable[[str], bool] | None = None,
        more: list[Any] | None = None,
        code: Code | None = None,
    ) -> None:
        self._root, self._name, self._keep, self._more, self._code = root, name, keep, more, code

    @property
    def namespaces(self) -> tuple[tuple[dict[str, Any], frozenset[str]], ...]:
        """The modules, or the notebook, of the learner's functions, and the names mentioned there."""
        return () if self._code is None else self._code.namespaces

    @property
    def outside(self) -> set[str]:
        """The names of closures' and modules' variables that belong to the state."""
        if self._code is None:
            return set()
        found = set(Closures(self._code.cells, "").items())
        for namespace, names in self._code.namespaces:
            found.update(Names(namespace, "", names).items())
        return {path.rpartition(".")[2].rstrip("'") for path in found}

    def inherited(self, path: str) -> Callable[[], None] | None:
        """Return what gives an object an attribute that it has from its class so far, if `path` is one."""
        for container in self._containers():
            if not isinstance(container, Object):
                continue
            for kind in type(container.owner).__mro__:
                for name, value in vars(kind).items():
                    if container.child_path(name) == path and not holds(value):
                        return functools.partial(container.put, name, value)
        return None

    def leaves(self) -> list[Leaf]:
        """Every leaf, in the order in which the attributes were made."""
        return [
            Leaf(container.child_path(key), value, _putter(container, key))
            for container in self._containers()
            for key, value in container.items().items()
            if not holds(value)
        ]

    def own(self, paths: Iterable[str]) -> Callable[[], list[Any]] | None:
        """Return what reads these leaves without a walk, if each is an attribute of the root itself."""
        held = getattr(self._root, "__dict__", {})
        names = [path.removeprefix(f"{self._name}.") for path in paths]
        if not all(name in held for name in names):
            return None
        return lambda: [held[name] for name in names]

    def snapshot(self) -> Snapshot:
        """Note all of it; tensors are shared, they do not change."""
        return [
            (container, {key: _copied(value) for key, value in container.items().items()})
            for container in self._containers()
        ]

    @staticmethod
    def restore(snapshot: Snapshot) -> None:
        """Put all of it back, into the very containers and arrays that held it."""
        for container, contents in snapshot:
            container.restore({key: _original(value) for key, value in contents.items()})

    def _containers(self) -> Iterator[Container]:
        queue: deque[tuple[Container, int]] = deque((container, 0) for container in self._roots())
        seen: set[int] = set()
        while queue:
            container, depth = queue.popleft()
            # Python shares equal tuples, and one of them is replaced without the other.
            if not isinstance(container, Tuple):
                if id(container.owner) in seen:
                    continue
                seen.add(id(container.owner))
            yield container
            if depth < _MAX_DEPTH:
                queue.extend((child, depth + 1) for child in _children(container))

    def _roots(self) -> Iterator[Container]:
        yield Object(self._root, self._name, self._keep)
        if self._more is not None:
            yield List(self._more, "state")
        for kind in type(self._root).__mro__:
            if not is_library_class(kind):
                yield Class(kind, kind.__name__)
        if self._code is not None:
            yield Closures(self._code.cells, "")
            for place, (namespace, names) in enumerate(self._code.namespaces):
                yield Names(namespace, f"{namespace.get('__name__')}." if place else "", names)


def _children(container: Container) -> Iterator[Container]:
    for key, value in container.items().items():
        path = container.child_path(key)
        if isinstance(value, tuple):
            yield Tuple(value, path, _putter(container, key))
        elif isinstance(value, dict):
            yield Dictionary(value, path)
        elif isinstance(value, list | deque):
            yield List(value, path)
        elif holds(value):
            yield Object(value, path)


@dataclass(frozen=True)
class _Array:
    """An array, and what it held: `self.v += g` changes it in place."""

    array: np.ndarray[Any, Any]
    contents: np.ndarray[Any, Any]


def _copied(value: Any) -> Any:
    return _Array(value, value.copy()) if isinstance(value, np.ndarray) else value


def _original(value: Any) -> Any:
    if not isinstance(value, _Array):
        return value
    if value.array.flags.writeable:
        value.array[...] = value.contents
    return value.array


def _putter(container: Container, key: Any) -> Callable[[Any], None]:
    return lambda value: container.put(key, value)

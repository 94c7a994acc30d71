"""Functions of Python's and TensorFlow's that take no `Number`, and do while a step is traced."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import numpy as np

from gradmagic.tape import tensorflow
from gradmagic.training.update._number import MATH, Number, combine

__all__ = ["functions_extended"]


@contextmanager
def functions_extended(namespaces: Iterable[tuple[dict[str, Any], Container[str]]] = ()) -> Iterator[None]:
    """Let `math`, `tf.constant`, `tf.cast`, `float`, `int` take a `Number` while the block runs.

    For all other values they are as ever.

    Args:
        namespaces: The variables of the learner's modules, and the names that the learner mentions. There
            functions may be known by name (`from math import sqrt`), and `float` and `int` are looked for.
    """
    tf = tensorflow()
    extended = [(vars(math), name, getattr(math, name), _of_numbers(name)) for name in MATH]
    extended.append((vars(tf), "constant", tf.constant, _constant(tf.constant)))
    extended.append((vars(tf), "cast", tf.cast, _cast(tf.cast)))
    by_id = {id(own): (own, ours) for _, _, own, ours in extended}
    places = [(namespace, name, own, ours) for namespace, name, own, ours in extended]
    builtins: list[tuple[dict[str, Any], str]] = []
    for namespace, mentioned in namespaces:
        for name, kind in _BUILTINS.items():
            if name in mentioned and name not in namespace:
                builtins.append((namespace, name))
                namespace[name] = kind
        for name, value in list(namespace.items()):
            if id(value) in by_id:
                places.append((namespace, name, *by_id[id(value)]))
    for namespace, name, _, ours in places:
        namespace[name] = ours
    try:
        yield
    finally:
        for namespace, name, own, _ in places:
            namespace[name] = own
        for namespace, name in builtins:
            del namespace[name]


class _LikeFloat(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float) or (isinstance(value, Number) and value.kind is float)


class _Float(float, metaclass=_LikeFloat):
    """`float`, that takes a `Number`."""

    def __new__(cls, value: Any = 0.0) -> Any:
        return combine(value.trace, "float", (value,)) if isinstance(value, Number) else float(value)


class _LikeInt(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, int) or (isinstance(value, Number) and value.kind is not float)


class _Int(int, metaclass=_LikeInt):
    """`int`, that takes a `Number`."""

    def __new__(cls, value: Any = 0, *base: Any) -> Any:
        return combine(value.trace, "int", (value,)) if isinstance(value, Number) else int(value, *base)


_BUILTINS: Mapping[str, type] = MappingProxyType({"float": _Float, "int": _Int})


def _of_numbers(name: str) -> Callable[..., Any]:
    own = getattr(math, name)

    def function(*args: Any) -> Any:
        traced = next((arg for arg in args if isinstance(arg, Number)), None)
        if traced is None:
            return own(*args)
        if name == "pow":  # `math.pow(2, 3)` is 8.0, `2 ** 3` is 8
            args = tuple(combine(traced.trace, "float", (arg,)) for arg in args)
        return combine(traced.trace, name, args)

    return function


def _constant(own: Callable[..., Any]) -> Callable[..., Any]:
    def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> Any:
        if not isinstance(value, Number):
            return own(value, dtype, shape, name)
        made = tensorflow().convert_to_tensor(value, dtype)
        return made if shape is None else tensorflow().fill(np.asarray(shape), made)

    return constant


def _cast(own: Callable[..., Any]) -> Callable[..., Any]:
    def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
        # TensorFlow makes a float float32 first, whatever type is asked for: 0.9 is not 0.9 in float64.
        if isinstance(x, Number) and x.kind is float:
            x = tensorflow().convert_to_tensor(x, tensorflow().float32)
        return own(x, dtype, name)

    return cast

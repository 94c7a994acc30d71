"""Functions of Python's and TensorFlow's that take no `Number`, and do while a step is traced."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradmagic.tape import tensorflow
from gradmagic.training.update._number import MATH, Number, combine

__all__ = ["functions_extended"]


@contextmanager
def functions_extended(namespaces: Iterable[dict[str, Any]] = ()) -> Iterator[None]:
    """Let the functions of `math`, and `tf.constant`, take a `Number` while the block runs.

    For all other values they are as ever.

    Args:
        namespaces: Where else they may be known by name: `from math import sqrt`.
    """
    tf = tensorflow()
    extended = [(vars(math), name, getattr(math, name), _of_numbers(name)) for name in MATH]
    extended.append((vars(tf), "constant", tf.constant, _constant(tf.constant)))
    by_id = {id(own): (own, ours) for _, _, own, ours in extended}
    places = [(namespace, name, own, ours) for namespace, name, own, ours in extended]
    for namespace in namespaces:
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

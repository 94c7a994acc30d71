"""Check and convert what is differentiated: targets, sources, arguments, keeping their structure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._tensorflow import tensorflow

__all__ = ["as_argument", "check_order", "check_sources", "check_target", "dense", "is_tensor", "parse_bytes"]

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def is_tensor(value: Any) -> bool:
    """Tell whether `value` is a tensor or a Variable, TensorFlow's or Keras's."""
    tf = tensorflow()
    # `tf.is_tensor` looks a protocol up for whatever it does not know, and this is asked of every name in
    # a notebook: the two usual classes first, and nothing without a dtype.
    if isinstance(value, (tf.Tensor, tf.Variable)):
        return True
    # A Keras variable is no TensorFlow tensor, but has all of a Variable.
    is_variable = hasattr(value, "handle") and hasattr(value, "assign")
    return hasattr(value, "dtype") and (is_variable or bool(tf.is_tensor(value)))


def check_target(target: Any, label: str = "") -> None:
    """Refuse a target that has no derivative.

    Raises:
        TargetError: it is not a tensor, or not of a floating or complex dtype.
    """
    for leaf in leaves(target):
        _check_leaf(leaf, label or "target", "tape-target")


def check_sources(sources: Any, labels: Iterable[str] = ()) -> None:
    """Refuse sources by which nothing can be differentiated; see `check_target`."""
    found = leaves(sources)
    names = list(labels)
    if not found:
        raise TargetError(say("tape-no-sources"))
    for index, leaf in enumerate(found):
        name = names[index] if len(names) == len(found) else "source"
        _check_leaf(leaf, name, "tape-source")


def check_order(order: Any) -> int:
    """Return `order` if it is a whole number from 1.

    Raises:
        ArgumentError: it is not.
    """
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ArgumentError(say("tape-order", order=repr(order)))
    return order


def dense(gradient: Any) -> Any:
    """Return IndexedSlices (what `tf.gather` gives) as a tensor: TensorFlow cannot go on from them."""
    tf = tensorflow()
    return tf.convert_to_tensor(gradient) if isinstance(gradient, tf.IndexedSlices) else gradient


def leaves(structure: Any) -> list[Any]:
    """Return the leaves of nested lists, tuples and dicts, in TensorFlow's order."""
    return list(tensorflow().nest.flatten(structure))


def as_argument(value: Any) -> Any:
    """Return a function's argument as tensors.

    Python numbers become float32, and so does a (nested) list of nothing else, as one tensor; arrays
    keep their dtype; any other list, tuple or dict is a structure of arguments and stays one.

    Raises:
        TargetError: a leaf that is not a number, or an array or tensor of integers.
    """
    tf = tensorflow()

    def convert(leaf: Any) -> Any:
        if _is_number(leaf):
            return tf.constant(float(leaf))
        try:
            tensor = leaf if is_tensor(leaf) else tf.convert_to_tensor(leaf)
        except (TypeError, ValueError) as error:
            raise _no_argument(leaf) from error
        if tensor.dtype == "string":
            raise _no_argument(leaf)
        _check_leaf(tensor, "argument", "tape-source")
        return tensor

    if isinstance(value, (list, tuple)) and value and all(map(_is_number, leaves(value))):
        try:
            return tf.constant(value, tf.float32)
        except ValueError as error:  # rows of different lengths
            raise _no_argument(value) from error
    return tf.nest.map_structure(convert, value)


def _no_argument(value: Any) -> TargetError:
    return TargetError(say("tape-argument", kind=type(value).__name__, value=shorten(value)))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)  # a subclass such as np.float64 brings a dtype of its own


def parse_bytes(size: str | int) -> int:
    """Return a size such as `"256MB"` in bytes (decimal units B, KB, MB, GB).

    Raises:
        ArgumentError: it is not a size.
    """
    text = str(size).strip().upper().replace(" ", "")
    number, unit = text, "B"
    for name in ("KB", "MB", "GB", "B"):
        if text.endswith(name):
            number, unit = text.removesuffix(name), name
            break
    try:
        amount = float(number)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount <= 0:
        raise ArgumentError(say("tape-memory", size=repr(size)))
    return int(amount * _UNITS[unit])


def shorten(value: Any, limit: int = 60) -> str:
    """Return a value's repr on one line, cut to `limit` characters."""
    # NumPy 2 writes `np.float32(0.5)`, NumPy 1 `0.5`: which type it is, the sentence says anyway.
    is_scalar = type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0
    text = " ".join((str if is_scalar else repr)(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _check_leaf(leaf: Any, label: str, key: str) -> None:
    if not is_tensor(leaf):
        raise TargetError(say(f"{key}-kind", label=label, kind=type(leaf).__name__, value=shorten(leaf)))
    dtype = tensorflow().as_dtype(leaf.dtype)
    if not (dtype.is_floating or dtype.is_complex):
        raise TargetError(say(f"{key}-dtype", label=label, dtype=dtype.name, shape=tuple(leaf.shape)))

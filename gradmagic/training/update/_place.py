"""One number or tensor of the Python state, and the variable in which it travels."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training.update._attributes import Leaf
from gradmagic.training.update._number import Asked, Leaves, Number, NumberTypes, Unknown, as_tensor

__all__ = ["NotCarried", "Place", "Reading", "can_travel", "kept", "not_carried", "same"]


class NotCarried(Exception):
    """The step does something with its state that a compiled loop cannot repeat.

    Attributes:
        reason: What it is, for the learner.
    """

    def __init__(self, path: str, reason: str | None = None) -> None:
        """Say which part of the state it is, or another reason."""
        super().__init__(path)
        self.reason = reason or say("train-reason-not-carried", path=path)


def not_carried(error: Exception) -> NotCarried:
    """Return the reason why a way through the step cannot be traced, from what came when it was tried."""
    if isinstance(error, NotCarried):
        return error
    name = type(error).__name__
    reason = say("train-reason-number") if isinstance(error, Unknown) else say("train-reason-way", error=name)
    return NotCarried(name, reason)


class Place:
    """A leaf that is carried, and the variable in which it travels."""

    def __init__(self, leaf: Leaf) -> None:
        tf = tensorflow()
        self.path, self.type, self.value = leaf.path, type(leaf.value), leaf.value
        self.is_number = isinstance(leaf.value, NumberTypes)
        self.is_numpy = not self.is_number and isinstance(leaf.value, np.generic | np.ndarray)
        self.kind: type = float
        if self.is_number:
            value = leaf.value
            whole = isinstance(value, int | np.int64)
            self.kind = bool if isinstance(value, bool) else int if whole else float
            dtype = {bool: tf.bool, int: tf.int64, float: tf.float64}[self.kind]
            initial = tf.constant(leaf.value, dtype)
        else:
            initial = tf.convert_to_tensor(leaf.value)
        self.variable = tf.Variable(initial, trainable=False, name="carried")

    def symbol(self, trace: Asked, index: int) -> Any:
        """What stands for the leaf while the step is traced."""
        return Number.leaf(trace, index, self.kind) if self.is_number else trace.tensors()[index]

    def from_tensor(self, tensor: Any) -> Any:
        """The leaf's value in Python: a number or array of the type that it had, or a tensor."""
        if self.is_number:
            return self.type(tensor.numpy().item())
        if not self.is_numpy:
            return tensor
        array = np.array(tensor.numpy())
        return array[()] if issubclass(self.type, np.generic) else array

    def as_tensor(self, value: Any, leaves: Leaves) -> Any:
        """What the step left, as a tensor of this place's type, or `NotCarried`."""
        tf = tensorflow()
        if self.is_number:
            if tf.is_tensor(value) and self._is_from_branch(value):
                return tf.cast(value, self.variable.dtype)
            kind = value.kind if isinstance(value, Number) else _python_kind(value)
            if kind is not self.kind:
                raise NotCarried(self.path)
            return as_tensor(value, leaves)
        if self.is_numpy and isinstance(value, np.generic | np.ndarray):
            value = tf.convert_to_tensor(value)
        if isinstance(value, (Number, *NumberTypes)) or not tf.is_tensor(value):
            raise NotCarried(self.path)
        if value.dtype != self.variable.dtype or value.shape != self.variable.shape:
            raise NotCarried(self.path)
        return tf.convert_to_tensor(value)

    def _is_from_branch(self, value: Any) -> bool:
        """Whether an `if` on a tensor may have made a tensor of a counter or a flag.

        A float would have lost digits on the way.
        """
        tf = tensorflow()
        kinds = {int: (tf.int32, tf.int64), bool: (tf.bool,)}.get(self.kind, ())
        return value.dtype in kinds and value.shape == ()


class Reading:
    """The tensors of all places at the start of a step.

    What the step changes is read now. A hyperparameter is read where it is used: each variable that a
    program reads costs a microsecond a call, and most of Keras's hyperparameters only answer an `if`.
    """

    def __init__(self, places: Sequence[Place], changing: Container[str]) -> None:
        self._places = places
        self._read = {
            index: place.variable.read_value() for index, place in enumerate(places) if place.path in changing
        }

    def __getitem__(self, index: int) -> Any:
        read = self._read.get(index)
        return self._places[index].variable.read_value() if read is None else read


def _python_kind(value: Any) -> type | None:
    if isinstance(value, bool):
        return bool
    if isinstance(value, int | np.int64):
        return int
    return float if isinstance(value, float) else None


def same(one: Any, other: Any) -> bool:
    """Whether nothing was put in a value's place."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    plain = isinstance(one, bool | int | float | complex | str | bytes | np.generic)
    return plain and bool(one == other or (one != one and other != other))


def kept(value: Any) -> Any:
    """Return a value as it is now: a copy of an array."""
    return value.copy() if isinstance(value, np.ndarray) else value


def can_travel(value: Any) -> bool:
    """Whether a variable can hold the value."""
    if isinstance(value, np.generic | np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, (*NumberTypes, tensorflow().Tensor))

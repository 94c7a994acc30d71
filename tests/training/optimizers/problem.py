"""The problem of the corpus, the plain loop, and what an optimizer keeps, as plain values."""

import functools
import inspect
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import numpy as np
import tensorflow as tf

from .corpus import CORPUS


def make_problem(*, keras=False, dtype="float32"):
    """Two vectors of one shape and a number, in a bowl that is not round and whose floor is 1."""
    kind = tf.keras.Variable if keras else tf.Variable
    values = ([1.5, -2.0, 0.5], [0.3, 1.0, -0.7], 3.0)
    w, b, s = (kind(tf.constant(value, dtype)) for value in values)
    scale = tf.constant([1.0, 0.5, 0.2], dtype)

    def loss():
        bowl = tf.reduce_sum(scale * tf.square(w - 1.0)) + tf.reduce_sum(tf.square(b + 0.5))
        return 1.0 + bowl + 0.1 * tf.reduce_sum(w * b) + tf.square(s - 2.0)

    return loss, [w, b, s]


def plain_loop(loss, variables, optimizer, steps):
    """What a learner writes; the losses before each update."""
    apply, losses = bound(optimizer), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss()
        tensors = [getattr(v, "value", v) if isinstance(v, tf.keras.Variable) else v for v in variables]
        gradients = tape.gradient(value, tensors)
        losses.append(float(value))
        apply(gradients, variables)
    return np.array(losses)


def bound(optimizer):
    """The call of one step, in the form that the optimizer has."""
    if hasattr(optimizer, "apply_gradients"):
        return lambda gradients, variables: optimizer.apply_gradients(list(zip(gradients, variables)))
    if hasattr(optimizer, "step"):
        names = list(inspect.signature(optimizer.step).parameters)
        if names[0] == "params":
            return lambda gradients, variables: optimizer.step(variables, gradients)

        def apply(gradients, variables):
            new = optimizer.step(gradients, variables)
            for value, variable in zip(new or [], variables, strict=False):
                variable.assign(value)

        return apply
    call, states = getattr(optimizer, "update", optimizer), {}

    def one_by_one(gradients, variables):
        for place, (gradient, variable) in enumerate(zip(gradients, variables)):
            new = call(gradient, variable, states.setdefault(place, {}))
            if new is not None:
                variable.assign(new[0])
                states[place] = new[1]

    return one_by_one


def kept(value, seen=()):
    """What an object keeps, with its types: nested pairs of a type's name and a value."""
    name = type(value).__name__
    if id(value) in seen or isinstance(value, (type, ModuleType, BuiltinFunctionType)):
        return name, None
    seen = (*seen, id(value))
    if isinstance(value, MethodType):
        return kept(value.__self__, seen)
    if isinstance(value, functools.partial):
        return kept(value.func, seen)
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        return name, [kept(item, seen) for item in [*cells, *vars(value).values()]]
    if isinstance(value, dict):
        keys = [key if isinstance(key, (str, tuple)) else None for key in value]
        return name, keys, [kept(item, seen) for item in value.values()]
    if isinstance(value, (list, tuple, deque)):
        return name, [kept(item, seen) for item in value]
    if hasattr(value, "dtype"):
        name = "Variable" if hasattr(value, "assign") else name
        return name, str(value.dtype), np.asarray(value)
    if hasattr(value, "__dict__") or hasattr(type(value), "__slots__"):
        if type(value).__module__.split(".")[0] in ("keras", "tensorflow", "itertools", "random", "_random"):
            return name, None
        slots = getattr(type(value), "__slots__", ())
        mangled = [f"_{name.lstrip('_')}{slot}" if slot.startswith("__") else slot for slot in slots]
        held = {slot: getattr(value, slot) for slot in mangled if hasattr(value, slot)}
        own = {
            key: item
            for key, item in getattr(value, "__dict__", {}).items()
            if key[0] != "_" and key != "name"
        }
        classes = [vars(kind) for kind in type(value).__mro__ if kind.__module__ == type(value).__module__]
        for contents in classes:
            held |= {
                key: item for key, item in contents.items() if isinstance(item, (int, float, list, tuple))
            }
        return name, [(key, kept(item, seen)) for key, item in sorted({**held, **own}.items())]
    return name, value if isinstance(value, (int, float, str, type(None))) else None


def assert_same(one, other, tolerance, path="state"):
    """Compare what two optimizers keep, type by type."""
    assert type(one) is type(other), path
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other), path
        for place, (ours, theirs) in enumerate(zip(one, other)):
            assert_same(
                ours,
                theirs,
                tolerance,
                f"{path}.{ours[0] if len(ours) else place}" if isinstance(ours, tuple) else path,
            )
    elif isinstance(one, np.ndarray):
        assert_close(one, other, tolerance, path)
    elif isinstance(one, float):
        assert abs(one - other) <= 1e-9 * abs(other), path
    else:
        assert one == other, path


def assert_close(one, other, tolerance, path=""):
    """Compare relative to the largest element."""
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    assert np.max(np.abs(one - other), initial=0) <= tolerance * np.max(np.abs(other), initial=0), path


__all__ = ["CORPUS", "assert_close", "assert_same", "kept", "make_problem", "plain_loop"]

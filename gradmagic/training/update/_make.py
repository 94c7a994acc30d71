"""Any optimizer as an `Update`: which of the forms it has, and what its state is."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._reach import is_library_class
from gradmagic.training.update._attributes import Attributes
from gradmagic.training.update._code import code_of, owner_of
from gradmagic.training.update._forms import (
    Apply,
    Form,
    accepts,
    lists,
    one_by_one,
    pairs,
    parameter_names,
    takes,
)
from gradmagic.training.update._optimizers import KNOWN_OPTIMIZERS
from gradmagic.training.update._rates import rate_name
from gradmagic.training.update._update import Update

__all__ = ["is_optimizer", "make_update"]

# The names of a step's method, in the order in which they are looked for; what binds it, and how many
# arguments it may be given.
_FORMS: Mapping[str, tuple[Form, tuple[int, ...]]] = MappingProxyType(
    {"apply_gradients": (pairs, (1, 2)), "step": (lists, (2,)), "update": (one_by_one, (3,))}
)

# What scales the loss is read outside the update too: it stays what it is.
_SCALES = frozenset({"initial_scale", "loss_scale_factor"})


def make_update(optimizer: Any) -> Update:
    """Return the update that an optimizer stands for.

    Args:
        optimizer: A Keras optimizer; an object with `apply_gradients(grads_and_vars)` or
            `step(gradients, variables)` or `update(gradient, variable, state)`; or such a function.

    Raises:
        ArgumentError: It is none of these, or its method takes something else.
    """
    import keras

    if isinstance(optimizer, keras.optimizers.Optimizer):
        code = code_of(optimizer)
        attributes = Attributes(optimizer, "optimizer", _keras_attributes(optimizer), code=code)
        return Update(optimizer, optimizer.apply, _keras, attributes, code, "learning_rate", is_keras=True)
    states: list[Any] = []
    owner, code = owner_of(optimizer), code_of(optimizer)
    attributes = Attributes(owner, "optimizer", more=states, code=code)
    for name, (form, counts) in _FORMS.items():
        method = None if isinstance(optimizer, dict | set) else getattr(optimizer, name, None)
        if callable(method):
            _refuse_signature(optimizer, name, method, counts)
            return Update(optimizer, method, form(method, states), attributes, code, rate_name(owner))
    if callable(optimizer) and takes(optimizer, 3):
        plain = isinstance(optimizer, FunctionType | MethodType | functools.partial)
        method = optimizer if plain else optimizer.__call__
        return Update(optimizer, method, one_by_one(method, states), attributes, code, rate_name(owner))
    names = ", ".join(KNOWN_OPTIMIZERS)
    raise ArgumentError(say("train-optimizer-object", type=type(optimizer).__name__, known=names))


def is_optimizer(value: Any) -> bool:
    """Tell whether a value could be given as an optimizer, without making an update of it."""
    if isinstance(value, type | dict | set | ModuleType):
        return False
    for name, (_, counts) in _FORMS.items():
        # Asked of the class, so that no property of the learner's is run.
        method = getattr(type(value), name, None)
        if callable(method) and any(accepts(method, count + 1) for count in counts):
            return True
    return isinstance(value, FunctionType) and takes(value, 3)


def _refuse_signature(optimizer: Any, name: str, method: Callable[..., Any], counts: tuple[int, ...]) -> None:
    """Refuse a method that does not take what a step gives it: PyTorch's `step()`, Optax's `update`."""
    if all(accepts(method, count) is False for count in counts) or (
        name == "update" and parameter_names(method)[1:2] == ["state"]
    ):
        takes_now = ", ".join(parameter_names(method))
        raise ArgumentError(
            say("train-optimizer-signature", type=type(optimizer).__name__, method=name, takes=takes_now)
        )


def _keras(method: Callable[..., Any]) -> Apply:
    return lambda gradients, variables: method(list(gradients), list(variables))


def _keras_attributes(optimizer: Any) -> Callable[[str], bool]:
    import keras

    base = set(vars(keras.optimizers.Optimizer(learning_rate=0.01)))
    derived = not is_library_class(type(optimizer))
    # Keras's own: the numbers that its update reads, by the names that they have now.
    floats = {name for name, value in vars(optimizer).items() if isinstance(value, float)}
    read = {name for name in floats if name[0] != "_"} - _SCALES

    def keep(name: str) -> bool:
        # A derived class: also all that it adds, now or later.
        return name in read or (derived and name not in base and not name.startswith("_self_"))

    return keep

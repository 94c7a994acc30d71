"""The loss and the variables of a training, checked by running the loss once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from gradmagic.errors import ArgumentError, LossError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._names import Name, by_first_use, name_variables
from gradmagic.training._reach import Reach, reach
from gradmagic.training._state import as_tf_variable
from gradmagic.training.feed import Arguments

__all__ = ["Problem"]


class Problem:
    """A loss to minimise over variables.

    Attributes:
        loss: The learner's callable.
        variables: The variables as they were given (or found).
        tensors: The `tf.Variable` of each.
        names: What each is called.
        reached: What the loss's code can read.
    """

    def __init__(
        self, loss: Callable[..., Any], variables: Any = None, data: int | Sequence[str] = 0
    ) -> None:
        """Check what can be checked without running the loss.

        Args:
            loss: A callable that takes the data, or without arguments.
            data: How many columns of data the loss is given, or their names.
            variables: The variables, one or a list, or `{name: variable}`; `None` finds them when the loss
                is first run.

        Raises:
            ArgumentError: A variable that cannot be trained.
            LossError: A loss that cannot be called so.
        """
        _check_callable(loss, data)
        self.loss = loss
        self.reached: Reach = reach(loss)
        self._labels: tuple[str, ...] = ()
        if isinstance(variables, Mapping):
            self._labels, variables = tuple(variables), list(variables.values())
        self.variables: list[Any] = [] if variables is None else _checked_variables(variables, self._labels)
        self._given = variables is not None
        self._name()

    def first(self, arguments: Arguments, scale: Callable[[Any], Any] | None = None) -> tuple[Any, list[Any]]:
        """Run the loss for the first time and check all that it shows.

        Args:
            arguments: What it is called with.
            scale: From the loss to what the gradients are taken of; `None` for the loss itself.

        Returns:
            The loss, shape `()`, and the gradient with respect to each variable.

        Raises:
            LossError: The loss is not a finite scalar, or does not depend on every variable.
        """
        tf = tensorflow()
        with tf.GradientTape() as tape:
            value = self._checked_loss(arguments.call(self.loss))
            target = value if scale is None else scale(value)
        if not self._given:
            frozen = self._frozen()
            watched = [variable for variable in tape.watched_variables() if id(variable) not in frozen]
            self.variables = by_first_use(watched, self.reached)
            self._name()
            if not self.variables:
                raise LossError(say("train-no-variables"))
        gradients = tape.gradient(target, self.tensors)
        missing = [name.shown for name, grad in zip(self.names, gradients, strict=True) if grad is None]
        if len(missing) == len(gradients):
            raise LossError(say("train-independent", names=", ".join(missing)))
        if missing:
            raise LossError(say("train-partly-independent", names=", ".join(missing)))
        if not bool(tf.math.is_finite(value)):
            raise LossError(say("train-loss-not-finite", value=float(value)))
        return value, list(gradients)

    def gradients(
        self,
        arguments: Arguments,
        loss: Callable[..., Any] | None = None,
        *,
        rest: bool = False,
        scale: Callable[[Any], Any] | None = None,
    ) -> tuple[Any, list[Any]]:
        """Return the loss and its gradients; traced or eager.

        Args:
            arguments: What the loss is called with.
            loss: The loss in another form (converted by AutoGraph), `None` for the learner's own.
            rest: Whether to call it with the last, smaller batch.
            scale: From the loss to what the gradients are taken of; `None` for the loss itself.
        """
        tf = tensorflow()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.tensors)
            with self.no_new_variables():
                value = tf.convert_to_tensor(arguments.call(loss or self.loss, rest=rest))
            target = value if scale is None else scale(value)
        return value, list(tape.gradient(target, self.tensors))

    def evaluate(self, arguments: Arguments, loss: Callable[..., Any] | None = None) -> Any:
        """Return the loss as it is when nothing is learned (no dropout); traced or eager, shape `()`."""
        evaluate = getattr(self.loss, "evaluate", None)
        with self.no_new_variables():
            return tensorflow().convert_to_tensor(arguments.call(evaluate or loss or self.loss))

    def own_variables(self) -> list[Any]:
        """Variables that the loss keeps beside the trained ones, as far as they can be seen."""
        tf = tensorflow()
        inside = [variable for holder in self._holders() for variable in holder.variables]
        seen = [as_tf_variable(value) for value in [*(value for _, value in self.reached.names), *inside]]
        told = [as_tf_variable(value) for value in getattr(self.loss, "variables", ())]
        return [variable for variable in [*told, *seen] if isinstance(variable, tf.Variable)]

    def _holders(self) -> list[Any]:
        """The modules and Keras layers that the loss can be seen to use."""
        import keras

        values = [getattr(self.loss, "model", None), *(value for _, value in self.reached.names)]
        return [value for value in values if isinstance(value, tensorflow().Module | keras.layers.Layer)]

    def _frozen(self) -> set[int]:
        """What belongs to a layer that is not to be trained: Keras does not tell the tape."""
        kept = [getattr(holder, "non_trainable_variables", ()) for holder in self._holders()]
        return {id(as_tf_variable(variable)) for variables in kept for variable in variables}

    @contextmanager
    def no_new_variables(self) -> Iterator[None]:
        """Refuse a variable that the loss creates each time it is called.

        The first call may create some: layers of Keras are built on their first call.
        """

        def refuse(_create: Any, **options: Any) -> Any:
            raise LossError(say("train-variable-in-loss", name=options.get("name") or "tf.Variable"))

        with tensorflow().variable_creator_scope(refuse):
            yield

    def _name(self) -> None:
        self.tensors: list[Any] = [as_tf_variable(variable) for variable in self.variables]
        self.names: list[Name] = name_variables(self.variables, self.reached)
        if self._labels:
            pairs = zip(self._labels, self.names, strict=True)
            self.names = [replace(name, shown=label) for label, name in pairs]

    def _checked_loss(self, value: Any) -> Any:
        tf = tensorflow()
        if value is None:
            raise LossError(say("train-loss-none"))
        if not tf.is_tensor(value):
            raise LossError(say("train-loss-not-tensor", type=type(value).__name__))
        if not (value.dtype.is_floating):
            raise LossError(say("train-loss-dtype", dtype=value.dtype.name))
        if value.shape.rank != 0:
            raise LossError(say("train-loss-shape", shape=tuple(value.shape)))
        return tf.convert_to_tensor(value)


def _check_callable(loss: Any, data: int | Sequence[str]) -> None:
    if not callable(loss):
        # A tensor, a variable and a plain number are the same mistake: the value instead of its recipe.
        is_value = isinstance(loss, int | float) or (hasattr(loss, "dtype") and hasattr(loss, "shape"))
        key = "train-loss-value" if is_value else "train-loss-not-callable"
        raise LossError(say(key, type=type(loss).__name__))
    try:
        signature = inspect.signature(loss)
    except (TypeError, ValueError):  # a callable written in C has none to show
        return
    by_name = {} if isinstance(data, int) else dict.fromkeys(data)
    by_place = range(data) if isinstance(data, int) else ()
    try:
        signature.bind(*by_place, **by_name)
    except TypeError as error:
        name = getattr(loss, "__name__", "loss")
        call = "loss" if name == "<lambda>" else name
        takes = ", ".join(signature.parameters)
        if not data:
            raise LossError(say("train-loss-arguments", arguments=takes, call=call)) from error
        given = str(data) if isinstance(data, int) else ", ".join(data)
        raise LossError(say("train-loss-data", call=call, takes=takes or "–", given=given)) from error


def _checked_variables(given: Any, labels: Sequence[str]) -> list[Any]:
    variables: Sequence[Any]
    if isinstance(given, list | tuple):
        variables = [item for part in given for item in (part if isinstance(part, list | tuple) else [part])]
    else:
        variables = [given]
    if not variables:
        raise ArgumentError(say("train-variables-empty"))
    labels = labels or [f"variables[{position}]" for position in range(len(variables))]
    for variable, label in zip(variables, labels, strict=True):
        _check_variable(variable, label)
    seen: dict[int, str] = {}
    for variable, label in zip(variables, labels, strict=True):
        identity = id(as_tf_variable(variable))
        if identity in seen:
            raise ArgumentError(say("train-variable-twice", first=seen[identity], second=label))
        seen[identity] = label
    return list(variables)


def _check_variable(variable: Any, label: str) -> None:
    tf = tensorflow()
    inner = as_tf_variable(variable)
    if not isinstance(inner, tf.Variable):
        if hasattr(variable, "trainable_variables"):
            raise ArgumentError(say("train-variable-model", type=type(variable).__name__))
        if tf.is_tensor(variable):
            raise ArgumentError(say("train-variable-constant", label=label))
        raise ArgumentError(say("train-variable-type", label=label, type=type(variable).__name__))
    if not inner.dtype.is_floating:
        raise ArgumentError(say("train-variable-dtype", label=label, dtype=inner.dtype.name))
    # A Keras variable keeps its own flag: freezing a layer does not touch the variable inside.
    if not variable.trainable:
        raise ArgumentError(say("train-variable-frozen", label=label))

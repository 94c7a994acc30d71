"""An optimizer, whatever it is made of: Keras's, or any of the three forms in which a learner writes one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Mapping, Sequence
from types import MethodType
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._effects import acts_outside, mark
from gradmagic.training._reach import is_library_class
from gradmagic.training._state import as_float, as_tf_variable
from gradmagic.training.update._attributes import Attributes, Snapshot
from gradmagic.training.update._carried import Carried
from gradmagic.training.update._code import Code, owner_of
from gradmagic.training.update._forms import Apply, Bind, call_code
from gradmagic.training.update._scale import loss_scale

__all__ = ["Update"]

# What a class derived from one of Keras's overrides, and no step calls.
_NOT_IN_A_STEP = frozenset({"build", "from_config", "get_config", "load_own_variables", "save_own_variables"})

# Times any number, this is lost in a sum of float32.
_NO_MOMENTUM = 1e-36


class Update:
    """Changes the variables by their gradients, and carries its own state.

    Attributes:
        optimizer: The optimizer as it was given.
        owner: The object, or the function, that has the state.
        is_keras: Whether it is one of Keras's, or derived from them.
        carried: What a compiled loop carries for it; `None` in the eager loop.
        scale: How the loss is scaled before its gradients are taken, `None` if it is not.
    """

    def __init__(
        self,
        optimizer: Any,
        method: Callable[..., Any],
        bind: Bind,
        attributes: Attributes,
        code: Code,
        rate: str | None,
        *,
        is_keras: bool = False,
    ) -> None:
        """Wrap an optimizer; `make_update` chooses how.

        Args:
            optimizer: As it was given.
            method: What is called at each step.
            bind: From that, or its like, to a function of gradients and variables.
            attributes: The Python state.
            code: The learner's functions.
            rate: The name of the learning rate.
            is_keras: Whether it is one of Keras's, or derived from them.
        """
        self.optimizer = optimizer
        self.owner = owner_of(optimizer)
        self.is_keras = is_keras
        self.scale = loss_scale(optimizer) if is_keras else None
        self.carried: Carried | None = None
        # One of Keras's own changes no Python attribute when it updates.
        self._movable = False
        self._is_plain = is_keras and is_library_class(type(optimizer))
        self._method, self._bind = method, bind
        self._apply = self._traced_apply = bind(method)
        self._attributes = attributes
        self._code = code
        self._rate = rate
        self._before: dict[str, Any] = {}
        self._changing: set[str] = set()

    @property
    def code_roots(self) -> dict[str, Any]:
        """The learner's own functions that run at each step, by name."""
        if self._is_plain:
            return {}
        running = self._code.run_by(self._method, _called_by_keras() if self.is_keras else ())
        return {f"optimizer {number}": function for number, function in enumerate(running)}

    def outside(self, names: Container[str]) -> str | None:
        """The path of what is kept for its effects, such as a logger, if its name is one of these."""
        for leaf in self._attributes.leaves():
            if acts_outside(leaf.value) and leaf.path.rpartition(".")[2].partition("[")[0] in names:
                return leaf.path
        return None

    @property
    def kept(self) -> set[str]:
        """The names of variables outside the optimizer that are kept with its state."""
        return self._attributes.outside

    def variables(self) -> list[Any]:
        """Every `tf.Variable` of the optimizer's own that there is by now."""
        own = list(self.optimizer.variables) if self.is_keras else []
        tf = tensorflow()
        kept = [as_tf_variable(leaf.value) for leaf in self._attributes.leaves()]
        return [*own, *(value for value in kept if isinstance(value, tf.Variable))]

    def learning_rate(self) -> Any:
        """The learning rate now, shape `()`; NaN where the optimizer shows none. Traced or eager."""
        if self._rate is None:
            return np.nan
        if self.carried is None or tensorflow().executing_eagerly() or self.is_keras:
            return getattr(self.owner, self._rate)
        return self.carried.read(lambda: getattr(self.owner, self._rate or ""))

    @property
    def call_code(self) -> str:
        """The line of a plain program that makes a step; empty where it is Keras's own way."""
        return "" if self.is_keras else call_code(self._method, self.optimizer)

    @property
    def has_rate(self) -> bool:
        """Whether the optimizer has a learning rate that can be set."""
        return self._rate is not None

    def set_rate(self, rate: Any) -> None:
        """Set the learning rate; traced or eager.

        Args:
            rate: A number, or, while a step is traced, a tensor of shape `()`.
        """
        tf = tensorflow()
        if self.is_keras:
            self.optimizer.learning_rate.assign(tf.cast(rate, self.optimizer.learning_rate.dtype))
        elif hasattr(getattr(self.owner, self._rate or ""), "assign"):
            self._set_attribute(self._rate or "", rate)
        elif self.carried is not None and not tf.executing_eagerly():
            self.carried.assign(self._rate_path, rate)
        else:
            self._set_attribute(self._rate or "", float(rate))

    def drive_rate(self) -> None:
        """From now on every step sets the learning rate.

        Raises:
            ArgumentError: The optimizer has none, or it cannot be set.
        """
        if self._rate is None:
            raise ArgumentError(say("train-optimizer-no-rate", type=type(self.optimizer).__name__))
        if not self.is_keras:
            try:
                self._set_attribute(self._rate, getattr(self.owner, self._rate))
            except AttributeError as error:
                raise ArgumentError(
                    say("train-optimizer-no-rate", type=type(self.optimizer).__name__)
                ) from error
            if not hasattr(getattr(self.owner, self._rate), "assign"):
                self._changing.add(self._rate_path)

    def apply(self, gradients: Sequence[Any], variables: Sequence[Any]) -> None:
        """Change the variables; traced or eager."""
        if self.carried is None or tensorflow().executing_eagerly():
            self._apply(gradients, variables)
        else:
            self.carried.run(lambda: self._traced_apply(gradients, variables))

    def watch(self) -> None:
        """Note the Python state, to see later what a step changed."""
        self._before = self._marks()

    def watched(self) -> None:
        """Take what changed since `watch` for what each step changes."""
        after = self._marks()
        before = self._before
        self._changing |= {path for path in after if path not in before or before[path][0] != after[path][0]}

    def compile(
        self,
        gradients: Sequence[Any],
        variables: Sequence[Any],
        *,
        inputs: bool = True,
        autograph: bool = False,
    ) -> None:
        """Find out what a compiled loop has to carry.

        Args:
            gradients: Gradients of a step, for their types.
            variables: The variables.
            inputs: Whether hyperparameters are inputs of the program, not constants in it.
            autograph: Convert the learner's `if`s on tensors.

        Raises:
            NotCarried: The optimizer's state cannot be carried.
        """
        self._traced_apply = self._converted() if autograph else self._apply
        kinds = {as_tf_variable(variable).dtype for variable in variables}
        # Keras lets a float take the type of what it meets; TensorFlow would make it float32 first.
        floating = kinds.pop() if self.is_keras and len(kinds) == 1 else None
        carried = Carried(self._attributes, sorted(self._changing), inputs=inputs, floating=floating)
        if self._is_plain:
            carried.take()
        else:
            there = [gradient is not None for gradient in gradients]
            specs = [tensorflow().type_spec_from_value(grad) for grad in gradients if grad is not None]

            def step(*values: Any) -> None:
                queue = iter(values)
                self._traced_apply([next(queue) if here else None for here in there], variables)

            carried.explore(step, specs)
        carried.push()
        self.carried = carried

    def _converted(self) -> Apply:
        """The update with the learner's code as AutoGraph rewrites it."""
        if self.is_keras:
            return self._apply
        convert = tensorflow().autograph.to_graph
        if isinstance(self._method, MethodType):
            return self._bind(MethodType(convert(self._method.__func__), self._method.__self__))
        if isinstance(self._method, functools.partial):
            part = self._method
            return self._bind(functools.partial(convert(part.func), *part.args, **part.keywords))
        return self._bind(convert(self._method))

    def interpret(self) -> None:
        """Go back to plain Python."""
        self.carried = None

    @property
    def still_compiled(self) -> bool:
        """Whether the compiled step is still what Python would do."""
        return self.carried is None or self.carried.still_holds()

    @property
    def has_state(self) -> bool:
        """Whether all the Python state exists that the compiled step takes."""
        return self.carried is None or self.carried.is_there

    @property
    def has_inputs(self) -> bool:
        """Whether the compiled step takes numbers as inputs that no step changes."""
        carried = self.carried
        return carried is not None and any(place.path not in carried.changing for place in carried.places)

    @property
    def travelling(self) -> list[Any]:
        """The variables in which Python state goes through a compiled loop."""
        return [] if self.carried is None else self.carried.travelling

    def push(self) -> None:
        """Before a compiled loop: give it the Python state."""
        if self.carried is not None:
            self.carried.push()

    def pull(self) -> None:
        """After a compiled loop: take the Python state that it left."""
        if self.carried is not None:
            self.carried.pull()

    def snapshot(self) -> Snapshot:
        """Note the Python state."""
        return [] if self._is_plain else self._attributes.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Put the Python state back."""
        self._attributes.restore(snapshot)

    def numbers(self) -> dict[str, Any]:
        """`{path: value}` of the numbers and tensors in the Python state."""
        if self._is_plain:
            return {}
        kinds = (bool, int, float, np.number, np.ndarray, tensorflow().Tensor)
        return {leaf.path: leaf.value for leaf in self._attributes.leaves() if isinstance(leaf.value, kinds)}

    def put_numbers(self, numbers: Mapping[str, Any]) -> None:
        """Put numbers where `numbers` found them, each as the type that is there now.

        Raises:
            ArgumentError: The optimizer keeps something else.
        """
        leaves = {leaf.path: leaf for leaf in self._attributes.leaves()}
        if self._is_plain or not numbers:
            return
        for path, value in numbers.items():
            if path not in leaves:
                raise ArgumentError(say("train-checkpoint-python", path=path))
            now = leaves[path].value
            if isinstance(now, np.ndarray):
                leaves[path].put(np.asarray(value, now.dtype))
            elif isinstance(now, bool | int | float | np.number):
                leaves[path].put(type(now)(value.item()))
            else:
                leaves[path].put(tensorflow().constant(value, now.dtype))

    def hyperparameters(self) -> dict[str, float]:
        """`{name: value}` of what can be set while a training runs."""
        found: dict[str, float] = {}
        if self.has_rate:
            found["learning_rate"] = as_float(getattr(self.owner, self._rate or ""))
        for leaf in self._attributes.leaves():
            name = leaf.path.removeprefix("optimizer.")
            own = leaf.path.startswith("optimizer.") and name.isidentifier()
            plain = own and not name.startswith("_") and name != self._rate
            if plain and isinstance(leaf.value, float) and leaf.path not in self._changing:
                found[name] = 0.0 if leaf.value == _NO_MOMENTUM else float(leaf.value)
        return found

    def set(self, name: str, value: float) -> None:
        """Set a hyperparameter of `hyperparameters()`."""
        if name == "learning_rate":
            self.set_rate(value)
        elif name == "momentum" and self._movable and value == 0:
            self._set_attribute(name, _NO_MOMENTUM)
        else:
            self._set_attribute(name, value)

    def make_movable(self) -> None:
        """See to it that a momentum of 0 can be set to another without compiling anew.

        Keras leaves the momentum and its variables out where it is 0. One so small that no sum shows it
        keeps them.
        """
        momentum = getattr(self.optimizer, "momentum", None)
        if (
            not self.is_keras
            or not isinstance(momentum, int | float)
            or (self.optimizer.built and not momentum)
        ):
            return
        self._movable = True
        if momentum == 0:
            self.optimizer.momentum = _NO_MOMENTUM

    @property
    def _rate_path(self) -> str:
        return f"optimizer.{self._rate}"

    def _set_attribute(self, name: str, value: float) -> None:
        now = getattr(self.owner, name)
        if hasattr(now, "assign"):
            now.assign(tensorflow().cast(value, now.dtype))
        elif hasattr(now, "dtype") and not isinstance(now, np.generic):
            setattr(self.owner, name, tensorflow().cast(value, now.dtype))
        else:
            setattr(self.owner, name, type(now)(value) if isinstance(now, np.generic) else value)

    def _marks(self) -> dict[str, Any]:
        # Each value is held beside its mark: an identity in it may not be given to another meanwhile.
        return {leaf.path: (mark(leaf.value), leaf.value) for leaf in self._attributes.leaves()}


def _called_by_keras() -> list[str]:
    """The methods of an optimizer that Keras calls at each step, as far as a class may override them."""
    import keras

    return [
        name for name in dir(keras.optimizers.Optimizer) if name[:2] != "__" and name not in _NOT_IN_A_STEP
    ]

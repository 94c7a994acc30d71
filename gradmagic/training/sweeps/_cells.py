"""An optimizer of Keras's that works on values instead of variables."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradmagic.tape import tensorflow
from gradmagic.training._state import as_tf_variable
from gradmagic.training.update import Attributes

__all__ = ["PureOptimizer"]

_OPERATORS = ("add", "sub", "mul", "truediv", "pow")


class _Cell:
    """Stands where a variable stood: it can be read and assigned to, and is a value all the same."""

    def __init__(self, value: Any, variable: Any) -> None:
        self.tensor = value
        self._unique_id = as_tf_variable(variable)._unique_id  # by which Keras finds a variable's moments
        self.name = variable.name

    @property
    def value(self) -> Any:
        return self.tensor

    @property
    def dtype(self) -> Any:
        return self.tensor.dtype

    @property
    def shape(self) -> Any:
        return self.tensor.shape

    def assign(self, value: Any) -> None:
        self.tensor = tensorflow().cast(value, self.tensor.dtype)

    def assign_add(self, value: Any) -> None:
        self.assign(self.tensor + tensorflow().cast(value, self.tensor.dtype))

    def assign_sub(self, value: Any) -> None:
        self.assign(self.tensor - tensorflow().cast(value, self.tensor.dtype))


def _operator(name: str, *, swapped: bool) -> Callable[[_Cell, Any], Any]:
    function = getattr(operator, name)

    def method(self: _Cell, other: Any) -> Any:
        other = other.tensor if isinstance(other, _Cell) else other
        return function(other, self.tensor) if swapped else function(self.tensor, other)

    return method


for _name in _OPERATORS:
    setattr(_Cell, f"__{_name}__", _operator(_name, swapped=False))
    setattr(_Cell, f"__r{_name}__", _operator(_name, swapped=True))


class PureOptimizer:
    """A function from values and gradients to values, by the update rule of a Keras optimizer.

    Keras's own `stateless_apply` does not work with TensorFlow. What is done besides the update rule
    (weight decay, clipping, averages) is left out: whoever uses this compares with the real thing.

    Attributes:
        start: The values with which its own variables begin.
    """

    def __init__(self, optimizer: Any, variables: Sequence[Any]) -> None:
        """Take a new optimizer, and build it for these variables."""
        _cells_known()
        optimizer.build(list(variables))
        self._optimizer, self._variables = optimizer, variables
        self._attributes = Attributes(optimizer, "optimizer", lambda name: not name.startswith("_self_"))
        rate = optimizer.learning_rate
        places = {
            id(leaf.value): leaf.value for leaf in self._attributes.leaves() if hasattr(leaf.value, "assign")
        }
        trained = {id(variable) for variable in variables}
        self._own = [kept for key, kept in places.items() if kept is not rate and key not in trained]
        self.start = [tensorflow().convert_to_tensor(variable) for variable in self._own]

    def step(
        self,
        values: Sequence[Any],
        own: Sequence[Any],
        gradients: Sequence[Any],
        rate: Any,
        numbers: Mapping[str, Any],
    ) -> tuple[list[Any], list[Any]]:
        """Trace a step.

        Args:
            values: Of the variables.
            own: Of the optimizer's variables, in the order of `start`.
            gradients: One for each variable.
            rate: The learning rate, shape `()`.
            numbers: Hyperparameters by name, to be used in place of the optimizer's.

        Returns:
            The values after the step, and the optimizer's own.
        """
        optimizer = self._optimizer
        trained = [_Cell(value, variable) for value, variable in zip(values, self._variables, strict=True)]
        cells = {id(kept): _Cell(value, kept) for value, kept in zip(own, self._own, strict=True)}
        snapshot = self._attributes.snapshot()
        try:
            for leaf in self._attributes.leaves():
                if id(leaf.value) in cells:
                    leaf.put(cells[id(leaf.value)])
            for name, number in numbers.items():
                optimizer.__dict__[name] = number
            for gradient, cell in zip(gradients, trained, strict=True):
                optimizer.update_step(gradient, cell, rate)
            optimizer.iterations.assign_add(1)
        finally:
            self._attributes.restore(snapshot)
        return [cell.tensor for cell in trained], [cell.tensor for cell in cells.values()]


@functools.cache
def _cells_known() -> None:
    """Tell TensorFlow, once, how a cell becomes a tensor."""

    def convert(value: _Cell, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
        return tensorflow().convert_to_tensor(value.tensor, dtype)

    tensorflow().register_tensor_conversion_function(_Cell, convert)

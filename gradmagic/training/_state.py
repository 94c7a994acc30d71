"""Save and load all that a training changes, so that it can go back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Saved", "State", "as_float", "as_tf_variable"]


@dataclass(frozen=True)
class Saved:
    """The state at one moment.

    Attributes:
        tensors: Pairs of a variable and the tensor that it held.
        python: What the optimizer kept in Python, to be put back.
        numbers: The numbers and tensors among it, by name, to be compared.
    """

    tensors: list[tuple[Any, Any]]
    python: Any = None
    numbers: dict[str, Any] = field(default_factory=dict)


def as_tf_variable(variable: Any) -> Any:
    """Return the `tf.Variable` inside a Keras variable, or the variable itself."""
    inner = getattr(variable, "value", None)
    return variable if inner is None or callable(inner) else inner


def as_float(value: Any) -> float:
    """Return a number or a variable of shape `()` as a float; a replicated variable has none itself."""
    inner = as_tf_variable(value)
    return float(inner.read_value() if hasattr(inner, "read_value") else inner)


class State:
    """All that a training changes: the trained variables, the optimizer's own, the loss's own."""

    def __init__(self, variables: Iterable[Any], update: Any = None) -> None:
        """Begin with some variables.

        Args:
            variables: Variables of TensorFlow or Keras.
            update: An `Update` with Python state of its own, or `None`.
        """
        self._variables: dict[int, Any] = {}
        self._update = update
        self.add(variables)

    def add(self, variables: Iterable[Any]) -> None:
        """Take these variables in too, each once."""
        for variable in map(as_tf_variable, variables):
            self._variables.setdefault(id(variable), variable)

    @property
    def variables(self) -> list[Any]:
        """Every variable, in the order in which it was added."""
        return list(self._variables.values())

    def save(self) -> Saved:
        """Return the present state; updates that follow do not touch it (TensorFlow copies on write)."""
        tensors = [(variable, variable.read_value()) for variable in self._variables.values()]
        if self._update is None:
            return Saved(tensors)
        return Saved(tensors, self._update.snapshot(), self._update.numbers())

    def load(self, saved: Saved) -> None:
        """Put a saved state back.

        Loading twice does no harm, so an interrupt that falls into it is held until it is done.
        """
        interrupt: KeyboardInterrupt | None = None
        while True:
            try:
                for variable, value in saved.tensors:
                    variable.assign(value)
                if self._update is not None:
                    self._update.restore(saved.python)
                break
            except KeyboardInterrupt as again:
                interrupt = again
        if interrupt is not None:
            raise interrupt

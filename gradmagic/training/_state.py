"""Save and load the values of variables, so that a training can go back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["Saved", "State", "as_tf_variable"]

# Pairs of a variable and the tensor that it held.
Saved = list[tuple[Any, Any]]


def as_tf_variable(variable: Any) -> Any:
    """Return the `tf.Variable` inside a Keras variable, or the variable itself."""
    inner = getattr(variable, "value", None)
    return variable if inner is None or callable(inner) else inner


class State:
    """Every variable that a training changes: the trained ones, the optimizer's, the loss's own."""

    def __init__(self, variables: Iterable[Any]) -> None:
        self._variables: dict[int, Any] = {}
        self.add(variables)

    def add(self, variables: Iterable[Any]) -> None:
        """Take these variables in too, each once."""
        for variable in map(as_tf_variable, variables):
            self._variables.setdefault(id(variable), variable)

    def save(self) -> Saved:
        """Return the present values; updates that follow do not touch them (TensorFlow copies on write)."""
        return [(variable, variable.read_value()) for variable in self._variables.values()]

    @staticmethod
    def load(saved: Saved) -> None:
        """Put saved values back.

        Loading twice does no harm, so an interrupt that falls into it is held until it is done.
        """
        interrupt: KeyboardInterrupt | None = None
        while True:
            try:
                for variable, value in saved:
                    variable.assign(value)
                break
            except KeyboardInterrupt as again:
                interrupt = again
        if interrupt is not None:
            raise interrupt

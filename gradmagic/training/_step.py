"""One step of training: measure the loss and its gradients, then change the variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradmagic.tape import tensorflow
from gradmagic.training._problem import Problem
from gradmagic.training._rows import RowLayout
from gradmagic.training.feed import Arguments, Moment
from gradmagic.training.update import Transform, Update

__all__ = ["Step", "Validation"]


@dataclass(frozen=True)
class Validation:
    """Data on which the loss is looked at, every so many steps."""

    arguments: Arguments
    every: int


class Step:
    """The step that both the eager and the compiled loop make.

    Attributes:
        update: How the variables are changed.
        base_rate: For a schedule of factors: the variable with the learning rate that they multiply.
    """

    def __init__(
        self,
        problem: Problem,
        update: Update,
        transform: Transform,
        layout: RowLayout,
        *,
        base_rate: Any = None,
        validation: Validation | None = None,
    ) -> None:
        """Put a step together."""
        self.problem, self.update, self.transform, self.layout = problem, update, transform, layout
        self.base_rate = base_rate
        self._validation = validation

    @property
    def needs_number(self) -> bool:
        """Whether the number of the step has to be known."""
        return self.transform.needs_step or self._validation is not None

    def measure(
        self,
        moment: Moment,
        known: tuple[Any, list[Any]] | None = None,
        loss: Callable[..., Any] | None = None,
    ) -> tuple[Any, list[Any]]:
        """Return the row of the step, shape `(width,)`, and the gradients; traced or eager.

        The gradients are those of the scaled loss if the optimizer scales it; the row has the loss's own.

        Args:
            moment: What the step is given.
            known: The loss and the gradients, if they are known already.
            loss: The loss in another form (converted by AutoGraph), `None` for the learner's own.
        """
        self.set_scheduled(moment)
        value, gradients = known or self._gradients(moment.arguments, loss)
        validation = None
        if self._validation is not None:
            validation = self._validate(moment.number, self._validation, loss)
        rate = self.update.learning_rate()
        scale = self.update.scale
        own = gradients if scale is None else scale.unscaled(gradients)
        row = self.layout.row(value, own, rate, self.problem.tensors, validation)
        return row, gradients

    def set_scheduled(self, moment: Moment) -> None:
        """Set the learning rate as the schedule says, if there is one; traced or eager."""
        if moment.value is not None:
            relative = self.base_rate is not None
            self.update.set_rate(moment.value * self.base_rate if relative else moment.value)

    def change(self, gradients: list[Any], moment: Moment) -> None:
        """Change the variables; traced or eager.

        Args:
            gradients: What `measure` returned.
            moment: What the step is given.
        """
        rate, scale = self.update.learning_rate(), self.update.scale
        if scale is None or not self.transform.hyperparameters:
            gradients = self.transform.gradients(gradients, moment.number)
        else:
            changed = self.transform.gradients(scale.unscaled(gradients), moment.number)
            kept = scale.finite(gradients)
            if kept is not None:  # a step that is left out decays nothing
                rate = tensorflow().cast(kept, rate.dtype) * rate
            gradients = scale.rescaled(changed, gradients)
        self.transform.decay(self.problem.tensors, rate)
        self.update.apply(gradients, self.problem.variables)

    def _gradients(self, arguments: Arguments, loss: Callable[..., Any] | None) -> tuple[Any, list[Any]]:
        tf = tensorflow()
        problem = self.problem
        scale = None if self.update.scale is None else self.update.scale.scaled
        if arguments.rest is None:
            return problem.gradients(arguments, loss, scale=scale)
        # A last, smaller batch has another shape: the same loss, traced once more.
        structure: list[bool] = []

        def traced(rest: bool) -> Callable[[], list[Any]]:
            def branch() -> list[Any]:
                value, gradients = problem.gradients(arguments, loss, rest=rest, scale=scale)
                structure[:] = [grad is not None for grad in gradients]
                return [value, *(tf.convert_to_tensor(grad) for grad in gradients if grad is not None)]

            return branch

        value, *found = tf.cond(arguments.is_rest, traced(True), traced(False))
        queue = iter(found)
        return value, [next(queue) if there else None for there in structure]

    def _validate(self, number: Any, validation: Validation, loss: Callable[..., Any] | None) -> Any:
        tf = tensorflow()
        dtype = tf.as_dtype(self.layout.dtype)

        def look() -> Any:
            return tf.cast(self.problem.evaluate(validation.arguments, loss), dtype)

        due = (number + 1) % validation.every == 0
        return tf.cond(due, look, lambda: tf.constant(float("nan"), dtype))

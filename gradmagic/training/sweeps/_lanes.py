"""Many trainings as one program: every step is made for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.tape import tensorflow
from gradmagic.training._problem import Problem
from gradmagic.training._quiet import quiet_compilation
from gradmagic.training._settings import Settings
from gradmagic.training.feed import Arguments, Schedule
from gradmagic.training.sweeps._cells import PureOptimizer
from gradmagic.training.sweeps._pure import pure_gradients
from gradmagic.training.update import Number, evaluate, make_optimizer, numbers_known

__all__ = ["Lanes", "Split", "run_lanes"]

# Steps per call at most: what is recorded of a call lies in a buffer of this many rows.
_CAPACITY = 1 << 14


class Split(BaseException):
    """The optimizer does different things for different lanes; they must be run apart.

    Not an `Exception`: TensorFlow would make another of it on its way out of a trace.
    """

    def __init__(self, answers: Sequence[bool]) -> None:
        """Say for each lane what it does."""
        super().__init__()
        self.answers = list(answers)


@dataclass(frozen=True)
class Lanes:
    """What came of many trainings.

    Attributes:
        losses: Before each step, shape `(lanes, steps)`.
        final: After the last step, shape `(lanes,)`.
        parameters: The variables at the end, each of shape `(lanes, *shape)`.
    """

    losses: npt.NDArray[Any]
    final: npt.NDArray[Any]
    parameters: list[npt.NDArray[Any]]


class _Answers:
    """Answers what Keras asks of a hyperparameter: the same for all lanes, or not at all."""

    def __init__(self, values: Sequence[Mapping[str, float]], names: Sequence[str], floating: Any) -> None:
        self._rows = [[row[name] for name in names] for row in values]
        self.floating = floating
        self.now: list[Any] = []

    def tensors(self) -> list[Any]:
        return self.now

    def decide(self, question: Number) -> bool:
        answers = [bool(evaluate(question, row)) for row in self._rows]
        if len(set(answers)) > 1:
            raise Split(answers)
        return answers[0]


def run_lanes(
    problem: Problem,
    settings: Settings,
    values: Sequence[Mapping[str, float]],
    arguments: Arguments,
    schedule: Schedule | None,
) -> Lanes:
    """Train every lane from the variables' present values; these stay as they are.

    Args:
        problem: The loss and the variables.
        settings: What all lanes have in common.
        values: The hyperparameters of each lane, the same names in each.
        arguments: What the loss is called with at every step.
        schedule: Factors of each lane's learning rate, or `None`.

    Returns:
        The record.

    Raises:
        Split: The lanes must be run apart.
        NotPure: The loss cannot be taken apart from its variables.
    """
    program = _Program(problem, settings, values, arguments, schedule)
    return program.run()


class _Program:
    def __init__(
        self,
        problem: Problem,
        settings: Settings,
        values: Sequence[Mapping[str, float]],
        arguments: Arguments,
        schedule: Schedule | None,
    ) -> None:
        numbers_known()
        tf = tensorflow()
        self._problem, self._settings, self._schedule = problem, settings, schedule
        self._arguments = tuple(arguments.values)
        self._gradients = pure_gradients(problem, arguments)
        self._names = [name for name in values[0] if name != "learning_rate"]
        self._lanes = len(values)
        optimizer = make_optimizer(settings)
        for name in self._names:
            setattr(optimizer, name, values[0][name])
        self._optimizer = PureOptimizer(optimizer, problem.variables)
        self._answers = _Answers(values, self._names, problem.tensors[0].dtype)
        rates = [row.get("learning_rate", settings.learning_rate) for row in values]
        self._rates = tf.constant(rates, optimizer.learning_rate.dtype)
        self._values = [tf.constant([row[name] for row in values], tf.float64) for name in self._names]
        start = [tf.convert_to_tensor(tensor) for tensor in problem.tensors]
        self._count = len(start)
        self._state = [
            tf.repeat(value[None], self._lanes, axis=0) for value in (*start, *self._optimizer.start)
        ]

    def run(self) -> Lanes:
        tf = tensorflow()
        steps = self._settings.steps
        capacity = min(steps, _CAPACITY)
        call = tf.function(self._many_steps, jit_compile=True, autograph=False, reduce_retracing=False)
        losses = np.empty((self._lanes, steps), self._loss_dtype())
        state, done = self._state, 0
        while done < steps:
            count = min(capacity, steps - done)
            factors = np.ones(capacity)
            if self._schedule is not None:
                factors[:count] = self._schedule.values(done, count)
            with quiet_compilation():
                rows, last, state = call(tf.constant(count), tf.constant(factors), capacity, *state)
            losses[:, done : done + count] = np.asarray(rows)[:count].T
            done += count
        return Lanes(losses, np.asarray(last), [value.numpy() for value in state[: self._count]])

    def _many_steps(self, count: Any, factors: Any, capacity: int, *state: Any) -> Any:
        tf = tensorflow()
        dtype = tf.as_dtype(self._loss_dtype())
        rows = tf.TensorArray(dtype, size=capacity, element_shape=(self._lanes,))

        def body(place: Any, rows: Any, *state: Any) -> Any:
            rates = self._rates
            if self._schedule is not None:
                rates = rates * tf.cast(factors[place], rates.dtype)
            losses, *after = tf.vectorized_map(self._one_step, (rates, *state, *self._values))
            return (place + 1, rows.write(place, losses), *after)

        _, rows, *after = tf.while_loop(
            lambda place, *_: place < count, body, (tf.constant(0), rows, *state), parallel_iterations=1
        )

        def loss_of(values: Any) -> Any:
            return self._gradients(list(values), self._arguments)[0]

        return rows.stack(), tf.vectorized_map(loss_of, tuple(after[: self._count])), list(after)

    def _one_step(self, lane: tuple[Any, ...]) -> tuple[Any, ...]:
        """Make a step of one lane: its loss, its variables, the optimizer's own."""
        rate, *rest = lane
        values, own = rest[: self._count], rest[self._count : len(self._state)]
        self._answers.now = rest[len(self._state) :]
        numbers = {name: Number.leaf(self._answers, place, float) for place, name in enumerate(self._names)}
        loss, *gradients = self._gradients(values, self._arguments)
        after, own_after = self._optimizer.step(values, own, gradients, rate, numbers)
        return (loss, *after, *own_after)

    def _loss_dtype(self) -> str:
        return (
            "float64"
            if any(tensor.dtype.name == "float64" for tensor in self._problem.tensors)
            else "float32"
        )

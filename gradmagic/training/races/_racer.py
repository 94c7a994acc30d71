"""One optimizer of a race: its training, its record, and the places it came through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.training._history import History
from gradmagic.training._problem import Problem
from gradmagic.training._train import Plan, new_training

__all__ = ["Racer", "Ran", "run_racer", "vector"]

Array = npt.NDArray[Any]

# Floating numbers that the places of one racer take, at most: 100 MB in float32.
_KEPT = 25_000_000
_PLACES = 200


@dataclass(frozen=True, eq=False)
class Racer:
    """An optimizer in a race.

    Attributes:
        label: What it is called.
        optimizer: Its name, or the object that was given.
        learning_rate: What it began with, `None` for an object without one.
        history: Its record: the loss, gradient norm, learning rate and small parameters at each step.
        loss: The loss after the last step; before the last finite one if it diverged.
        parameters: `{name: value}` of the variables at the end, as NumPy arrays.
        status: As of a `Run`: `"finished"`, `"diverged"`, `"interrupted"` or `"stopped"` (by `tol`).
        engine: `"xla"`, `"graph"` or `"eager"`.
        reason: Why this engine.
        steps: Updates before each place of the path, shape `(places,)`; empty without a surface.
        path: The places on the plane of the surface, shape `(places, 2)`.
    """

    label: str
    optimizer: Any
    learning_rate: float | None
    history: History
    loss: float
    parameters: dict[str, Any]
    status: str
    engine: str
    reason: str
    steps: Array = field(default_factory=lambda: np.empty(0, int))
    path: Array = field(default_factory=lambda: np.empty((0, 2)))


@dataclass(frozen=True, eq=False)
class Ran:
    """A racer at its end, with what the surface needs of its training.

    Attributes:
        racer: Its record.
        problem: The loss and the variables.
        plan: What was trained.
        has_effects: Whether a call of the loss would be seen.
        places: All parameters as one vector now and then, shape `(places, numbers)`; empty unless asked.
        steps: Updates before each of them, shape `(places,)`.
        end: The same at the end.
    """

    racer: Racer
    problem: Problem
    plan: Plan
    has_effects: bool
    places: Array
    steps: Array
    end: Array


def vector(tensors: Any) -> Array:
    """Return the numbers of several tensors or arrays one after another, as float64."""
    return np.concatenate([np.asarray(tensor, np.float64).reshape(-1) for tensor in tensors])


def run_racer(label: str, plan: Plan, *, among: int, walked: bool) -> Ran:
    """Train, and put everything back.

    Args:
        label: What it is called.
        plan: The training.
        among: How many racers there are.
        walked: Whether all parameters are to be kept on the way.

    Raises:
        BaseException: What went wrong in it.
    """
    training = new_training(plan, plan.optimizer, plan.settings, None, movable=False)
    problem = training.problem
    places: list[Array] = []
    steps: list[int] = []

    def look(done: int, _total: int, _loss: float) -> None:
        if not steps or done > steps[-1]:
            places.append(vector(problem.tensors).astype(np.float32))
            steps.append(done)

    if walked:
        # Most variables are known now; those that the loss finds itself are few enough to guess.
        count = sum(int(np.prod(tensor.shape)) for tensor in problem.tensors) or 10_000
        most = int(np.clip(_KEPT // (count * among), 8, _PLACES))
        training.control.longest = max(1, plan.settings.steps // most)
    training.run(look if walked else None, None)
    if training.error is not None:
        raise training.error
    start = vector(value for _, value in training.given)
    end = vector(problem.tensors)
    racer = Racer(
        label,
        plan.settings.optimizer,
        plan.settings.learning_rate,
        training.history(),
        training.loss,
        {name.shown: tensor.numpy() for name, tensor in zip(problem.names, problem.tensors, strict=True)},
        training.status,
        training.engine,
        training.reason,
    )
    has_effects = training.again().choice.has_effects
    if walked:
        if not steps or steps[-1] < training.steps:
            places.append(end.astype(np.float32))
            steps.append(training.steps)
        if plan.settings.start_noise is None:
            places.insert(0, start.astype(np.float32))
            steps.insert(0, 0)
    training.put_back()
    return Ran(
        racer,
        problem,
        plan,
        has_effects,
        np.array(places).reshape(len(places), len(end)),
        np.array(steps, int),
        end,
    )

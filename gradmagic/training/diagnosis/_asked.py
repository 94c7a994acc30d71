"""What is asked of a training: each question goes to a place in it, runs the loss there, and comes back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gradmagic.tape import Flow, gradient_flow, tensorflow
from gradmagic.training.diagnosis._curvature import Measure, hessian_product, largest, newton_gain
from gradmagic.training.diagnosis._descent import Descent, descent_of
from gradmagic.training.diagnosis._evidence import Evidence
from gradmagic.training.diagnosis._scales import Unscaled, named_columns, unscaled
from gradmagic.training.diagnosis._spots import Dead, Recorded, Spot

__all__ = ["Asked", "Curved"]

# Power iteration comes from below, to one in a thousand: nearer than this the bound is not exceeded.
MARGIN = 1.002

_T = TypeVar("_T")


@dataclass(frozen=True)
class Curved:
    """The largest eigenvalue at a step, and the bound that goes with it."""

    step: int
    value: float
    bound: float


class Asked:
    """The questions; an answer is `None` where the loss may not be run again, or fails there."""

    def __init__(self, evidence: Evidence) -> None:
        """Ask of this training."""
        self._evidence = evidence
        self._variables = evidence.problem.tensors

    @cached_property
    def descent(self) -> Descent | None:
        """What is known of the optimizer, if it is gradient descent."""
        return descent_of(self._evidence)

    @property
    def may_look(self) -> bool:
        """Whether the loss may be run again."""
        return self._evidence.visit is not None

    @cached_property
    def column(self) -> Unscaled | None:
        """The column that stands out, of the data; without data, of what the loss reads."""
        return unscaled(named_columns(list(self._inputs), list(self._inputs.values())))

    def reader(self, column: Unscaled) -> Spot | None:
        """The operation that reads a column first."""
        array = self._inputs[column.array]
        return self._recorded("now", lambda recorded: recorded.first_reader(array))

    @cached_property
    def _inputs(self) -> dict[str, Any]:
        """What the loss computes with, by name; without the targets where they are known."""
        problem = self._evidence.problem
        if self._evidence.visit is None:
            return {}
        with self._evidence.visit("now") as arguments:
            values, keys = arguments.values, arguments.keys
        if values:
            names = list(keys) if keys else _parameter_names(problem.loss, len(values))
            inputs = max(1, len(values) - 1)  # the last are the targets: their size curves nothing
            return dict(zip(names[:inputs], values[:inputs], strict=True))
        tf = tensorflow()
        return {
            name: value
            for name, value in problem.reached.names
            if isinstance(value, np.ndarray) or (tf.is_tensor(value) and not hasattr(value, "assign"))
        }

    def too_fast(self, since: int, margin: float = MARGIN) -> Curved | None:
        """Where the learning rate exceeded the bound: at the start, at a step, or at the end."""
        if self.descent is None:
            return None
        rates = np.asarray(self._evidence.history.learning_rate, np.float64)
        places = {"start": self._evidence.begun, "since": since}
        if self._evidence.not_finite is None:
            places["now"] = len(rates) - 1
        for place, step in places.items():
            curvature = self.curvature(place, largest, since)
            if curvature is not None and curvature > 0:
                bound = self.descent.factor / curvature
                if rates[min(step, len(rates) - 1)] > margin * bound:
                    return Curved(step, curvature, bound)
        return None

    def curvature(self, place: str, measure: Measure[_T], since: int = 0) -> _T | None:
        """What is measured of the Hessian at a place."""
        size = sum(variable.shape.num_elements() for variable in self._variables)

        def measured(loss: Callable[[], Any]) -> _T | None:
            product = hessian_product(loss, self._variables)
            return None if product is None else measure(product, size)

        return self._visited(place, measured, since)

    def gain(self) -> float | None:
        """By how much the loss would fall at the minimum of its quadratic model."""

        def measured(loss: Callable[[], Any]) -> float | None:
            product = hessian_product(loss, self._variables)
            return None if product is None else newton_gain(product, self._flat_gradient(loss))

        return self._visited("now", measured)

    def gradient(self) -> tuple[float, float]:
        """The norm of the gradient now, and its ratio to the loss, in units of the variables' size."""
        gradient = self._visited("now", self._flat_gradient)
        norms = self._evidence.history.grad_norm
        norm = float(norms[-1]) if gradient is None else float(np.linalg.norm(gradient))
        weights = math.hypot(*(float(np.linalg.norm(one.numpy())) for one in self._variables))
        return norm, norm * max(weights, 1.0) / max(abs(self._evidence.last_loss), 1e-300)

    def first_not_finite(self) -> Spot | None:
        """The operation that first left the finite numbers: of the loss, else of its gradient before."""
        beyond = self._recorded("beyond", lambda recorded: recorded.first_not_finite())
        return beyond or self._recorded("now", lambda recorded: recorded.first_not_finite())

    def dead(self) -> Dead | None:
        """A relu nearly all of whose units are 0 for every row."""
        return self._recorded("now", lambda recorded: recorded.dead())

    def saturated(self) -> Spot | None:
        """An operation that is flat at nearly all its places."""
        return self._recorded("now", lambda recorded: recorded.saturated())

    def slope(self) -> Spot | None:
        """The first operation that flattens out."""
        return self._recorded("now", lambda recorded: recorded.first_slope())

    def flow(self) -> Flow | None:
        """The gradient in each layer, at the start."""
        problem = self._evidence.problem
        names = [name.shown for name in problem.names]
        return self._recorded(
            "start", lambda recorded: gradient_flow(recorded.tape, recorded.value, problem.variables, names)
        )

    def moved(self, flow: Flow, layers: tuple[str, ...]) -> float:
        """By what share of themselves the weights of some layers have changed since the start."""
        places = [place for place, one in enumerate(flow.variables) if one.layer in layers]
        before = self._visited("start", lambda _: [self._variables[place].numpy() for place in places]) or []
        after = [self._variables[place].numpy() for place in places]
        way = math.hypot(*(float(np.linalg.norm(b - a)) for a, b in zip(before, after, strict=False)))
        size = math.hypot(*(float(np.linalg.norm(a)) for a in before))
        return way / size if size else math.inf

    def _flat_gradient(self, loss: Callable[[], Any]) -> npt.NDArray[np.float64]:
        tf = tensorflow()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self._variables)
            value = loss()
        found = tape.gradient(value, self._variables, unconnected_gradients="zero")
        parts = [tf.convert_to_tensor(one).numpy().astype(np.float64).ravel() for one in found]
        return np.concatenate(parts)

    def _recorded(self, place: str, question: Callable[[Recorded], _T | None]) -> _T | None:
        return self._visited(place, lambda loss: question(Recorded(loss)))

    def _visited(
        self, place: str, question: Callable[[Callable[[], Any]], _T | None], since: int = 0
    ) -> _T | None:
        evidence = self._evidence
        values = self._parameters_at(since) if place == "since" else []
        if evidence.visit is None or values is None:
            return None
        try:
            with evidence.visit("start" if place == "since" else place) as arguments:
                for variable, value in zip(self._variables, values, strict=False):
                    variable.assign(value)
                return question(lambda: tensorflow().convert_to_tensor(arguments.call(evidence.problem.loss)))
        except Exception:  # noqa: BLE001  # the learner's code, far from where it was tried: no answer
            return None

    def _parameters_at(self, step: int) -> list[Any] | None:
        kept = self._evidence.history.parameters
        names = [name.shown for name in self._evidence.problem.names]
        return [kept[name][step] for name in names] if all(name in kept for name in names) else None


def _parameter_names(loss: Callable[..., Any], count: int) -> list[str]:
    """What the loss calls its arguments."""
    try:
        names = list(signature(loss).parameters)
    except (TypeError, ValueError):  # a callable written in C has none to show
        names = []
    return names if len(names) == count else [f"data[{place}]" for place in range(count)]

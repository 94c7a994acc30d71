"""The loss on a grid: what the learner's function gives there, and nothing in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.errors import ArgumentError, LossError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._device import on_device
from gradmagic.training._problem import Problem
from gradmagic.training._quiet import quiet_compilation
from gradmagic.training._seed import seeded
from gradmagic.training.feed import Arguments
from gradmagic.training.races._plane import Plane
from gradmagic.training.races._racer import Ran

__all__ = ["Surface", "surface_of"]

Array = npt.NDArray[Any]

# Points of an axis; fewer where the loss is slow.
_MOST, _LEAST = 61, 9
# Seconds that the surface may take.
_SECONDS = 6.0
# What is left around the paths, as a share of what they span.
_MARGIN = 0.18
# A racer that diverged is followed no further than this many times the span of the others.
_REACH = 1.0
# Points at which the compiled loss is compared with the eager one.
_COMPARED = 3


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss over a plane.

    Attributes:
        kind: `"variables"`, `"pca"`, `"random"` or `"chosen"`.
        labels: What the axes are called.
        x: Places along the first axis, shape `(columns,)`.
        y: Places along the second, shape `(rows,)`.
        loss: The loss over all the data, shape `(rows, columns)`; not finite where it is not.
        engine: `"xla"`, `"graph"` or `"eager"`: how it was computed.
    """

    kind: str
    labels: tuple[str, str]
    x: Array
    y: Array
    loss: Array
    engine: str


def surface_of(plane: Plane, ran: Ran, statuses: Sequence[str], seed: int | None) -> Surface:
    """Evaluate the loss on a grid around the paths; the variables are put back.

    Args:
        plane: Where.
        ran: A racer, whose problem and data it is.
        statuses: Of all racers.
        seed: For a loss that draws random numbers.

    Raises:
        ArgumentError: The data are not all there at once.
        LossError: The loss has effects.
    """
    if ran.has_effects:
        raise LossError(say("race-surface-effects"))
    arguments = ran.plan.source.whole()
    if arguments is None:
        raise ArgumentError(say("race-surface-streamed"))
    problem = ran.problem
    kept = [(tensor, tensor.read_value()) for tensor in problem.tensors]
    limits = _limits(plane, statuses)
    try:
        with seeded(seed, problem.reached), on_device(ran.plan.settings.device):
            evaluate, engine = _evaluator(problem, arguments, plane, limits)
            count = _resolution(evaluate, limits)
            x, y = (np.linspace(low, high, count) for low, high in limits)
            # A row at a time, so that an interrupt is heard.
            loss = np.stack([evaluate(np.stack([x, np.full_like(x, row)], axis=-1)) for row in y])
    finally:
        for tensor, value in kept:
            tensor.assign(value)
    return Surface(plane.kind, plane.labels, x, y, loss, engine)


def _limits(plane: Plane, statuses: Sequence[str]) -> list[tuple[float, float]]:
    """What is drawn of each axis: all paths, and a margin."""
    whole = [path for (_, path), status in zip(plane.paths, statuses, strict=True) if status != "diverged"]
    whole = whole or [path[: max(2, len(path) // 2)] for _, path in plane.paths]
    inside, every = np.concatenate(whole), np.concatenate([path for _, path in plane.paths])
    low, high = inside.min(axis=0), inside.max(axis=0)
    span = high - low
    # A path that keeps to one axis leaves the other one without a width of its own.
    span = np.maximum(span, np.maximum(0.25 * span.max(), 1e-3 * np.maximum(np.abs(high), 1e-3)))
    low = np.maximum(np.nanmin(every, axis=0), low - _REACH * span)
    high = np.minimum(np.nanmax(every, axis=0), high + _REACH * span)
    middle, half = (low + high) / 2, np.maximum(high - low, span) / 2 * (1 + 2 * _MARGIN)
    return [(float(middle[axis] - half[axis]), float(middle[axis] + half[axis])) for axis in (0, 1)]


Evaluate = Callable[[Array], Array]


def _evaluator(
    problem: Problem, arguments: Arguments, plane: Plane, limits: Sequence[tuple[float, float]]
) -> tuple[Evaluate, str]:
    """From points of the plane, shape `(points, 2)`, to the loss there; and what computes it."""
    eager = _Eager(problem, arguments, plane)
    (left, right), (bottom, top) = limits
    tried = np.array([[left, bottom], [(left + right) / 2, (bottom + top) / 2], [right, top]])[:_COMPARED]
    expected = eager(tried)
    for xla in (True, False):
        try:
            with quiet_compilation():
                compiled = _Compiled(problem, arguments, plane, xla=xla)
                found = compiled(tried)
        except Exception:  # noqa: BLE001  # a loss that cannot be compiled is evaluated as it is
            continue
        if np.allclose(found, expected, rtol=1e-4, atol=1e-6, equal_nan=True):
            return compiled, "xla" if xla else "graph"
    return eager, "eager"


def _resolution(evaluate: Evaluate, limits: Sequence[tuple[float, float]]) -> int:
    (left, right), (bottom, _) = limits
    x = np.linspace(left, right, _MOST)
    row = np.stack([x, np.full_like(x, bottom)], axis=-1)[: _MOST // 8]
    began = perf_counter()
    evaluate(row)
    each = (perf_counter() - began) / len(row)
    return int(np.clip(np.sqrt(_SECONDS / each), _LEAST, _MOST))


class _Eager:
    """The loss, called as the learner would."""

    def __init__(self, problem: Problem, arguments: Arguments, plane: Plane) -> None:
        self._problem, self._arguments = problem, arguments
        tf = tensorflow()
        self._parts = [
            [tf.constant(part, tensor.dtype) for part in parts]
            for tensor, *parts in zip(
                problem.tensors,
                *(_shaped(numbers, problem) for numbers in (plane.origin, plane.across, plane.up)),
                strict=True,
            )
        ]

    def __call__(self, points: Array) -> Array:
        return np.array([float(self._at(*map(float, point))) for point in points])

    def _at(self, x: Any, y: Any) -> Any:
        tf = tensorflow()
        moved = []
        for tensor, (origin, across, up) in zip(self._problem.tensors, self._parts, strict=True):
            at = origin + tf.cast(x, tensor.dtype) * across + tf.cast(y, tensor.dtype) * up
            moved.append(tensor.assign(at))
        if tf.executing_eagerly():
            return self._problem.evaluate(self._arguments)
        with tf.control_dependencies(moved):
            return tf.cast(self._problem.evaluate(self._arguments, self._loss), tf.float64)

    _loss: Callable[..., Any] | None = None


class _Compiled(_Eager):
    """The same for many points in one call."""

    def __init__(self, problem: Problem, arguments: Arguments, plane: Plane, *, xla: bool) -> None:
        super().__init__(problem, arguments, plane)
        tf = tensorflow()
        # A Python `if` on a tensor in the loss becomes one of the graph's.
        self._loss = tf.function(problem.loss, autograph=True)
        self._call = tf.function(self._all, jit_compile=xla, autograph=False)

    def __call__(self, points: Array) -> Array:
        tf = tensorflow()
        whole = np.zeros((_MOST, 2))
        whole[: len(points)] = points
        found = self._call(tf.constant(whole), tf.constant(len(points)))
        result: Array = found.numpy()[: len(points)]
        return result

    def _all(self, points: Any, count: Any) -> Any:
        tf = tensorflow()
        losses = tf.TensorArray(tf.float64, size=_MOST, element_shape=())

        def body(place: Any, losses: Any) -> tuple[Any, Any]:
            return place + 1, losses.write(place, self._at(points[place, 0], points[place, 1]))

        _, losses = tf.while_loop(
            lambda place, _: place < count, body, (tf.constant(0), losses), parallel_iterations=1
        )
        return losses.stack()


def _shaped(numbers: Array, problem: Problem) -> list[Array]:
    found, at = [], 0
    for tensor in problem.tensors:
        shape = tuple(tensor.shape)
        size = int(np.prod(shape))
        found.append(numbers[at : at + size].reshape(shape))
        at += size
    return found

"""Put three ways to a derivative side by side: automatic, numeric, symbolic."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import numpy as np

from gradmagic.errors import TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import check_sources, check_target, is_tensor, leaves
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.check._check import source_labels
from gradmagic.tape.compare._report import CompareReport, Curve, Method
from gradmagic.tape.compare._symbolic import CannotTranslate, Symbolic, symbolic
from gradmagic.tape.recording._record import Recorder
from gradmagic.tape.replay._repeatable import verify
from gradmagic.tape.replay._replay import Array, Replay, as_numbers, paused

__all__ = ["STEPS", "compare_recording"]

# The step sizes of the error curve: two in each decade.
STEPS = np.logspace(-1, -12, 23)
# Up to this many entries each gets its own difference; of more, only one direction is measured.
ENTRIES = 256
TIMES = 5


def compare_recording(
    tape: Tape,
    target: Any,
    sources: Any,
    *,
    target_name: str | None = None,
    source_names: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> CompareReport:
    """Compare the derivatives of a recorded target; see `Tape.compare`.

    Args:
        tape: the recording.
        target: a tensor it made; more than one number is summed.
        sources: a tensor, a Variable, or any nesting of them.
        target_name: how the target is called in the report.
        source_names: the same for each tensor of `sources`, in TensorFlow's order.
        notes: sentences to put into the report.

    Raises:
        TargetError: target or source cannot be differentiated, or the target is not one tensor.
        RecordingError: the recording cannot be repeated, and why.
    """
    check_target(target)
    check_sources(sources)
    tape._check(target, sources)
    if not is_tensor(target):
        raise TargetError(say("compare-no-target", kind=type(target).__name__, count=len(leaves(target))))
    name = target_name or tape.name_of(target) or say("check-target")
    names = source_labels(tape, leaves(sources), source_names)
    with paused(tape):
        replay = Replay(tape, [target], leaves(sources))
        verify(replay, [target])
        return _Comparison(tape, replay, target, leaves(sources)).report(name, names, tuple(notes))


class _Comparison:
    """One comparison: the three methods, then the reference, then the errors."""

    def __init__(self, tape: Tape, replay: Replay, target: Any, sources: list[Any]) -> None:
        self._tape = tape
        self._replay = replay
        self._target = target
        self._sources = sources

    def report(self, name: str, names: tuple[str, ...], notes: tuple[str, ...]) -> CompareReport:
        automatic, automatic_time = _timed(self._automatic)
        import sympy  # noqa: F401 - its own import is not the formula's time

        started = time.perf_counter()
        formula, reason = self._symbolic(names)
        symbolic_time = time.perf_counter() - started
        exact, kind = self._reference(formula)
        wide = not self._replay.narrow
        step = 2.0**-17 if wide else 2.0**-7
        size = sum(point.size for point in self._replay.points)
        numeric: tuple[Array, ...] = ()
        numeric_time, many = 0.0, ""
        if size <= ENTRIES:
            numeric, numeric_time = _timed(lambda: self._differences(step, wide), 3)
        else:
            many = say("compare-why-many", count=size)
        if exact is None:
            exact, kind = (numeric, "numeric") if numeric else (automatic, "automatic")
        methods = (
            Method("automatic", automatic, _error(automatic, exact), automatic_time, self._backward()),
            Method("numeric", numeric, _error(numeric, exact), numeric_time, 2 * size, many),
            Method(
                "symbolic",
                () if formula is None else formula.values,
                math.nan if formula is None else 0.0,
                symbolic_time,
                0 if formula is None else formula.derivative_size,
                reason,
            ),
        )
        return CompareReport(
            target=name,
            sources=names,
            points=tuple(self._replay.points),
            methods=methods,
            reference=kind,
            curves=self._curves(exact, wide),
            formula=formula,
            recorded=len(self._replay.steps),
            notes=notes,
        )

    def _automatic(self) -> tuple[Array, ...]:
        with self._tape._deriving(1, again=False):
            gradients = self._tape._gradient_tape.gradient(self._target, self._sources)
        return tuple(
            np.zeros(point.shape) if gradient is None else as_numbers(gradient)
            for gradient, point in zip(gradients, self._replay.points, strict=True)
        )

    def _backward(self) -> int:
        """Count the operations of the backward pass."""
        recorder = Recorder(values=False, max_bytes=1)
        recorder.start()
        try:
            self._automatic()
        finally:
            recorder.stop()
        return len(recorder)

    def _symbolic(self, names: tuple[str, ...]) -> tuple[Symbolic | None, str]:
        try:
            return symbolic(self._replay, names), ""
        except CannotTranslate as why:
            return None, str(why)

    def _reference(self, formula: Symbolic | None) -> tuple[tuple[Array, ...] | None, str]:
        if formula is not None and all(np.all(np.isfinite(value)) for value in formula.values):
            return formula.values, "symbolic"
        tf = tensorflow()
        points = [tf.constant(point) for point in self._replay.points]
        with tf.GradientTape() as tape:
            tape.watch(points)
            (value,) = self._replay.run(points)
        if self._replay.narrow:
            return None, "numeric"
        try:
            gradients = tape.gradient(value, points)
        except LookupError:  # an operation without a derivative of its own
            return None, "numeric"
        exact = tuple(
            np.zeros(point.shape) if gradient is None else as_numbers(gradient)
            for gradient, point in zip(gradients, self._replay.points, strict=True)
        )
        return (exact, "replay") if all(np.all(np.isfinite(value)) for value in exact) else (None, "numeric")

    # -- differences ---------------------------------------------------------------------------

    def _value(self, points: Sequence[Array], wide: bool) -> float:
        (value,) = self._replay.run(points, wide=wide)
        # Summed as it is computed: a float32 sum rounds like the float32 function that it is.
        return float(np.real(tensorflow().reduce_sum(value).numpy()))

    def _slope(self, moves: Sequence[Array], step: float, wide: bool) -> float:
        pairs = list(zip(self._replay.points, moves, strict=True))
        above = self._value([point + step * move for point, move in pairs], wide)
        below = self._value([point - step * move for point, move in pairs], wide)
        with np.errstate(all="ignore"):
            return float(np.divide(above - below, 2 * step))

    def _differences(self, step: float, wide: bool) -> tuple[Array, ...]:
        """The central difference of every entry, with a step in proportion to the entry."""
        found = []
        for place, point in enumerate(self._replay.points):
            slopes: Array = np.zeros(point.shape, point.dtype)
            for index in np.ndindex(*point.shape):
                scale = 2.0 ** round(math.log2(max(1.0, float(abs(point[index])))))
                for unit in (1.0, 1j) if np.iscomplexobj(point) else (1.0,):
                    moves = [np.zeros(other.shape, other.dtype) for other in self._replay.points]
                    moves[place][index] = unit
                    slopes[index] = slopes[index] + unit * self._slope(moves, step * scale, wide)
            found.append(slopes)
        return tuple(found)

    def _curves(self, exact: tuple[Array, ...], wide: bool) -> tuple[Curve, ...]:
        """The error along one direction, so that a large source costs no more than a small one."""
        random = np.random.default_rng(0)
        moves: list[Array] = [
            np.ones(point.shape) if point.size == 1 else np.asarray(random.uniform(0.5, 1.0, point.shape))
            for point in self._replay.points
        ]
        pairs = zip(exact, moves, strict=True)
        right = float(sum(np.sum(np.real(value) * move) for value, move in pairs))
        scale = abs(right) or 1.0
        recorded = tensorflow().as_dtype(self._target.dtype).real_dtype.name
        runs = (
            [(recorded, False)]
            if recorded == "float64" or not wide
            else [(recorded, False), ("float64", True)]
        )
        return tuple(
            Curve(
                precision,
                STEPS,
                np.array([abs(self._slope(moves, float(step), use) - right) / scale for step in STEPS]),
            )
            for precision, use in runs
        )


def _timed(function: Callable[[], tuple[Array, ...]], times: int = TIMES) -> tuple[tuple[Array, ...], float]:
    seconds = []
    found: tuple[Array, ...] = ()
    for _ in range(times):
        started = time.perf_counter()
        found = function()
        seconds.append(time.perf_counter() - started)
    return found, median(seconds)


def _error(values: Sequence[Array], exact: Sequence[Array]) -> float:
    """The largest error over the largest derivative; NaN when there are no values."""
    if not values:
        return math.nan
    size = max((float(np.max(np.abs(right), initial=0.0)) for right in exact), default=0.0)
    error = max(
        (
            float(np.max(np.abs(value - right), initial=0.0))
            for value, right in zip(values, exact, strict=True)
        ),
        default=0.0,
    )
    return error / size if size else error

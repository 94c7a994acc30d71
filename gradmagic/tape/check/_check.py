"""Check a recorded gradient against central differences of the recording, repeated in float64."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape._structure import check_sources, check_target, dense, leaves
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.check._blame import CLOSE, Blame, blame
from gradmagic.tape.check._measure import Array, Comparison, Problem, examine
from gradmagic.tape.check._mistake import compare_values
from gradmagic.tape.check._report import CheckReport
from gradmagic.tape.check._symmetric import accept_triangles
from gradmagic.tape.recording._record import Recorder
from gradmagic.tape.recording._source import place
from gradmagic.tape.replay._repeatable import Rounding, precision_of, verify
from gradmagic.tape.replay._replay import Replay, as_numbers, paused

__all__ = ["LIMIT", "CheckReport", "check_recording", "source_labels"]

# Evaluations of the target that one check may cost, for each order.
LIMIT = 5000
# A long recording takes longer each time: no more operations than this are executed, unless `limit` is
# given; but it is repeated this often at least, or six times for each source.
OPERATIONS = 150_000
LEAST = 40


def check_recording(
    tape: Tape,
    target: Any,
    sources: Any,
    *,
    order: int = 1,
    seed: int = 0,
    limit: int | None = None,
    target_name: str | None = None,
    source_names: Sequence[str] = (),
) -> CheckReport:
    """Check the gradient that TensorFlow gives of a recorded target; see `Tape.check`.

    Args:
        tape: the recording.
        target: a tensor it made, or a nested structure of them; they are summed.
        sources: a tensor, a Variable, or any nesting of them.
        order: 2 checks the Hessian too, times random vectors.
        seed: of the random directions and vectors.
        limit: the evaluations of the target that each order may cost; 5,000 unless given, or as many as
            150,000 operations make.
        target_name: how the target is called in the report.
        source_names: the same for each tensor of `sources`, in TensorFlow's order.

    Raises:
        TargetError: target or source cannot be differentiated.
        ArgumentError: `order` is not 1 or 2, or `limit` is not a whole number from 1.
        RecordingError: the recording cannot be repeated, and why.
    """
    if order not in (1, 2):
        raise ArgumentError(say("check-order", order=repr(order)))
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise ArgumentError(say("check-limit", limit=repr(limit)))
    tape._check(target, sources)
    check_target(target)
    check_sources(sources)
    name = target_name or (tape.name_of(target) if len(leaves(target)) == 1 else None) or say("check-target")
    with paused(tape):
        return _Check(tape, leaves(target), leaves(sources), seed, limit).report(
            order, name, source_labels(tape, leaves(sources), source_names)
        )


class _Check:
    """One check, order by order."""

    def __init__(
        self, tape: Tape, targets: list[Any], sources: list[Any], seed: int, limit: int | None
    ) -> None:
        self._tape = tape
        self._targets = targets
        self._sources = sources
        self._seed = seed
        self._limit = limit
        self._random = np.random.default_rng(seed)
        self._notes: list[str] = []
        self._precision = "float64"
        self._narrow: set[str] = set()

    def report(self, order: int, target: str, names: tuple[str, ...]) -> CheckReport:
        plain = [np.ones(tensor.shape) for tensor in self._targets]
        replay = Replay(self._tape, self._targets, self._sources)
        verify(replay, self._targets)
        problems = [self._first(replay, plain, names)]
        found = examine(problems[0], self._seed)
        if _failed(found) is None and sum(weights.size for weights in plain) > 1:
            # The sum may hide what its terms do: weigh them.
            weights = [self._random.uniform(0.5, 1.5, tensor.shape) for tensor in self._targets]
            problems.append(self._first(replay, weights, names))
            again = examine(problems[-1], self._seed)
            if _failed(again) is not None:
                found, plain = [*found, *again], weights
                self._notes.append(say("check-weighted"))
        blamed = None
        found = self._accepted(found, problems[0])
        if any(not comparison.ok and comparison.kind != "not-finite" for comparison in found):
            failed = [names.index(comparison.source) for comparison in found if not comparison.ok]
            blamed = blame(self._tape, replay, self._targets, self._sources, plain, failed)
        elif order == 2 and _failed(found) is None:
            second = self._second(names)
            if second is not None:
                problems.append(second)
                found += self._accepted(examine(second, self._seed), second)
        if blamed is None or blamed.mistake.code is None:
            told = _told(found, names, [point.shape for point in replay.points])
            blamed = told if told is not None and (blamed is None or told.mistake.code) else blamed
        self._remark(replay, names)
        for name, gradient in zip(names, problems[0].automatic, strict=True):
            if gradient is None and any(item.source == name and not item.ok for item in found):
                self._notes.append(say("check-none", target=target, name=name))
        worst = max(found, key=_badness) if found else None
        return CheckReport(
            ok=all(comparison.ok for comparison in found),
            target=target,
            sources=names,
            sizes=tuple(int(point.size) for point in replay.points),
            order=order,
            comparisons=tuple(found),
            worst=worst,
            mistake=None if blamed is None else blamed.mistake.code,
            blame=blamed,
            precision=self._precision,
            evaluations=sum(problem.evaluations for problem in problems),
            directions=sum(problem.directions for problem in problems),
            complete=all(problem.complete for problem in problems),
            notes=tuple(self._notes),
        )

    def _accepted(self, found: list[Comparison], problem: Problem) -> list[Comparison]:
        found, symmetric = accept_triangles(found, problem)
        notes = [say("check-symmetric", name=name) for name in symmetric]
        self._notes += [note for note in notes if note not in self._notes]
        return found

    def _first(self, replay: Replay, weights: list[Array], names: tuple[str, ...]) -> Problem:
        seeds = [
            tensorflow().cast(weight, tensor.dtype)
            for weight, tensor in zip(weights, self._targets, strict=True)
        ]
        # The weights as the gradient sees them, rounded to the target's dtype.
        rounded = [as_numbers(seed) for seed in seeds]
        with self._tape._deriving(1, again=False):
            gradients = self._tape._gradient_tape.gradient(self._targets, self._sources, seeds)
        return self._problem(replay, rounded, [_array(gradient) for gradient in gradients], names, 1)

    def _second(self, names: tuple[str, ...]) -> Problem | None:
        """The Hessian times a random vector, against differences of the recorded backward pass."""
        recorder = Recorder(values=True, max_bytes=self._tape._max_bytes)
        outer, self._tape._recorder = self._tape._recorder, recorder
        try:
            recorder.start()
            with self._tape._deriving(1, again=True):
                gradients = self._tape._gradient_tape.gradient(self._targets, self._sources)
                first = [None if gradient is None else dense(gradient) for gradient in gradients]
        finally:
            recorder.stop()
            self._tape._recorder = outer
        known = [gradient for gradient in first if gradient is not None]
        if not known:
            return None
        vectors = [self._random.uniform(0.5, 1.5, gradient.shape) for gradient in known]
        seeds = [
            tensorflow().cast(vector, gradient.dtype) for vector, gradient in zip(vectors, known, strict=True)
        ]
        with self._tape._deriving(2, again=False):
            products = self._tape._gradient_tape.gradient(known, self._sources, seeds)
        replay = Replay(self._tape, known, self._sources, later=recorder._log)
        verify(replay, known)
        return self._problem(replay, vectors, [_array(product) for product in products], names, 2)

    def _problem(
        self,
        replay: Replay,
        weights: list[Array],
        automatic: list[Array | None],
        names: tuple[str, ...],
        order: int,
    ) -> Problem:
        def evaluate(points: Sequence[Any]) -> float:
            values = [np.asarray(value.numpy()) for value in replay.run(points)]
            with np.errstate(all="ignore"):
                return float(
                    sum(
                        np.sum(np.real(np.conj(weight) * value))
                        for weight, value in zip(weights, values, strict=True)
                    )
                )

        values = [np.asarray(value.numpy()) for value in replay.run()]
        magnitude = float(
            sum(np.sum(np.abs(weight * value)) for weight, value in zip(weights, values, strict=True))
        )
        precision = np.float64 if not replay.narrow else np.float32
        if replay.narrow:
            self._precision = "float32"
            self._narrow |= {name for name in replay.narrow if not name.startswith("__")}
        claimed = [tensor.dtype for tensor in [*replay.targets, *self._sources]]
        tolerance = max(math.sqrt(precision_of(dtype)) for dtype in claimed)
        return Problem(
            evaluate=evaluate,
            points=replay.points,
            automatic=automatic,
            names=names,
            order=order,
            eps=float(np.finfo(precision).eps),
            tolerance=max(tolerance, 1e-6),
            magnitude=magnitude if math.isfinite(magnitude) else 0.0,
            limit=self._limit or self._affordable(len(replay.steps)),
            excuse=Rounding(replay, weights),
        )

    def _affordable(self, operations: int) -> int:
        """How often so many operations may be repeated; each source is compared once at the least."""
        least = max(LEAST, 6 * len(self._sources))
        return min(LIMIT, max(least, OPERATIONS // max(1, operations)))

    def _remark(self, replay: Replay, names: tuple[str, ...]) -> None:
        if self._narrow:
            self._notes.append(say("check-narrow", operations=", ".join(sorted(self._narrow))))
        # TensorFlow stops gradients inside some functions of its own: that is nobody's business.
        stops = [place(entry[4], entry[5]) for entry in replay.stopped if entry[4] is not None]
        if any("stop_gradient" in where.expression for where in stops):
            self._notes.append(say("check-stopped"))
        for index in sorted(replay.assigned):
            self._notes.append(say("check-assigned", name=names[index]))


def _array(gradient: Any) -> Array | None:
    return None if gradient is None else as_numbers(gradient)


def source_labels(tape: Tape, sources: Sequence[Any], given: Sequence[str]) -> tuple[str, ...]:
    """Return what to call each source: the names given if there is one for each, else the recording's."""
    if len(given) == len(sources):
        return tuple(given)
    return tuple(tape.name_of(source) or f"x{index}" for index, source in enumerate(sources))


def _failed(found: Sequence[Comparison]) -> Comparison | None:
    return next((comparison for comparison in found if not comparison.ok), None)


def _told(found: Sequence[Comparison], names: Sequence[str], shapes: Sequence[Any]) -> Blame | None:
    """Name the mistake from the derivatives by the first source that is wrong."""
    worst = _failed(found)
    if worst is None:
        return None
    entries = {
        (comparison.index, comparison.part): comparison
        for comparison in found
        if (comparison.source, comparison.order) == (worst.source, worst.order)
        and comparison.kind == "smooth"
        and comparison.index is not None
    }
    if not entries:
        return None
    shape = shapes[list(names).index(worst.source)]
    whole = len(entries) == math.prod(shape)
    given, right = (
        np.array([getattr(entry, name) for entry in entries.values()]) for name in ("automatic", "numeric")
    )
    return Blame(compare_values(given, right, CLOSE, shape if whole else (), [*shape, math.prod(shape)]))


def _badness(comparison: Comparison) -> tuple[bool, float]:
    error = comparison.relative_error
    if comparison.ok and comparison.kind != "smooth":
        error = 0.0
    return not comparison.ok, math.inf if math.isnan(error) else error

"""`check_grads`: check the derivatives of a function at a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import as_argument, check_target, dense, leaves, shorten
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.check._check import check_recording
from gradmagic.tape.check._measure import Array, Problem, flat_size, judge
from gradmagic.tape.check._report import CheckReport
from gradmagic.tape.derivative._derivative import parameter_names
from gradmagic.tape.recording._hook import operation_name
from gradmagic.tape.replay._repeatable import precision_of

__all__ = ["check_grads"]

# The function called by itself, in its own dtype, is a rough witness: it looks for what is missing.
ROUGH = 0.05


def check_grads(
    f: Callable[..., Any],
    args: Any,
    order: int = 2,
    *,
    seed: int = 0,
    limit: int | None = None,
    name: str | None = None,
) -> CheckReport:
    """Check the gradient of `f` (and its Hessian, times random vectors) at one point.

    `f` is recorded once; the recording is repeated in float64 with other values, so random numbers and
    the branches that were taken stay as they were. Float64 makes central differences good to about ten
    digits, so no complex step is needed. Then `f` itself is called a few times more, to see whether
    part of it left TensorFlow and is missing from the recording.

    Args:
        f: takes tensors and returns one; more than one number is summed.
        args: a tuple or list with one entry for each argument, or the only argument.
        order: 1 for the gradient alone, 2 for the Hessian too.
        seed: of the random directions.
        limit: how often the recording may be repeated, for each order; see `check_recording`.
        name: how `f` is called in the report.

    Returns:
        The report; it is true when all is well: `assert gm.check_grads(f, (2.0,))`.

    Raises:
        TargetError: `f` is not callable, an argument is not a floating number, the result is no tensor.
        ArgumentError: `order` is not 1 or 2, `limit` is not a whole number from 1, or no argument came.
        RecordingError: the recording cannot be repeated, and why.
    """
    if not callable(f):
        raise TargetError(say("tape-callable", kind=type(f).__name__, value=shorten(f)))
    called = name or getattr(f, "__name__", "f")
    called = "f" if called == "<lambda>" else called
    given = args if isinstance(args, (tuple, list)) else (args,)
    if not given:
        raise ArgumentError(say("tape-no-point", name=called))
    arguments = [as_argument(argument) for argument in given]
    tape = Tape(values=True, max_memory="1GB")
    with tape:
        tape.watch(*leaves(arguments))
        result = f(*arguments)
    check_target(result, say("tape-result"))
    names = parameter_names(f, len(leaves(arguments)))
    report = check_recording(
        tape, result, arguments, order=order, seed=seed, limit=limit, target_name=called, source_names=names
    )
    return _witnessed(report, tape, f, arguments, result, seed)


def _witnessed(
    report: CheckReport, tape: Tape, f: Callable[..., Any], arguments: list[Any], result: Any, seed: int
) -> CheckReport:
    """Compare with differences of `f` itself: what left TensorFlow is not in the recording."""
    tf = tensorflow()
    points = [np.asarray(leaf.numpy()) for leaf in leaves(arguments)]
    # A tf.py_function can be differentiated once only, and has been.
    once = any(operation_name(entry[0]) == "EagerPyFunc" for entry in tape._recorder._log)
    if once or not report.ok or not all(np.isrealobj(point) and point.size for point in points):
        return report

    def call(moved: Sequence[Array]) -> list[Any]:
        flat = [tf.constant(point, leaf.dtype) for point, leaf in zip(moved, leaves(arguments), strict=True)]
        return leaves(f(*tf.nest.pack_sequence_as(arguments, flat)))

    def random_in(times: int) -> bool:
        first, *others = ([value.numpy().tobytes() for value in call(points)] for _ in range(times))
        return any(other != first for other in others)

    def evaluate(moved: Sequence[Array]) -> float:
        values = call(moved)
        return float(sum(np.sum(np.real(np.asarray(value.numpy(), np.complex128))) for value in values))

    random_note = replace(report, notes=(*report.notes, say("check-random", target=report.target)))
    if random_in(3):
        return random_note
    gradients = leaves(tape.gradient(result, arguments))
    eps = max(precision_of(leaf.dtype) for leaf in leaves(arguments))
    problem = Problem(
        evaluate=evaluate,
        points=[point.astype(np.float64) for point in points],
        automatic=[
            None if gradient is None else np.asarray(dense(gradient).numpy(), np.float64)
            for gradient in gradients
        ],
        names=report.sources,
        order=1,
        eps=eps,
        tolerance=ROUGH,
        magnitude=float(sum(np.sum(np.abs(value.numpy())) for value in leaves(result))),
        limit=report.evaluations,
    )
    random = np.random.default_rng(seed)
    found = [
        judge(problem, place, random.uniform(0.5, 1.0, flat_size(point)) / np.sqrt(point.size), None)
        for place, point in enumerate(problem.points)
    ]
    wrong = [comparison for comparison in found if not comparison.ok and comparison.kind == "smooth"]
    if not wrong:
        return report
    if random_in(20):  # three equal draws happen, of few coins
        return random_note
    notes = tuple(say("check-left", target=report.target, name=comparison.source) for comparison in wrong)
    return replace(
        report,
        ok=False,
        comparisons=(*report.comparisons, *wrong),
        worst=wrong[0],
        mistake="missing-term",
        notes=(*report.notes, *notes),
    )

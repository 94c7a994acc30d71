"""Train: from a loss to variables that make it small."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError, GradmagicError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._history import Recorder
from gradmagic.training._interrupt import remembered_interrupts
from gradmagic.training._ladder import Choice, climb
from gradmagic.training._loop import EagerLoop
from gradmagic.training._optimizers import make_optimizer, optimizer_source
from gradmagic.training._pace import Pace
from gradmagic.training._problem import Problem
from gradmagic.training._progress import Progress, reporting
from gradmagic.training._rows import RowLayout
from gradmagic.training._run import Run
from gradmagic.training._seed import seeded
from gradmagic.training._session import Report, Session
from gradmagic.training._settings import DEFAULT_OPTIMIZER, DEFAULT_SEED, Settings
from gradmagic.training._state import State, as_tf_variable

__all__ = ["train"]


def train(
    loss: Callable[[], Any],
    variables: Any = None,
    *,
    optimizer: Any = DEFAULT_OPTIMIZER,
    learning_rate: float | None = None,
    momentum: float | None = None,
    steps: int | None = None,
    epochs: int | None = None,
    seed: int | None = DEFAULT_SEED,
    compile: str = "auto",
    progress: Progress = None,
) -> Run:
    """Change variables, step by step, so that a loss becomes small.

    Each step is what `tf.GradientTape` and the optimizer's `apply_gradients` do; many of them run in
    one compiled program, after it was checked to give the same numbers. The variables are changed in
    place.

    Ctrl-C (or the interrupt button) ends the training at the last finished chunk of about 50 ms; the
    run is returned with status `"interrupted"`, nothing is raised. A loss that is no longer finite
    ends it too: the variables then hold the last values that gave a finite loss, status `"diverged"`.

    Args:
        loss: A callable without arguments that reads variables and returns a scalar tensor.
        variables: A variable, a list of them, or `{name: variable}`, which says how they are called;
            without it all trainable variables that the loss reads, in order of first use.
        optimizer: A name of `optimizer_names()`, or a Keras optimizer.
        learning_rate: 0.01 unless set; only for an optimizer asked for by name.
        momentum: At least 0 and less than 1, for an optimizer asked for by name that has one.
        steps: The number of updates, 1000 unless set, `MAX_STEPS` at most.
        epochs: Another word for `steps`: the loss uses all the data, so that an epoch is one step.
        seed: Python's, NumPy's and TensorFlow's global generators are set to it at the start. Python's
            and NumPy's are put back at the end; TensorFlow's, set only for a loss that may draw random
            numbers, goes on from the seed. `None` leaves all of them alone.
        compile: `"auto"` takes XLA, else a graph, else the eager loop, and `Run.reason` says which
            and why; `"xla"` and `"graph"` refuse to take another, `"off"` is the eager loop.
        progress: `True` for a progress bar on standard error, or a callable `(done, total, loss)`
            that is called after each chunk.

    Returns:
        The run: status, history, final loss.

    Raises:
        ArgumentError: An argument has a value that cannot be used.
        LossError: The loss is not a scalar, not finite at the start, or independent of a variable.
    """
    settings = Settings.checked(
        optimizer=optimizer,
        learning_rate=learning_rate,
        momentum=momentum,
        steps=steps,
        epochs=epochs,
        seed=seed,
        compile=compile,
    )
    problem = Problem(loss, variables)
    keras_optimizer = make_optimizer(settings)
    with remembered_interrupts() as check, seeded(settings.seed, problem.reached):
        started = perf_counter()
        first = problem.first()
        step_seconds = perf_counter() - started
        with reporting(progress, settings.steps) as report:
            training = _Training(problem, keras_optimizer, settings, first, report)
            return training.run(started, step_seconds, check)


class _Training:
    """One training, from its first evaluated loss to its `Run`."""

    def __init__(
        self,
        problem: Problem,
        optimizer: Any,
        settings: Settings,
        first: tuple[Any, list[Any]],
        report: Report,
    ) -> None:
        self._problem = problem
        self._optimizer = optimizer
        self._settings = settings
        named = isinstance(settings.optimizer, str)
        self._code = optimizer_source(settings, {} if named else optimizer.get_config())
        self._build()
        self._layout = RowLayout.of(problem, first[0], settings.steps)
        self._state = State([*problem.variables, *optimizer.variables])
        self._start = self._state.save()
        self._first_loss = float(first[0])
        self._recorder = Recorder(self._layout, settings.steps)
        self._session = Session(self._state, self._recorder, settings.steps, report)
        self._eager = EagerLoop(problem, optimizer, self._layout, self._state, first)

    def run(self, started: float, step_seconds: float, check: Callable[[], None]) -> Run:
        """Train, and put the result together.

        Args:
            started: When the training began, of `perf_counter`.
            step_seconds: A first estimate of the time of a step.
            check: Raises `KeyboardInterrupt` if TensorFlow swallowed one.
        """
        session, choice = self._session, Choice(self._eager, say("train-reason-interrupted"))
        final, interrupted = self._first_loss, False
        try:
            choice = climb(
                session, self._eager, self._problem, self._optimizer, self._layout, self._settings.compile
            )
            choice = self._advance(choice, Pace(step_seconds), check)
            final = self._final_loss(choice)
            if not session.divergence and not math.isfinite(final):
                session.diverged(choice.engine, final)
                final = self._recorder.last_loss()
        except KeyboardInterrupt:
            interrupted = True
            session.back()
            final = self._loss_now(choice)
        except GradmagicError:
            self._state.load(self._start)
            raise
        return self._result(choice, final, interrupted, perf_counter() - started)

    def _build(self) -> None:
        """Make the optimizer's own variables, or say that it belongs to others already."""
        problem, optimizer = self._problem, self._optimizer
        if not optimizer.built:
            optimizer.build(problem.variables)
            return
        # Keras has no public list of the variables that an optimizer was built for.
        known = {id(as_tf_variable(variable)) for variable in optimizer._trainable_variables}
        if not all(id(tensor) in known for tensor in problem.tensors):
            raise ArgumentError(say("train-optimizer-used", name=type(optimizer).__name__))

    def _advance(self, choice: Choice, pace: Pace, check: Callable[[], None]) -> Choice:
        """Make all steps that are left, a chunk at a time."""
        session = self._session
        while session.left:
            check()
            count, before = pace.count(session.left), perf_counter()
            try:
                made = len(session.advance(choice.engine, count))
            except tensorflow().errors.OpError as error:
                if choice.engine is self._eager:
                    raise
                # An operation failed inside the program. Eagerly, the traceback shows the learner's line.
                session.back()
                self._eager.before_last = None
                choice = Choice(self._eager, say("train-reason-failed", error=type(error).__name__))
                continue
            pace.made(made, perf_counter() - before)
        return choice

    def _final_loss(self, choice: Choice) -> float:
        """The loss after the last update, or a NaN if that left the finite numbers."""
        if self._session.divergence:
            return self._recorder.last_loss()
        if choice.has_effects:
            finite = all(np.all(np.isfinite(tensor.numpy())) for tensor in self._problem.tensors)
            return self._recorder.last_loss() if finite else math.nan
        return float(self._problem.loss())

    def _loss_now(self, choice: Choice) -> float:
        """The loss after an interrupt; the last one recorded if another interrupt comes."""
        if not self._recorder.done:
            return self._first_loss
        try:
            return self._final_loss(choice)
        except KeyboardInterrupt:
            return self._recorder.last_loss()

    def _result(self, choice: Choice, final: float, interrupted: bool, seconds: float) -> Run:
        status, reason = "finished", choice.reason
        divergence = self._session.divergence
        if divergence is not None:
            status = "diverged"
            said = say(
                "train-reason-diverged", step=divergence.step, loss=divergence.loss, kept=divergence.step - 1
            )
            reason = f"{said}; {reason}"
        elif interrupted:
            status = "interrupted"
        name = getattr(self._problem.loss, "__name__", "loss")
        return Run(
            status=status,
            engine=choice.engine.name,
            reason=reason,
            history=self._recorder.history(),
            variables=tuple(self._problem.variables),
            loss=final,
            steps=self._recorder.done,
            seconds=seconds,
            settings=self._settings,
            names=tuple(self._problem.names),
            loss_name=name if name.isidentifier() else "loss",
            optimizer_code=self._code,
        )

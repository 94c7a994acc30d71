"""One training, from its first loss to its end, chunk by chunk."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from time import perf_counter
from types import MappingProxyType
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError, GradmagicError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._again import Again
from gradmagic.training._begin import scatter
from gradmagic.training._checkpoint import Checkpoint, Keeper
from gradmagic.training._control import Control
from gradmagic.training._device import on_device
from gradmagic.training._ending import ending, loss_at_end
from gradmagic.training._history import History, Recorder
from gradmagic.training._hyperparameters import hyperparameters, set_hyperparameter
from gradmagic.training._interrupt import remembered_interrupts
from gradmagic.training._ladder import Choice, Ladder, OnlyPython, Unfit
from gradmagic.training._loop import EagerLoop
from gradmagic.training._pace import EvenPace, Pace
from gradmagic.training._parts import optimizer_code, program_parts
from gradmagic.training._places import Places
from gradmagic.training._problem import Problem
from gradmagic.training._program import Program
from gradmagic.training._progress import Progress, reporting
from gradmagic.training._rows import LOSS, SQUARED_NORM, RowLayout
from gradmagic.training._seed import reseed, seeded
from gradmagic.training._session import Session
from gradmagic.training._settings import Settings
from gradmagic.training._source import ProgramParts
from gradmagic.training._state import State
from gradmagic.training._step import Step, Validation
from gradmagic.training._stop import stopping_step
from gradmagic.training.diagnosis import Evidence
from gradmagic.training.distribution import REPLICA_STEPS, climb_replicas, first_loss
from gradmagic.training.feed import Arguments, Feed, NoData, Schedule, Source, Whole
from gradmagic.training.update import NotCarried, Transform, Update, build_keras

__all__ = ["Training"]

# The steps after which a compiled program is compared with the eager loop once more.
_LOOK_AGAIN = (16, 256, 4096, 65_536)


class Training:
    """One training.

    Attributes:
        problem: The loss and the variables.
        settings: What was asked for.
        control: What is wished for while it runs.
        status: `"running"`, `"paused"`, `"finished"`, `"stopped"`, `"interrupted"`, `"diverged"` or
            `"failed"`.
        engine: The engine's name, as far as it is known.
        reason: Why this engine, and what else is to be said of the training.
        seconds: The time it has taken.
        final_loss: The loss after the last update, once the training is over.
        marks: Triples of step, hyperparameter and value: what was set while it ran.
        given: Pairs of a variable and its value before the training, empty until that begins.
    """

    def __init__(
        self,
        problem: Problem,
        update: Update,
        settings: Settings,
        source: Source,
        schedule: Schedule | None,
        validation: Validation | None,
        keeper: Keeper | None,
        *,
        movable: bool = False,
        begin_with: Mapping[str, float] = MappingProxyType({}),
        strategy: Any = None,
    ) -> None:
        """Put a training together; `run` makes it.

        Args:
            problem: The loss and the variables.
            update: The optimizer.
            settings: What was asked for.
            source: The data.
            schedule: What the learning rate does.
            validation: Data to look at.
            keeper: Writes checkpoints.
            movable: Whether each hyperparameter is to be settable without compiling anew, a momentum of 0
                included.
            begin_with: Hyperparameters that are set before the first step.
            strategy: The `tf.distribute.Strategy` of several devices or machines.
        """
        self.problem, self.settings, self.update = problem, settings, update
        self.control = Control()
        self.status, self.engine, self.reason = "running", "eager", say("train-reason-interrupted")
        self.seconds, self.final_loss = 0.0, math.nan
        self.marks: list[tuple[int, str, float]] = []
        self.error: BaseException | None = None
        self.ready, self.over = threading.Event(), threading.Event()
        self._validation, self._keeper = validation, keeper
        self._transform = Transform(settings)
        self._feed = Feed(source, schedule, numbered=self._transform.needs_step or validation is not None)
        self._recorder: Recorder | None = None
        self._optimizer_code = optimizer_code(update, settings)
        self._begun, self._callable_again = 0, False
        self._movable, self._begin_with = movable, dict(begin_with)
        self._strategy = strategy
        self.given: list[tuple[Any, Any]] = []
        self._thread: threading.Thread | None = None

    @property
    def steps(self) -> int:
        """The steps made."""
        return 0 if self._recorder is None else self._recorder.done

    @property
    def loss(self) -> float:
        """The loss now: after the last update if the training is over, else before it."""
        if self.over.is_set() or not self.steps or self._recorder is None:
            return self.final_loss
        return self._recorder.last_loss()

    def history(self) -> History:
        """Return the record so far."""
        if self._recorder is None:
            raise RuntimeError("no step was made yet")
        return self._recorder.history()

    def columns(self) -> tuple[int, Any, Any]:
        """Return the steps made, the losses and the squared gradient norms; these are not copied."""
        if self._recorder is None:
            return 0, np.empty(0), np.empty(0)
        done = self._recorder.done
        return done, self._recorder.column(LOSS), self._recorder.column(SQUARED_NORM)

    def start(self, handle: Any, progress: Progress = None) -> None:
        """Train in a thread of its own; return when the loss was computed once."""
        self._thread = threading.Thread(
            target=self.run, args=(progress, handle), name="gradmagic", daemon=True
        )
        self._thread.start()
        self.ready.wait()

    def join(self, timeout: float | None = None) -> None:
        """Wait for that thread's end."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def run(self, progress: Progress, handle: Any) -> None:
        """Train to the end, and never raise what belongs to `error`.

        Args:
            progress: See `train`.
            handle: What listeners are given.
        """
        reached = self.problem.reached
        try:
            with remembered_interrupts() as check, seeded(self.settings.seed, reached), self._where():
                self._run(progress, handle, check)
        except BaseException as error:  # noqa: BLE001  # raised by whoever waits for the training
            self.error, self.status = error, "failed"
        finally:
            self.over.set()
            self.ready.set()
            self.control.tell(handle)

    def set(self, values: dict[str, float]) -> None:
        """Set hyperparameters: at once if the training is over, else before the next chunk."""
        if self.over.is_set():
            self._apply(values)
        else:
            self.control.wish(values)

    def hyperparameters(self) -> dict[str, float]:
        """`{name: value}` of what can be set."""
        return hyperparameters(self._step, scheduled=self._feed.schedule is not None)

    def parts(self) -> ProgramParts:
        """Return what the plain program of this training is made of."""
        source, schedule = self._feed.source, self._feed.schedule
        code = self._optimizer_code
        return program_parts(self.problem, self.update, self.settings, source, schedule, code=code)

    def checkpoint(self) -> Checkpoint:
        """Return the present state; the training must be over, or between two chunks."""
        assert self._recorder is not None
        return Checkpoint.of(self._kept(), self.update, self._recorder, self.settings, self.problem)

    def evidence(self) -> Evidence:
        """Return what a diagnosis may ask; before the end, and of a loss with effects, only the record."""
        divergence = None if self._recorder is None else self._session.divergence
        again = self.over.is_set() and self._callable_again and self.steps > self._begun
        return Evidence(
            history=self.history(),
            last_loss=self.loss,
            not_finite=None if divergence is None else divergence.loss,
            problem=self.problem,
            settings=self.settings,
            optimizer=self.update.optimizer,
            all_rows=isinstance(self._feed.source, NoData | Whole),
            begun=self._begun,
            sees_all=self._recorder is None or self._places.sees_all,
            visit=self._places.visit if again else None,
        )

    def program(self, *, xla: bool) -> Program:
        """Return the compiled loop alone, without a step made; for measurements."""
        self._build(self.problem.first(self._feed.eager(0).arguments))
        self.update.compile([], self.problem.variables)
        return Program(self._step, self._feed, self.settings.steps, xla=xla)

    def _where(self) -> AbstractContextManager[Any]:
        return on_device(self.settings.device) if self._strategy is None else self._strategy.scope()

    def _run(self, progress: Progress, handle: Any, check: Callable[[], None]) -> None:
        started = perf_counter()
        arguments = self._feed.eager(0).arguments
        first = self._first(arguments)
        self.given = [(tensor, tensor.read_value()) for tensor in self.problem.tensors]
        if self.settings.start_noise is not None:
            scatter(self.problem.tensors, self.settings.start_noise, self.settings.seed)
            first = self._first(arguments)
        step_seconds = perf_counter() - started
        self.final_loss = float(first[0])
        self._build(first)
        with reporting(progress, self.settings.steps) as report:
            session = self._session

            def tell(done: int, total: int, loss: float) -> None:
                self.seconds = perf_counter() - started
                report(done, total, loss)
                self.control.tell(handle)

            session.report = tell
            self._resume()
            self.ready.set()
            self._train(Pace(step_seconds) if self._strategy is None else EvenPace(REPLICA_STEPS), check)
        self.seconds = perf_counter() - started
        if self._keeper is not None:
            self._keeper.write(self.checkpoint())
            if self._keeper.trouble:
                self.reason = f"{self.reason}; {self._keeper.trouble}"

    def _first(self, arguments: Arguments) -> tuple[Any, list[Any]]:
        if self._strategy is None:
            return self.problem.first(arguments)
        return first_loss(self._strategy, self.problem, arguments)

    def _train(self, pace: Pace, check: Callable[[], None]) -> None:
        session, control, choice = self._session, self.control, Choice(self._eager, self.reason)
        interrupted = False
        try:
            self._hear()
            while control.pausing and session.left and not control.stopping:
                # Single steps from the very start come before there is a program.
                session.advance(self._eager, control.allowed(1))
                control.made(1, 0.0)
                self._hear()
            if not control.stopping:
                choice = self._climb()
                self._callable_again = choice.is_repeatable
            choice = self._advance(choice, pace, check)
            self.final_loss = self._loss_after(choice)
            if not session.divergence and not math.isfinite(self.final_loss):
                session.diverged(choice.engine, self.final_loss)
                self.final_loss = self._recorded.last_loss()
        except KeyboardInterrupt:
            interrupted = True
            session.back()
            self.final_loss = self._loss_now(choice)
        except GradmagicError:
            self._state.load(self._start)
            raise
        self._conclude(choice, interrupted=interrupted)

    def _climb(self) -> Choice:
        if self._strategy is None:
            return self._ladder.climb()
        return climb_replicas(
            self._strategy, self._session, self._step, self._feed, self._first_known, self.settings.compile
        )

    def _advance(self, choice: Choice, pace: Pace, check: Callable[[], None]) -> Choice:
        """Make all steps that are left, a chunk at a time."""
        session, control = self._session, self.control
        again = [session.done + steps for steps in _LOOK_AGAIN]
        self.engine, self.reason = choice.engine.name, choice.reason
        while session.left and not control.stopping:
            check()
            self._hear()
            if control.stopping:
                break
            if choice.program is not None and not choice.program.fits:
                choice = self._ladder.choose()
                self.engine, self.reason = choice.engine.name, choice.reason
                continue
            single = control.pausing  # a comparison makes steps of its own: it waits
            if choice.program is not None and again and session.done >= again[0] and not single:
                again.pop(0)
                choice = self._look_again(choice)
                continue
            count, before = control.allowed(pace.count(session.left)), perf_counter()
            if choice.program is None and self.settings.tol is not None:
                count = 1  # an eager step may do what cannot be undone
            elif choice.program is not None:
                count = min(count, max(again[0] - session.done, 1)) if again else count
                count = self._feed.available(session.done, min(count, choice.program.capacity))
                if not choice.program.fits:
                    continue
            try:
                made = len(session.advance(choice.engine, count))
            except tensorflow().errors.OpError as error:
                if choice.program is None:
                    raise
                # An operation failed inside the program. Eagerly, the traceback shows the learner's line.
                session.back()
                self._eager.before_last = None
                choice = Choice(self._eager, say("train-reason-failed", error=type(error).__name__))
                self.engine, self.reason = choice.engine.name, choice.reason
                continue
            except NotCarried as error:
                session.back()
                choice = self._only_python(error.reason)
                continue
            pace.made(made, perf_counter() - before)
            control.made(made, perf_counter() - before)
            if self._enough(choice):
                break
            if self._keeper is not None and self._keeper.is_due():
                self._keeper.write(self.checkpoint())
        return choice

    def _look_again(self, choice: Choice) -> Choice:
        """Compare the program with the eager loop once more; if they differ, begin anew without it."""
        assert choice.program is not None
        try:
            self._ladder.verify(choice.program)
        except OnlyPython as unfit:
            choice = self._only_python(unfit.reason)
        except Unfit:
            step = self._session.done
            self._session.back_to(self._begun, self._start)
            self._eager.before_last = None
            self.update.interpret()
            reseed(self.settings.seed, self.problem.reached)
            choice = Choice(self._eager, say("train-reason-later", step=step, engine=choice.engine.name))
            self._callable_again = False
            if self.settings.compile != "auto":
                raise ArgumentError(
                    say("train-compile-refused", mode=self.settings.compile, reason=choice.reason)
                ) from None
            self.engine, self.reason = choice.engine.name, choice.reason
        return choice

    def _only_python(self, reason: str) -> Choice:
        """Go on in the eager loop: from here on the program does not know the way."""
        self._eager.before_last = None
        self.update.interpret()
        choice = Choice(self._eager, say("train-reason-eager", reason=reason))
        if self.settings.compile != "auto":
            raise ArgumentError(say("train-compile-refused", mode=self.settings.compile, reason=reason))
        self.engine, self.reason = choice.engine.name, choice.reason
        return choice

    def _hear(self) -> None:
        """Do what was wished for, and wait if that is wished."""
        self._apply(self.control.heard())
        if self.control.waits:
            self.status = "paused"
            self._session.tell()
            self.control.wait_while_paused()
        if not self.control.pausing:
            self.status = "running"
        self._apply(self.control.heard())

    def _apply(self, values: dict[str, float]) -> None:
        self._put(values)
        self.marks += [(self.steps, name, value) for name, value in values.items()]
        if values:
            self._session.anchor()

    def _put(self, values: Mapping[str, float]) -> None:
        """Set hyperparameters now."""
        for name, value in values.items():
            set_hyperparameter(self._step, name, value)

    def _enough(self, choice: Choice) -> bool:
        """Whether the loss has stopped getting better; then the training goes back to that very step."""
        settings = self.settings
        if settings.tol is None or self._session.divergence:
            return False
        column = self._layout.validation
        values = self._recorded.column(LOSS if column is None else column)
        step = stopping_step(values, settings.tol, settings.patience)
        if step is None:
            return False
        self._session.cut(choice.engine, step)
        self.reason = f"{say('train-reason-tol', step=step, tol=settings.tol)}; {self.reason}"
        return True

    def _build(self, first: tuple[Any, list[Any]]) -> None:
        """Put together what depends on the first loss."""
        problem, update, settings = self.problem, self.update, self.settings
        if self._movable:
            update.make_movable()
        if update.is_keras:
            build_keras(update.optimizer, problem.variables)
        base = None
        if self._feed.schedule is not None:
            update.drive_rate()
            if self._feed.schedule.is_relative:
                base = tensorflow().Variable(
                    update.hyperparameters()["learning_rate"], dtype="float64", trainable=False
                )
        validated = self._validation is not None
        self._layout = RowLayout.of(problem, first[0], settings.steps, validated=validated)
        self._step = Step(
            problem, update, self._transform, self._layout, base_rate=base, validation=self._validation
        )
        self._put(self._begin_with)
        ours = [*self._transform.hyperparameters.values(), *([] if base is None else [base])]
        self._state = State(
            [*problem.variables, *update.variables(), *problem.own_variables(), *ours], update
        )
        self._known = self._state.variables
        self._start = self._state.save()
        self._recorder = self._recorded = Recorder(self._layout, settings.steps)
        self._session = Session(self._state, self._recorded, settings.steps, self._feed.forget)
        self._eager = EagerLoop(self._step, self._feed, self._state, first)
        self._first_known = first
        self._places = Places(self._state, self._eager, self._feed.source, self._where)
        self._ladder = Ladder(self._session, self._eager, self._step, self._feed, settings.compile)

    def _resume(self) -> None:
        """Go on from a checkpoint, if there is one."""
        found = None if self._keeper is None else self._keeper.found
        if found is None:
            return
        if found.needs_python_state:
            self._eager.advance(0, 1)  # a learner's optimizer makes its state on its first step
            self._state.add(self.update.variables())
        self._eager.forget_first()
        found.put(self._kept(), self.update, self._recorded, self.problem)
        self._begun = self._recorded.done
        self._start = self._state.save()
        self._session.back_to(self._begun, self._start)

    def _kept(self) -> list[Any]:
        """The variables of a checkpoint: those known from the start, and the optimizer's later ones.

        A program may know more, but only once it is traced.
        """
        return State([*self._known, *self.update.variables()]).variables

    def _loss_after(self, choice: Choice) -> float:
        """The loss after the last update, or a NaN if that left the finite numbers."""
        if self._session.divergence:
            return self._recorded.last_loss()
        found = loss_at_end(self.problem, self._feed.source, has_effects=choice.has_effects)
        return self._recorded.last_loss() if found is None else found

    def _loss_now(self, choice: Choice) -> float:
        """The loss after an interrupt; the last one recorded if another interrupt comes."""
        if not self.steps:
            return self.final_loss
        try:
            return self._loss_after(choice)
        except KeyboardInterrupt:
            return self._recorded.last_loss()

    def _conclude(self, choice: Choice, *, interrupted: bool) -> None:
        stopped = self.control.stopping and self._session.left > 0
        self.status, said = ending(self._session.divergence, interrupted=interrupted, stopped=stopped)
        self.reason = f"{said}; {self.reason}" if said else self.reason
        self.engine = choice.engine.name
        self._choice, self._carried = choice, self.update.carried
        self.update.interpret()
        self._places.start, self._places.end = self._start, self._state.save()
        self._places.steps = self.steps

    def put_back(self) -> None:
        """Give the variables, the optimizer and the loss's own variables what they had before."""
        if self.given and self._recorder is not None:
            self._state.load(self._start)
        for tensor, value in self.given:
            tensor.assign(value)

    def again(self) -> Again:
        """Return what makes this training once more with its compiled program; it must be over."""
        return Again(
            problem=self.problem,
            update=self.update,
            transform=self._transform,
            settings=self.settings,
            feed=self._feed,
            state=self._state,
            start=self._start,
            given=self.given,
            layout=self._layout,
            choice=self._choice,
            carried=self._carried,
            put=self._put,
        )

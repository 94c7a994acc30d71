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

from gradmagic.errors import GradmagicError
from gradmagic.messages import say
from gradmagic.tape import telling_of_memory
from gradmagic.training._again import Again
from gradmagic.training._begin import scatter
from gradmagic.training._built import Built
from gradmagic.training._checkpoint import Checkpoint, Keeper
from gradmagic.training._control import Control
from gradmagic.training._device import on_device
from gradmagic.training._drive import Drive
from gradmagic.training._ending import ending, loss_after
from gradmagic.training._history import History, Recorder
from gradmagic.training._hyperparameters import hyperparameters
from gradmagic.training._interrupt import remembered_interrupts
from gradmagic.training._ladder import Choice
from gradmagic.training._pace import EvenPace, Pace
from gradmagic.training._parts import optimizer_code, program_parts
from gradmagic.training._places import Places
from gradmagic.training._problem import Problem
from gradmagic.training._program import Program
from gradmagic.training._progress import Progress, reporting
from gradmagic.training._rows import LOSS, SQUARED_NORM
from gradmagic.training._seed import seeded
from gradmagic.training._settings import Settings
from gradmagic.training._source import ProgramParts
from gradmagic.training._step import Validation
from gradmagic.training.diagnosis import Evidence
from gradmagic.training.distribution import REPLICA_STEPS, climb_replicas, first_loss
from gradmagic.training.feed import Arguments, Feed, NoData, Schedule, Source, Whole
from gradmagic.training.update import Transform, Update

__all__ = ["Training"]


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
        self._callable_again = False
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
        return hyperparameters(self._built.step, scheduled=self._feed.schedule is not None)

    @property
    def batches(self) -> tuple[int | None, int]:
        """Rows of a batch now, and those they are picked from: 0 if the size cannot be set."""
        source = self._feed.source
        return source.batch, source.length if self._strategy is None else 0

    def parts(self) -> ProgramParts:
        """Return what the plain program of this training is made of."""
        source, schedule = self._feed.source, self._feed.schedule
        code = self._optimizer_code
        return program_parts(
            self.problem, self.update, self.settings, source, schedule, code=code, strategy=self._strategy
        )

    def checkpoint(self) -> Checkpoint:
        """Return the present state; the training must be over, or between two chunks."""
        assert self._recorder is not None
        return Checkpoint.of(self._built.kept(), self.update, self._recorder, self.settings, self.problem)

    def evidence(self) -> Evidence:
        """Return what a diagnosis may ask; before the end, and of a loss with effects, only the record."""
        divergence = None if self._recorder is None else self._built.session.divergence
        again = self.over.is_set() and self._callable_again and self.steps > self._built.begun
        return Evidence(
            history=self.history(),
            last_loss=self.loss,
            not_finite=None if divergence is None else divergence.loss,
            problem=self.problem,
            settings=self.settings,
            optimizer=self.update.optimizer,
            all_rows=isinstance(self._feed.source, NoData | Whole),
            begun=self._built.begun,
            sees_all=self._recorder is None or self._places.sees_all,
            visit=self._places.visit if again else None,
        )

    def program(self, *, xla: bool) -> Program:
        """Return the compiled loop alone, without a step made; for measurements."""
        self._build(self._first(self._feed.eager(0).arguments))
        self.update.compile([], self.problem.variables)
        return Program(self._built.step, self._feed, self.settings.steps, xla=xla)

    def _where(self) -> AbstractContextManager[Any]:
        return on_device(self.settings.device) if self._strategy is None else self._strategy.scope()

    @telling_of_memory()
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
            session = self._built.session

            def tell(done: int, total: int, loss: float) -> None:
                self.seconds = perf_counter() - started
                report(done, total, loss)
                self.control.tell(handle)

            session.report = tell
            if self._keeper is not None and self._keeper.found is not None:
                self._built.resume(self._keeper.found)
            self.ready.set()
            self._train(Pace(step_seconds) if self._strategy is None else EvenPace(REPLICA_STEPS), check)
        self.seconds = perf_counter() - started
        if self._keeper is not None:
            self._keeper.write(self.checkpoint())
            if self._keeper.trouble:
                self.reason = f"{self.reason}; {self._keeper.trouble}"

    def _first(self, arguments: Arguments) -> tuple[Any, list[Any]]:
        if self._strategy is None:
            scale = self.update.scale
            return self.problem.first(arguments, None if scale is None else scale.scaled)
        return first_loss(self._strategy, self.problem, arguments)

    def _train(self, pace: Pace, check: Callable[[], None]) -> None:
        session, control, eager = self._built.session, self.control, self._built.eager
        drive = Drive(
            self._built,
            self.settings,
            control,
            self._feed,
            choice=Choice(eager, self.reason),
            take=self._take,
            save=self._keep,
        )
        interrupted = False
        try:
            self._hear()
            while control.pausing and session.left and not control.stopping:
                # Single steps from the very start come before there is a program.
                session.advance(eager, control.allowed(1))
                control.made(1, 0.0)
                self._hear()
            if not control.stopping:
                drive.choice = self._climb()
                drive.callable_again = drive.choice.is_repeatable
            ended = drive.advance(pace, check, self._hear)
            if ended:
                self.reason = f"{ended}; {self.reason}"
            self.final_loss = loss_after(self._built, self._feed.source, drive.choice)
            if not session.divergence and not math.isfinite(self.final_loss):
                session.diverged(drive.choice.engine, self.final_loss)
                self.final_loss = self._built.recorder.last_loss()
        except KeyboardInterrupt:
            interrupted = True
            session.back()
            self.final_loss = self._loss_now(drive.choice)
        except GradmagicError:
            self._built.state.load(self._built.start)
            raise
        self._callable_again = drive.callable_again
        self._conclude(drive.choice, interrupted=interrupted)

    def _take(self, choice: Choice) -> None:
        self.engine, self.reason = choice.engine.name, choice.reason

    def _keep(self) -> None:
        """Write a checkpoint if it is time for one."""
        if self._keeper is not None and self._keeper.is_due():
            self._keeper.write(self.checkpoint())

    def _climb(self) -> Choice:
        if self._strategy is None:
            return self._built.ladder.climb()
        return climb_replicas(
            self._strategy,
            self._built.session,
            self._built.step,
            self._feed,
            self._built.first,
            self.settings.compile,
        )

    def _hear(self) -> None:
        """Do what was wished for, and wait if that is wished."""
        self._apply(self.control.heard())
        if self.control.waits:
            self.status = "paused"
            self._built.session.tell()
            self.control.wait_while_paused()
        if not self.control.pausing:
            self.status = "running"
        self._apply(self.control.heard())

    def _apply(self, values: dict[str, float]) -> None:
        self._built.put(values, self.steps)
        # What no step was made with, because it was set again before the next, leaves no mark.
        self.marks = [mark for mark in self.marks if mark[0] != self.steps or mark[1] not in values]
        self.marks += [(self.steps, name, value) for name, value in values.items()]
        if values:
            self._built.session.anchor()

    def _build(self, first: tuple[Any, list[Any]]) -> None:
        """Put together what depends on the first loss."""
        built = self._built = Built.of(
            self.problem,
            self.update,
            self._transform,
            self.settings,
            self._feed,
            self._validation,
            first,
            movable=self._movable,
            begin_with=self._begin_with,
        )
        self._recorder = built.recorder
        self._places = Places(built.state, built.eager, self._feed.source, self._where)

    def _loss_now(self, choice: Choice) -> float:
        """The loss after an interrupt; the last one recorded if another interrupt comes."""
        if not self.steps:
            return self.final_loss
        try:
            return loss_after(self._built, self._feed.source, choice)
        except KeyboardInterrupt:
            return self._built.recorder.last_loss()

    def _conclude(self, choice: Choice, *, interrupted: bool) -> None:
        stopped = self.control.stopping and self._built.session.left > 0
        self.status, said = ending(self._built.session.divergence, interrupted=interrupted, stopped=stopped)
        self.reason = f"{said}; {self.reason}" if said else self.reason
        self.engine = choice.engine.name
        self._choice, self._carried = choice, self.update.carried
        self.update.interpret()
        self._places.start, self._places.end = self._built.start, self._built.state.save()
        self._places.steps = self.steps

    def put_back(self) -> None:
        """Give the variables, the optimizer and the loss's own variables what they had before."""
        if self.given and self._recorder is not None:
            self._built.state.load(self._built.start)
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
            state=self._built.state,
            start=self._built.start,
            given=self.given,
            layout=self._built.layout,
            choice=self._choice,
            carried=self._carried,
            eager=self._built.eager,
            put=lambda values: self._built.put(values, 0),
        )

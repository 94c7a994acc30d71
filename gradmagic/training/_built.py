"""What a training is put together from once its loss was computed for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradmagic.tape import tensorflow
from gradmagic.training._checkpoint import Checkpoint
from gradmagic.training._history import Recorder
from gradmagic.training._hyperparameters import set_hyperparameter
from gradmagic.training._ladder import Ladder
from gradmagic.training._loop import EagerLoop
from gradmagic.training._problem import Problem
from gradmagic.training._rows import RowLayout
from gradmagic.training._session import Session
from gradmagic.training._settings import Settings
from gradmagic.training._state import Saved, State
from gradmagic.training._step import Step, Validation
from gradmagic.training.feed import Feed
from gradmagic.training.update import Transform, Update, build_keras

__all__ = ["Built"]


@dataclass(eq=False)
class Built:
    """The parts that make a training's steps.

    Attributes:
        first: The loss and the gradients of the first step.
        start: The state before the first step that is made here.
        begun: How many were made before it, by a training that is resumed.
    """

    first: tuple[Any, list[Any]]
    layout: RowLayout
    step: Step
    state: State
    start: Saved
    recorder: Recorder
    session: Session
    eager: EagerLoop
    ladder: Ladder
    begun: int = 0
    _known: list[Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._known = self.state.variables

    @classmethod
    def of(
        cls,
        problem: Problem,
        update: Update,
        transform: Transform,
        settings: Settings,
        feed: Feed,
        validation: Validation | None,
        first: tuple[Any, list[Any]],
        *,
        movable: bool,
        begin_with: Mapping[str, float],
    ) -> Built:
        """Put them together.

        Args:
            problem: The loss and the variables.
            update: The optimizer.
            transform: What happens to gradients before it.
            settings: What was asked for.
            feed: What the steps are given.
            validation: Data to look at.
            first: The loss and the gradients of the first step.
            movable: Whether a momentum of 0 is to be settable without compiling anew.
            begin_with: Hyperparameters that are set before the first step.
        """
        if movable:
            update.make_movable()
        if update.is_keras:
            build_keras(update.optimizer, problem.variables)
        base = None
        if feed.schedule is not None:
            update.drive_rate()
            if feed.schedule.is_relative:
                base = tensorflow().Variable(
                    update.hyperparameters()["learning_rate"], dtype="float64", trainable=False
                )
        layout = RowLayout.of(problem, first[0], settings.steps, validated=validation is not None)
        step = Step(problem, update, transform, layout, base_rate=base, validation=validation)
        for name, value in begin_with.items():
            set_hyperparameter(step, name, value)
        ours = [*transform.hyperparameters.values(), *([] if base is None else [base])]
        state = State([*problem.variables, *update.variables(), *problem.own_variables(), *ours], update)
        start, recorder = state.save(), Recorder(layout, settings.steps)
        session = Session(state, recorder, settings.steps, feed.forget)
        eager = EagerLoop(step, feed, state, first)
        ladder = Ladder(session, eager, step, feed, settings.compile)
        return cls(first, layout, step, state, start, recorder, session, eager, ladder)

    def put(self, values: Mapping[str, float], steps: int) -> None:
        """Set hyperparameters, or the size of the batches, after so many steps."""
        for name, value in values.items():
            if name == "batch":
                self.ladder.feed.source.rebatch(int(value), steps)
            else:
                set_hyperparameter(self.step, name, value)

    def resume(self, found: Checkpoint) -> None:
        """Go on from a checkpoint."""
        update = self.step.update
        if found.needs_python_state:
            self.eager.advance(0, 1)  # a learner's optimizer makes its state on its first step
            self.state.add(update.variables())
        self.eager.forget_first()
        found.put(self.kept(), update, self.recorder, self.step.problem)
        self.begun = self.recorder.done
        self.start = self.state.save()
        self.session.back_to(self.begun, self.start)

    def kept(self) -> list[Any]:
        """The variables of a checkpoint: those known from the start, and the optimizer's later ones.

        A program may know more, but only once it is traced.
        """
        return State([*self._known, *self.step.update.variables()]).variables

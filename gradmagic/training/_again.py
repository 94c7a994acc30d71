"""The same training once more: from the same start, with other numbers, by the same compiled program."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from gradmagic.training._begin import scatter
from gradmagic.training._history import History, Recorder
from gradmagic.training._ladder import Choice
from gradmagic.training._loop import EagerLoop, Rows, until_not_finite
from gradmagic.training._pace import Pace
from gradmagic.training._problem import Problem
from gradmagic.training._rows import LOSS, RowLayout
from gradmagic.training._seed import seeded
from gradmagic.training._settings import Settings
from gradmagic.training._state import Saved, State
from gradmagic.training.feed import Feed, make_schedule
from gradmagic.training.update import Transform, Update

__all__ = ["Again", "Outcome", "Unfitting"]

# Seconds a step is taken to need before one was made.
_GUESS = 1e-5

# An optimizer that has not made its state after so many steps takes another way.
_FIRST = 2


class Unfitting(Exception):
    """The program is not what these numbers need: another has to be compiled."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of one training among many.

    Attributes:
        values: `{name: value}` of what was set for it.
        history: Its record.
        loss: The loss after the last step; before the last finite one if it diverged.
        parameters: `{name: value}` of the variables at the end, as NumPy arrays.
        status: `"finished"` or `"diverged"`.
        seconds: The time it took.
    """

    values: Mapping[str, float]
    history: History
    loss: float
    parameters: Mapping[str, Any]
    status: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Again:
    """All that is needed to make a training again.

    Attributes:
        put: Sets hyperparameters.
        carried: What the program carries for the optimizer.
        eager: The plain loop, for steps that make what the program carries.
        given: Pairs of a variable and its value before everything.
    """

    problem: Problem
    update: Update
    transform: Transform
    settings: Settings
    feed: Feed
    state: State
    start: Saved
    given: list[tuple[Any, Any]]
    layout: RowLayout
    choice: Choice
    carried: Any
    eager: EagerLoop
    put: Callable[[Mapping[str, float]], None]

    def make(
        self,
        values: Mapping[str, float],
        *,
        steps: int,
        seed: int | None,
        start_noise: float,
        given_up: Callable[[], bool] = lambda: False,
    ) -> Outcome | None:
        """Train from the start; everything is put back as it was before the call.

        Args:
            values: Hyperparameters by name.
            steps: The number of steps.
            seed: The seed.
            start_noise: The standard deviation of noise on the start.
            given_up: Asked between chunks of 50 ms; `True` ends it.

        Returns:
            What came, `None` if it was given up.

        Raises:
            Unfitting: The compiled program does not do what these numbers ask.
        """
        began, before = perf_counter(), self.state.save()
        try:
            with seeded(seed, self.problem.reached):
                self._begin(values, steps, seed, start_noise)
                recorder = self._steps(steps, given_up)
                if recorder is None:
                    return None
                return self._outcome(values, recorder, steps, began)
        finally:
            self.update.interpret()
            self.state.load(before)

    def _begin(self, values: Mapping[str, float], steps: int, seed: int | None, start_noise: float) -> None:
        """Go to the start, and set all that is to be set."""
        self.state.load(self.start)
        for tensor, value in self.given:
            tensor.assign(value)
        if start_noise:
            scatter(self.problem.tensors, start_noise, seed)
        self.put(values)
        if seed is not None:
            self.feed.reseed(seed)
            self.transform.reseed(seed)
        if self.settings.schedule is not None and self.feed.schedule is not None:
            self.feed.schedule = make_schedule(self.settings.schedule, steps)
        self.update.carried = self.carried

    def _steps(self, steps: int, given_up: Callable[[], bool]) -> Recorder | None:
        """Make the steps until the end, or until the loss is not finite."""
        engine, program = self.choice.engine, self.choice.program
        recorder, pace = Recorder(self.layout, steps), Pace(_GUESS)
        while recorder.done < steps:
            if given_up():
                return None
            count, start = pace.count(steps - recorder.done), perf_counter()
            if program is not None and not self.update.has_state:
                rows = self._first_step(recorder.done)
            elif program is not None:
                count = self.feed.available(recorder.done, min(count, program.capacity))
                if not program.fits:
                    raise Unfitting
                rows = until_not_finite(engine.advance(recorder.done, count))
            else:
                rows = engine.advance(recorder.done, count)
            pace.made(len(rows), perf_counter() - start)
            finite = bool(np.isfinite(rows[-1, LOSS]))
            recorder.add(rows if finite else rows[:-1])
            if not finite:
                break
        return recorder

    def _first_step(self, done: int) -> Rows:
        """Make a step in Python, after which the optimizer has what it makes when it is first called."""
        if done >= _FIRST:
            raise Unfitting
        self.update.interpret()
        try:
            self.eager.forget_first()
            return self.eager.advance(done, 1)
        finally:
            self.update.carried = self.carried

    def _outcome(self, values: Mapping[str, float], recorder: Recorder, steps: int, began: float) -> Outcome:
        whole = self.feed.source.whole()
        known = recorder.done < steps or self.choice.has_effects or whole is None
        loss = math.nan if known or whole is None else float(self.problem.evaluate(whole))
        finite = math.isfinite(loss) or (known and recorder.done == steps)
        if not math.isfinite(loss) and recorder.done:
            loss = recorder.last_loss()
        return Outcome(
            dict(values),
            recorder.history(),
            loss,
            {
                name.shown: tensor.numpy()
                for name, tensor in zip(self.problem.names, self.problem.tensors, strict=True)
            },
            "finished" if finite else "diverged",
            perf_counter() - began,
        )

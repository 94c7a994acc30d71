"""All steps that are left, a chunk at a time, by the engine that is right for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._built import Built
from gradmagic.training._control import Control
from gradmagic.training._ladder import Choice, OnlyPython, Unfit
from gradmagic.training._pace import Pace
from gradmagic.training._program import Program
from gradmagic.training._rows import LOSS
from gradmagic.training._seed import reseed
from gradmagic.training._settings import Settings
from gradmagic.training._stop import stopping_step
from gradmagic.training.feed import Feed
from gradmagic.training.update import NotCarried

__all__ = ["Drive"]

# The steps after which a compiled program is compared with the eager loop once more.
_LOOK_AGAIN = (16, 256, 4096, 65_536)


@dataclass(eq=False)
class Drive:
    """Makes the steps, and takes another engine where the one that makes them does not hold.

    Attributes:
        built: What makes the steps.
        choice: The engine now, and why.
        take: Called with each new choice.
        save: Called between two chunks, when the state is one that can be kept.
        callable_again: Whether calling the loss once more surely does no harm.
    """

    built: Built
    settings: Settings
    control: Control
    feed: Feed
    choice: Choice
    take: Callable[[Choice], None]
    save: Callable[[], None]
    callable_again: bool = False

    def advance(self, pace: Pace, check: Callable[[], None], hear: Callable[[], None]) -> str:
        """Make all steps that are left.

        Args:
            pace: How many make a chunk.
            check: Called before each chunk; raises an interrupt that was swallowed.
            hear: Called before each chunk; does what was wished for.

        Returns:
            Why it ended before its last step, if it did because the loss got no better.
        """
        session, control = self.built.session, self.control
        again = [session.done + steps for steps in _LOOK_AGAIN]
        self.take(self.choice)
        while session.left and not control.stopping:
            check()
            hear()
            if control.stopping:
                break
            program = self.choice.program
            if program is not None and not program.fits:
                self._go_on_by(self.built.ladder.choose())
                continue
            single = control.pausing  # a comparison makes steps of its own: it waits
            if program is not None and again and session.done >= again[0] and not single:
                again.pop(0)
                self._look_again(program)
                continue
            count, before = control.allowed(pace.count(session.left)), perf_counter()
            if program is None and self.settings.tol is not None:
                count = 1  # an eager step may do what cannot be undone
            elif program is not None:
                count = min(count, max(again[0] - session.done, 1)) if again else count
                count = self.feed.available(session.done, min(count, program.capacity))
                if not program.fits:
                    continue
            made = self._made(count)
            if made is None:
                continue
            pace.made(made, perf_counter() - before)
            control.made(made, perf_counter() - before)
            ended = self._enough()
            if ended:
                return ended
            self.save()
        return ""

    def _made(self, count: int) -> int | None:
        """Make a chunk; return how many steps it made, `None` if another engine has to make it."""
        session = self.built.session
        try:
            return len(session.advance(self.choice.engine, count))
        except tensorflow().errors.OpError as error:
            if self.choice.program is None:
                raise
            # An operation failed inside the program. Eagerly, the traceback shows the learner's line.
            session.back()
            reason = say("train-reason-failed", error=type(error).__name__)
            self._go_on_by(self._eagerly(reason))
        except NotCarried as error:
            session.back()
            self._only_python(error.reason)
        return None

    def _look_again(self, program: Program) -> None:
        """Compare the program with the eager loop once more; if they differ, begin anew without it."""
        try:
            self.built.ladder.verify(program)
        except OnlyPython as unfit:
            self._only_python(unfit.reason)
        except Unfit:
            step, update = self.built.session.done, self.built.step.update
            self.built.session.back_to(self.built.begun, self.built.start)
            update.interpret()
            reseed(self.settings.seed, self.built.step.problem.reached)
            choice = self._eagerly(say("train-reason-later", step=step, engine=program.name))
            self.callable_again = False
            self._refuse(choice.reason)
            self._go_on_by(choice)

    def _only_python(self, reason: str) -> None:
        """Go on in the eager loop: from here on the program does not know the way."""
        self.built.step.update.interpret()
        choice = self._eagerly(say("train-reason-eager", reason=reason))
        self._refuse(reason)
        self._go_on_by(choice)

    def _eagerly(self, reason: str) -> Choice:
        self.built.eager.before_last = None
        return Choice(self.built.eager, reason)

    def _refuse(self, reason: str) -> None:
        """Refuse the eager loop where a compiled one was asked for by name."""
        if self.settings.compile != "auto":
            raise ArgumentError(
                say("train-compile-refused", mode=self.settings.compile, reason=reason)
            ) from None

    def _go_on_by(self, choice: Choice) -> None:
        self.choice = choice
        self.take(choice)

    def _enough(self) -> str:
        """Go back to the very step after which the loss has stopped getting better, and say so."""
        settings, session = self.settings, self.built.session
        if settings.tol is None or session.divergence:
            return ""
        column = self.built.layout.validation
        values = self.built.recorder.column(LOSS if column is None else column)
        step = stopping_step(values, settings.tol, settings.patience)
        if step is None:
            return ""
        session.cut(self.choice.engine, step)
        return say("train-reason-tol", step=step, tol=settings.tol)

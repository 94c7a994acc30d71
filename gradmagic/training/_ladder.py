"""Choose how to run: XLA, else a graph, else the eager loop; and say why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from gradmagic.errors import ArgumentError, LossError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._effects import Fingerprint, changed_name, fingerprint, outside_call
from gradmagic.training._loop import EagerLoop, Engine
from gradmagic.training._program import Program
from gradmagic.training._reach import reach
from gradmagic.training._session import Session
from gradmagic.training._step import Step
from gradmagic.training._verify import VERIFIED_STEPS, agrees, explained_by_rounding, try_out
from gradmagic.training.feed import Feed
from gradmagic.training.update import NotCarried, not_carried

__all__ = ["Choice", "Ladder", "OnlyPython", "Unfit", "effect_of"]

# In a compiled program these draw other numbers than in the eager loop.
_RANDOM = frozenset(
    {
        "Multinomial",
        "ParameterizedTruncatedNormal",
        "RandomGamma",
        "RandomPoissonV2",
        "RandomShuffle",
        "RandomStandardNormal",
        "RandomUniform",
        "RandomUniformInt",
        "TruncatedNormal",
    }
)
# Each execution of these is seen outside: trying a program out would show it twice.
_VISIBLE = frozenset(
    {"IteratorGetNext", "Print", "PrintV2", "WriteFile", "WriteScalarSummary", "WriteSummary"}
)
# The functions that make them, and those that run Python inside TensorFlow.
_PRINTING = frozenset({"numpy_function", "print", "print_v2", "py_function", "py_func"})
# XLA leaves these out without a word.
_DROPPED_BY_XLA = frozenset({"Assert", "CheckNumerics", "CheckNumericsV2"})

_RUNGS: Mapping[str, tuple[bool, ...]] = MappingProxyType(
    {"auto": (True, False), "xla": (True,), "graph": (False,), "off": ()}
)


@dataclass(frozen=True)
class Choice:
    """The engine, and one line that says why it is this one.

    Attributes:
        has_effects: The learner's Python does something visible each time the loss is called.
        is_hidden: It may do so where it was not seen: an operation prints, or a program of it differs.
    """

    engine: Engine
    reason: str
    has_effects: bool = False
    is_hidden: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether calling the loss once more, for a closer look, surely does no harm."""
        return not self.has_effects and not self.is_hidden

    @property
    def program(self) -> Program | None:
        """The engine, if it is a compiled one."""
        return self.engine if isinstance(self.engine, Program) else None


class Unfit(Exception):
    """A rung of the ladder does not hold."""

    def __init__(self, reason: str, *, lower_too: bool, is_hidden: bool = False) -> None:
        """Say why, whether the rung below would not hold either, and see `Choice.is_hidden`."""
        super().__init__(reason)
        self.reason = reason
        self.lower_too = lower_too
        self.is_hidden = is_hidden


class OnlyPython(Unfit):
    """The optimizer has come to a way that the program does not have."""


class Differs(Unfit):
    """The program gives other numbers than the eager loop."""


@dataclass(frozen=True)
class Ladder:
    """All that is needed to choose an engine.

    Attributes:
        mode: `"auto"` takes the first rung that holds; `"xla"` and `"graph"` refuse to go lower;
            `"off"` stays in the eager loop.
    """

    session: Session
    eager: EagerLoop
    step: Step
    feed: Feed
    mode: str

    def climb(self) -> Choice:
        """Make the first steps, and choose the engine for the others.

        Raises:
            ArgumentError: The mode that was asked for does not work for this loss.
            LossError: The loss creates a variable at each call.
        """
        watched = self.session.left > 1
        effect = self._make_first_steps()
        # Without a trace, an operation that prints is known by its name alone.
        hidden = not watched or bool(_PRINTING & reach(self.step.problem.loss).attributes)
        if self.mode == "off":
            return Choice(
                self.eager, say("train-reason-off"), has_effects=effect is not None, is_hidden=hidden
            )
        if effect is not None:
            return Choice(self.eager, _or_refuse(self.mode, effect), has_effects=True)
        choice = self.choose()
        return replace(choice, is_hidden=choice.is_hidden or hidden)

    def choose(self) -> Choice:
        """Choose the engine for what is left; the first steps were made before."""
        if not self.session.left:
            return Choice(self.eager, say("train-reason-short"))
        reasons: list[str] = []
        hidden = False
        for xla in _RUNGS[self.mode]:
            try:
                program, steps = self._verified(xla=xla)
            except Unfit as unfit:
                self.step.update.interpret()
                reasons.append(unfit.reason)
                hidden = hidden or unfit.is_hidden
                if unfit.lower_too:
                    break
            else:
                said = say("train-reason-xla" if xla else "train-reason-graph", steps=steps)
                return Choice(program, "; ".join([said, *reasons]))
        return Choice(self.eager, _or_refuse(self.mode, reasons[-1]), is_hidden=hidden)

    def verify(self, program: Program) -> int:
        """Make the next few steps both ways; the eager ones count. Return how many they were.

        Raises:
            Unfit: The two ways do not agree, or the program does not run.
        """
        session, state = self.session, self.session.state
        xla = program.name == "xla"
        state.add(program.variables)
        start, count = session.done, min(VERIFIED_STEPS, session.left, program.capacity)
        self.feed.available(start, count)
        if not program.fits:
            return 0  # a batch of a new shape: another program will be made, and verified
        try:
            trial = try_out(program, state, start, count)
        except tensorflow().errors.OpError as error:
            raise Unfit(_why_not(error, xla), lower_too=not xla) from error
        except NotCarried as error:
            raise OnlyPython(error.reason, lower_too=True) from error
        layout, tensors = self.step.layout, self.step.problem.tensors
        rows = session.advance(self.eager, count)
        if session.divergence or agrees(trial, rows, state.save(), layout):
            return count
        if explained_by_rounding(trial, rows, self.eager, start, state, tensors):
            return count
        drawn = sorted(one for one in program.operations if one.startswith("Stateless"))
        if xla and drawn:
            raise Differs(say("train-reason-differs-random", name=drawn[0]), lower_too=False)
        if layout.narrowest in ("bfloat16", "float16"):
            # `say` by a whole key: the graph may hold where XLA does not.
            said = (
                say("train-reason-rounding", name=layout.narrowest)
                if xla
                else say("train-reason-rounding-graph", name=layout.narrowest)
            )
            raise Differs(said, lower_too=not xla, is_hidden=not xla)
        raise Differs(say("train-reason-differs", engine=program.name), lower_too=True, is_hidden=True)

    def _make_first_steps(self) -> str | None:
        """Make two eager steps; return what the learner's Python visibly does at each, or `None`.

        The first step may build layers and fill caches, so only the second is watched.
        """
        session, update, loss = self.session, self.step.update, self.step.problem.loss
        if not session.left:
            return None
        session.advance(self.eager, 1)
        session.state.add(update.variables())
        called = outside_call(reach(loss))
        if called is not None:
            return say("train-reason-outside", name=called)
        reached = reach(None, **update.code_roots)
        called = outside_call(reached) or update.outside(reached.attributes)
        if called is not None:
            return say("train-reason-outside-optimizer", name=called)
        if not session.left:
            return None
        before = self._fingerprints()
        update.watch()
        session.advance(self.eager, 1)
        update.watched()
        # Reached anew: a name may stand for another object now.
        after = self._fingerprints()
        for key in before:
            changed = changed_name(before[key], after[key])
            if changed is not None:
                return say(key, name=changed)
        return None

    def _fingerprints(self) -> dict[str, Fingerprint]:
        """Note what the learner's Python can change, but for what is carried for the optimizer.

        Returns:
            By the sentence to say if it did change: of the loss, and of the optimizer.
        """
        update = self.step.update
        found = {"train-reason-changes": fingerprint(reach(self.step.problem.loss))}
        if update.code_roots:
            reached = fingerprint(reach(None, **update.code_roots), update.owner)
            own = {name: kept for name, kept in reached.items() if name not in update.kept}
            found["train-reason-changes-optimizer"] = own
        return found

    def _verified(self, *, xla: bool) -> tuple[Program, int]:
        """Return a program, and how many of its steps were compared."""
        program = self._traced((True, False), xla=xla)
        try:
            return program, self.verify(program)
        except Differs:
            if not self.step.update.has_inputs or not self.session.left:
                raise
        # A library may do something with a Python number that it cannot do with what stands for it.
        program = self._traced((False,), xla=xla)
        return program, self.verify(program)

    def _traced(self, ways: Sequence[bool], *, xla: bool) -> Program:
        """Trace the program, and refuse what a compiled loop would do differently."""
        irregular = self.feed.irregular
        if irregular is not None:
            raise Unfit(say("train-reason-shapes", first=irregular[0], other=irregular[1]), lower_too=True)
        program = self._first_that_traces(ways, xla=xla)
        drawn = program.operations & _RANDOM
        if drawn:
            raise Unfit(say("train-reason-random", name=min(drawn)), lower_too=True)
        seen = program.operations & _VISIBLE
        if seen:
            raise Unfit(say("train-reason-visible", name=min(seen)), lower_too=True, is_hidden=True)
        dropped = program.operations & _DROPPED_BY_XLA
        if xla and dropped:
            raise Unfit(say("train-reason-dropped", name=min(dropped)), lower_too=False)
        if xla and program.has_float16 and self.step.update.scale is not None:
            raise Unfit(say("train-reason-float16"), lower_too=False)
        return program

    def _first_that_traces(self, ways: Sequence[bool], *, xla: bool) -> Program:
        """Trace with hyperparameters as inputs, else as constants; and with AutoGraph where it is needed."""
        tf = tensorflow()
        failed: Exception | None = None
        update, traced = self.step.update, "loss"
        for inputs in ways:
            autograph = False
            while True:
                try:
                    traced = "optimizer"
                    update.compile(
                        self.eager.gradients, self.step.problem.variables, inputs=inputs, autograph=autograph
                    )
                    traced = "loss"
                    return Program(self.step, self.feed, self.session.total, xla=xla, autograph=autograph)
                except LossError:
                    raise
                except NotCarried as error:
                    raise Unfit(error.reason, lower_too=True) from error
                except tf.errors.OperatorNotAllowedInGraphError as error:
                    # Python's `if` or `while` on a tensor. AutoGraph is slow, so only who needs it pays.
                    failed = error
                    if autograph:
                        break
                    autograph = True
                except Exception as error:  # noqa: BLE001  # whatever tracing trips over, the eager loop does not
                    failed = error
                    break
        assert failed is not None
        if traced == "optimizer":
            raise Unfit(not_carried(failed).reason, lower_too=True) from failed
        raise Unfit(say("train-reason-untraceable", error=type(failed).__name__), lower_too=True) from failed


def effect_of(loss: Callable[..., Any]) -> str | None:
    """Return what can be read in a loss's code that it visibly does at each call, or `None`."""
    called = outside_call(reach(loss))
    return None if called is None else say("train-reason-outside", name=called)


def _why_not(error: Exception, xla: bool) -> str:
    if not xla:
        return say("train-reason-no-graph", error=type(error).__name__)
    # XLA lists the operations as "... on XLA_CPU_JIT: EagerPyFunc (No registered ...)".
    unsupported = re.search(r"on XLA_\w+: (\w+)", str(error))
    if unsupported:
        return say("train-reason-no-xla-operation", name=unsupported.group(1))
    return say("train-reason-no-xla", error=type(error).__name__)


def _or_refuse(mode: str, reason: str) -> str:
    """Return the reason for the eager loop, or refuse if another mode was asked for by name."""
    if mode == "auto":
        return say("train-reason-eager", reason=reason)
    raise ArgumentError(say("train-compile-refused", mode=mode, reason=reason))

"""Choose how to run: XLA, else a graph, else the eager loop; and say why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gradmagic.errors import ArgumentError, LossError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._effects import changed_name, fingerprint, outside_call
from gradmagic.training._loop import EagerLoop, Engine
from gradmagic.training._problem import Problem
from gradmagic.training._program import Program
from gradmagic.training._reach import is_library, reach
from gradmagic.training._rows import RowLayout
from gradmagic.training._session import Session
from gradmagic.training._verify import VERIFIED_STEPS, agrees, explained_by_rounding, try_out

__all__ = ["Choice", "climb"]

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
    """

    engine: Engine
    reason: str
    has_effects: bool = False


class _Unfit(Exception):
    """A rung of the ladder does not hold."""

    def __init__(self, reason: str, *, lower_too: bool) -> None:
        """Say why, and whether the rung below would not hold either."""
        super().__init__(reason)
        self.reason = reason
        self.lower_too = lower_too


def climb(
    session: Session, eager: EagerLoop, problem: Problem, optimizer: Any, layout: RowLayout, mode: str
) -> Choice:
    """Make the first steps, and choose the engine for the others.

    Args:
        mode: `"auto"` takes the first rung that holds; `"xla"` and `"graph"` refuse to go lower;
            `"off"` stays in the eager loop.

    Raises:
        ArgumentError: The mode that was asked for does not work for this loss.
        LossError: The loss creates a variable at each call.
    """
    effect = _make_first_steps(session, eager, problem, optimizer)
    if mode == "off":
        return Choice(eager, say("train-reason-off"), has_effects=effect is not None)
    if effect is not None:
        return Choice(eager, _or_refuse(mode, effect), has_effects=True)
    if not session.left:
        return Choice(eager, say("train-reason-short"))
    reasons: list[str] = []
    for xla in _RUNGS[mode]:
        try:
            program = _traced(problem, optimizer, layout, session.total, xla=xla)
            steps = _verify(session, eager, program, problem, layout)
        except _Unfit as unfit:
            reasons.append(unfit.reason)
            if unfit.lower_too:
                break
        else:
            said = say("train-reason-xla" if xla else "train-reason-graph", steps=steps)
            return Choice(program, "; ".join([said, *reasons]))
    return Choice(eager, _or_refuse(mode, reasons[-1]))


def _make_first_steps(session: Session, eager: EagerLoop, problem: Problem, optimizer: Any) -> str | None:
    """Make two eager steps; return what the learner's Python visibly does at each, or `None`.

    The first step may build layers and fill caches, so only the second is watched.
    """
    objects = {} if is_library(optimizer) else {"optimizer": optimizer}
    session.advance(eager, 1)
    called = outside_call(reach(problem.loss, **objects))
    if called is not None:
        return say("train-reason-outside", name=called)
    if not session.left:
        return None
    before = fingerprint(reach(problem.loss, **objects))
    session.advance(eager, 1)
    # Reached anew: a name may stand for another object now.
    changed = changed_name(before, fingerprint(reach(problem.loss, **objects)))
    return None if changed is None else say("train-reason-changes", name=changed)


def _traced(problem: Problem, optimizer: Any, layout: RowLayout, steps: int, *, xla: bool) -> Program:
    """Trace the program, and refuse what a compiled loop would do differently."""
    tf = tensorflow()
    try:
        try:
            program = Program(problem, optimizer, layout, steps, xla=xla)
        except tf.errors.OperatorNotAllowedInGraphError:
            # Python's `if` or `while` on a tensor. AutoGraph is slow, so only who needs it pays for it.
            program = Program(problem, optimizer, layout, steps, xla=xla, autograph=True)
    except LossError:
        raise
    except Exception as error:  # whatever tracing trips over, the eager loop does not
        raise _Unfit(say("train-reason-untraceable", error=type(error).__name__), lower_too=True) from error
    drawn = program.operations & _RANDOM
    if drawn:
        raise _Unfit(say("train-reason-random", name=min(drawn)), lower_too=True)
    seen = program.operations & _VISIBLE
    if seen:
        raise _Unfit(say("train-reason-visible", name=min(seen)), lower_too=True)
    dropped = program.operations & _DROPPED_BY_XLA
    if xla and dropped:
        raise _Unfit(say("train-reason-dropped", name=min(dropped)), lower_too=False)
    return program


def _verify(session: Session, eager: EagerLoop, program: Program, problem: Problem, layout: RowLayout) -> int:
    """Make the next steps both ways; the eager ones count. Return how many they were."""
    xla = program.name == "xla"
    session.state.add(program.variables)
    count = min(VERIFIED_STEPS, session.left)
    try:
        trial = try_out(program, session.state, count)
    except tensorflow().errors.OpError as error:
        raise _Unfit(_why_not(error, xla), lower_too=not xla) from error
    rows = session.advance(eager, count)
    if session.divergence or agrees(trial, rows, session.state.save(), layout):
        return count
    if explained_by_rounding(trial, rows, eager, session.state, problem.tensors):
        return count
    raise _Unfit(say("train-reason-differs", engine=program.name), lower_too=True)


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

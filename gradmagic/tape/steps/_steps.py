"""`Steps`: the backward pass, one operation at a time, in TensorFlow's own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from gradmagic._views import view
from gradmagic.tape.graph._adjoints import Adjoints
from gradmagic.tape.recording._record import OpRecord, TensorRecord
from gradmagic.tape.rules._rules import Rule

if TYPE_CHECKING:
    from gradmagic.tape._tape import Tape

__all__ = ["Contribution", "Step", "Steps", "build_steps"]


@dataclass(frozen=True, eq=False)
class Contribution:
    """What one step adds to the adjoint of one input.

    Attributes:
        slot: which input of the operation it is, from 0; -1 for a tensor that reaches the operation only
            through others, which happens where a custom gradient stands for several operations.
        label: what the learner calls the input: its name, or the expression that made it.
        tensor: the input as the operation saw it.
        value: the term that is added, in TensorFlow's own numbers; `None` where there is none.
        known: false where TensorFlow does not tell this term from others: the total is right all the same.
        total: the sum of what has been added so far; after the last term, exactly `adjoints[tensor]`.
        terms: how many terms the adjoint has, over all steps.
        term: which of them this is, from 1.
    """

    slot: int
    label: str
    tensor: TensorRecord
    value: Any
    known: bool
    total: Any
    terms: int
    term: int

    @property
    def complete(self) -> bool:
        """Whether nothing is added to this adjoint any more."""
        return self.term == self.terms


@dataclass(frozen=True, eq=False)
class Step:
    """One operation of the backward pass.

    Attributes:
        number: its place in the pass, from 1.
        label: what the learner calls the operation's output.
        record: the operation, as it ran forward.
        rule: its local derivative.
        kind: `"operation"` with TensorFlow's registered gradient; `"function"`, a `tf.function` as one;
            `"custom"`, where TensorFlow's tape holds another derivative than the operation's own, such as
            one of `tf.custom_gradient`.
        incoming: the adjoint of each output; `None` for an output that does not lead to the target.
        contributions: what is added to which input.
    """

    number: int
    label: str
    record: OpRecord
    rule: Rule
    kind: str
    incoming: tuple[Any, ...]
    contributions: tuple[Contribution, ...]

    def __repr__(self) -> str:
        return str(view("step_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("step_bundle", self))


@dataclass(frozen=True, eq=False)
class Steps(Sequence[Step]):
    """The backward pass from a target to its sources, in the order it can be computed.

    An operation comes after everything that was computed from its outputs: the reverse of the recording.
    TensorFlow may take independent operations in another order, which changes no adjoint.

    Attributes:
        steps: one for each operation on the way.
        target: what the learner calls the target.
        sources: what the learner calls the sources.
        adjoints: the adjoint of every tensor of the recording; those of the sources are the gradients.
        results: the sources' adjoints, in the order of `sources`.
        unseen: operations on the way whose values the recording did not keep.
    """

    steps: tuple[Step, ...]
    target: str
    sources: tuple[str, ...]
    adjoints: Adjoints
    results: tuple[Any, ...]
    unseen: int = 0

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[index]

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __repr__(self) -> str:
        return str(view("steps_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("steps_bundle", self))


def build_steps(tape: Tape, target: Any, sources: Any, adjoints: Adjoints) -> Steps:
    """Return the backward pass of a recording; see `Tape.steps`."""
    from gradmagic.tape.steps._walk import Walk

    return Walk(tape, target, sources, adjoints).steps()

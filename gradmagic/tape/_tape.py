"""`Tape`: record a computation, keep it, differentiate it afterwards, to any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradmagic._views import view
from gradmagic.tape._differentiation import Differentiation
from gradmagic.tape._structure import dense
from gradmagic.tape.explain._explain import Explanation, explain
from gradmagic.tape.graph._adjoints import Adjoints, differentiable
from gradmagic.tape.graph._graph import Graph, build_graph
from gradmagic.tape.steps._steps import Steps, build_steps

if TYPE_CHECKING:
    from gradmagic.tape.check._report import CheckReport
    from gradmagic.tape.compare._report import CompareReport

__all__ = ["Tape"]


class Tape(Differentiation):
    """Records the operations of a `with` block; differentiates them during it or afterwards.

    The numbers are those of `tf.GradientTape`, which does the work: one persistent tape, entered again
    when a derivative is itself to be differentiated. So every order is available after the block, and
    trainable Variables are watched without being asked, as TensorFlow does.

    Args:
        watch: tensors to watch from the start (a Variable needs no watching).
        order: the order `%grad` shows unless told otherwise; any order can be asked.
        values: keep the value of every recorded tensor, so that it can be shown.
        max_memory: bytes of values to keep, such as `"256MB"`; past it, operations are recorded
            without their values.
        watch_accessed_variables: watch the trainable Variables that are read; without it only what is
            watched on purpose, as `tf.GradientTape` has it.

    Raises:
        ArgumentError: `order` is not a whole number from 1, or `max_memory` is not a size.
        TargetError: something in `watch` is not a floating tensor.

    Example:
        >>> x = tf.Variable(3.0)
        >>> with Tape() as tape:
        ...     y = x * x
        >>> tape.gradient(y, x)
        <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
    """

    # -- the graph -----------------------------------------------------------------------------

    def adjoints(self, target: Any) -> Adjoints:
        """Differentiate `target` by every tensor of the recording, in one backward pass.

        Returns:
            A mapping from a tensor (or its number) to the derivative of `target` by it, of its shape; `None`
            where the target does not depend on it, or its value was not kept.

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        self._check(target, target)
        sources = differentiable(self.records, self.variables)
        with self._deriving(1, again=False):
            found = map(dense, self._gradient_tape.gradient(target, list(sources.values())))
            return Adjoints(dict(zip(sources, found, strict=True)))

    def graph(self, target: Any, sources: Any = None) -> Graph:
        """Return the recorded operations that lead to `target`, as nodes and edges with their adjoints.

        Args:
            target: a recorded tensor.
            sources: keep only what lies on a way from one of these; everything by default.

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        adjoints = self.adjoints(target)
        return build_graph(self, target, sources, adjoints)

    def steps(self, target: Any, sources: Any = None) -> Steps:
        """Walk the backward pass of `target`, one operation at a time.

        Args:
            target: a recorded tensor.
            sources: keep only what lies on a way from one of these; from everything watched by default.

        Returns:
            A sequence of `Step`: the operation, its local derivative, the adjoint that arrives, and what it
            adds to the adjoint of each input.

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        adjoints = self.adjoints(target)
        with self._deriving(1, again=False):
            return build_steps(self, target, sources, adjoints)

    def explain(
        self,
        target: Any,
        source: Any,
        *,
        target_name: str | None = None,
        source_name: str | None = None,
        history: Sequence[str] = (),
    ) -> Explanation:
        """Find out why the derivative of `target` by `source` is None, zero or not finite.

        Args:
            target: a tensor.
            source: a tensor or a Variable.
            target_name: what the learner calls the target, if the recording does not know.
            source_name: the same for the source.
            history: the text of earlier cells, in which names may have been bound.

        Returns:
            The cause with the learner's line, the expression there and the fix; its `cause` is `None` when
            the derivative is finite and not zero.
        """
        return explain(
            self, target, source, target_name=target_name, source_name=source_name, history=history
        )

    def check(self, target: Any, sources: Any, *, order: int = 1, seed: int = 0) -> CheckReport:
        """Compare the gradient with central differences of the recording, repeated in float64.

        Every entry of a small source is compared, and random directions of a large one. Where the
        function is not smooth (relu at 0, ties of a maximum) that is said, not failed.

        Args:
            target: what to differentiate; see `gradient`.
            sources: by what.
            order: 2 compares the Hessian too, times a random vector.
            seed: of the random directions and vectors.

        Returns:
            The verdict, with the worst entry and, where it can be told, the kind of mistake.

        Raises:
            TargetError: as `gradient`.
            ArgumentError: `order` is not 1 or 2.
            RecordingError: the recording cannot be repeated, and why.
        """
        from gradmagic.tape.check._check import check_recording

        return check_recording(self, target, sources, order=order, seed=seed)

    def compare(self, target: Any, sources: Any) -> CompareReport:
        """Put the automatic, the numeric and the symbolic derivative side by side.

        Args:
            target: one tensor; more than one number is summed.
            sources: by what to differentiate.

        Returns:
            Value, error, time and size of each, and the numeric error against the step size.

        Raises:
            TargetError: as `gradient`, or `target` is not one tensor.
            RecordingError: the recording cannot be repeated, and why.
        """
        from gradmagic.tape.compare._compare import compare_recording

        return compare_recording(self, target, sources)

    def __repr__(self) -> str:
        return str(view("tape_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("tape_bundle", self))

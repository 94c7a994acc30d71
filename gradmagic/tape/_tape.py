"""`Tape`: record a computation, keep it, differentiate it afterwards, to any order."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from gradmagic._views import view
from gradmagic.errors import RecordingError, TargetError
from gradmagic.messages import say
from gradmagic.tape._adjoints import Adjoints, differentiable
from gradmagic.tape._explain import Explanation, explain
from gradmagic.tape._graph import Graph, build_graph
from gradmagic.tape._hook import tensor_id
from gradmagic.tape._names import Names, find_reads
from gradmagic.tape._record import OpRecord, Recorder
from gradmagic.tape._source import is_library, names_seen_by
from gradmagic.tape._structure import (
    check_order,
    check_sources,
    check_target,
    is_tensor,
    leaves,
    parse_bytes,
)
from gradmagic.tape._tensorflow import quiet_descriptor, quiet_logger, tensorflow

__all__ = ["Tape"]

# How TensorFlow names an operation it has no derivative for.
_WITHOUT_GRADIENT = re.compile(r"gradient registry has no entry for: (\w+)")


class Tape:
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

    def __init__(
        self,
        watch: Any = (),
        order: int = 1,
        values: bool = True,
        max_memory: str | int = "256MB",
    ) -> None:
        self.order = check_order(order)
        self._watch_first = leaves(watch)
        for tensor in self._watch_first:
            check_sources(tensor)
        self._max_bytes = parse_bytes(max_memory)
        self._recorder = Recorder(values=values, max_bytes=self._max_bytes)
        self._gradient_tape = tensorflow().GradientTape(persistent=True)
        self._watched: dict[int, Any] = {}
        self._names = Names()
        self._reads: dict[int, Any] | None = None
        self._state = "new"

    @classmethod
    def without_records(cls) -> Tape:
        """Return a Tape that keeps no operations, for when only the numbers are wanted."""
        tape = cls(values=False)
        tape._recorder.muted = True
        return tape

    # -- recording -----------------------------------------------------------------------------

    def __enter__(self) -> Tape:
        if self._state != "new":
            raise RecordingError(say("tape-used"))
        self._gradient_tape.__enter__()
        self._state = "recording"
        try:
            self.watch(*self._watch_first)
            self._recorder.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        if self._state != "recording":
            return
        self._state = "recorded"
        # The hook comes off first: whatever happens next, nothing stays hooked.
        self._recorder.stop()
        self._gradient_tape.__exit__(*exception)
        frame = sys._getframe(1)
        if not self._recorder.muted and not is_library(frame.f_code.co_filename):
            self.name_tensors(names_seen_by(frame))

    def watch(self, *tensors: Any) -> None:
        """Record what is computed from `tensors` from here on; a Variable is watched anyway.

        Raises:
            TargetError: one of them is not a tensor of a floating or complex dtype.
        """
        for tensor in leaves(tensors):
            check_sources(tensor)
            self._gradient_tape.watch(tensor)
            self._watched[tensor_id(tensor)] = tensor

    def name_tensors(self, namespace: Mapping[str, Any]) -> None:
        """Take over the Python names that tensors and Variables have in `namespace`."""
        self._names.learn(namespace)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Leave the operations of a `with` block out of every derivative, inside the recording."""
        with self._gradient_tape.stop_recording():
            yield

    def reset(self) -> None:
        """Forget everything recorded so far, inside the recording; what was watched must be watched again."""
        self._gradient_tape.reset()
        self._recorder.clear()
        self._watched.clear()
        self._reads = None

    # -- what was recorded ---------------------------------------------------------------------

    @property
    def recording(self) -> bool:
        """Whether the block is still running."""
        return self._state == "recording"

    @property
    def records(self) -> list[OpRecord]:
        """The operations of the block, in the order they ran; those of derivatives: `backward_records`."""
        return self._recorder.records(self._all_names())

    def backward_records(self, target: Any, sources: Any, order: int = 1) -> list[OpRecord]:
        """Differentiate once more, and return the operations that TensorFlow ran to do it.

        Args:
            target: what to differentiate; see `gradient`.
            sources: by what.
            order: the order of the derivative; a record's own `order` tells which one it belongs to.

        Raises:
            TargetError, RecordingError, ArgumentError: as `gradient`.
        """
        backward = Recorder(values=True, max_bytes=self._max_bytes)
        outer, self._recorder = self._recorder, backward
        try:
            backward.start()
            self.gradients(target, sources, order)
        finally:
            backward.stop()
            self._recorder = outer
        return backward.records(self._all_names())

    @property
    def values_end(self) -> int | None:
        """The index of the first operation recorded without its values, for want of memory."""
        return self._recorder.full_at

    @property
    def variables(self) -> tuple[Any, ...]:
        """The trainable Variables that the block read, and the tensors it watched, in that order."""
        read = self._gradient_tape.watched_variables()
        known = {tensor_id(variable) for variable in read}
        return (*read, *(tensor for number, tensor in self._watched.items() if number not in known))

    def knows(self, tensor: Any) -> bool:
        """Tell whether `tensor` was made or watched in this recording."""
        if not is_tensor(tensor):
            return False
        number = tensor_id(tensor)
        return self._recorder.made(number) or any(number == tensor_id(known) for known in self.variables)

    def watches(self, source: Any) -> bool:
        """Tell whether `source` is a watched tensor, or a Variable that the block read."""
        number = tensor_id(source)
        return any(number == tensor_id(known) for known in self.variables)

    def name_of(self, tensor: Any) -> str | None:
        """Return the Python name that the tensor had when the recording ended, or a Keras variable's path."""
        return self._all_names().get(tensor_id(tensor))

    def variable_reads(self) -> dict[int, Any]:
        """Return which Variable each tensor that was read from one came from, by the tensor's number.

        TensorFlow reports most reads as operations. Those of its fast path (`tf.sin(w)`) it does not; there
        the operation's input is a tensor that no operation made. Differentiating it by the Variables tells
        which one it is, exactly: the derivative by any other is None.
        """
        if self._reads is None or self.recording:
            self._reads = find_reads(self._recorder.records({}), self.variables, self._gradient_tape)
        return self._reads

    # -- derivatives ---------------------------------------------------------------------------

    def gradient(self, target: Any, sources: Any, order: int = 1, *, output_gradients: Any = None) -> Any:
        """Differentiate `target` by each of `sources`, `order` times.

        Args:
            target: a tensor of any shape, or a nested structure of them; more than one number is summed,
                as `tf.GradientTape.gradient` does.
            sources: a tensor or Variable, or any nesting of lists, tuples and dicts of them.
            order: 2 for the second derivative, and so on, of each source by itself.
            output_gradients: the weights of the sum, shaped like `target` (order 1 only).

        Returns:
            The derivatives in the structure of `sources`, each with its source's shape and dtype;
            `None` where the target does not depend on a source.

        Raises:
            TargetError: target or source is not a tensor, or is not of a floating or complex dtype.
            RecordingError: nothing has been recorded yet.
            ArgumentError: `order` is not a whole number from 1.
        """
        return self.gradients(target, sources, order, output_gradients=output_gradients)[-1]

    def gradients(
        self, target: Any, sources: Any, order: int = 1, *, output_gradients: Any = None
    ) -> list[Any]:
        """Return the derivatives of every order from 1 to `order`; see `gradient`."""
        check_order(order)
        self._check(target, sources)
        tf = tensorflow()
        if order == 1:
            with self._deriving(1, again=False):
                return [self._gradient_tape.gradient(target, sources, output_gradients)]
        chains = [self._chain(target, source, order, output_gradients) for source in leaves(sources)]
        return [tf.nest.pack_sequence_as(sources, list(level)) for level in zip(*chains, strict=True)]

    def jacobian(self, target: Any, sources: Any) -> Any:
        """Differentiate every entry of `target` by every entry of each of `sources`.

        Returns:
            In the structure of `sources`, tensors of shape `target.shape + source.shape`;
            `None` where the target does not depend on a source.

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        self._check(target, sources)
        if not is_tensor(target):
            raise TargetError(
                say("tape-jacobian-target", kind=type(target).__name__, count=len(leaves(target)))
            )
        with self._deriving(1, again=False):
            return self._jacobian(target, sources)

    def hessian(self, target: Any, sources: Any) -> Any:
        """Return the Jacobian of the gradient, for each of `sources` by itself.

        Returns:
            In the structure of `sources`, tensors of shape `source.shape + source.shape`;
            `None` where there is no second derivative.

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        self._check(target, sources)
        tf = tensorflow()

        def of(source: Any) -> Any:
            with self._deriving(1, again=True):
                first = _dense(self._gradient_tape.gradient(target, source))
            if first is None:
                return None
            with self._deriving(2, again=False):
                return self._jacobian(first, source)

        return tf.nest.map_structure(of, sources)

    def vjp(self, target: Any, sources: Any, vector: Any) -> Any:
        """Return `vector^T J` by reverse mode: `vector` has the shape of `target`; see `gradient`."""
        return self.gradient(target, sources, output_gradients=vector)

    def hvp(self, target: Any, sources: Any, vector: Any) -> Any:
        """Return the Hessian times `vector` without forming the Hessian.

        Args:
            target: a scalar tensor.
            sources: a tensor, a Variable, or any nesting of them; the Hessian is of all of them together.
            vector: tensors in the structure and the shapes of `sources`.

        Returns:
            Tensors in the structure of `sources` (Pearlmutter 1994, "Fast exact multiplication by the
            Hessian": the gradient of the inner product of the gradient and the vector).

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        self._check(target, sources)
        tf = tensorflow()
        with self._deriving(1, again=True):
            first = tf.nest.map_structure(_dense, self._gradient_tape.gradient(target, sources))
        with self._deriving(2, again=False):
            return self._gradient_tape.gradient(first, sources, vector)

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
            found = self._gradient_tape.gradient(target, list(sources.values()))
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

    # -- private -------------------------------------------------------------------------------

    def _check(self, target: Any, sources: Any) -> None:
        if self._state == "new":
            raise RecordingError(say("tape-empty"))
        check_target(target)
        check_sources(sources)

    def _chain(self, target: Any, source: Any, order: int, output_gradients: Any) -> list[Any]:
        found: list[Any] = []
        lower = target
        for level in range(1, order + 1):
            derivative = None
            if lower is not None:
                with self._deriving(level, again=level < order):
                    derivative = self._gradient_tape.gradient(
                        lower, source, output_gradients if level == 1 else None
                    )
                    lower = _dense(derivative)
            found.append(derivative)
        return found

    def _jacobian(self, target: Any, sources: Any) -> Any:
        try:
            with quiet_descriptor():  # vectorising logs which kernels it chose
                return self._gradient_tape.jacobian(target, sources)
        except ValueError:
            # An operation that cannot be vectorised: row by row gives the same numbers, slower.
            return self._gradient_tape.jacobian(target, sources, experimental_use_pfor=False)

    @contextmanager
    def _deriving(self, level: int, *, again: bool) -> Iterator[None]:
        """Mark operations as those of a derivative; with `again`, record them for the next order."""
        outer, self._recorder.order = self._recorder.order, level
        try:
            if again and not self.recording:
                with quiet_logger(), self._gradient_tape:
                    yield
            elif self.recording:
                with quiet_logger():
                    yield
            else:
                yield
        except LookupError as error:
            operation = _WITHOUT_GRADIENT.search(str(error))
            if operation is None:
                raise
            raise TargetError(say("tape-no-gradient", operation=operation[1], order=level)) from error
        finally:
            self._recorder.order = outer

    def _all_names(self) -> dict[int, str]:
        names = self._names.by_number()
        for variable in self.variables:
            given = str(getattr(variable, "name", "Variable")).removesuffix(":0")
            if given != "Variable":  # Keras names its variables, learners seldom do
                names.setdefault(tensor_id(variable), given)
        for number, variable in self.variable_reads().items():
            name = names.get(tensor_id(variable))
            if name is not None:
                names.setdefault(number, name)
        return names

    def __repr__(self) -> str:
        return str(view("tape_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("tape_bundle", self))


def _dense(gradient: Any) -> Any:
    """Return IndexedSlices (what `tf.gather` gives) as a tensor: TensorFlow cannot go on from them."""
    tf = tensorflow()
    return tf.convert_to_tensor(gradient) if isinstance(gradient, tf.IndexedSlices) else gradient

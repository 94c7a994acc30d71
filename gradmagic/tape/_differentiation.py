"""`Differentiation`: every derivative of a recording, to any order, in the numbers of TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradmagic.errors import ArgumentError, RecordingError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import (
    check_order,
    check_sources,
    check_target,
    dense,
    is_tensor,
    leaves,
)
from gradmagic.tape._tensorflow import quiet_descriptor, quiet_logger, tensorflow
from gradmagic.tape.recording._exhausted import telling_of_memory
from gradmagic.tape.recording._record import OpRecord, Recorder
from gradmagic.tape.recording._recording import Recording

__all__ = ["Differentiation"]

# How TensorFlow names an operation it has no derivative for.
_WITHOUT_GRADIENT = re.compile(r"gradient registry has no entry for: (\w+)")
# Vectorising costs a tracing, 0.15 s each time; so few rows are sooner had one by one.
_FEW_ROWS = 8


class Differentiation(Recording):
    """The derivatives of a recording; see `Tape`."""

    # -- derivatives ---------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        order: int = 1,
        *,
        output_gradients: Any = None,
        unconnected_gradients: str = "none",
    ) -> Any:
        """Differentiate `target` by each of `sources`, `order` times.

        Args:
            target: a tensor of any shape, or a nested structure of them; more than one number is summed,
                as `tf.GradientTape.gradient` does.
            sources: a tensor or Variable, or any nesting of lists, tuples and dicts of them.
            order: 2 for the second derivative, and so on, of each source by itself.
            output_gradients: the weights of the sum, shaped like `target`.
            unconnected_gradients: `"zero"` gives zeros where the target does not depend on a source.

        Returns:
            The derivatives in the structure of `sources`, each with its source's shape and dtype;
            `None` where the target does not depend on a source.

        Raises:
            TargetError: target or source is not a tensor, or is not of a floating or complex dtype.
            RecordingError: nothing has been recorded yet.
            ArgumentError: `order` is not a whole number from 1.
        """
        found = self.gradients(target, sources, order, output_gradients=output_gradients)[-1]
        if unconnected_gradients not in ("none", "zero"):
            raise ArgumentError(say("tape-unconnected", value=repr(unconnected_gradients)))
        if unconnected_gradients == "none":
            return found
        tf = tensorflow()
        pairs = zip(leaves(sources), [found] if is_tensor(sources) else leaves(found), strict=True)
        filled = [tf.zeros_like(source) if value is None else value for source, value in pairs]
        return tf.nest.pack_sequence_as(sources, filled)

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
                first = dense(self._gradient_tape.gradient(target, source))
            if first is None:
                return None
            with self._deriving(2, again=False):
                return self._jacobian(first, source)

        return tf.nest.map_structure(of, sources)

    def batch_jacobian(self, target: Any, source: Any) -> Any:
        """Differentiate each row of `target` by the same row of `source`.

        Right only where row `i` of the target depends on row `i` of the source alone: a layer that mixes the
        rows of a batch (batch normalisation) gives numbers that are not the Jacobian's.

        Args:
            target: shape `(batch, ...)`.
            source: one tensor or Variable, shape `(batch, ...)`.

        Returns:
            A tensor of shape `(batch, *target.shape[1:], *source.shape[1:])`; `None` without dependence.

        Raises:
            TargetError, RecordingError: as `gradient`; `TargetError` too if the batches differ.
        """
        self._check(target, source)
        if len(target.shape) < 1 or target.shape[:1] != source.shape[:1]:
            shapes = {"target": tuple(target.shape), "source": tuple(source.shape)}
            raise TargetError(say("tape-batch", **shapes))
        with self._deriving(1, again=False), quiet_descriptor():
            try:
                return self._gradient_tape.batch_jacobian(target, source)
            except ValueError:  # not to be vectorised; see `jacobian`
                return self._gradient_tape.batch_jacobian(target, source, experimental_use_pfor=False)

    def vjp(self, target: Any, sources: Any, vector: Any) -> Any:
        """Return `vector^T J` by reverse mode: `vector` has the shape of `target`; see `gradient`."""
        return self.gradient(target, sources, output_gradients=vector)

    def jvp(self, target: Any, sources: Any, vector: Any) -> Any:
        """Return `J vector`: how fast the target changes when the sources move along `vector`.

        A recording is differentiated backwards only, so this is the derivative of `u^T J` by `u` (the
        "double backward" form of forward mode: Townsend 2017). Of a function, `gm.jvp` goes forward.

        Args:
            target: a tensor of any shape.
            sources: a tensor, a Variable, or any nesting of them.
            vector: tensors in the structure and the shapes of `sources`.

        Returns:
            A tensor of the shape of `target`; `None` if it depends on none of the sources.

        Raises:
            TargetError, RecordingError: as `gradient`.
        """
        self._check(target, sources)
        tf = tensorflow()
        weights = tf.zeros_like(target)
        with self._deriving(1, again=True):
            self._gradient_tape.watch(weights)
            pulled = tf.nest.map_structure(dense, self._gradient_tape.gradient(target, sources, weights))
        known = [(g, v) for g, v in zip(_flat(pulled), leaves(vector), strict=True) if g is not None]
        if not known:
            return None
        with self._deriving(1, again=False):
            return self._gradient_tape.gradient([g for g, _ in known], weights, [v for _, v in known])

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
            first = tf.nest.map_structure(dense, self._gradient_tape.gradient(target, sources))
        with self._deriving(2, again=False):
            return self._gradient_tape.gradient(first, sources, vector)

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

    def newton_step(self, target: Any, sources: Any) -> Any:
        """Return the step of Newton's method, `-H^-1 g`, of all sources together.

        Args:
            target: a scalar tensor.
            sources: a tensor, a Variable, or any nesting of them, small enough for the Hessian to be formed.

        Returns:
            Tensors in the structure and the shapes of `sources` (Nocedal and Wright 2006, chapter 3).

        Raises:
            TargetError: as `gradient`; and the Hessian is singular, or there is no second derivative.
        """
        return self._shaped(self._newton(target, sources)[0], sources)

    # -- private -------------------------------------------------------------------------------

    def _newton(self, target: Any, sources: Any) -> tuple[Any, Any, Any]:
        """Return Newton's step, the gradient and the Hessian, of all sources in one row."""
        self._check(target, sources)
        tf = tensorflow()
        found = leaves(sources)
        with self._deriving(1, again=True):
            first = [dense(g) for g in self._gradient_tape.gradient(target, found)]
            if any(gradient is None for gradient in first):
                raise TargetError(say("tape-newton-none"))
            flat = tf.concat([tf.reshape(gradient, [-1]) for gradient in first], 0)
        with self._deriving(2, again=False):
            blocks = self._jacobian(flat, found)
        size = int(flat.shape[0])
        if all(block is None for block in blocks):
            raise TargetError(say("tape-newton-singular"))
        rows = [
            tf.zeros((size, int(tf.size(source))), flat.dtype)
            if block is None
            else tf.reshape(block, [size, -1])
            for block, source in zip(blocks, found, strict=True)
        ]
        matrix = tf.concat(rows, 1)
        try:
            step = tf.linalg.solve(matrix, -flat[:, None])[:, 0]
        except tf.errors.InvalidArgumentError as error:
            raise TargetError(say("tape-newton-singular")) from error
        if not bool(tf.reduce_all(tf.math.is_finite(step))):
            raise TargetError(say("tape-newton-singular"))
        return step, flat, matrix

    def _shaped(self, row: Any, sources: Any) -> Any:
        """Cut a row of numbers into tensors of the structure and the shapes of `sources`."""
        tf = tensorflow()
        found = leaves(sources)
        parts = tf.split(row, [int(tf.size(source)) for source in found])
        shaped = [tf.reshape(part, source.shape) for part, source in zip(parts, found, strict=True)]
        return tf.nest.pack_sequence_as(sources, shaped)

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
                    lower = dense(derivative)
            found.append(derivative)
        return found

    def _jacobian(self, target: Any, sources: Any) -> Any:
        rows = target.shape.num_elements()
        if rows and rows <= _FEW_ROWS and tensorflow().executing_eagerly():
            return self._rows(target, sources)
        try:
            with quiet_descriptor():  # vectorising logs which kernels it chose
                return self._gradient_tape.jacobian(target, sources)
        except ValueError:
            # An operation that cannot be vectorised: row by row gives the same numbers, slower.
            return self._gradient_tape.jacobian(target, sources, experimental_use_pfor=False)

    def _rows(self, target: Any, sources: Any) -> Any:
        """Return the Jacobian by the gradient of each entry of the target: its rows, one by one."""
        tf = tensorflow()
        size = target.shape.num_elements()
        units = tf.unstack(tf.reshape(tf.eye(size, dtype=target.dtype), [size, *target.shape]))
        flat = leaves(sources)
        rows = [self._gradient_tape.gradient(target, flat, output_gradients=unit) for unit in units]
        found = [
            None
            if any(part is None for part in parts)
            else tf.reshape(tf.stack([dense(part) for part in parts]), [*target.shape, *source.shape])
            for source, parts in zip(flat, zip(*rows, strict=True), strict=True)
        ]
        return tf.nest.pack_sequence_as(sources, found)

    @contextmanager
    def _deriving(self, level: int, *, again: bool) -> Iterator[None]:
        """Mark operations as those of a derivative; with `again`, record them for the next order."""
        outer, self._recorder.order = self._recorder.order, level
        try:
            with telling_of_memory():
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


def _flat(structure: Any) -> list[Any]:
    # A missing gradient is a leaf too.
    return [structure] if structure is None or is_tensor(structure) else leaves(structure)

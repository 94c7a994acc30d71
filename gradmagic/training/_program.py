"""The compiled loop: one program that makes many steps per call."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.tape import array_of, function_caller, tensorflow
from gradmagic.training._loop import Rows
from gradmagic.training._philox import same_random_numbers
from gradmagic.training._quiet import quiet_compilation
from gradmagic.training._step import Step
from gradmagic.training.feed import Feed

__all__ = ["MAX_CAPACITY", "Program"]

# Steps per call at most, and bytes of their history: its buffer has a fixed size and is cleared at each call.
# A small step takes 15 ns: with fewer of them what is beside a call would cost a tenth of the time.
MAX_CAPACITY = 1 << 20
_HISTORY_BYTES = 1 << 25


class Program:
    """A `tf.while_loop` over training steps, traced once.

    The number of steps and the data are inputs, hyperparameters variables, so that neither a shorter
    chunk nor other data nor a new learning rate traces again.

    Attributes:
        name: `"xla"` or `"graph"`.
        traces: How many times the loop was traced.
        operations: The types of all operations in it.
        has_float16: Whether any of them computes in float16.
        variables: Every variable that it reads or writes, but for those that carry Python state.
        capacity: Steps per call at most.
    """

    def __init__(self, step: Step, feed: Feed, steps: int, *, xla: bool, autograph: bool = False) -> None:
        """Trace the program; nothing runs yet.

        Args:
            steps: The steps of the whole training; the capacity is this or what fits a call.
            xla: Compile with XLA, else leave it a graph.
            autograph: Convert Python's `if` and `while` in the loss where they depend on tensors.
        """
        tf = tensorflow()
        self.name = "xla" if xla else "graph"
        self.traces = 0
        row_bytes = step.layout.width * np.dtype(step.layout.dtype).itemsize
        self.capacity = feed.capacity(min(steps, MAX_CAPACITY, max(1, _HISTORY_BYTES // row_bytes)))
        self._step, self._feed, self._version = step, feed, feed.version
        loss = step.problem.loss
        self._loss = tf.function(loss, autograph=True) if autograph else loss
        function = tf.function(self._many_steps, jit_compile=xla, autograph=False)
        example = feed.inputs(0, 0, self.capacity)
        specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in example]
        with same_random_numbers():
            self._call = function.get_concrete_function(tf.TensorSpec((), tf.int32), *specs)
        self._execute = function_caller(self._call)
        definition = self._call.graph.as_graph_def()
        nodes = [definition.node, *(part.node_def for part in definition.library.function)]
        self.operations = frozenset(node.op for part in nodes for node in part)
        half = tf.float16.as_datatype_enum
        self.has_float16 = any(
            attribute.type == half for part in nodes for node in part for attribute in node.attr.values()
        )
        # What travels for Python is kept in Python: it is no state of its own.
        travelling = {id(variable) for variable in step.update.travelling}
        self.variables: tuple[Any, ...] = tuple(
            variable for variable in self._call.graph.variables if id(variable) not in travelling
        )
        self._warm = False
        self._steps, self._count = 0, tf.constant(0)

    @property
    def fits(self) -> bool:
        """Whether the program is still what the learner's Python would do.

        It is not when a batch of a new shape has come, or a hyperparameter that decided an `if` was set.
        """
        return self._version == self._feed.version and self._step.update.still_compiled

    def advance(self, start: int, count: int) -> Rows:
        """Make up to `count` steps, `capacity` at most; see `Engine`."""
        steps = min(count, self.capacity)
        if steps != self._steps:
            self._steps, self._count = steps, tensorflow().constant(steps)
        inputs = self._feed.inputs(start, steps, self.capacity)
        self._step.update.push()
        if self._warm:
            history = self._execute([self._count, *inputs])
        else:
            with quiet_compilation():  # the first call compiles, and XLA announces itself
                history = self._execute([self._count, *inputs])
            self._warm = True
        if isinstance(history, list):
            (history,) = history
        rows: Rows = array_of(history)[:steps]
        self._step.update.pull()
        return rows

    def _many_steps(self, count: Any, *inputs: Any) -> Any:
        """Make `count` steps; return the rows, shape `(capacity, width)`."""
        tf = tensorflow()
        self.traces += 1
        dtype = tf.as_dtype(self._step.layout.dtype)
        history = tf.TensorArray(dtype, size=self.capacity, element_shape=(self._step.layout.width,))

        def body(place: Any, history: Any) -> tuple[Any, Any]:
            moment = self._feed.at(inputs, place)
            row, gradients = self._step.measure(moment, loss=self._loss)
            # The row holds what was before the update; without this the graph may read after it.
            with tf.control_dependencies([row]):
                self._step.change(gradients, moment)
            return place + 1, history.write(place, row)

        # It does not stop where a loss is not finite: to ask at each step costs more than to look afterwards.
        _, history = tf.while_loop(
            lambda place, *_: place < count,
            body,
            (tf.constant(0), history),
            parallel_iterations=1,  # each step reads what the one before it wrote
        )
        return history.stack()

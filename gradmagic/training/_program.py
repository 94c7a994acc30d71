"""The compiled loop: one program that makes many steps per call."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.tape import tensorflow
from gradmagic.training._loop import Rows
from gradmagic.training._problem import Problem
from gradmagic.training._quiet import quiet_compilation
from gradmagic.training._rows import LOSS, RowLayout

__all__ = ["MAX_CAPACITY", "Program"]

# Steps per call at most: the history of a call lives in buffers of a fixed size on the device.
MAX_CAPACITY = 1 << 15


class Program:
    """A `tf.while_loop` over training steps, traced once.

    The number of steps is an input and the learning rate a variable, so that neither a shorter chunk
    nor a new learning rate traces again.

    Attributes:
        name: `"xla"` or `"graph"`.
        traces: How many times the loop was traced.
        operations: The types of all operations in it.
        variables: Every variable that it reads or writes.
        capacity: Steps per call at most.
    """

    def __init__(
        self,
        problem: Problem,
        optimizer: Any,
        layout: RowLayout,
        steps: int,
        *,
        xla: bool,
        autograph: bool = False,
    ) -> None:
        """Trace the program; nothing runs yet.

        Args:
            steps: The steps of the whole training; the capacity is this or `MAX_CAPACITY`.
            xla: Compile with XLA, else leave it a graph.
            autograph: Convert Python's `if` and `while` in the loss where they depend on tensors.
        """
        tf = tensorflow()
        self.name = "xla" if xla else "graph"
        self.traces = 0
        self.capacity = min(steps, MAX_CAPACITY)
        self._problem = problem
        self._optimizer = optimizer
        self._layout = layout
        self._loss = tf.function(problem.loss, autograph=True) if autograph else problem.loss
        function = tf.function(self._many_steps, jit_compile=xla, autograph=False)
        self._call = function.get_concrete_function(tf.TensorSpec((), tf.int32))
        definition = self._call.graph.as_graph_def()
        nodes = [definition.node, *(part.node_def for part in definition.library.function)]
        self.operations = frozenset(node.op for part in nodes for node in part)
        self.variables: tuple[Any, ...] = tuple(self._call.graph.variables)
        self._warm = False
        self._steps, self._count = 0, tf.constant(0)

    def advance(self, count: int) -> Rows:
        """Make up to `count` steps, `capacity` at most; see `Engine`."""
        steps = min(count, self.capacity)
        if steps != self._steps:
            self._steps, self._count = steps, tensorflow().constant(steps)
        if self._warm:
            history = self._call(self._count)
        else:
            with quiet_compilation():  # the first call compiles, and XLA announces itself
                history = self._call(self._count)
            self._warm = True
        rows: Rows = np.asarray(history)[:steps]  # .numpy() would copy
        # The loop does not stop by itself: a test at each step costs as much as a small loss.
        finite = np.isfinite(rows[:, LOSS])
        return rows if finite.all() else rows[: np.argmin(finite) + 1]

    def _many_steps(self, count: Any) -> Any:
        tf = tensorflow()
        self.traces += 1
        dtype = tf.as_dtype(self._layout.dtype)
        history = tf.TensorArray(dtype, size=self.capacity, element_shape=(self._layout.width,))

        def body(step: Any, history: Any) -> tuple[Any, Any]:
            loss, gradients = self._problem.gradients(self._loss)
            row = self._layout.row(loss, gradients, self._optimizer.learning_rate, self._problem.tensors)
            # The row holds what was before the update; without this the graph may read after it.
            with tf.control_dependencies([row]):
                self._optimizer.apply(gradients, self._problem.variables)
            return step + 1, history.write(step, row)

        _, history = tf.while_loop(
            lambda step, _history: step < count,
            body,
            (tf.constant(0), history),
            parallel_iterations=1,  # each step reads what the one before it wrote
        )
        return history.stack()

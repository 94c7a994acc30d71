"""Repeat a recording with other values of its sources: from the records alone, not the learner's code.

Only what depends on the sources is computed again, operation by operation. Everything else keeps the
value it had: random numbers, data, dropout masks. So a repeated recording is a deterministic function
of its sources, and can be evaluated in float64 whatever it was recorded in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradmagic.errors import RecordingError
from gradmagic.messages import say
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.recording._hook import execute_operation, operation_name, tensor_id, type_attributes
from gradmagic.tape.replay._dependence import Dependence, Entry, Step, operation_text

__all__ = ["Array", "Replay", "as_numbers", "paused"]

Array = np.ndarray[Any, Any]

_PYTHON = frozenset({"EagerPyFunc", "PyFunc", "PyFuncStateless"})
_WIDER = {"float16": "float64", "bfloat16": "float64", "float32": "float64", "complex64": "complex128"}


class Replay:
    """A recorded target as a function of its sources.

    Args:
        tape: the recording.
        targets: tensors it made.
        sources: tensors or Variables that are given other values; one that the recording itself made
            is moved by the difference to its recorded value.
        later: the log of operations that ran after the recording, such as those of a derivative.

    Attributes:
        points: the recorded value of each source, float64 or complex128.
        targets: the targets.
        numbers: the number of each source; see `tensor_id`.
        steps: the operations that are executed.
        entries: the whole log.
        stopped: the entries that were held constant, as `tf.stop_gradient` asks.
        assigned: the places in `sources` of Variables that the recording changed.
        narrow: the operations that could only run in their recorded precision.

    Raises:
        RecordingError: the recording kept no values, or too few.
    """

    def __init__(
        self, tape: Tape, targets: Sequence[Any], sources: Sequence[Any], later: Sequence[Entry] = ()
    ) -> None:
        self.entries: list[Entry] = [*tape._recorder._log, *later]
        found = Dependence(tape, self.entries, sources)
        self._found = found
        self._tape = tape
        self._later = later
        self.targets = list(targets)
        self._sources = list(sources)
        self.numbers = found.numbers
        self.steps = found.needed_for(targets)
        self.stopped = found.stopped
        self.assigned = found.assigned
        self.narrow: set[str] = set()
        # A tf.function has no dtypes to widen: it runs as it was compiled. So does a Python function.
        names = {operation_text(step.entry[0]) for step in self.steps}
        self._refused = {name for name in names if not type_attributes(name) or name in _PYTHON}
        self._attributes: dict[int, tuple[Any, ...]] = {}
        self._kept: dict[tuple[int, int], Any] = {}
        self.points = [
            self._recorded(source, number) for source, number in zip(sources, self.numbers, strict=True)
        ]

    def run(
        self,
        points: Sequence[Any] | None = None,
        *,
        wide: bool = True,
        only: tuple[int, int] | None = None,
        every: dict[int, Any] | None = None,
    ) -> list[Any]:
        """Compute the targets with other values of the sources.

        Args:
            points: one value for each source (an array, or a tensor to differentiate by); as recorded
                when omitted.
            wide: in float64 (complex128) instead of the recorded dtypes.
            only: `(source, step)`: the source has its new value in the operation at this index of the
                log only.
            every: filled with every value that was computed, by the tensor's number.

        Returns:
            The targets, in the order they were given.
        """
        tf = tensorflow()
        given = dict(zip(self.numbers, self.points if points is None else points, strict=True))
        values: dict[int, Any] = {} if every is None else every
        states: dict[int, Any] = {}  # the Variables of this run, each known by the handle it stands for
        for source, number in zip(self._sources, self.numbers, strict=True):
            values[number] = tf.cast(given[number], self._dtype(source, wide))
            if number in self._found.stateful:
                states[number] = tf.Variable(values[number])
        for step in self.steps:
            use = values
            if only is not None and step.index != only[1]:
                number = self.numbers[only[0]]
                use = {**values, number: tf.cast(self.points[only[0]], values[number].dtype)}
            outputs = self._execute(step, use, states, wide)
            for number, output in zip(step.outputs, outputs, strict=True):
                if number in given:  # a source that the recording made: moved, not replaced
                    place = self.numbers.index(number)
                    shift = tf.cast(given[number], output.dtype) - tf.cast(self.points[place], output.dtype)
                    output = output + shift
                values[number] = output
        return [self._target(target, values, wide) for target in self.targets]

    def by(self, sources: Sequence[Any]) -> Replay:
        """Return the same targets as a function of other tensors of the recording."""
        return Replay(self._tape, self.targets, sources, self._later)

    def _target(self, target: Any, values: dict[int, Any], wide: bool) -> Any:
        number = tensor_id(target)
        return values[number] if number in values else tensorflow().cast(target, self._dtype(target, wide))

    def _recorded(self, source: Any, number: int) -> Array:
        return as_numbers(self._found.first_read.get(number, source))

    def _dtype(self, tensor: Any, wide: bool) -> Any:
        dtype = tensorflow().as_dtype(tensor.dtype)
        return tensorflow().as_dtype(_WIDER.get(dtype.name, dtype.name)) if wide else dtype

    # -- one operation -------------------------------------------------------------------------

    def _execute(self, step: Step, values: dict[int, Any], states: dict[int, Any], wide: bool) -> list[Any]:
        if step.operation == "ReadVariableOp":
            number = step.inputs[0][1]
            if number not in states and number in values:
                return [values[number]]
        if not wide:
            inputs = [self._input(step, place, values, states, wide) for place in range(len(step.inputs))]
            return execute_operation(step.entry[0], inputs, step.entry[2], len(step.outputs))
        tf = tensorflow()
        if step.operation not in self._refused:
            inputs = [self._input(step, place, values, states, wide) for place in range(len(step.inputs))]
            try:
                outputs = execute_operation(
                    step.entry[0], inputs, self._wide_attributes(step), len(step.outputs)
                )
                return self._widened(step, outputs)
            except (tf.errors.OpError, TypeError, ValueError):
                self._refused.add(step.operation)
        return self._narrow(step, values, states)

    def _narrow(self, step: Step, values: dict[int, Any], states: dict[int, Any]) -> list[Any]:
        """Execute in the recorded dtypes: a compiled function, or a kernel that knows no float64."""
        tf = tensorflow()
        inputs, borrowed = [], []
        for place, recorded in enumerate(step.entry[1]):
            tensor = self._input(step, place, values, states, True)
            kind, origin = step.inputs[place]
            if kind == "handle":
                held = self._found.variables.get(origin)
                held = self._found.first_read[origin] if held is None else held
                narrow = tf.Variable(tf.cast(states[origin], held.dtype))
                borrowed.append((states[origin], narrow))
                tensor = narrow.handle
            elif tensor.dtype != recorded.dtype:
                tensor = tf.cast(tensor, recorded.dtype)
            inputs.append(tensor)
        outputs = execute_operation(step.entry[0], inputs, step.entry[2], len(step.outputs))
        for state, narrow in borrowed:
            state.assign(tf.cast(narrow, state.dtype))
        self.narrow.add(operation_name(step.entry[0]))
        return self._widened(step, outputs)

    def _widened(self, step: Step, outputs: list[Any]) -> list[Any]:
        """Go on in float64 with what came out narrower; some kernels always give float32."""
        if not any(output is not None and output.dtype.name in _WIDER for output in outputs):
            return outputs
        self.narrow.add(operation_name(step.entry[0]))
        return [
            output if output is None else tensorflow().cast(output, self._dtype(output, True))
            for output in outputs
        ]

    def _input(
        self, step: Step, place: int, values: dict[int, Any], states: dict[int, Any], wide: bool
    ) -> Any:
        kind, origin = step.inputs[place]
        if kind == "value":
            return values[origin]
        if kind == "read":
            return states[origin].read_value() if origin in states else values[origin]
        if kind == "handle":
            if origin not in states:
                states[origin] = tensorflow().Variable(self._initial(step, origin, values, wide))
            return states[origin].handle
        if not wide or origin.dtype.name not in _WIDER:
            return origin
        key = (step.index, place)
        if key not in self._kept:
            self._kept[key] = tensorflow().cast(origin, self._dtype(origin, True))
        return self._kept[key]

    def _initial(self, step: Step, handle: int, values: dict[int, Any], wide: bool) -> Any:
        """Return what a Variable held that is no source, but was assigned from one."""
        value = self._found.first_read.get(handle)
        if value is None and step.operation == "AssignVariableOp":
            kind, origin = step.inputs[1]
            value = origin if kind == "kept" else values[origin]
        if value is None:
            raise RecordingError(say("check-no-values", operation=step.operation))
        return tensorflow().cast(value, self._dtype(value, wide))

    def _wide_attributes(self, step: Step) -> tuple[Any, ...]:
        found = self._attributes.get(step.index)
        if found is None:
            types = type_attributes(step.operation)
            pairs = [
                (name, _widened_dtype(value) if name in types else value)
                for name, value in zip(step.entry[2][::2], step.entry[2][1::2], strict=True)
            ]
            found = tuple(item for pair in pairs for item in pair)
            self._attributes[step.index] = found
        return found


def as_numbers(tensor: Any) -> Array:
    """Return a tensor, a Variable or IndexedSlices as a float64 or complex128 array."""
    array = np.asarray(tensorflow().convert_to_tensor(tensor).numpy())
    return array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)


def _widened_dtype(value: Any) -> Any:
    """Return a dtype, given as TensorFlow gives it (a DType, its number, or a list), as the wider one."""
    tf = tensorflow()
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [_widened_dtype(item) for item in value]
    dtype = tf.as_dtype(value)
    return tf.as_dtype(_WIDER[dtype.name]) if dtype.name in _WIDER else dtype


@contextmanager
def paused(tape: Tape) -> Iterator[None]:
    """Keep what is computed here out of a recording that may still be running."""
    recorder = tape._recorder
    if not recorder.listening:
        yield
        return
    recorder.stop()
    try:
        yield
    finally:
        recorder.start()

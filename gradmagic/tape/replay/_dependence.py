"""Find what in a recording depends on given sources, and where each of those operations reads from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic.errors import RecordingError
from gradmagic.messages import say
from gradmagic.tape._tape import Tape
from gradmagic.tape.recording._hook import operation_name, tensor_id, type_attributes

__all__ = ["Dependence", "Entry", "Step", "operation_text"]

Entry = tuple[Any, ...]  # (operation, inputs, attributes, outputs, code, instruction, order)

# The number of a result that is no tensor: nothing reads it.
NOWHERE = -1
# What TensorFlow's gradient holds constant on purpose, so a repetition does too.
_STOPS = frozenset({"StopGradient", "PreventGradient"})
# What they give does not depend on values: so the random numbers drawn in that shape stay as they were.
_SHAPES = frozenset({"Shape", "ShapeN", "Size", "Rank", "BroadcastGradientArgs"})


@dataclass(frozen=True)
class Step:
    """One operation that depends on a source.

    `inputs` says where each input comes from: `("value", number)` from an earlier step or a source,
    `("handle", number)` a Variable by its handle, `("read", number)` a Variable read without a record
    of its own, `("kept", tensor)` the recorded tensor.
    """

    index: int
    operation: str
    entry: Entry
    inputs: tuple[tuple[str, Any], ...]
    outputs: tuple[int, ...]


class Dependence:
    """Goes through a log once, forwards, following tensors and Variables.

    Args:
        tape: the recording, which knows what its implicit reads of Variables read.
        entries: the log.
        sources: tensors or Variables to follow.

    Attributes:
        steps: the operations that depend on a source, in their order.
        numbers: the number of each source.
        variables: those of the sources that are Variables, by number.
        first_read: what a Variable held before the recording changed it, by its number.
        stateful: numbers of Variables that are assigned, or used by more than plain reads.
        assigned: the places in `sources` of Variables that the recording changed.
        stopped: the entries that hold something constant that depends on a source (`tf.stop_gradient`).

    Raises:
        RecordingError: the recording kept no values, or too few.
    """

    def __init__(self, tape: Tape, entries: Sequence[Entry], sources: Sequence[Any]) -> None:
        self._tape = tape
        self.numbers = [tensor_id(source) for source in sources]
        self.variables = {
            number: source
            for number, source in zip(self.numbers, sources, strict=True)
            if getattr(source, "handle", None) is not None
        }
        self.first_read: dict[int, Any] = {}
        self.stateful: set[int] = set()
        self.assigned: set[int] = set()
        self.stopped: list[Entry] = []
        self._depends = {number for number in self.numbers if number not in self.variables}
        self._live = set(self.variables)
        self._made: set[int] = set()
        self._begun: set[int] = set()
        self._origins: dict[int, int | None] = {}
        self._unknown: dict[int, Any] = {}
        self.steps = self._follow(entries)

    def needed_for(self, targets: Sequence[Any]) -> list[Step]:
        """Return the steps without those that no target needs."""
        needed = {tensor_id(target) for target in targets}
        kept = []
        for step in reversed(self.steps):
            if not step.outputs or needed.intersection(step.outputs):
                needed.update(number for kind, number in step.inputs if kind == "value")
                kept.append(step)
        return kept[::-1]

    def _follow(self, entries: Sequence[Entry]) -> list[Step]:
        steps = []
        for index, entry in enumerate(entries):
            inputs, outputs = entry[1], entry[3]
            name = operation_text(entry[0])
            # A tf.function lists a None for each result that is no tensor; nothing else may.
            known = [*inputs, *(tensor for tensor in outputs if tensor is not None or type_attributes(name))]
            if any(not hasattr(tensor, "_id") for tensor in known):
                raise RecordingError(say("check-no-values", operation=operation_name(entry[0])))
            if name == "ReadVariableOp":
                self.first_read.setdefault(tensor_id(inputs[0]), outputs[0])
            if name in _STOPS:
                if self._depends_on_sources(inputs[0]):
                    self.stopped.append(entry)
                self._made.update(map(tensor_id, outputs))
                continue
            origins = tuple(map(self._origin, inputs))
            made = tuple(NOWHERE if tensor is None else tensor_id(tensor) for tensor in outputs)
            self._made.update(made)
            if all(kind == "kept" for kind, _ in origins):
                continue
            if name in _SHAPES:
                continue
            if name == "AssignVariableOp" and self._begins(inputs[0]):
                continue
            self._note_variables(name, inputs, outputs)
            self._depends.update(made)
            steps.append(Step(index, name, entry, origins, made))
        return steps

    def _begins(self, handle: Any) -> bool:
        """The first value of a source that the recording itself makes is its point, not a change of it."""
        number = tensor_id(handle)
        if number not in self.variables or number not in self._made or number in self._begun:
            return False
        self._begun.add(number)
        return True

    def _depends_on_sources(self, tensor: Any) -> bool:
        """A Variable read by `tf.stop_gradient` itself is read off the tape: unknown counts as a source."""
        return self._origin(tensor)[0] != "kept" or tensor_id(tensor) not in self._made

    def _origin(self, tensor: Any) -> tuple[str, Any]:
        number = tensor_id(tensor)
        if number in self._depends:
            return "value", number
        dtype = tensor.dtype
        if dtype.name == "resource":
            return ("handle", number) if number in self._live else ("kept", tensor)
        if number in self._made or not (dtype.is_floating or dtype.is_complex):
            return "kept", tensor
        handle = self._read_from(number, tensor)
        if handle is None:
            return "kept", tensor
        self.first_read.setdefault(handle, tensor)
        return ("read", handle) if handle in self._live else ("kept", tensor)

    def _read_from(self, number: int, tensor: Any) -> int | None:
        """Find the Variable that a tensor of unknown origin was read from: the tape itself knows."""
        if number not in self._origins:
            tape = self._tape._gradient_tape
            candidates = [
                variable
                for variable in tape.watched_variables()
                if tuple(variable.shape) == tuple(tensor.shape) and variable.dtype == tensor.dtype
            ]
            gradients = tape.gradient(tensor, candidates) if candidates else []
            self._origins[number] = next(
                (
                    tensor_id(variable)
                    for variable, gradient in zip(candidates, gradients, strict=True)
                    if gradient is not None
                ),
                None,
            )
        return self._origins[number]

    def _note_variables(self, name: str, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        for tensor in inputs:
            if tensor.dtype.name != "resource" or name == "ReadVariableOp":
                continue
            number = tensor_id(tensor)
            self.stateful.add(number)
            if outputs:
                continue
            # An assignment: from here on its Variable depends on the sources.
            self._live.add(number)
            if number in self.variables:
                self.assigned.add(self.numbers.index(number))
                if number not in self.first_read and name == "AssignAddVariableOp":
                    self.first_read[number] = self.variables[number] - inputs[1]
                elif number not in self.first_read and name == "AssignSubVariableOp":
                    self.first_read[number] = self.variables[number] + inputs[1]


def operation_text(operation: str | bytes) -> str:
    """Return the type of an operation as TensorFlow knows it, as text."""
    return operation.decode() if isinstance(operation, bytes) else operation

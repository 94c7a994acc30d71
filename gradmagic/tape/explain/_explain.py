"""`explain`: why a derivative is None, zero or not finite, with the learner's line and what to type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradmagic._views import view
from gradmagic.errors import TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import is_tensor, leaves
from gradmagic.tape._tensorflow import quiet_logger, tensorflow
from gradmagic.tape.explain._causes import (
    Reach,
    breaks,
    has_no_gradient,
    is_assignment,
    is_floating,
    kills,
    reach,
)
from gradmagic.tape.explain._code import Spot, code_of
from gradmagic.tape.recording._hook import function_operations, tensor_id
from gradmagic.tape.recording._record import OpRecord

if TYPE_CHECKING:
    from gradmagic.tape._tape import Tape

__all__ = ["CAUSES", "Explanation", "explain"]

CAUSES = (
    "not-watched",
    "overwritten-variable",
    "left-tensorflow",
    "integer-dtype",
    "stop-gradient",
    "not-differentiable",
    "state-change",
    "not-connected",
    "tape-closed",
    "saturated",
    "zero-slope",
    "not-finite",
)


@dataclass(frozen=True)
class Explanation:
    """Why a derivative is None, zero or not finite.

    Attributes:
        cause: one of `CAUSES`; `None` when there is nothing to explain.
        line: the learner's line, 1-based in the cell; 0 when no line is to blame.
        expression: the source text there.
        what: what happened, in a sentence.
        fix: what to type next; empty when there is nothing to explain.
    """

    cause: str | None
    line: int
    expression: str
    what: str
    fix: str

    def __repr__(self) -> str:
        return str(view("explanation_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self)}


def explain(
    tape: Tape,
    target: Any,
    source: Any,
    *,
    target_name: str | None = None,
    source_name: str | None = None,
    history: Sequence[str] = (),
) -> Explanation:
    """Find out why the derivative of `target` by `source` is None, zero or not finite.

    Args:
        tape: the recording.
        target: a tensor.
        source: a tensor or a Variable.
        target_name: what the learner calls the target; the recording's own name for it by default.
        source_name: the same for the source.
        history: the text of earlier cells, in which names may have been bound.
    """
    parts = [target] if is_tensor(target) else leaves(target)
    if not all(map(is_tensor, parts)):
        parts = [target]
    with quiet_logger():  # asked inside the recording, TensorFlow would warn of what it costs
        found = [_Case(tape, part, source, target_name, source_name, history).explanation() for part in parts]
    # Of several targets the sum is asked: None only if each of them is.
    return min(found, key=lambda one: (one.cause != "not-finite", one.cause is not None))


class _Case:
    def __init__(
        self,
        tape: Tape,
        target: Any,
        source: Any,
        target_name: str | None,
        source_name: str | None,
        history: Sequence[str],
    ) -> None:
        self.tape, self.target, self.source = tape, target, source
        self.target_name = target_name or (tape.name_of(target) if is_tensor(target) else None) or "y"
        self.source_name = source_name or (tape.name_of(source) if is_tensor(source) else None) or "x"
        self.records = tape.records
        self.codes = code_of((record.place.file for record in self.records if record.place.file), history)
        self.operations: dict[str, list[str]] = {}

    def explanation(self) -> Explanation:
        if not is_tensor(self.target):
            kind = type(self.target).__name__
            return self._left_tensorflow() or self._say("left-tensorflow", None, outside=True, kind=kind)
        if not is_floating(_dtype(self.source)):
            return self._say("integer-dtype", self._first_use())
        if not is_floating(_dtype(self.target)):
            made = self._maker(tensor_id(self.target))
            return self._say("integer-dtype", made)
        try:
            gradient = self.tape.gradient(self.target, self.source)
        except TargetError:  # an operation on the way has no derivative: which one?
            gradient = None
        if gradient is None:
            return self._none()
        if not _finite(gradient) or not _finite(self.target):
            return self._not_finite()
        if not _nonzero(gradient):
            return self._zero()
        return self._fine()

    # -- None ----------------------------------------------------------------------------------

    def _none(self) -> Explanation:
        target, source = tensor_id(self.target), tensor_id(self.source)
        if not self.tape.knows(self.target) and target > self._last_number():
            spots = (code.assigns(self.target_name) for code in self.codes)
            return self._say("tape-closed", next(filter(None, spots), None))
        numbers = self._source_numbers()
        found = reach(self.records, numbers, target)
        variable = hasattr(self.source, "handle")
        watched = self.tape.watches(self.source) or (
            variable and self.source.trainable and self.tape.watches_accessed
        )
        if found.connected:
            broken = self._broken(found, numbers) if watched or self._on_tape() else None
            if broken is not None:
                return broken
            if not watched:
                if variable:
                    return self._say("not-watched", found.used, variable=True)
                return self._overwritten() or self._say("not-watched", self._first_use())
            return self._say("not-watched", found.used, late=True)
        if not watched and not self._made(source):
            overwritten = self._overwritten()
            if overwritten is not None:
                return overwritten
        return self._left_tensorflow() or self._say("not-connected", self._maker(target))

    def _source_numbers(self) -> set[int]:
        """The numbers under which the source was read.

        An operation without a derivative (`tf.floor(w)`) reads a Variable unnoticed; there the value tells.
        Any operation so reads a Variable that is not watched; there the value and the name tell together.
        """
        source = tensor_id(self.source)
        numbers = {source} | {
            n for n, owner in self.tape.variable_reads().items() if tensor_id(owner) == source
        }
        if hasattr(self.source, "handle"):
            made = {tensor.number for record in self.records for tensor in record.outputs}
            watched = self.tape.watches(self.source)
            for record in self.records:
                named = not watched and re.search(
                    rf"\b{re.escape(self.source_name)}\b", record.place.expression
                )
                if not (named or has_no_gradient(record)) or is_assignment(record):
                    continue  # an assignment's value is not read from the Variable
                for tensor in record.inputs:
                    if (
                        tensor.number not in made
                        and tensor.value is not None
                        and _same(tensor.value, self.source)
                    ):
                        numbers.add(tensor.number)
        return numbers

    def _broken(self, found: Reach, sources: Iterable[int]) -> Explanation | None:
        """The first operation on the way that lets nothing through, shapes and sizes last."""
        alive, broken, custom = set(sources), [], False
        unregistered: set[int] = set()
        for record in found.path:
            if not any(tensor.number in alive for tensor in record.inputs):
                continue
            # The operations inside a custom gradient are differentiated by the learner's own function.
            custom = custom or any(code.has_custom_gradient(record.place.function) for code in self.codes)
            code = breaks(record, self._inside(record))
            obstacle = None if code else self._obstacle(record, alive)
            if obstacle is not None:
                constant = not hasattr(self.source, "handle") and not self._made(tensor_id(self.source))
                late = constant and any(tensor.number in sources for tensor in record.inputs)
                missing = custom or obstacle == "unknown"
                code = "not-watched" if late else "not-differentiable" if missing else "stop-gradient"
                if obstacle == "unknown" and not custom:
                    unregistered.add(record.index)
            if code is None:
                alive.update(tensor.number for tensor in record.outputs)
            else:
                broken.append((code == "not-connected", record.index, code, record))
        if not broken:
            return None
        _, _, code, record = min(broken, key=lambda entry: entry[:2])
        if code == "not-connected":
            return self._say(code, record, shape=True)
        if code == "not-watched":
            return self._say(code, record, late=True)
        if code == "not-differentiable" and record.index in unregistered:
            return self._say(code, record, unregistered=True)
        return self._say(code, record)

    def _on_tape(self) -> bool:
        """Whether the source was computed from anything watched: only then is there a way to look for."""
        if not self._made(tensor_id(self.source)):
            return False
        try:
            found = self.tape._gradient_tape.gradient(self.source, list(self.tape.variables))
        except LookupError:
            return True
        return any(gradient is not None for gradient in found)

    def _obstacle(self, record: OpRecord, alive: set[int]) -> str | None:
        """Ask the tape itself about an operation: is its derivative missing (`"unknown"`), or left out?"""
        if record.operation == "ReadVariableOp" or is_assignment(record):
            return None
        made = [t.value for t in record.outputs if t.value is not None and is_floating(t.dtype)]
        read = [
            t.value
            for t in record.inputs
            if t.number in alive and t.value is not None and is_floating(t.dtype)
        ]
        if not made or not read:
            return None
        try:
            found = self.tape._gradient_tape.gradient(made, read)
        except LookupError:
            return "unknown"
        return None if any(gradient is not None for gradient in found) else "left-out"

    def _overwritten(self) -> Explanation | None:
        if hasattr(self.source, "handle"):
            return None
        for code in self.codes:
            spot = code.overwrites(self.source_name)
            if spot is not None and any(other.makes_variable(self.source_name) for other in self.codes):
                return self._say("overwritten-variable", spot)
        return None

    def _left_tensorflow(self) -> Explanation | None:
        for code in self.codes:
            spot = code.leaves_tensorflow(self.source_name, self.target_name)
            if spot is not None:
                return self._say("left-tensorflow", spot)
            if code.makes_variable(self.source_name):
                break  # what older cells did, they did with another Variable of that name
        # `.numpy()` of a Variable reads it under an operation; nothing then reads the result.
        taken = next(
            (record for record in self.records if record.place.expression.endswith(".numpy()")), None
        )
        return (
            None
            if taken is None or not hasattr(self.source, "handle")
            else self._say("left-tensorflow", taken)
        )

    # -- zero, not finite, fine ------------------------------------------------------------------

    def _zero(self) -> Explanation:
        adjoints = self.tape.adjoints(self.target)
        numbers = self._source_numbers()
        found = reach(self.records, numbers, tensor_id(self.target))
        on_path = numbers | {tensor.number for record in found.path for tensor in record.outputs}
        for record in reversed(found.path):
            arriving = [adjoints.get(tensor.number) for tensor in record.outputs]
            leaving = [adjoints.get(tensor.number) for tensor in record.inputs if tensor.number in on_path]
            if any(map(_nonzero, arriving)) and leaving and not any(map(_nonzero, leaving)):
                return self._say(kills(record, self._inside(record)), record)
        return self._say("zero-slope", found.path[-1] if found.path else None)

    def _not_finite(self) -> Explanation:
        for record in self.records:
            values = [t.value for t in record.outputs if t.value is not None and is_floating(t.dtype)]
            inputs = [t.value for t in record.inputs if t.value is not None and is_floating(t.dtype)]
            if values and not all(map(_finite, values)) and all(map(_finite, inputs)):
                return self._say("not-finite", record, inputs=_brief(inputs), backward=False)
        adjoints = self.tape.adjoints(self.target)
        for record in reversed(self.records):
            arriving = [adjoints.get(tensor.number) for tensor in record.outputs]
            leaving = [adjoints.get(tensor.number) for tensor in record.inputs]
            known = [adjoint for adjoint in arriving if adjoint is not None]
            if known and all(map(_finite, known)) and not all(map(_finite, leaving)):
                inputs = [t.value for t in record.inputs if t.value is not None and is_floating(t.dtype)]
                return self._say("not-finite", record, inputs=_brief(inputs), backward=True)
        return self._say("not-finite", self._maker(tensor_id(self.target)), inputs="?", backward=True)

    def _fine(self) -> Explanation:
        what = say("explain-fine", target=self.target_name, name=self.source_name)
        return Explanation(None, 0, "", what, "")

    # -- words ---------------------------------------------------------------------------------

    def _say(self, cause: str, where: OpRecord | Spot | None, **details: Any) -> Explanation:
        line, expression, operation = 0, "", ""
        if isinstance(where, OpRecord):
            line, expression = where.place.line, where.place.expression
            operation = where.operation
        elif where is not None:
            line, expression = where.line, where.text
        values = {
            "target": self.target_name,
            "name": self.source_name,
            "line": line,
            "expression": expression or operation or self.target_name,
            "operation": operation,
            **details,
        }
        variant = "-" + "-".join(key for key, value in details.items() if value is True) if details else ""
        variant = "" if variant == "-" else variant
        remedy = variant if variant in ("-variable", "-unregistered") else ""
        at = say("explain-line", line=line, expression=expression) + " " if line else ""
        what = say(f"explain-{cause}{variant}", **values)
        return Explanation(
            cause, line, expression, f"{at}{what}", say(f"explain-{cause}{remedy}-fix", **values)
        )

    def _inside(self, record: OpRecord) -> list[str]:
        if not record.function:
            return []
        if record.function not in self.operations:
            found = function_operations(record.function)
            self.operations[record.function] = [operation for operation, _ in found]
        return self.operations[record.function]

    def _maker(self, number: int) -> OpRecord | None:
        return next((r for r in self.records if any(t.number == number for t in r.outputs)), None)

    def _made(self, number: int) -> bool:
        return self._maker(number) is not None

    def _first_use(self) -> OpRecord | None:
        number = tensor_id(self.source)
        return next((r for r in self.records if any(t.number == number for t in r.inputs)), None)

    def _last_number(self) -> int:
        return max((tensor.number for record in self.records for tensor in record.outputs), default=0)


def _dtype(tensor: Any) -> str:
    return str(tensorflow().as_dtype(tensor.dtype).name)


def _array(value: Any) -> Any:
    tf = tensorflow()
    return tf.convert_to_tensor(value) if value is not None else None


def _finite(value: Any) -> bool:
    if value is None:
        return True
    tf = tensorflow()
    return bool(tf.reduce_all(tf.math.is_finite(_real(_array(value)))))


def _nonzero(value: Any) -> bool:
    return value is not None and bool(tensorflow().reduce_any(_array(value) != 0))


def _same(value: Any, variable: Any) -> bool:
    tf = tensorflow()
    now = tf.convert_to_tensor(variable)
    return value.dtype == now.dtype and value.shape == now.shape and bool(tf.reduce_all(value == now))


def _real(tensor: Any) -> Any:
    tf = tensorflow()
    return tf.abs(tensor) if tensor.dtype.is_complex else tensor


def _brief(values: list[Any]) -> str:
    """The inputs of an operation in a few characters: scalars as they are, arrays by their extremes."""
    tf = tensorflow()
    parts = []
    for value in map(_real, values):
        tensor = tf.convert_to_tensor(value)
        if tensor.shape.num_elements() == 1:
            parts.append(f"{float(tf.reshape(tensor, ())):.6g}")
        else:
            low, high = float(tf.reduce_min(tensor)), float(tf.reduce_max(tensor))
            parts.append(f"{low:.6g} … {high:.6g}")
    return ", ".join(parts)

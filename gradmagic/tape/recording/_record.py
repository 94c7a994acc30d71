"""Record every operation: a fast log while the cell runs, readable records when somebody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from gradmagic.tape.recording._hook import (
    Callback,
    function_name,
    hook_status,
    listen,
    operation_name,
    scope_reader,
    stored_bytes,
    tensor_id,
    unlisten,
)
from gradmagic.tape.recording._source import Place, is_library, place

__all__ = ["OpRecord", "Recorder", "Span", "TensorRecord"]

# TensorFlow calls back with either.
_STOP = ("StopGradient", b"StopGradient")
_NOWHERE = Place(0, "", "")


@dataclass(frozen=True)
class TensorRecord:
    """A tensor as an operation saw it.

    Attributes:
        number: TensorFlow's own number of the tensor; a Variable has its resource's.
        name: the Python name the learner gave it, `None` when there is none.
        shape: its shape; `()` for a scalar.
        dtype: the name of its dtype, such as `"float32"`.
        value: the tensor, or `None` when the recording keeps no values (or no more of them).
    """

    number: int
    name: str | None
    shape: tuple[int, ...]
    dtype: str
    value: Any


@dataclass(frozen=True)
class OpRecord:
    """One operation of a recording.

    Attributes:
        index: its place in the recording, from 0.
        operation: TensorFlow's type of operation, such as `"MatMul"`; a `tf.function` by its name.
        inputs: what it read.
        outputs: what it made.
        attributes: its settings, such as `{"transpose_a": False}`.
        device: where it ran, such as `"CPU:0"`; empty when no value was kept.
        phase: `"forward"`, or `"backward"` for an operation of a derivative.
        order: 0 forward, else the order of the derivative it belongs to.
        function: TensorFlow's name of the program, for a `tf.function`; empty for any other operation.
        scope: the name scope it ran in, such as `"sequential/dense"`; Keras layers open one each.
        place: the learner's line and expression that made it.
    """

    index: int
    operation: str
    inputs: tuple[TensorRecord, ...]
    outputs: tuple[TensorRecord, ...]
    attributes: Mapping[str, Any]
    device: str
    phase: str
    order: int
    function: str
    scope: str
    place: Place


@dataclass(frozen=True)
class Span:
    """The numbers of a recording's tensors, which outlive it: TensorFlow gives them in the order of time.

    Attributes:
        first: the smallest.
        last: the largest.
    """

    first: int
    last: int

    def covers(self, tensor: Any) -> bool:
        """Tell whether a tensor was made between the first one and the last one."""
        return hasattr(tensor, "_id") and self.first <= _number(tensor) <= self.last


@dataclass(slots=True)
class _Ghost:
    """What is kept of a tensor whose value is not: enough to draw it and to find it again."""

    number: int
    shape: Any
    dtype: Any


class Recorder:
    """Listens to one thread's operations and keeps a log of them.

    The log holds tuples, not records: a callback runs after each operation, and what can wait waits.

    Args:
        values: keep the tensors themselves (strong references), so that values can be shown.
        max_bytes: of values to keep, inputs and outputs, each counted once; later operations are logged
            without their values.
    """

    def __init__(self, *, values: bool, max_bytes: int) -> None:
        self.order = 0
        self.kept_bytes = 0
        self.full_at: int | None = None
        self.listening = False
        self.muted = False
        self._log: list[tuple[Any, ...]] = []
        self._counted: set[int] = set()
        self._made: set[int] = set()
        self._scanned = 0
        self._values = values
        self._max_bytes = max_bytes
        self._callback: Callback | None = None

    def start(self) -> bool:
        """Begin to listen in this thread; return whether operations are recorded."""
        if not self.muted and hook_status()[0]:
            self._callback = self._make_callback()
        self.listening = not self.muted and listen(self._callback)
        return self.listening

    def stop(self) -> None:
        """Stop listening; harmless when not listening."""
        if self.listening and self._callback is not None:
            self.listening = False
            unlisten(self._callback)
            # It refers to this object: without the cycle a recording's tensors go with its last name.
            self._callback = None

    def clear(self) -> None:
        """Forget the log."""
        self._log.clear()
        self._counted.clear()
        self._made.clear()
        self._scanned = 0
        self.kept_bytes = 0
        self.full_at = None

    def __len__(self) -> int:
        return len(self._log)

    def made(self, number: int) -> bool:
        """Tell whether an operation of this recording made the tensor with this number."""
        self._scan()
        return number in self._made

    @property
    def span(self) -> Span | None:
        """From the first tensor that an operation of this recording made to the last one."""
        self._scan()
        return Span(min(self._made), max(self._made)) if self._made else None

    def _scan(self) -> None:
        for entry in self._log[self._scanned :]:
            self._made.update(_number(tensor) for tensor in entry[3] if tensor is not None)
        self._scanned = len(self._log)

    def stopped(self) -> Iterator[tuple[Any, str]]:
        """Yield each input of `tf.stop_gradient` that no operation made, with the learner's expression."""
        for operation, inputs, _, _, code, instruction, *_ in self._log:
            if operation in _STOP and code is not None:
                tensor = inputs[0]
                if not isinstance(tensor, _Ghost) and not self.made(tensor_id(tensor)):
                    yield tensor, place(code, instruction).expression

    def records(self, names: Mapping[int, str]) -> list[OpRecord]:
        """Return the log as records; `names` gives tensors' Python names by their numbers."""
        return [self._record(index, entry, names) for index, entry in enumerate(self._log)]

    def _make_callback(self) -> Callback:
        # Locals of a closure are the fastest names Python has, and this runs after every operation.
        append = self._log.append
        counted = self._counted
        count = counted.add
        frame_of = sys._getframe
        library: dict[str, bool] = {}
        scope_of = scope_reader()

        def callback(
            operation: Any, inputs: Any, attributes: Any, outputs: Any, op_name: Any = None, graph: Any = None
        ) -> None:
            if graph is not None:
                return  # a tf.function is being traced: nothing has been computed
            frame: FrameType | None = frame_of(1)
            code = None
            instruction = 0
            while frame is not None:
                filename = frame.f_code.co_filename
                inside = library.get(filename)
                if inside is None:
                    inside = library[filename] = is_library(filename)
                if not inside:
                    code, instruction = frame.f_code, frame.f_lasti
                    break
                frame = frame.f_back
            if self._values:
                kept = self.kept_bytes
                # The log keeps what is counted, so `id` tells tensors apart, and sooner than numbers do.
                for tensor in (*inputs, *outputs):
                    # A tf.function lists a None for each result that is no tensor.
                    if id(tensor) not in counted and tensor is not None:
                        count(id(tensor))
                        kept += stored_bytes(tensor)
                self.kept_bytes = kept
                if kept > self._max_bytes:
                    self._fill()
            if not self._values:
                inputs = tuple(map(_ghost, inputs))
                outputs = tuple(_ghost(tensor) for tensor in outputs if tensor is not None)
            # A tuple: the list may be the learner's own, and change (`TensorArray.read` empties it).
            append((operation, inputs, attributes, tuple(outputs), code, instruction, self.order, scope_of()))

        return callback

    def _fill(self) -> None:
        self.full_at = len(self._log)
        self._values = False
        self._counted.clear()

    def _record(self, index: int, entry: tuple[Any, ...], names: Mapping[int, str]) -> OpRecord:
        operation, inputs, attributes, outputs, code, instruction, order, scope = entry
        outputs = [tensor for tensor in outputs if tensor is not None]
        seen = [_tensor_record(tensor, names) for tensor in outputs]
        kept = next((tensor for tensor in outputs if not isinstance(tensor, _Ghost)), None)
        return OpRecord(
            index=index,
            operation=operation_name(operation),
            inputs=tuple(_tensor_record(tensor, names) for tensor in inputs),
            outputs=tuple(seen),
            attributes=dict(zip(attributes[::2], attributes[1::2], strict=False)),
            device="" if kept is None else _short_device(kept.device),
            phase="backward" if order else "forward",
            order=order,
            function=function_name(operation),
            scope=scope.rstrip("/"),
            place=_NOWHERE if code is None else place(code, instruction),
        )


def _ghost(tensor: Any) -> _Ghost:
    return _Ghost(tensor_id(tensor), tensor.shape, tensor.dtype)


def _number(tensor: Any) -> int:
    return tensor.number if isinstance(tensor, _Ghost) else tensor_id(tensor)


def _short_device(device: str) -> str:
    return device.rpartition("device:")[2]


def _tensor_record(tensor: Any, names: Mapping[int, str]) -> TensorRecord:
    number = _number(tensor)
    shape = tensor.shape
    return TensorRecord(
        number=number,
        name=names.get(number),
        shape=tuple(shape) if shape.rank is not None else (),
        dtype=tensor.dtype.name,
        value=None if isinstance(tensor, _Ghost) else tensor,
    )

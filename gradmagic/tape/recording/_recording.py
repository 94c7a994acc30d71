"""`Recording`: the life of a recording, and what is known of it: operations, names, Variables."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from gradmagic.errors import RecordingError
from gradmagic.messages import say
from gradmagic.tape._structure import check_order, check_sources, is_tensor, leaves, parse_bytes
from gradmagic.tape._tensorflow import quiet_logger, tensorflow
from gradmagic.tape.recording._exhausted import note_memory
from gradmagic.tape.recording._hook import function_operations, tensor_id
from gradmagic.tape.recording._names import Names, find_reads
from gradmagic.tape.recording._record import OpRecord, Recorder, Span
from gradmagic.tape.recording._source import is_library, names_seen_by

__all__ = ["Recording"]


class Recording:
    """A persistent `tf.GradientTape` and, beside it, the log of every operation; see `Tape`."""

    def __init__(
        self,
        watch: Any = (),
        order: int = 1,
        values: bool = True,
        max_memory: str | int = "256MB",
        watch_accessed_variables: bool = True,
    ) -> None:
        self.order = check_order(order)
        self._watch_first = leaves(watch)
        for tensor in self._watch_first:
            check_sources(tensor)
        self._max_bytes = parse_bytes(max_memory)
        self._recorder = Recorder(values=values, max_bytes=self._max_bytes)
        self._gradient_tape = tensorflow().GradientTape(
            persistent=True, watch_accessed_variables=watch_accessed_variables
        )
        self.watches_accessed = watch_accessed_variables
        self._watched: dict[int, Any] = {}
        self._names = Names()
        self._reads: dict[int, Any] | None = None
        self.expand = False
        self._thread = 0
        self._state = "new"

    @classmethod
    def without_records(cls) -> Self:
        """Return a Tape that keeps no operations, for when only the numbers are wanted."""
        tape = cls(values=False)
        tape._recorder.muted = True
        return tape

    # -- recording -----------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self._state != "new":
            raise RecordingError(say("tape-used"))
        self._gradient_tape.__enter__()
        self._thread = threading.get_ident()
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
        # A generator left open can be collected by any thread. TensorFlow does not see that: taking its tape
        # off in another thread than it was put on frees it twice, and the process dies.
        if threading.get_ident() == self._thread:
            self._gradient_tape.__exit__(*exception)
        note_memory(exception[1] if exception else None)
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
        self._names.learn_stopped(self._recorder.stopped(), namespace)

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

    def inside(self, record: OpRecord) -> list[tuple[str, str]]:
        """Return `(operation, name)` of what a call of a `tf.function` ran; empty for other operations."""
        return function_operations(record.function) if record.function else []

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

    @property
    def span(self) -> Span | None:
        """From the first tensor that it made to the last one; `None` if it made none."""
        return self._recorder.span

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
            with quiet_logger():  # asked inside the recording, TensorFlow would warn of what it costs
                self._reads = find_reads(self._recorder.records({}), self.variables, self._gradient_tape)
        return self._reads

    # -- private -------------------------------------------------------------------------------

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

"""TensorFlow ran out of memory: what was being computed, how much it asked for, and what to lower."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from gradmagic.messages import say
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.recording._source import Place, is_library, place

__all__ = ["exhausted", "note_memory", "telling_of_memory"]

_TENSOR = re.compile(r"allocating tensor with shape\[([\d,]*)\] and type (\w+) on (\S+)")
_AMOUNT = re.compile(r"trying to allocate ([\d.]+) ?([KMGTP]iB|bytes|B)\b")
_OPERATION = re.compile(r"\[Op:(\w+)\]")
_DEVICE = re.compile(r"device:([A-Z]+:\d+)")
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
# As TensorFlow's C++ writes them, where Python's names are others.
_TYPES = {"float": "float32", "double": "float64", "half": "float16"}


def exhausted(error: object) -> str | None:
    """Say what an error of TensorFlow's about memory means; `None` if it is another error.

    The amount is that of the one tensor, or of XLA's one buffer, that did not fit. What is free is what the
    system says of its memory now; of a GPU it is what TensorFlow holds there.
    """
    if not isinstance(error, _kind()):
        return None
    text = str(error)
    tensor, amount = _TENSOR.search(text), _AMOUNT.search(text)
    parts = [_where(_learners_place(error.__traceback__), _OPERATION.search(text))]
    if tensor:
        dtype = _TYPES.get(tensor[2], tensor[2])
        shape = tuple(int(number) for number in tensor[1].split(",") if number)
        size = _shown(math.prod(shape) * tensorflow().as_dtype(dtype).size)
        parts.append(say("memory-tensor", size=size, shape=shape, dtype=dtype))
    elif amount:
        unit = _UNITS.index(amount[2].replace("bytes", "B"))
        size = _shown(float(amount[1]) * 1024**unit)
        parts.append(say("memory-amount", size=size))
    device = _DEVICE.search(text)
    found = _left(device[1] if device else "CPU:0")
    parts += [found] if found else []
    return " ".join([*parts, say("memory-lower")])


def note_memory(error: object) -> None:
    """Add to an error about memory, as a note that Python and IPython print, what `exhausted` says of it."""
    said = exhausted(error)
    if said is not None and isinstance(error, BaseException) and not getattr(error, "__notes__", None):
        error.add_note(said)


@contextmanager
def telling_of_memory() -> Iterator[None]:
    """Add the note to what the block raises."""
    try:
        yield
    except Exception as error:
        note_memory(error)
        raise


def _kind() -> type[BaseException] | tuple[()]:
    """TensorFlow's class for it; nothing is one of its errors before it is imported."""
    module = sys.modules.get("tensorflow")
    if not hasattr(module, "errors"):
        return ()
    found: type[BaseException] = tensorflow().errors.ResourceExhaustedError
    return found


def _learners_place(traceback: TracebackType | None) -> Place | None:
    """The innermost line of the learner's in a traceback."""
    found = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not is_library(code.co_filename):
            found = place(code, traceback.tb_lasti)
        traceback = traceback.tb_next
    return found


def _where(spot: Place | None, operation: re.Match[str] | None) -> str:
    name = operation[1] if operation and not operation[1].startswith("__") else ""
    if spot is None or not spot.line or spot.expression.startswith("get_ipython()"):  # a magic's own line
        return say("memory-out-operation", operation=name) if name else say("memory-out")
    said = say("memory-out-line", line=spot.line, expression=spot.expression)
    return f"{said} {say('memory-operation', operation=name)}" if name else said


def _left(device: str) -> str | None:
    """What the device has left, or what is held there, where that is known."""
    if device.startswith("CPU"):
        try:
            text = Path("/proc/meminfo").read_text("ascii")
        except OSError:  # no Linux
            return None
        free = re.search(r"MemAvailable:\s*(\d+) kB", text)
        return say("memory-free", size=_shown(int(free[1]) * 1024)) if free else None
    try:
        held = tensorflow().config.experimental.get_memory_info(device)["current"]
    except ValueError:  # this kind of device does not count
        return say("memory-device", device=device)
    return say("memory-held", size=_shown(held), device=device)


def _shown(size: float) -> str:
    """An amount of memory in the unit that suits it: `"1.5 GiB"`."""
    power = 0
    while size >= 1024 and power < len(_UNITS) - 1:
        size, power = size / 1024, power + 1
    return f"{size:.3g} {_UNITS[power]}" if size < 1000 else f"{size:.0f} {_UNITS[power]}"

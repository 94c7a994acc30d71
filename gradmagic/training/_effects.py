"""Notice what a loss changes in Python: a counter, a list, a random generator, a printed line.

A compiled program runs the learner's Python once, when it is traced. A loss whose Python does
something each time it is called must therefore stay in the eager loop.
"""

from __future__ import annotations

import random
import zlib
from collections import deque
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from gradmagic.training._reach import Reach, is_library

__all__ = ["Fingerprint", "acts_outside", "changed_name", "fingerprint", "mark", "outside_call"]

# Each call of these has an effect that no fingerprint of the learner's objects shows.
_OUTSIDE = ("print", "input", "open", "next")
# Nor of what is in these modules: a line in a log, a picture, a pause, a time.
_OUTSIDE_MODULES = frozenset(
    {
        *("IPython", "csv", "datetime", "logging", "matplotlib", "requests", "secrets", "shutil", "socket"),
        *("sqlite3", "subprocess", "time", "tqdm", "urllib", "uuid", "warnings"),
    }
)
# Nor of these methods, whosever they are.
_OUTSIDE_METHODS = (
    "stderr",
    "stdout",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
    "writelines",
    "writerow",
)

_MAX_ITEMS = 1000
_MAX_DEPTH = 4
_MAX_BYTES = 1 << 22

Fingerprint = Mapping[str, Any]


def outside_call(reached: Reach) -> str | None:
    """Return the name of what the learner's code calls for its effect, such as `print`."""
    for name in _OUTSIDE:
        if name in reached.builtins:
            return name
    for name, value in reached.names:
        if acts_outside(value):
            return name
    return next((name for name in _OUTSIDE_METHODS if name in reached.attributes), None)


def acts_outside(value: Any) -> bool:
    """Whether a value is a module, or comes from one, that is used for its effects: a bar of `tqdm`."""
    kept = (
        vars(value).get("__name__") if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    )
    if kept is None:
        kept = type(value).__module__
    return isinstance(kept, str) and kept.partition(".")[0] in _OUTSIDE_MODULES


def fingerprint(reached: Reach, but: Any = None) -> Fingerprint:
    """Return `{name: mark}`; a mark differs when what the name stands for was changed.

    Args:
        reached: What can be read.
        but: An object that is watched in another way.
    """
    marks: dict[str, Any] = {}
    for name, value in reached.names:
        if value is but and but is not None:
            continue
        marks.setdefault(name, mark(value, _MAX_DEPTH))
    _, keys, position, *_ = np.random.get_state(legacy=True)
    marks["numpy.random"] = (int(position), np.asarray(keys)[:4].tobytes())
    marks["random"] = hash(random.getstate())
    return marks


def changed_name(before: Fingerprint, after: Fingerprint) -> str | None:
    """Return the first name whose mark differs."""
    return next((name for name in after if before.get(name) != after[name]), None)


def mark(value: Any, depth: int = _MAX_DEPTH) -> Any:
    """Return something that differs when the value, or what it holds, was changed."""
    if value is None or isinstance(value, bool | int | str | bytes):
        return value
    if isinstance(value, float | complex | np.generic):
        return repr(value)  # a NaN equals itself here
    if isinstance(value, np.ndarray):
        return id(value), value.shape, _checksum(value)
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, random.Random):
        return hash(value.getstate())
    if depth == 0 or isinstance(value, type | ModuleType):
        return id(value)
    if isinstance(value, dict):
        items = list(value.items())[:_MAX_ITEMS]
        return len(value), tuple((mark(key, 0), mark(item, depth - 1)) for key, item in items)
    if isinstance(value, list | tuple | set | frozenset | deque):
        return len(value), tuple(mark(item, depth - 1) for item in list(value)[:_MAX_ITEMS])
    if hasattr(value, "__dict__") and not callable(value) and not is_library(value):
        return id(value), mark(vars(value), depth - 1)
    if hasattr(value, "__dict__") and not is_library(value):
        # A learner's function or callable object: its attributes may count calls, its private ones
        # belong to the framework it inherits from.
        own = {key: item for key, item in vars(value).items() if not key.startswith("_")}
        return id(value), mark(own, depth - 1)
    return id(value)


def _checksum(array: np.ndarray[Any, Any]) -> int:
    if array.dtype == object:
        return 0
    flat = array.reshape(-1)
    if array.nbytes > _MAX_BYTES:
        flat = flat[:: array.nbytes // _MAX_BYTES + 1]
    return zlib.crc32(np.ascontiguousarray(flat).tobytes())

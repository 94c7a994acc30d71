"""Fill the holes in a parent's memory: what a kernel makes then lies together, and not among what it shares.

Between the parent's objects there is free room, a little on most pages. A child would put its own there, and
copy a page of 4 KiB for each few bytes: 14 MB in a kernel that has trained. So the parent takes that room.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

__all__ = ["fill"]

# Python's own allocator has a list of free blocks for each size up to 512 bytes, in steps of 16. So much of
# each size was enough to fill all of them; four times as much made no difference.
_PYTHON_BYTES = 256 << 10
_PYTHON_SIZES = range(48, 513, 16)
_HEADER = sys.getsizeof(b"")
# Of the C library's heap: sizes to ask for, the largest first, and how much at most in all.
_C_SIZES = (*(1 << power for power in range(16, 10, -1)), *range(1024, 16, -16))
_C_BYTES = 64 << 20
# Near the end of the heap lies what was never used: that is no hole.
_C_END = 128 << 10


# What fills Python's holes, for as long as this process and its children live.
_kept: list[Any] = []


def fill() -> int:
    """Take what is free among this process's memory, for good.

    Returns:
        Bytes taken of the C library's heap. Of Python's it is 8 MB, most of it new room.
    """
    _kept.extend(object() for _ in range(_PYTHON_BYTES // 16))
    _kept.extend(float(number) for number in range(_PYTHON_BYTES // 32))
    for size in _PYTHON_SIZES:
        _kept.extend(bytes(size - _HEADER) for _ in range(_PYTHON_BYTES // size))
    return _fill_heap() if sys.platform == "linux" else 0


def _fill_heap() -> int:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.restype, libc.free.argtypes = None, [ctypes.c_void_p]
    libc.sbrk.restype, libc.sbrk.argtypes = ctypes.c_void_p, [ctypes.c_ssize_t]
    libc.malloc_trim(0)
    end, taken = (libc.sbrk(0) or 0) - _C_END, 0
    for size in _C_SIZES:
        while taken < _C_BYTES:
            place = libc.malloc(size - 8)  # with its own 8 bytes, the block has this size
            if not place or place >= end:  # new room, or another allocator's
                libc.free(place)
                break
            taken += size
    return taken

"""Holes among a parent's memory are filled: what a child makes lies together, and copies fewer pages."""

import os
import subprocess
import sys

import pytest

from gradmagic.kernels import _holes

# A process with holes everywhere: each second of many small blocks is free, Python's and the C library's.
HOLES = """
import ctypes, os, re, sys
from pathlib import Path
from gradmagic.kernels import _holes

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
blocks = [libc.malloc(2000) for _ in range(20_000)]
objects = [bytes(300) for _ in range(40_000)]
del objects[::40]
for block in blocks[::10]:
    libc.free(block)
if sys.argv[1] == "filled":
    _holes.fill()

def private():
    text = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\\s+(\\d+)", text, re.MULTILINE)[1])

if os.fork():
    os.wait()
else:
    before = private()
    new = [libc.malloc(1000) for _ in range(2_000)], [bytes(300) for _ in range(1_000)]
    for block in new[0]:
        ctypes.memset(block, 1, 1000)
    print(private() - before, flush=True)
"""


def copied(how):
    """KiB that a child of such a process comes to have for itself, for 2.3 MB of its own."""
    done = subprocess.run([sys.executable, "-c", HOLES, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_child_copies_less():
    assert copied("filled") < 0.7 * copied("as it is")


def test_what_is_in_memory_stays_as_it_was():
    data = [os.urandom(size) for size in range(1, 2000)]
    before = [bytes(bytearray(part)) for part in data]
    assert _holes.fill() >= 0
    assert data == before


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_the_heap_has_no_holes_left():
    _holes.fill()
    assert _holes._fill_heap() < 1 << 20, "the second time there is next to nothing to take"

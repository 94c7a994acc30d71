"""Large pages: what is in memory stays as it was, in the process and in its children."""

import os
import re
from pathlib import Path

import pytest

from gradmagic.kernels import _pages

MEGABYTES = 64


def large():
    text = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"^AnonHugePages:\s+(\d+)", text, re.MULTILINE)[1]) >> 10


def test_what_is_in_memory_stays_as_it_was():
    data = bytearray(os.urandom(1 << 20) * MEGABYTES)
    before = bytes(data)
    done = _pages.gather()
    assert data == before
    pid = os.fork()
    if not pid:
        data[1 << 21] ^= 255  # a copy of its own
        os._exit(0 if data != before else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert data == before
    if not done:
        pytest.skip("this system has no large pages to give")
    assert done >= (MEGABYTES - 4) << 20
    assert large() >= MEGABYTES // 2

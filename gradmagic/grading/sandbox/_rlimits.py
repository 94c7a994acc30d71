"""What one process may use at most, held by the kernel itself (setrlimit(2))."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from gradmagic.grading.sandbox._spec import Limits

# What a thread's stack takes of the data limit, untouched or not, and the threads that TensorFlow starts for
# a processor.
_STACK = 8 << 20
_THREADS_PER_PROCESSOR = 8


def apply(limits: Limits) -> None:
    """Set the limits, soft and hard alike, on this process and what it will start.

    RLIMIT_AS would break TensorFlow, which reserves far more addresses than it uses; RLIMIT_DATA counts
    only what is private and writable. It starts from what this process holds already.
    """
    room = limits.memory + _STACK * _THREADS_PER_PROCESSOR * (os.cpu_count() or 1)
    for which, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, _data() + room),
        (resource.RLIMIT_NPROC, limits.processes),
        # The keeper counts all processes together; this is for one that it would come too late for.
        (resource.RLIMIT_CPU, limits.cpu + 1),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NICE, 0),
        (resource.RLIMIT_RTPRIO, 0),
    ):
        _, highest = resource.getrlimit(which)
        if highest != resource.RLIM_INFINITY:
            amount = min(amount, highest)
        resource.setrlimit(which, (amount, amount))


def _data() -> int:
    """Bytes of private writable memory that this process has mapped."""
    status = Path("/proc/self/status").read_text("utf-8", "replace")
    return int(status.partition("VmData:")[2].split()[0]) * 1024

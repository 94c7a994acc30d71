"""Who holds a claim, and whether that process is gone for certain.

A lease ends by itself when its time is over. A grader that was killed a moment ago, on this machine, need not
be waited for: its process number is free, or belongs to a process that began at another time.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path

__all__ = ["holder_gone", "new_holder"]

PROC = Path("/proc")


def new_holder() -> str:
    """Return a name for a holder in this process, different each time."""
    return json.dumps(
        {
            "host": socket.gethostname(),
            "space": _space(),
            "pid": os.getpid(),
            "start": _start(os.getpid()),
            "token": secrets.token_hex(8),
        },
        sort_keys=True,
    )


def holder_gone(holder: str) -> bool:
    """Whether the process of a holder has certainly ended; False if that cannot be known from here."""
    try:
        row = json.loads(holder)
        pid, start, space = int(row["pid"]), str(row["start"]), str(row["space"])
    except (ValueError, TypeError, KeyError):
        return False
    # Process numbers mean something only in the space in which they were given out, before the next boot.
    if not space or not start or space != _space():
        return False
    return _start(pid) != start


def _space() -> str:
    """The running kernel and the process namespace; `""` where neither can be had."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {os.readlink(PROC / 'self/ns/pid')}"
    except OSError:
        return ""


def _start(pid: int) -> str:
    """When a process began, in clock ticks since the boot; `""` if there is none, or only its remains."""
    try:
        # The name in brackets may hold anything, brackets too: what follows the last one is plain.
        fields = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, start = fields[0], fields[19]
    return "" if state in "ZXx" else start

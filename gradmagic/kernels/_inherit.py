"""What an ordinary kernel would inherit from the process that starts it, beside its environment."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from typing import Any

__all__ = ["apply", "capture"]

# OFILE is NOFILE's older name.
_LIMITS = {
    name: getattr(resource, name)
    for name in dir(resource)
    if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"
}


def capture() -> dict[str, Any]:
    """The calling process's umask, limits, niceness and processors, as JSON can hold them."""
    return {
        "umask": _umask(),
        "limits": {name: resource.getrlimit(which) for name, which in _LIMITS.items()},
        "niceness": os.getpriority(os.PRIO_PROCESS, 0),
        "processors": sorted(os.sched_getaffinity(0)),
    }


def apply(captured: Mapping[str, Any]) -> None:
    """Make this process as the captured one was.

    Raises:
        OSError, ValueError: it may not: a limit above this process's own, or a better priority.
    """
    os.umask(captured["umask"])
    for name, pair in captured["limits"].items():
        wanted = (int(pair[0]), int(pair[1]))
        if resource.getrlimit(_LIMITS[name]) != wanted:
            resource.setrlimit(_LIMITS[name], wanted)
    if os.getpriority(os.PRIO_PROCESS, 0) != captured["niceness"]:
        os.setpriority(os.PRIO_PROCESS, 0, captured["niceness"])
    if sorted(os.sched_getaffinity(0)) != captured["processors"]:
        os.sched_setaffinity(0, captured["processors"])


def _umask() -> int:
    # os.umask can only be read by setting it, under the feet of other threads.
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    raise OSError("/proc/self/status has no umask")

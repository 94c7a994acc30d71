"""A control group (cgroup v2) for one sandbox, where the system has given this user the right to make one.

systemd does so for every user: it delegates the controllers `memory` and `pids` below user@UID.service.
Source: the kernel's Documentation/admin-guide/cgroup-v2.rst.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from gradmagic.grading.sandbox._spec import Limits

_CONTROLLERS = frozenset({"memory", "pids"})


@dataclass(frozen=True)
class Group:
    """One sandbox's cgroup."""

    path: Path

    def limit(self, limits: Limits) -> None:
        """Bound memory and processes; at the memory limit all of it ends together."""
        self._write("memory.max", limits.memory)
        self._write("pids.max", limits.processes)
        for name, value in (("memory.swap.max", 0), ("memory.oom.group", 1)):
            if (self.path / name).exists():
                self._write(name, value)

    def join(self, pid: int) -> None:
        """Put a process, and what it will start, into the group."""
        self._write("cgroup.procs", pid)

    def kill(self) -> None:
        """End every process of the group, where the kernel can do it at once (Linux 5.14)."""
        if (self.path / "cgroup.kill").exists():
            self._write("cgroup.kill", 1)

    def peak(self) -> int:
        """Bytes of memory in use at the most; 0 where the kernel does not say (before Linux 5.19)."""
        peak = self.path / "memory.peak"
        return int(peak.read_text("utf-8")) if peak.exists() else 0

    def ran_out(self) -> bool:
        """Whether the kernel has ended a process of the group for memory."""
        events = (line.split() for line in (self.path / "memory.events").read_text("utf-8").splitlines())
        return any(name == "oom_kill" and int(count) > 0 for name, count in events)

    def remove(self) -> None:
        """Take the group away; it has to be empty, and is a moment after its processes were killed."""
        for _ in range(100):
            try:
                self.path.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.01)
            else:
                return

    def _write(self, name: str, value: int) -> None:
        (self.path / name).write_text(str(value), "utf-8")


def make(limits: Limits) -> Group:
    """Make a cgroup with these limits below the nearest one where this process may.

    Raises:
        OSError: no cgroup v2, no controllers, or no right.
    """
    parent = home()
    group = Group(parent / f"gradmagic-{os.getpid()}")
    group.path.mkdir()
    try:
        group.limit(limits)
    except OSError:
        group.remove()
        raise
    return group


def home() -> Path:
    """The nearest cgroup, from this process's own upwards, in which it may make others with both controllers.

    Raises:
        OSError: there is none.
    """
    root, own = _root(), _own()
    for folder in (own, *own.parents):
        path = root / folder.as_posix().lstrip("/")
        given = path / "cgroup.subtree_control"
        # To move a process, the right to write the list of the nearest common group is needed, too.
        if (
            given.exists()
            and os.access(path, os.W_OK)
            and os.access(path / "cgroup.procs", os.W_OK)
            and set(given.read_text("utf-8").split()) >= _CONTROLLERS
        ):
            return path
    raise OSError(f"no cgroup above {own} has memory and pids for its children and lets this user make one")


def _root() -> Path:
    for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup2 "):
            return Path(before.split()[4])
    raise OSError("cgroup v2 is not mounted")


def _own() -> Path:
    for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
        if line.startswith("0::"):
            return Path(line[3:])
    raise OSError("this process is in no cgroup v2")

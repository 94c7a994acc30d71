"""The process that stays outside: it measures the confined one, ends it at a limit, and dies as it dies.

Whoever started the sandbox sees only the keeper: its pid takes the signals, and it exits as the confined
process exits.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import time
import traceback
from types import FrameType
from typing import NoReturn

from gradmagic.grading.sandbox import _memory
from gradmagic.grading.sandbox._cgroup import Group
from gradmagic.grading.sandbox._ending import Ending
from gradmagic.grading.sandbox._spec import Confinement

# Seconds between two looks: at ease, near the memory limit, and where a cgroup holds the limit.
_EASY, _NEAR, _HELD = 0.05, 0.01, 0.5
# A kernel makes five sockets; each restart of one leaves its file behind.
_SOCKETS_AT_MOST = 64
_PASSED_ON = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)


class Keeper:
    """Keeps one confined process.

    Args:
        pid: its first process.
        confinement: with its limits.
        processes: a /proc that shows exactly its processes, or None where it has no PID namespace.
        group: its cgroup, where there is one.
        scratch: a scratch folder on disk, to be removed at the end.
        means: those in force.
    """

    def __init__(
        self,
        pid: int,
        confinement: Confinement,
        *,
        processes: int | None,
        group: Group | None,
        scratch: str | None,
        means: tuple[str, ...],
    ) -> None:
        """Take over from the process that made it."""
        self._pid, self._confinement, self._group = pid, confinement, group
        self._scratch, self._means = scratch, means
        self._alone = processes is None
        self._proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY) if processes is None else processes
        self._started = time.monotonic()
        self._parent = os.getppid()
        self._limit: str | None = None
        self._told: int | None = None
        self._before = _memory.quick(self._proc, self._members())
        self._peak = 0

    def run(self) -> NoReturn:
        """Watch until it ends, then end in the same way; nothing is raised past here."""
        try:
            for number in _PASSED_ON:
                signal.signal(number, self._pass_on)
            signal.signal(signal.SIGTERM, self._terminate)
            status, signalled = self._finish(self._watch())
        except BaseException:  # noqa: BLE001 - a keeper that fails must not leave its process without one
            traceback.print_exc(file=sys.stderr)
            self._kill()
            os._exit(1)
        _end(status, signalled)

    def _watch(self) -> tuple[int, float]:
        """Until the first process has ended: its wait status, and the processor time of all in seconds."""
        handle = os.pidfd_open(self._pid)
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        pause = _EASY
        while not ended.poll(pause * 1000):
            pause = self._look()
        os.close(handle)
        _, status, usage = os.wait4(self._pid, 0)
        return status, usage.ru_utime + usage.ru_stime

    def _look(self) -> float:
        """Measure; end what is beyond a limit. Returns the seconds until the next look."""
        limits, members = self._confinement.limits, self._members()
        pause = _HELD
        if self._group is None:
            used = max(_memory.quick(self._proc, members) - self._before, 0)
            if used > limits.memory:
                used = _memory.exact(self._proc, members)
            pause = _NEAR if used > limits.memory // 2 else _EASY
            self._peak = max(self._peak, used)
            if used > limits.memory:
                self._stop("memory")
        if limits.wall is not None and time.monotonic() - self._started > limits.wall:
            self._stop("wall")
        if os.getppid() != self._parent:
            self._stop("parent")
        if _memory.seconds(self._proc, members) > limits.cpu:
            self._stop("cpu")
        if _entries(self._confinement.connection) > _SOCKETS_AT_MOST:
            self._stop("connection")
        return pause

    def _finish(self, ended: tuple[int, float]) -> tuple[int | None, int | None]:
        """Clear away what is left, write the report; the exit code or the signal."""
        wait_status, cpu = ended
        wall = time.monotonic() - self._started
        self._kill()
        if self._group is not None:
            self._peak = self._group.peak()
            if self._limit is None and self._group.ran_out():
                self._limit = "memory"
            self._group.remove()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        if self._confinement.connection is not None:
            _take_back(self._confinement.connection)
        code = os.waitstatus_to_exitcode(wait_status)
        status, signalled = (code, None) if code >= 0 else (None, -code)
        if self._told is not None and self._limit is None:
            signalled, status = self._told, None
        # The kernel itself ends a process at its own limit of processor time.
        if signalled == signal.SIGKILL and self._limit is None and cpu >= self._confinement.limits.cpu:
            self._limit = "cpu"
        if self._confinement.report is not None:
            Ending(status, signalled, self._limit, wall, cpu, self._peak, self._means).write(
                self._confinement.report
            )
        return status, signalled

    def _members(self) -> list[int]:
        if not self._alone:
            return _memory.processes(self._proc)
        # Orphans come to the keeper, so its own descendants are all of them.
        return [pid for pid in _memory.family(self._proc, os.getpid()) if pid != os.getpid()]

    def _stop(self, limit: str) -> None:
        if self._limit is None:
            self._limit = limit
        self._kill()

    def _kill(self) -> None:
        """End all of it. In a PID namespace the end of the first process is everyone's."""
        if self._group is not None:
            self._group.kill()
        _signal(self._pid, signal.SIGKILL)
        while self._alone:
            rest = [pid for pid in self._members() if pid != self._pid]
            if not rest:
                break
            for pid in rest:
                _signal(pid, signal.SIGKILL)
            for pid in rest:
                _reap(pid)

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        _signal(self._pid, number)

    def _terminate(self, number: int, _frame: FrameType | None) -> None:
        # The first process of a PID namespace ignores a signal that it has no handler for.
        self._told = number
        self._kill()


def _entries(folder: str | None) -> int:
    """How much is in a folder; nothing, when whoever made it has taken it away."""
    try:
        return 0 if folder is None else len(os.listdir(folder))
    except FileNotFoundError:
        return 0


def _take_back(folder: str) -> None:
    """Own the connection folder again, which root has lent to the id of the sandbox."""
    try:
        os.chown(folder, os.geteuid(), os.getegid(), follow_symlinks=False)
    except FileNotFoundError:
        return  # whoever made it has taken it away


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it has ended by itself


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # a descendant further down, or reaped already


def _end(status: int | None, signalled: int | None) -> NoReturn:
    """Exit with the status, or by the signal, so that a waiting parent sees the same."""
    if signalled is not None:
        if signalled != signal.SIGKILL:
            signal.signal(signalled, signal.SIG_DFL)
        os.kill(os.getpid(), signalled)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signalled])
        time.sleep(1)  # the signal ends it here
    os._exit(status if status is not None else 1)

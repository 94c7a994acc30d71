"""A warm kernel as whoever asked for it sees it: waited for and signalled like a `subprocess.Popen`."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from typing import IO

from gradmagic.kernels import _wire

__all__ = ["WarmProcess"]

_POLL_SECONDS = 0.02


class WarmProcess:
    """A kernel process that is a child of the parent's, not of this process.

    Args:
        pid: its number, in this process's PID namespace.
        inbox: where the parent tells its exit status.
        lifeline: the pipe that it watches; it ends when this process does. None for an independent kernel.

    Attributes:
        returncode: None while it runs; as of `subprocess.Popen` after that; 1 when it ended after its parent,
            so that nobody knows.
        stdin, stdout, stderr: pipes to it, where they were asked for.
    """

    def __init__(self, pid: int, inbox: _wire.Inbox, lifeline: int | None) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin: IO[bytes] | None = None
        self.stdout: IO[bytes] | None = None
        self.stderr: IO[bytes] | None = None
        self._lifeline = lifeline
        self._inbox: _wire.Inbox | None = inbox
        inbox.connection.setblocking(False)
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except OSError:  # it has ended, or this system has no such handles
            self._handle = None

    def poll(self) -> int | None:
        """The exit status; None while it runs."""
        if self.returncode is None and self._inbox is not None:
            self._listen(self._inbox)
        if self.returncode is None and self._inbox is None and not self._runs():
            self._ended(1)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it has not ended after `timeout` seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
            self._doze(_POLL_SECONDS)
        return status

    def _doze(self, seconds: float) -> None:
        """Wait for some seconds, or until there may be news."""
        news = self._handle if self._inbox is None else self._inbox.connection.fileno()
        if news is None:
            time.sleep(seconds)
            return
        poll = select.poll()
        poll.register(news, select.POLLIN)
        poll.poll(int(1000 * seconds))

    def send_signal(self, number: int) -> None:
        """Signal the process alone, if it still runs."""
        if self.poll() is not None:
            return
        with suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, number)
            else:
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _listen(self, inbox: _wire.Inbox) -> None:
        try:
            open_still = inbox.receive()
        except BlockingIOError:
            return
        except OSError:
            open_still = False
        for message in inbox.messages():
            if "exit" in message:
                self._ended(int(message["exit"]))
                return
        if not open_still:
            # The parent has been killed. The kernel goes on; only its status will never be known.
            inbox.close()
            self._inbox = None

    def _runs(self) -> bool:
        if self._handle is not None:
            # The handle of a process becomes readable when it ends.
            poll = select.poll()
            poll.register(self._handle, select.POLLIN)
            return not poll.poll(0)
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _ended(self, status: int) -> None:
        self.returncode = status
        if self._inbox is not None:
            self._inbox.close()
            self._inbox = None
        for descriptor in (self._handle, self._lifeline):
            if descriptor is not None:
                os.close(descriptor)
        self._handle = self._lifeline = None

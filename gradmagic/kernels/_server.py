"""A parent's loop: requests in, forked kernels out, their exit statuses back to whoever asked."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradmagic.kernels import _child, _wire
from gradmagic.kernels._child import Assignment
from gradmagic.kernels._fingerprint import Files, differing

__all__ = ["PROTOCOL", "Server", "Settings"]

PROTOCOL = 1
# A kernel that has just been handed out is starting: its successor is not forked under its feet.
_REFILL_SECONDS = 0.5
# An idle kernel that does not read, because someone has stopped it, is passed over.
_HAND_SECONDS = 2.0


@dataclass(frozen=True)
class Settings:
    """How a parent behaves.

    Attributes:
        path: its socket's, which it removes when it stops listening.
        pool: how many idle kernels wait.
        idle: after how many seconds without a kernel or a request it ends; None for never.
        confines: whether every kernel of this parent is confined.
        environment: the variables that the parent was started with.
    """

    path: Path
    pool: int
    idle: float | None
    confines: bool
    environment: Mapping[str, str] = field(repr=False)


class Server:
    """One parent at work.

    Args:
        listener: the listening socket.
        lock: the descriptor of the locked file that says that this parent lives.
        owner: the reading end of a pipe that its owner holds open; None for a parent of its own.
        settings: how it behaves.
        files: what it was loaded from.
    """

    def __init__(
        self, listener: socket.socket, *, lock: int, owner: int | None, settings: Settings, files: Files
    ) -> None:
        self._settings = settings
        self._files = files
        self._listener: socket.socket | None = listener
        self._lock: int | None = lock
        self._owner = owner
        self._idle: dict[int, socket.socket] = {}
        self._inboxes: dict[socket.socket, _wire.Inbox] = {}
        self._kernels: dict[int, socket.socket] = {}
        self._served = 0
        self._began = self._active = time.monotonic()
        self._refill_at: float | None = self._began
        self._ending = False
        self._selector = selectors.DefaultSelector()
        self._woken, self._wakes = socket.socketpair()

    def run(self) -> Assignment | None:
        """Serve until there is nothing more to do.

        Returns:
            None in the parent, at its end. In a forked child that has got its work: that work, so that it
            leaves this loop as it came, and ends as an ordinary interpreter does.
        """
        self._listen_for_signals()
        self._watch(self._listener, self._accept)
        if self._owner is not None:
            self._watch(self._owner, self._end)
        while not self._ending and (self._listener or self._kernels):
            for key, _ in self._selector.select(self._patience()):
                assignment: Assignment | None = key.data()
                if assignment is not None:
                    return assignment
            assignment = self._tick()
            if assignment is not None:
                return assignment
        self._retire()
        return None

    # Events

    def _watch(self, file: Any, called: Callable[[], Assignment | None]) -> None:
        self._selector.register(file, selectors.EVENT_READ, called)

    def _listen_for_signals(self) -> None:
        self._woken.setblocking(False)
        self._wakes.setblocking(False)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self._end())
        self._watch(self._woken, self._wake)

    def _wake(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        self._reap()

    def _end(self) -> None:
        self._ending = True

    def _patience(self) -> float | None:
        """Seconds until something is to be done that no descriptor will tell of."""
        moments = [self._refill_at] if self._listener else []
        if self._settings.idle is not None and not self._kernels:
            moments.append(self._active + self._settings.idle)
        known = [moment for moment in moments if moment is not None]
        return max(0.0, min(known) - time.monotonic()) if known else None

    def _tick(self) -> Assignment | None:
        now = time.monotonic()
        limit = self._settings.idle
        if limit is not None and not self._kernels and now >= self._active + limit:
            self._end()
        elif self._listener and self._refill_at is not None and now >= self._refill_at:
            self._refill_at = None
            if len(self._idle) < self._settings.pool:
                assignment = self._fork()
                if isinstance(assignment, Assignment):
                    return assignment
                self._refill_at = now if len(self._idle) < self._settings.pool else None
        return None

    # Requests

    def _accept(self) -> None:
        if self._listener is None:
            return
        connection, _ = self._listener.accept()
        # The folder keeps others out; should someone open it, this does.
        if _wire.peer_user(connection) != os.geteuid():
            connection.close()
            return
        connection.setblocking(False)
        self._inboxes[connection] = _wire.Inbox(connection)
        self._watch(connection, lambda: self._read(connection))

    def _read(self, connection: socket.socket) -> Assignment | None:
        inbox = self._inboxes[connection]
        try:
            open_still = inbox.receive()
            messages = list(inbox.messages())
        except BlockingIOError:
            return None
        except (OSError, ValueError) as error:
            self._reply(connection, {"refused": "request", "values": {"problem": str(error)}})
            open_still, messages = False, []
        for message in messages:
            assignment = self._answer(connection, message, inbox)
            if assignment is not None:
                return assignment
        if not open_still:
            self._drop(connection)
        return None

    def _drop(self, connection: socket.socket) -> None:
        inbox = self._inboxes.pop(connection, None)
        if inbox is not None:
            self._selector.unregister(connection)
            inbox.close()

    def _reply(self, connection: socket.socket, message: dict[str, Any]) -> None:
        # Who asked may have gone; a kernel of theirs ends by itself.
        with suppress(OSError):
            _wire.send(connection, message)

    def _answer(
        self, connection: socket.socket, message: dict[str, Any], inbox: _wire.Inbox
    ) -> Assignment | None:
        self._active = time.monotonic()
        asked = message.get("ask")
        if asked == "state":
            self._reply(connection, self._state())
        elif asked == "stop":
            # First the socket goes: who is answered, and asks again, finds no parent.
            self._retire()
            self._reply(connection, {"stopping": len(self._kernels)})
        elif asked == "kernel":
            refusal = self._refusal(message)
            if refusal is None:
                return self._hand_out(connection, message, inbox.take())
            self._reply(connection, refusal)
        else:
            self._reply(connection, {"refused": "request", "values": {"problem": f"ask: {asked!r}"}})
        return None

    def _refusal(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """Why this parent's kernel would not be the one that was asked for; None when it would."""
        if request.get("protocol") != PROTOCOL:
            return {"refused": "protocol", "values": {}}
        if (request.get("confine") is not None) != self._settings.confines:
            return {"refused": "confines" if self._settings.confines else "confinement", "values": {}}
        if changed := self._files.changed():
            self._retire()
            return {"refused": "packages", "values": {"names": ", ".join(changed[:5])}}
        if names := differing(self._settings.environment, request["environment"]):
            return {"refused": "environment", "values": {"names": ", ".join(names[:5])}}
        return None

    def _state(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "python": sys.executable,
            "seconds": time.monotonic() - self._began,
            "idle": len(self._idle),
            "kernels": sorted(self._kernels),
            "served": self._served,
            "changed": self._files.changed(),
            "confines": self._settings.confines,
        }

    # Children

    def _fork(self) -> tuple[int, socket.socket] | Assignment:
        """Fork an idle kernel; in the child, once it has got work: that work."""
        ours, theirs = socket.socketpair()
        ours.settimeout(_HAND_SECONDS)
        pid = os.fork()
        if pid:
            theirs.close()
            self._idle[pid] = ours
            return pid, ours
        ours.close()
        self._leave()
        return _child.wait_for_work(theirs)

    def _leave(self) -> None:
        """In a forked child: let go of everything that is the parent's."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for inbox in self._inboxes.values():
            inbox.close()
        for other in (
            self._listener,
            self._woken,
            self._wakes,
            *self._idle.values(),
            *self._kernels.values(),
        ):
            if other is not None:
                other.close()
        for descriptor in (self._lock, self._owner):
            if descriptor is not None:
                os.close(descriptor)

    def _hand_out(
        self, connection: socket.socket, request: dict[str, Any], descriptors: list[int]
    ) -> Assignment | None:
        """Give a request and its descriptors to an idle kernel, or to one forked for it."""
        try:
            while True:
                if not self._idle:
                    forked = self._fork()
                    if isinstance(forked, Assignment):
                        return forked
                pid, pipe = self._idle.popitem()
                try:
                    _wire.send(pipe, request, (connection.fileno(), *descriptors))
                except OSError:
                    continue  # it has been killed while it waited; the next one
                finally:
                    pipe.close()
                break
        finally:
            # Also in a child forked here: it has been sent copies of its own.
            for descriptor in descriptors:
                os.close(descriptor)
        self._kernels[pid] = connection
        self._served += 1
        self._refill_at = time.monotonic() + _REFILL_SECONDS
        return None

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self._idle:
                self._idle.pop(pid).close()
                self._refill_at = time.monotonic() + _REFILL_SECONDS
            connection = self._kernels.pop(pid, None)
            if connection is not None:
                self._active = time.monotonic()
                self._reply(connection, {"exit": os.waitstatus_to_exitcode(status)})
                self._drop(connection)

    def _retire(self) -> None:
        """Take no more requests; kernels in use go on, and their end is still told."""
        if self._listener is None:
            return
        self._selector.unregister(self._listener)
        self._settings.path.unlink(missing_ok=True)
        self._listener.close()
        self._listener = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        for pipe in self._idle.values():
            pipe.close()  # the idle kernel reads its end, and ends

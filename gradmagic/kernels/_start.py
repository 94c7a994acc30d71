"""Start a parent: the socket is there before it is, so that whoever asks only waits."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gradmagic.kernels._errors import Unavailable
from gradmagic.kernels._folder import lock_path, log_path

__all__ = ["Plan", "launch"]

_BACKLOG = 128
_MOMENT_SECONDS = 2.0


@dataclass(frozen=True)
class Plan:
    """How to start a parent.

    Attributes:
        python: the interpreter.
        environment: its variables.
        pool: how many idle kernels wait.
        idle: after how many seconds without a kernel it ends; None for never.
        confine: `package.module:function` that confines its kernels; None when they are not confined.
    """

    python: str
    environment: Mapping[str, str]
    pool: int = 1
    idle: float | None = 3600.0
    confine: str | None = None


def launch(path: Path, plan: Plan, owner: int | None = None) -> subprocess.Popen[bytes] | None:
    """Start a parent that listens at `path`, unless one does already.

    The lock is taken, and the socket made, here; the new process inherits both. A socket without a locked
    file beside it was left behind by a parent that was killed, and is replaced.

    Args:
        path: the socket.
        plan: how.
        owner: the reading end of a pipe; the parent ends when the other end closes. Without one it is
            nobody's child and ends by its own rules.

    Returns:
        The process, if it has an owner; None otherwise, or when another one listens there.

    Raises:
        Unavailable: the interpreter cannot be started.
        OSError: the folder is gone or full.
    """
    with ExitStack() as stack:
        lock = os.open(lock_path(path), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        stack.callback(os.close, lock)
        if not _locked(lock, path):
            return None
        path.unlink(missing_ok=True)
        listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listener.bind(os.fspath(path))
        path.chmod(0o600)
        listener.listen(_BACKLOG)
        log = stack.enter_context(open(log_path(path), "wb", buffering=0))
        inherited = [lock, listener.fileno(), *([] if owner is None else [owner])]
        try:
            process = subprocess.Popen(
                [*_command(path, plan), f"--lock={lock}", f"--listen={listener.fileno()}", *_owned(owner)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=dict(plan.environment),
                pass_fds=inherited,
                start_new_session=True,
            )
        except OSError as error:
            path.unlink(missing_ok=True)
            raise Unavailable("python", python=plan.python, problem=error) from error
    if owner is not None:
        return process
    process.wait()  # it hands over to a child of its own at once
    return None


def _locked(lock: int, path: Path) -> bool:
    """Take the lock; False when a parent has it, and listens.

    One that has just been killed, or is just being started, has it for a moment without listening.
    """
    until = time.monotonic() + _MOMENT_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            if knock.connect_ex(os.fspath(path)) == 0:
                return False
        time.sleep(0.01)


def _command(path: Path, plan: Plan) -> list[str]:
    command = [plan.python, "-m", "gradmagic.kernels._parent", f"--path={path}", f"--pool={plan.pool}"]
    if plan.idle is not None:
        command.append(f"--idle={plan.idle}")
    if plan.confine is not None:
        command.append(f"--confine={plan.confine}")
    return command


def _owned(owner: int | None) -> list[str]:
    return [] if owner is None else [f"--owner={owner}"]

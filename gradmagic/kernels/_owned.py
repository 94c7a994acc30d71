"""A parent of a program's own, for confined kernels or a benchmark: it ends when the program does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradmagic.kernels import _client
from gradmagic.kernels._folder import fitting
from gradmagic.kernels._start import Plan, launch

__all__ = ["Parent"]

_STOP_SECONDS = 10.0


class Parent:
    """A parent that listens at a socket of one's own.

        with Parent(folder / "parent.sock", confine="package.module:function") as parent:
            ...  # a kernelspec whose provisioner has {"socket": str(parent.socket), "confine": {...}}

    Args:
        socket: where it listens; in a folder that only this user can enter.
        confine: `package.module:function`, called in each kernel's process before anything else runs there.
        pool: how many idle kernels wait.
        environment: its variables; this process's when None.
        python: its interpreter.
    """

    def __init__(
        self,
        socket: Path,
        *,
        confine: str | None = None,
        pool: int = 1,
        environment: Mapping[str, str] | None = None,
        python: str = sys.executable,
    ) -> None:
        self.socket = fitting(Path(socket).absolute())
        variables = dict(os.environ if environment is None else environment)
        self._plan = Plan(python, variables, pool, idle=None, confine=confine)
        self._process: subprocess.Popen[bytes] | None = None
        self._owner: int | None = None

    @property
    def pid(self) -> int | None:
        """The process; None before it is started and after it is stopped."""
        return None if self._process is None else self._process.pid

    def start(self) -> Parent:
        """Start it, and wait until it has imported everything.

        Raises:
            KernelError: it does not start.
        """
        theirs, self._owner = os.pipe()
        try:
            self._process = launch(self.socket, self._plan, theirs)
        finally:
            os.close(theirs)
        try:
            self.state(_client.START_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def alive(self) -> bool:
        """Whether it takes requests: it has not ended, and has not retired either, as after an upgrade."""
        return self._process is not None and self._process.poll() is None and self.socket.exists()

    def state(self, patience: float = _client.ANSWER_SECONDS) -> dict[str, Any]:
        """What it says of itself: `pid`, `idle`, `kernels`, `served`, `changed`, `seconds`.

        Raises:
            Unavailable: it has ended, or does not answer within `patience` seconds.
        """
        return _client.ask(self.socket, {"ask": "state"}, patience=patience)

    def stop(self) -> None:
        """End it; kernels in use go on until those who asked for them end them."""
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None
        if self._process is not None:
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def __enter__(self) -> Parent:
        """Start it."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

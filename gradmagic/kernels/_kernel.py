"""The Jupyter kernel itself, in the child that has become one."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from gradmagic.kernels import _refresh, _thrift

__all__ = ["Inherited", "run"]


@dataclass(frozen=True)
class Inherited:
    """What a parent looks up for its kernels: its modules' files and names, Matplotlib's settings' file."""

    files: list[str]
    names: set[str]
    matplotlib: str | None

    @classmethod
    def look_up(cls) -> Inherited:
        """In the parent, after its imports."""
        return cls(_thrift.loaded_files(), _thrift.loaded_names(), _refresh.matplotlib_file())


class Lifeline(threading.Thread):
    """Ends this process when the one that wanted it has ended, however that came about.

    ipykernel's own poller asks for the parent process, which here is not the one that wants the kernel.

    Args:
        descriptor: the reading end of a pipe that the other process holds open, and never writes to.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(name="lifeline", daemon=True)
        self._descriptor = descriptor

    def run(self) -> None:
        """Wait for the end of the pipe."""
        while os.read(self._descriptor, 1):
            pass
        os._exit(1)


def run(
    arguments: Sequence[str],
    lifeline: int | None,
    inherited: Inherited,
    told: AbstractContextManager[None],
) -> None:
    """Run the kernel application until it is told to end.

    Args:
        arguments: what follows `python -m ipykernel_launcher` in an ordinary start.
        lifeline: see `Lifeline`; None for a kernel that outlives whoever wanted it.
        inherited: what the parent has looked up once for all.
        told: tells whoever wanted the kernel that it listens. Who speaks to it before that is heard a tenth
            of a second late: so long ZeroMQ waits before it tries a connection again.
    """
    from ipykernel.kernelapp import IPKernelApp

    logs, streams = _refresh.Logs(), (sys.stdout, sys.stderr)
    _refresh.matplotlib_settings(inherited.matplotlib)
    # 1 stands for a parent that is not to be polled, 0 for none.
    app: Any = IPKernelApp.instance(parent_handle=0 if lifeline is None else 1)
    _thrift.without_counting_modules(app, inherited.files, inherited.names)
    listen = app.init_sockets

    def init_sockets() -> None:
        with told:
            listen()

    app.init_sockets = init_sockets
    app.initialize(list(arguments))
    logs.follow(streams)
    if lifeline is not None:
        app.poller = Lifeline(lifeline)
    app.start()

"""A forked child on its way to being a kernel: it waits for its work, and takes on what the request says."""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from gradmagic.kernels import _inherit, _wire

__all__ = ["Assignment", "become", "told", "wait_for_work"]

Confine = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Assignment:
    """What a forked child is to be.

    Attributes:
        request: as it came from whoever wants a kernel.
        connection: to them.
        stdio: descriptors for standard input, output and error.
        lifeline: the reading end of a pipe that they hold open while they live; None if it is independent.
    """

    request: dict[str, Any]
    connection: socket.socket
    stdio: tuple[int, int, int]
    lifeline: int | None


def wait_for_work(pipe: socket.socket) -> Assignment:
    """Block until the parent hands over a request; if the parent ends first, so does this process."""
    inbox = _wire.Inbox(pipe)
    while True:
        try:
            if not inbox.receive():
                os._exit(0)
        except OSError:
            os._exit(0)
        for request in inbox.messages():
            connection, stdin, stdout, stderr, *lifeline = inbox.take()
            pipe.close()
            return Assignment(
                request,
                socket.socket(fileno=connection),
                (stdin, stdout, stderr),
                lifeline[0] if lifeline else None,
            )


def become(assignment: Assignment, made: Mapping[str, str], confine: Confine | None) -> None:
    """Take on what the request says; in whose process it returns, that one is the kernel.

    Args:
        assignment: what was asked.
        made: the variables that the parent's imports set.
        confine: called with the request's `confine`, if this parent confines its kernels.
    """
    request = assignment.request
    try:
        _take_descriptors(assignment.stdio)
        os.setsid()
        _take_environment(request["environment"], made)
        _inherit.apply(request["inherited"])
        if confine is None:
            os.chdir(request["folder"])
        else:
            confine(request["confine"])
            # In a PID namespace of its own the kernel is another process than the one above.
            with suppress(PermissionError):
                os.setsid()
        _begin_anew(request["command"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, who asked is told, and no kernel runs
        _refuse(assignment, error)


@contextmanager
def told(assignment: Assignment) -> Iterator[None]:
    """Tell whoever asked that the kernel listens, when the block is through; why not, if it raises."""
    try:
        yield
        # From the kernel's own process: the system tells the other end its number there.
        _wire.send(assignment.connection, {"started": True})
    except BaseException as error:  # noqa: BLE001 - as above
        _refuse(assignment, error)
    assignment.connection.close()


def _refuse(assignment: Assignment, error: BaseException) -> NoReturn:
    problem = f"{type(error).__name__}: {error}"
    with suppress(OSError):
        _wire.send(assignment.connection, {"refused": "setup", "values": {"problem": problem}})
    os._exit(1)


def _take_descriptors(stdio: tuple[int, int, int]) -> None:
    for number, descriptor in enumerate(stdio):
        os.dup2(descriptor, number, inheritable=True)
        os.close(descriptor)


def _take_environment(wanted: Mapping[str, str], made: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update({**made, **wanted})


def _begin_anew(command: list[str]) -> None:
    """Be as a fresh interpreter: no signal blocked, random states, arguments and time zone of its own."""
    import numpy

    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    random.seed()
    numpy.random.seed()
    time.tzset()
    sys.argv = [_launcher(command[0]), *command[1:]]
    sys.orig_argv = [sys.executable, "-m", *command]


def _launcher(name: str) -> str:
    """The file that `python -m name` would run."""
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{name}.__main__")
    return name if spec is None or spec.origin is None else spec.origin

"""The user's own parent, from a command line: start it, stop it, say how it is."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gradmagic.kernels import _client, _record, _spec
from gradmagic.kernels._errors import KernelError, Unavailable
from gradmagic.kernels._folder import socket_path
from gradmagic.kernels._start import Plan, launch

__all__ = ["State", "start", "state", "stop"]


@dataclass(frozen=True)
class State:
    """How warm kernels stand for this user and interpreter.

    Attributes:
        pid: the parent's; None when none runs.
        seconds: since it began.
        idle: how many kernels wait.
        kernels: the processes of those in use.
        served: how many it has given out.
        changed: modules whose files are no longer those that it loaded; the next kernel starts as usual.
        spec: the folder of the kernelspec; None when it is not installed.
        ordinary: the latest ordinary starts and why, oldest first.
        problem: why no parent can be had at all; empty otherwise.
    """

    pid: int | None = None
    seconds: float = 0.0
    idle: int = 0
    kernels: tuple[int, ...] = ()
    served: int = 0
    changed: tuple[str, ...] = ()
    spec: Path | None = None
    ordinary: tuple[str, ...] = ()
    problem: str = ""


def state() -> State:
    """Ask the parent how it is, if one runs."""
    if sys.platform != "linux":
        return State(problem=str(Unavailable("system", system=sys.platform)))
    spec = _spec.installed()
    try:
        path = socket_path(sys.executable)
        ordinary = tuple(_record.read())
    except KernelError as error:
        return State(spec=spec, problem=str(error))
    try:
        answer = _client.ask(path, {"ask": "state"})
    except Unavailable as error:
        return State(spec=spec, ordinary=ordinary, problem="" if error.code == "parent" else str(error))
    return State(
        pid=answer["pid"],
        seconds=answer["seconds"],
        idle=answer["idle"],
        kernels=tuple(answer["kernels"]),
        served=answer["served"],
        changed=tuple(answer["changed"]),
        spec=spec,
        ordinary=ordinary,
    )


def start(pool: int = 1, idle: float | None = 3600.0) -> State:
    """Start the user's parent, if none runs, and wait until it has imported everything.

    Args:
        pool: how many idle kernels wait.
        idle: after how many seconds without a kernel it ends; None for never.

    Raises:
        KernelError: it does not start.
    """
    path = socket_path(sys.executable)
    launch(path, Plan(sys.executable, dict(os.environ), pool, idle))
    _client.ask(path, {"ask": "state"}, patience=_client.START_SECONDS)
    return state()


def stop() -> int | None:
    """Have the user's parent end; kernels in use go on.

    Returns:
        How many those are; None when no parent ran.
    """
    try:
        return int(_client.ask(socket_path(sys.executable), {"ask": "stop"})["stopping"])
    except Unavailable as error:
        if error.code == "parent":
            return None
        raise

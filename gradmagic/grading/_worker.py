"""A process that grades what it is sent: nbval in one pytest session, kernels of the shared parent."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gradmagic.grading._kernels import Place
from gradmagic.grading._rubric import read_rubrics
from gradmagic.grading._score import Graded, WorkItem
from gradmagic.grading._session import run_session
from gradmagic.grading._work import Limits, Work, begin

__all__ = ["Task", "serve"]


@dataclass(frozen=True)
class Task:
    """A submission to grade.

    Attributes:
        folder: the folder of submissions.
        item: which one.
        checks: ask only these and what they need; all if empty.
    """

    folder: str
    item: WorkItem
    checks: tuple[str, ...] = ()


def serve(line: Connection, solutions: str, secret: bytes, limits: Limits, quiet: bool = True) -> None:
    """Grade tasks from the line until `None` comes, and send each result back.

    Args:
        line: first a `Place` as JSON comes, then tasks; results and finally nothing goes back.
        solutions: the folder of the solutions.
        secret: from which inputs are drawn.
        limits: how long a submission may take.
        quiet: what pytest or a library prints goes nowhere.
    """
    # Whoever started this process decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if quiet:
        _silence()
    rubrics = read_rubrics(Path(solutions), secret)
    place = line.recv()
    if place is not None:
        run_session(_works(line, rubrics, limits), Place.from_json(place), lambda graded: _send(line, graded))


def _works(line: Connection, rubrics: Mapping[str, Any], limits: Limits) -> Iterator[Work]:
    while True:
        try:
            task = line.recv()
        except EOFError:
            return
        if task is None:
            return
        yield begin(
            Path(task.folder), task.item, rubrics[task.item.exercise], limits=limits, checks=task.checks
        )


def _send(line: Connection, graded: Graded) -> None:
    line.send(graded)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)

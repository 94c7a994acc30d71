"""What grades on the machines of a cluster: beside each of its workers a process with kernels of its own.

The cluster's worker may be a daemon with threads, and may be killed: the process beside it ends when the
worker does, and its kernels with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any

from gradmagic.errors import GradmagicError
from gradmagic.grading._score import Graded, WorkItem
from gradmagic.grading._work import Limits
from gradmagic.grading._worker import Task
from gradmagic.messages import language, say, use_language

__all__ = ["ClusterError", "Order", "grade_there", "order_here"]


class ClusterError(GradmagicError):
    """A cluster, or a machine of it, that cannot grade."""


@dataclass(frozen=True)
class Order:
    """What every machine needs to know.

    Attributes:
        solutions: the folder of the solutions, the same on every machine.
        secret: from which inputs are drawn; not the teacher's key, which stays at home.
        limits: how long a submission may take.
        tier: the least sandbox to accept; None for the full one.
        language: of messages.
    """

    solutions: str
    secret: bytes
    limits: Limits
    tier: str | None = None
    language: str = "en"

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {**asdict(self), "secret": self.secret.hex()}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Order:
        """Return the order that `to_json` wrote."""
        own = {"secret": bytes.fromhex(row["secret"]), "limits": Limits(**row["limits"])}
        return cls(**{**row, **own})


def grade_there(task: Task, order: Order) -> Graded | None:
    """Grade a submission; the cluster calls this in its workers.

    Returns:
        The result; None if the submission ended the process that was grading it.

    Raises:
        ClusterError: this machine does not have the folders or the sandbox.
    """
    for folder in (task.folder, order.solutions):
        if not Path(folder).is_dir():
            raise ClusterError(say("cluster-folder", folder=folder, host=os.uname().nodename))
    return _station(order).grade(task)


@cache
def _station(order: Order) -> _Station:
    """The one station of this process; started by its first task."""
    return _Station(order)


class _Station:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def grade(self, task: Task) -> Graded | None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = self._started()
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            try:
                _write(self._process.stdin, {**asdict(task), "item": task.item.to_json()})
                text = self._process.stdout.readline()
            except BrokenPipeError:
                text = ""
        if not text:
            return None
        row = json.loads(text)
        if row is not None and "problem" in row:
            raise ClusterError(row["problem"])
        return None if row is None else Graded.from_json(row)

    def _started(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "gradmagic.grading._station"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None
        _write(process.stdin, self._order.to_json())
        return process


def _write(line: IO[str], row: dict[str, Any] | None) -> None:
    line.write(json.dumps(row) + "\n")
    line.flush()


def _serve() -> None:
    """Grade what comes on the standard input, a line of JSON each, until it or the worker has ended."""
    # Results have a descriptor to themselves: what a library prints must not get between them.
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    order = Order.from_json(json.loads(sys.stdin.readline()))
    use_language(order.language)
    try:
        _grade_lines(order, results)
    except GradmagicError as error:
        _write(results, {"problem": str(error)})


def _grade_lines(order: Order, results: IO[str]) -> None:
    from gradmagic.grading._kernels import Kernels
    from gradmagic.grading._pool import Pool

    worker = os.getppid()
    with ExitStack() as stack:
        kernels = Kernels(tier=order.tier)
        pool = stack.enter_context(Pool(1, Path(order.solutions), order.secret, order.limits))
        pool.begin(stack.enter_context(kernels), kernels.mend)
        for text in sys.stdin:
            row = json.loads(text)
            pool.give(Task(row["folder"], WorkItem.from_json(row["item"]), tuple(row["checks"])))
            found: list[tuple[Task, Graded | None]] = []
            while not found:
                found = list(pool.results(1.0))
                if os.getppid() != worker:
                    sys.exit(1)
            graded = found[0][1]
            _write(results, None if graded is None else graded.to_json())


def order_here(solutions: Path, secret: bytes, limits: Limits, tier: str | None) -> Order:
    """Return the order for a run that is started here, in the language in force."""
    return Order(str(solutions.resolve()), secret, limits, tier, language())


if __name__ == "__main__":
    _serve()

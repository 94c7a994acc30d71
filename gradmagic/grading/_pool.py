"""Worker processes that grade side by side, and the tasks that they are at."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from gradmagic.grading._kernels import Place
from gradmagic.grading._score import Graded
from gradmagic.grading._work import Limits
from gradmagic.grading._worker import Task, serve

__all__ = ["Pool"]

PATIENCE_SECONDS = 10.0


@dataclass
class _Worker:
    process: BaseProcess
    line: Connection
    task: Task | None = None
    given: float = 0.0


class Pool:
    """Workers, for as long as the `with` lasts.

    Args:
        jobs: how many.
        solutions: the folder of the solutions.
        secret: from which inputs are drawn.
        limits: how long a submission may take.
    """

    def __init__(self, jobs: int, solutions: Path, secret: bytes, limits: Limits) -> None:
        self._arguments = (str(solutions), secret, limits)
        self._place: Place | None = None
        self._mend: Callable[[], bool] = lambda: False
        self._mended = 0.0
        # Not forked: this process may have threads, and a worker is to hold nothing of the gradebook.
        self._context = multiprocessing.get_context("spawn")
        self._workers = [self._hired() for _ in range(jobs)]

    def begin(self, place: Place, mend: Callable[[], bool] = lambda: False) -> None:
        """Tell the workers where kernels come from; they have been getting ready meanwhile.

        Args:
            place: the kernels' parent, and where it is.
            mend: starts another parent there if it has ended, and says whether it had.
        """
        self._place, self._mend = place, mend
        for worker in self._workers:
            worker.line.send(place.to_json())

    @property
    def free(self) -> int:
        """How many workers have nothing to do."""
        return sum(worker.task is None for worker in self._workers)

    def give(self, task: Task) -> None:
        """Give a task to a free worker."""
        worker = next(worker for worker in self._workers if worker.task is None)
        worker.task, worker.given = task, time.monotonic()
        # If it has ended, `results` will find that and hire another.
        with suppress(BrokenPipeError, ConnectionResetError):
            worker.line.send(task)

    def results(self, seconds: float) -> Iterator[tuple[Task, Graded | None]]:
        """Yield what has been graded, waiting up to some seconds.

        `None` where the worker has died, or where the kernels' parent has: its kernels ended with it, which
        no submission is to pay for.
        """
        busy = [worker for worker in self._workers if worker.task is not None]
        ready: list[Any] = wait([worker.line for worker in busy], seconds)
        for worker in busy:
            if worker.line not in ready:
                continue
            task, worker.task = worker.task, None
            assert task is not None
            try:
                graded: Graded | None = worker.line.recv()
            except (EOFError, ConnectionResetError):
                graded = None
                self._replace(worker)
            if self._mend():
                self._mended = time.monotonic()
            yield task, graded if self._mended <= worker.given else None

    def run(self, tasks: list[Task], done: Callable[[Task, Graded | None], object]) -> None:
        """Grade a list of tasks; one that nobody could grade, once more."""
        left, again = list(tasks), set(tasks)
        while left or self.free < len(self._workers):
            while left and self.free:
                self.give(left.pop(0))
            for task, graded in self.results(1.0):
                if graded is None and task in again:
                    again.remove(task)
                    left.append(task)
                else:
                    done(task, graded)

    def _hired(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, *self._arguments), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _replace(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.line.close()
        place = self._workers.index(worker)
        self._workers[place] = self._hired()
        assert self._place is not None
        self._workers[place].line.send(self._place.to_json())

    def __enter__(self) -> Pool:
        """The workers have been started already."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End them: at once after an exception, else when they have nothing more to do."""
        for worker in self._workers:
            with suppress(OSError):
                worker.line.send(None)
            if kind is not None or worker.task is not None:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(PATIENCE_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.line.close()

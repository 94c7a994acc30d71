"""A Dask cluster in the place of the pool: the same tasks, graded on other machines, recorded here."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gradmagic.grading._score import Graded
from gradmagic.grading._station import ClusterError, Order, grade_there
from gradmagic.grading._worker import Task
from gradmagic.messages import say

__all__ = ["Cluster"]

# Tasks for each thread of the cluster: one that runs, and one that is there when it ends.
AHEAD = 2
PATIENCE_SECONDS = 30


class Cluster:
    """The workers of a Dask cluster, for as long as the `with` lasts; used as a `Pool` is.

    A worker that dies takes its tasks along; Dask gives them to others. Nothing is recorded there: results
    come back, and the gradebook and the key stay on this machine.

    Args:
        address: the scheduler's, `tcp://host:8786`; `tls://` where others are on the network.
        order: what the machines need to know.
        function: what grades a task there.

    Raises:
        ClusterError: `distributed` is not installed here, nobody answers, or a worker has another gradmagic.
    """

    def __init__(
        self,
        address: str,
        order: Order | None = None,
        function: Callable[..., Graded | None] = grade_there,
    ) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise ClusterError(say("cluster-missing", command="pip install 'gradmagic[dask]'")) from None
        connect: Callable[..., Any] = Client  # its own types are not complete
        try:
            self._client: Any = connect(address, timeout=PATIENCE_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(say("cluster-silent", address=address, reason=error)) from error
        self._function, self._more = function, () if order is None else (order,)
        self._tasks: dict[str, Task] = {}
        self._futures: dict[str, Any] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._threads, self._asked = 0, -1e9
        self._given = 0
        self._same_version()

    @property
    def free(self) -> int:
        """How many more tasks the cluster should be given now."""
        if time.monotonic() - self._asked > 2:
            self._threads = sum(self._client.nthreads().values())
            self._asked = time.monotonic()
        # Without a worker at this moment, one task waits at the scheduler for the first to come.
        return max(0, max(1, AHEAD * self._threads) - len(self._tasks))

    def give(self, task: Task) -> None:
        """Give a task to the cluster."""
        self._given += 1
        key = f"grade-{self._given}"  # nothing of the submission: keys are shown on Dask's dashboard
        there = replace(task, folder=str(Path(task.folder).resolve()))
        self._tasks[key] = task
        self._futures[key] = self._client.submit(self._function, there, *self._more, key=key, pure=False)
        self._futures[key].add_done_callback(self._done.put)

    def results(self, seconds: float) -> Iterator[tuple[Task, Graded | None]]:
        """Yield what has been graded, waiting up to some seconds; `None` where workers died of it."""
        found = []
        with suppress(queue.Empty):
            found.append(self._done.get(timeout=seconds))
            while True:
                found.append(self._done.get_nowait())
        for future in found:
            task = self._tasks.pop(future.key)
            del self._futures[future.key]
            problem = future.exception()
            if isinstance(problem, ClusterError):
                raise problem
            # Any other exception is Dask's: the workers that had this task have died, again and again.
            yield task, None if problem is not None else future.result()

    def run(self, tasks: list[Task], done: Callable[[Task, Graded | None], object]) -> None:
        """Grade a list of tasks."""
        left = list(tasks)
        while left or self._tasks:
            while left and self.free:
                self.give(left.pop(0))
            for task, graded in self.results(1.0):
                done(task, graded)

    def _same_version(self) -> None:
        ours = version("gradmagic")
        for worker, theirs in self._client.run(version, "gradmagic").items():
            if theirs != ours:
                raise ClusterError(say("cluster-version", worker=worker, theirs=theirs, ours=ours))

    def __enter__(self) -> Cluster:
        """The connection is there already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what has not been graded, and leave the cluster to others."""
        if self._futures:
            self._client.cancel(list(self._futures.values()), force=True)
        self._client.close(timeout=PATIENCE_SECONDS)

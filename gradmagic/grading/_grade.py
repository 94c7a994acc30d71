"""A class graded: submissions found, planned in the gradebook, run by workers, recorded, written out."""

from __future__ import annotations

import difflib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradmagic.course.checking import all_exercises
from gradmagic.errors import GradmagicError, OptionError
from gradmagic.grading._cluster import Cluster
from gradmagic.grading._find import Found, find_submissions
from gradmagic.grading._kernels import Kernels
from gradmagic.grading._late import Lateness
from gradmagic.grading._pool import Pool
from gradmagic.grading._rubric import Rubric, RubricError, read_rubrics
from gradmagic.grading._score import Graded, WorkItem
from gradmagic.grading._station import order_here
from gradmagic.grading._work import Limits, begin
from gradmagic.grading._worker import Task
from gradmagic.grading.book import Claim, Gradebook, Key
from gradmagic.messages import say

__all__ = ["GRADEBOOK", "Settings", "Summary", "grade", "plan", "titles"]

GRADEBOOK = "gradebook.sqlite"
LEASE_SECONDS = 1800.0
RENEW_SECONDS = 300.0
# How often a submission may end the very process that grades it.
MOST_ATTEMPTS = 3
# When so many fail one after another it is not the submissions: the kernels have gone, a disk is full.
MOST_FAILURES = 20


class GradingStopped(GradmagicError):
    """Grading cannot go on."""


@dataclass(frozen=True)
class Settings:
    """What to grade, by what, and how.

    Attributes:
        submissions: the folder with `STUDENT/EXERCISE.ipynb`.
        solutions: the folder of the solutions.
        out: where the gradebook is, or is to be.
        jobs: how many submissions are graded side by side.
        exercises: grade these alone.
        checks: ask only these checks of what has been graded before.
        tier: the least sandbox to accept; `None` for the full one.
        limits: how long a submission may take.
        lateness: what coming late costs.
        dask: the address of a Dask cluster that grades, in the place of this machine.
    """

    submissions: Path
    solutions: Path
    out: Path
    jobs: int = 0
    exercises: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    tier: str | None = None
    limits: Limits = field(default_factory=Limits)
    lateness: Lateness = field(default_factory=Lateness)
    dask: str = ""


@dataclass(frozen=True)
class Summary:
    """What became of a run.

    Attributes:
        graded: how many submissions were graded now.
        known: how many the gradebook has.
        failed: those whose grading itself failed; they are tried again at the next run.
        ignored: what lies in the folder and is no submission.
        tier: the sandbox that was applied.
        seconds: how long it took.
    """

    graded: int
    known: int
    failed: tuple[str, ...]
    ignored: tuple[str, ...]
    tier: str
    seconds: float


def grade(
    settings: Settings,
    key: Key,
    book: Gradebook,
    on_progress: Callable[[int, int, Graded | None], object] = lambda done, due, graded: None,
) -> Summary:
    """Grade what is due. Killed at any point and begun again, it ends in the same gradebook.

    Args:
        settings: what to grade, and how.
        key: the teacher's.
        book: where results are kept; several graders may share one.
        on_progress: called with how many have been graded, how many are due, and the latest result.

    Raises:
        GradmagicError: the folders, the solutions, the sandbox or the gradebook do not allow it.
    """
    began = time.monotonic()
    secret = key.derive("inputs")
    rubrics = _chosen(read_rubrics(settings.solutions, secret), settings)
    found = find_submissions(settings.submissions, rubrics, asked=settings.exercises)
    plan(settings, book, rubrics, found)
    due = book.progress().due
    jobs = settings.jobs or os.cpu_count() or 1
    run = _Run(settings, book, rubrics, on_progress, due)
    tier = ""
    if due:
        with ExitStack() as stack:
            pool: Pool | Cluster
            if settings.dask:
                order = order_here(settings.solutions, secret, settings.limits, settings.tier)
                pool = stack.enter_context(Cluster(settings.dask, order))
            else:
                kernels = Kernels(tier=settings.tier)
                tier = kernels.tier
                pool = stack.enter_context(
                    Pool(max(1, min(jobs, due)), settings.solutions, secret, settings.limits)
                )
                pool.begin(stack.enter_context(kernels), kernels.mend)
            _try_solutions(pool, settings, rubrics, run.exercises_due())
            run.all(pool)
    _settle_lateness(settings, book, found)
    return Summary(
        run.graded,
        book.progress().items,
        tuple(run.failed),
        found.ignored,
        tier or ", ".join(sorted(run.tiers)),
        time.monotonic() - began,
    )


def titles() -> dict[str, tuple[str, str]]:
    """The exercises' titles, English and Chinese, by name."""
    return {name: exercise.title for name, exercise in all_exercises().items()}


def plan(settings: Settings, book: Gradebook, rubrics: Mapping[str, Rubric], found: Found) -> int:
    """Ask the gradebook for what is new, has changed, or is to be regraded."""
    fingerprints = {name: rubric.fingerprint for name, rubric in rubrics.items()}
    items = found.items
    if settings.checks:
        wanted = {name for name, rubric in rubrics.items() if set(settings.checks) & rubric.asks.keys()}
        items = tuple(item for item in items if item.exercise in wanted)
    return book.plan(items, fingerprints, settings.checks)


class _Run:
    """The work of one grader: claims taken, tasks given, results recorded."""

    def __init__(
        self,
        settings: Settings,
        book: Gradebook,
        rubrics: Mapping[str, Rubric],
        on_progress: Callable[[int, int, Graded | None], object],
        due: int,
    ) -> None:
        self._settings, self._book, self._rubrics = settings, book, rubrics
        self._tell, self._due = on_progress, due
        self._claims: dict[Task, tuple[Claim, int]] = {}
        self._renewed = time.monotonic()
        self.graded = 0
        self._in_a_row = 0
        self.failed: list[str] = []
        self.tiers: set[str] = set()

    def exercises_due(self) -> set[str]:
        """The exercises that have something to grade."""
        pending = {exercise for _, exercise in self._book.pending()}
        return (pending or set(self._rubrics)) & self._rubrics.keys()

    def all(self, pool: Pool | Cluster) -> None:
        """Grade until nothing is left that this grader can take."""
        self._tell(0, self._due, None)
        while True:
            self._fill(pool)
            if not self._claims:
                if not self._book.progress().held:
                    return
                time.sleep(1.0)  # another grader is at work; should it die, its claims fall to us
                continue
            for task, graded in pool.results(1.0):
                self._record(pool, task, graded)
            if time.monotonic() - self._renewed > RENEW_SECONDS:
                self._book.renew(lease=LEASE_SECONDS)
                self._renewed = time.monotonic()

    def _fill(self, pool: Pool | Cluster) -> None:
        if not pool.free:
            return
        for claim in self._book.claim(pool.free, lease=LEASE_SECONDS):
            task = Task(str(self._settings.submissions), claim.item, claim.checks)
            rubric = self._rubrics.get(claim.item.exercise)
            if rubric is None or rubric.fingerprint != claim.rubric:
                # Planned by another grader with other solutions: not ours to grade.
                self._book.release([claim])
                raise RubricError(say("grading-other-rubric", exercise=claim.item.exercise))
            self._claims[task] = (claim, 1)
            if claim.attempt > MOST_ATTEMPTS:
                self._record_failed(task)
            else:
                pool.give(task)

    def _record(self, pool: Pool | Cluster, task: Task, graded: Graded | None) -> None:
        claim, attempts = self._claims[task]
        if graded is None and attempts < MOST_ATTEMPTS:
            self._claims[task] = (claim, attempts + 1)
            pool.give(task)
        elif graded is None:
            self._record_failed(task)
        else:
            self._keep(task, graded)

    def _record_failed(self, task: Task) -> None:
        item = task.item
        work = begin(self._settings.submissions, item, self._rubrics[item.exercise], checks=task.checks)
        self._keep(task, replace(work.graded(), status="failed"))

    def _keep(self, task: Task, graded: Graded) -> None:
        claim, _ = self._claims.pop(task)
        graded = self._settings.lateness.applied(graded, task.item)
        self._book.record(graded, claim)
        self.graded += 1
        self.tiers |= {graded.tier} - {""}
        self._tell(self.graded, self._due, graded)
        self._in_a_row = self._in_a_row + 1 if graded.status == "failed" else 0
        if graded.status == "failed":
            self.failed.append(graded.path)
            if self._in_a_row >= MOST_FAILURES:
                reason = graded.notes[-1].sentence if graded.notes else graded.status
                raise GradingStopped(say("grading-all-fail", count=self._in_a_row, reason=reason))


def _chosen(rubrics: dict[str, Rubric], settings: Settings) -> dict[str, Rubric]:
    """The rubrics of the exercises asked for; a name that there is not is answered with the nearest."""
    checks = [name for rubric in rubrics.values() for name in rubric.asks]
    for asked, known in ((settings.exercises, list(rubrics)), (settings.checks, checks)):
        for name in asked:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = say("cli-did-you-mean", name=close[0]) if close else ""
                raise OptionError(say("grading-unknown-name", name=name, hint=hint, known=", ".join(known)))
    return rubrics


def _try_solutions(
    pool: Pool | Cluster, settings: Settings, rubrics: Mapping[str, Rubric], exercises: Iterable[str]
) -> None:
    """Grade the solutions themselves: what they do not pass, nobody can, and nothing is graded.

    Raises:
        RubricError: a solution does not get every point.
    """
    folder = settings.solutions.resolve()
    tasks = [
        Task(str(folder.parent), WorkItem("solution", name, f"{folder.name}/{name}.ipynb"))
        for name in sorted(exercises)
    ]

    def look(task: Task, graded: Graded | None) -> None:
        if graded is None or graded.status != "graded" or graded.points < graded.max_points:
            name = task.item.exercise
            scores = graded.scores if graded is not None else ()
            missed = [score for score in scores if score.points < score.possible]
            about = "; ".join(f"{score.check}: {score.reason}" for score in missed)
            notes = "; ".join(note.sentence for note in graded.notes) if graded is not None else ""
            raise RubricError(say("grading-solution-fails", name=name, about=about or notes))

    pool.run(tasks, look)


def _settle_lateness(settings: Settings, book: Gradebook, found: Found) -> None:
    """Bring the lateness of what was graded before up to date, where a due time is given."""
    if settings.lateness.due is None:
        return
    items = {(item.student, item.exercise): item for item in found.items}
    changed = []
    for result in book.current():
        graded = result.graded
        item = items.get((graded.student, graded.exercise))
        if item is None:
            continue
        seconds, penalty = settings.lateness.of(item)
        if (seconds, penalty) != (graded.late_seconds, graded.penalty):
            changed.append((graded.student, graded.exercise, seconds, penalty))
    for row in changed:
        book.set_late(*row)

"""What a class did: sums over all results, built up one result at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import fmean, median

from gradmagic.grading._score import GRADED, PASSED
from gradmagic.grading.book._result import Result

__all__ = ["MISSING", "Bin", "CheckCount", "ExerciseCount", "Statistics", "histogram"]

# Names kept of submissions that need a look, so that a page stays readable and memory flat.
NAMED = 200
# The status of what was never handed in.
MISSING = "missing"
# The reason of a check that waits for another one: no mistake of its own.
NEEDS = "needs"


# A student, an exercise, what it is, and more about it.
Look = tuple[str, str, str, str]


@dataclass
class CheckCount:
    """How a check went: how many submissions passed, failed, or could not be asked."""

    exercise: str
    check: str
    states: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The part that passed, from 0 to 1."""
        return self.states[PASSED] / self.states.total()


@dataclass
class ExerciseCount:
    """How an exercise went.

    Attributes:
        points: of each submission, after lateness.
        possible: the most that one could get.
        late: how many came late.
    """

    exercise: str
    points: list[float] = field(default_factory=list)
    possible: float = 0.0
    late: int = 0

    @property
    def mean(self) -> float:
        """The mean of the points."""
        return fmean(self.points)

    @property
    def median(self) -> float:
        """The median of the points."""
        return median(self.points)


@dataclass(frozen=True)
class Bin:
    """A bar of a histogram: how many values lie from `low` to `high`; the last takes in its end."""

    low: float
    high: float
    count: int


class Statistics:
    """Sums over results.

    Attributes:
        students: who has a result.
        exercises: by name.
        checks: by exercise and name.
        mistakes: how often each reason was found, by exercise, check and reason.
        statuses: how many submissions have each status.
        tiers: how many submissions were graded in each sandbox.
        left_out: how many submissions to look at are not named.
    """

    def __init__(self) -> None:
        self.students: set[str] = set()
        self.exercises: dict[str, ExerciseCount] = {}
        self.checks: dict[tuple[str, str], CheckCount] = {}
        self.mistakes: Counter[tuple[str, str, str]] = Counter()
        self.statuses: Counter[str] = Counter()
        self.tiers: Counter[str] = Counter()
        self.left_out = 0
        self._problems: list[Look] = []
        self._notes: list[Look] = []

    def add(self, result: Result) -> None:
        """Count one result; points and checks only of what was graded."""
        graded = result.graded
        self.students.add(graded.student)
        self.statuses[graded.status] += 1
        for note in graded.notes:
            about = ": ".join(part for part in (note.about, note.sentence) if part)
            self._look(self._notes, (graded.student, graded.exercise, note.code, about))
        if graded.status != GRADED:
            # What nobody handed in is counted; nothing about it needs a look.
            if graded.status != MISSING:
                self._look(self._problems, (graded.student, graded.exercise, graded.status, ""))
            return
        self.tiers[graded.tier] += 1
        exercise = self.exercises.setdefault(graded.exercise, ExerciseCount(graded.exercise))
        exercise.points.append(graded.points)
        exercise.possible = max(exercise.possible, graded.max_points)
        exercise.late += graded.penalty > 0
        for score in graded.scores:
            key = (graded.exercise, score.check)
            self.checks.setdefault(key, CheckCount(*key)).states[score.state] += 1
            if score.state != PASSED and score.reason not in ("", NEEDS):
                self.mistakes[(*key, score.reason)] += 1

    def add_pending(self, student: str, exercise: str) -> None:
        """Count a submission that has no result yet."""
        self.statuses["pending"] += 1
        self._look(self._problems, (student, exercise, "pending", ""))

    @property
    def attention(self) -> list[Look]:
        """Submissions to look at, those without a result first."""
        return [*self._problems, *self._notes]

    def hardest(self, count: int) -> list[CheckCount]:
        """The checks that the smallest part of the class passed."""
        return sorted(self.checks.values(), key=lambda one: (one.share, one.exercise, one.check))[:count]

    def commonest(self, count: int) -> list[tuple[tuple[str, str, str], int]]:
        """The reasons that came most often; ties by name."""
        return sorted(self.mistakes.items(), key=lambda one: (-one[1], one[0]))[:count]

    def _look(self, named: list[Look], row: Look) -> None:
        if len(named) < NAMED:
            named.append(row)
        else:
            self.left_out += 1


def histogram(values: list[float], possible: float, bars: int = 10) -> list[Bin]:
    """Count values from 0 to `possible` in equal bars; a bar a point where points are few and whole."""
    if possible <= 0:
        return [Bin(0, 0, len(values))] if values else []
    whole = possible <= 12 and all(float(value).is_integer() for value in (*values, possible))
    if whole:
        counts = Counter(int(value) for value in values)
        return [Bin(point, point, counts[point]) for point in range(int(possible) + 1)]
    tally = Counter(min(bars - 1, max(0, int(value / possible * bars))) for value in values)
    return [Bin(possible * n / bars, possible * (n + 1) / bars, tally[n]) for n in range(bars)]

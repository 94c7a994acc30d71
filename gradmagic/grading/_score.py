"""What grading gives: the records that the gradebook keeps and the exports show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["BLOCKED", "FAILED", "GRADED", "PASSED", "Graded", "Note", "Score", "WorkItem"]

# The states of a check, in the words of gradmagic.course.checking.
PASSED, FAILED, BLOCKED = "passed", "failed", "could-not-run"

# The status of a submission whose checks were asked; every other one names why they were not.
GRADED = "graded"


@dataclass(frozen=True)
class WorkItem:
    """One submission to grade.

    Attributes:
        student: the folder's name: `s1234567`.
        exercise: the exercise's name: `02-higher-derivatives`.
        path: where it lies, below the folder of submissions: `s1234567/02-higher-derivatives.ipynb`.
        digest: the SHA-256 of its bytes in hexadecimal; `""` if it could not be read.
        modified: when the file was last changed, in seconds since 1970 (UTC); 0 if unknown.
        problem: `""`, or the status it gets without being run: `"symbolic-link"`, `"too-large"`, …
    """

    student: str
    exercise: str
    path: str
    digest: str = ""
    modified: float = 0.0
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> WorkItem:
        """Return the work item that `to_json` wrote."""
        return cls(**row)


@dataclass(frozen=True)
class Score:
    """What became of one check of one submission.

    Attributes:
        check: its name.
        state: `"passed"`, `"failed"`, or `"could-not-run"`.
        points: what it earned; before any late penalty.
        possible: what it can earn.
        reason: a word for a program: the mistake's name, the rule's, or the kind of problem; `""` if passed.
        asked: what was asked, in the learner's language.
        lines: what the learner reads, a label and a sentence each; nothing of a hidden expectation is in it.
        seed: a fingerprint of the inputs that were drawn; it tells neither them nor the teacher's secret.
        seconds: how long the probe took.
    """

    check: str
    state: str
    points: float
    possible: float
    reason: str = ""
    asked: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    seed: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {**asdict(self), "lines": [list(line) for line in self.lines]}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Score:
        """Return the score that `to_json` wrote."""
        return cls(**{**row, "lines": tuple((str(label), str(text)) for label, text in row["lines"])})


@dataclass(frozen=True)
class Note:
    """Something that the teacher should know of a submission; it moves no points.

    Attributes:
        code: `"duplicate-cell"`, `"cell-missing"`, `"cell-failed"`, `"kernel-died"`, …
        about: which cell or check.
        sentence: what was decided, in the language of the run.
    """

    code: str
    about: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Graded:
    """All scores of one submission, and how they were found.

    Attributes:
        student, exercise, path, digest: the work item's.
        status: `"graded"`, or why the checks could not be asked: `"missing"`, `"symbolic-link"`,
            `"too-large"`, `"not-json"`, `"too-deep"`, `"too-complex"`, `"not-a-notebook"`,
            `"unsupported-format"`, `"failed"` (grading itself failed: try again).
        scores: one for each check of the exercise, also when the status is not `"graded"`.
        tier: the sandbox that was applied: `"full"`, or less.
        rubric: a fingerprint of the checks, the exercise and the teacher's secret: the same rubric and the
            same digest give the same scores.
        language: what `asked` and `lines` are written in: `"en"` or `"zh"`.
        notes: what the teacher should know.
        late_seconds: how long after the due time it came; 0 if in time or if none was given.
        penalty: the part of the points that lateness costs, from 0 to 1.
        began: when grading began, ISO 8601 in UTC.
        seconds: how long it took.
    """

    student: str
    exercise: str
    path: str
    digest: str
    status: str
    scores: tuple[Score, ...]
    tier: str = ""
    rubric: str = ""
    language: str = "en"
    notes: tuple[Note, ...] = ()
    late_seconds: float = 0.0
    penalty: float = 0.0
    began: str = ""
    seconds: float = 0.0

    @property
    def earned(self) -> float:
        """The points of the checks, before the late penalty."""
        return sum(score.points for score in self.scores)

    @property
    def points(self) -> float:
        """The points that count: `earned` less the late penalty, rounded to 1e-6."""
        return round(self.earned * (1 - self.penalty), 6)

    @property
    def max_points(self) -> float:
        """The points of a submission that gets everything right, in time."""
        return sum(score.possible for score in self.scores)

    def __getitem__(self, check: str) -> Score:
        return next(score for score in self.scores if score.check == check)

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold; `points` and `max_points` ride along for a reader."""
        row = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **row,
            "scores": [score.to_json() for score in self.scores],
            "notes": [asdict(note) for note in self.notes],
            "points": self.points,
            "max_points": self.max_points,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Graded:
        """Return the result that `to_json` wrote."""
        own = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        own["scores"] = tuple(Score.from_json(score) for score in row["scores"])
        own["notes"] = tuple(Note(**note) for note in row["notes"])
        return cls(**own)

    def to_text(self) -> str:
        """Return one line of JSON with sorted keys: the same record gives the same bytes."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

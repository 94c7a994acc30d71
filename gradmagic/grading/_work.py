"""One submission on its way to its scores: what is run, what has been scored, what is noted."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from gradmagic.grading._find import read_bytes
from gradmagic.grading._graft import PROBE, Cell, grafted
from gradmagic.grading._judging import NOT_READ, without_answer
from gradmagic.grading._patience import TooLong, within
from gradmagic.grading._rubric import Question, Rubric
from gradmagic.grading._score import GRADED, PASSED, Graded, Note, Score, WorkItem
from gradmagic.grading._select import selected
from gradmagic.grading._submission import Submission, Unreadable, read_submission
from gradmagic.messages import say

__all__ = ["Limits", "Work", "begin"]


@dataclass(frozen=True)
class Limits:
    """How long a submission may take, in seconds.

    Attributes:
        cell: one cell of the learner's or the exercise's.
        submission: all of it; what is asked after that is not answered.
        everything: run every cell, also those that no answer needs.
    """

    cell: float = 60.0
    submission: float = 300.0
    everything: bool = False


@dataclass
class Work:
    """A submission and what is known of it so far.

    Attributes:
        item: which one.
        rubric: what it is graded by.
        cells: what is run, in order; probes with their text.
        questions: the checks put to this learner, by name.
        language: what the learner reads.
        limits: how long it may take.
        scores: of the checks so far.
        notes: what the teacher should know.
        status: `"graded"`, or why nothing can be asked.
    """

    item: WorkItem
    rubric: Rubric
    cells: list[Cell] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    language: str = "en"
    limits: Limits = field(default_factory=Limits)
    scores: dict[str, Score] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    status: str = GRADED
    tier: str = ""
    began: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)

    def sources(self, before: int) -> list[str]:
        """The texts of the cells that are run before one of them, without the probes."""
        return [cell.source for cell in self.cells[:before] if cell.role != PROBE]

    @property
    def seconds_left(self) -> float:
        """Until the submission's time is up."""
        return self.started + self.limits.submission - time.monotonic()

    def note(self, code: str, about: str) -> None:
        """Note something, once."""
        found = Note(code, about, say(f"grading-note-{code}", name=about))
        if found not in self.notes:
            self.notes.append(found)

    @property
    def is_passed(self) -> bool:
        """Whether every check has passed."""
        return all(name in self.scores and self.scores[name].state == PASSED for name in self.questions)

    def afresh(self) -> Work:
        """The same submission before it is run, to be run once more."""
        return replace(self, scores=dict(self.scores), notes=list(self.notes), began=time.time())

    def graded(self) -> Graded:
        """Return the result; a check that was not reached has no answer."""
        reason = NOT_READ if self.status != GRADED else "no-answer"
        scores = [
            self.scores.get(name) or without_answer(question, reason)
            for name, question in self.questions.items()
        ]
        return Graded(
            student=self.item.student,
            exercise=self.item.exercise,
            path=self.item.path,
            digest=self.item.digest,
            status=self.status,
            scores=tuple(scores),
            tier=self.tier,
            rubric=self.rubric.fingerprint,
            language=self.language,
            notes=tuple(self.notes),
            began=datetime.fromtimestamp(self.began, UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - self.started, 3),
        )


def begin(
    folder: Path,
    item: WorkItem,
    rubric: Rubric,
    *,
    limits: Limits | None = None,
    checks: Sequence[str] = (),
) -> Work:
    """Read a submission and make its cells ready; whatever is wrong with it becomes its status.

    Args:
        folder: the folder of submissions.
        item: which one.
        rubric: of its exercise.
        limits: how long it may take.
        checks: ask only these and what they need; all if left out.
    """
    work = Work(item, rubric, limits=limits or Limits())
    exercise = rubric.exercise
    names = rubric.with_needed(checks) if checks else list(exercise.checks)
    work.questions = {name: rubric.question(exercise.checks[name], item.student) for name in names}
    try:
        content, _ = read_bytes(folder, item.path)
        work.item = replace(item, digest=hashlib.sha256(content).hexdigest())
        submission = read_submission(content)
    except Unreadable as problem:
        # What was found wrong when the folder was looked through is said as it was found.
        work.status = item.problem or problem.status
        return work
    work.language = submission.language
    try:
        with within():
            work.cells, work.notes = _cells(work, submission)
    except TooLong:
        work.status = "too-complex"
    except Exception as error:  # noqa: BLE001 - one submission that we cannot take apart must not stop a class
        work.status = "failed"
        work.notes = [Note("not-taken-apart", "", say("grading-note-not-taken-apart", reason=repr(error)))]
    return work


def _cells(work: Work, submission: Submission) -> tuple[list[Cell], list[Note]]:
    rubric = work.rubric
    cells, notes = grafted(rubric.released[submission.language], submission, list(rubric.exercise.checks))
    kept = [cell for cell in cells if cell.role != PROBE or cell.name in work.questions]
    asks = {name: rubric.asks[name] for name in work.questions}
    needs = {name: rubric.exercise.checks[name].needs for name in work.questions}
    chosen = selected(kept, asks, needs, everything=work.limits.everything)
    filled = [
        replace(cell, source=work.questions[cell.name].source) if cell.role == PROBE else cell
        for cell in chosen
    ]
    return filled, notes

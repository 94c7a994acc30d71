"""What the gradebook hands out: work that is claimed, and results that count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gradmagic.grading._score import Graded, Score, WorkItem

__all__ = ["FAILED_TO_GRADE", "Claim", "Progress", "Result", "merged"]

# The status of a submission whose grading itself failed: it is planned again the next time.
FAILED_TO_GRADE = "failed"


@dataclass(frozen=True)
class Claim:
    """A work item that one grader has taken; nobody else gets it until the lease is over.

    Attributes:
        item: the submission.
        rubric: the rubric to grade it by; goes into `Graded.rubric`.
        checks: the checks to ask; all of them if empty.
        attempt: how often it has been taken without a result since it was planned, this time included.
        planned: the log's entry that asks for it.
        holder: who took it.
    """

    item: WorkItem
    rubric: str
    checks: tuple[str, ...]
    attempt: int
    planned: int
    holder: str


@dataclass(frozen=True)
class Progress:
    """How far grading has come: submissions known, those still to be graded, those being graded."""

    items: int
    due: int
    held: int


@dataclass(frozen=True)
class Result:
    """What is in the log about a submission that was graded.

    Attributes:
        graded: the scores; after a regrade of some checks, with those that were kept.
        entry: its number in the log.
        at: when it was recorded, ISO 8601 in UTC.
        versions: of the programs that graded.
        checks: the checks that were asked; all of them if empty.
        kept: for each score that was not found in this run, the entry where it was.
    """

    graded: Graded
    entry: int
    at: str
    versions: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    kept: Mapping[str, int] = field(default_factory=dict)

    def origin(self, check: str) -> int:
        """The entry of the run in which a check was really asked."""
        return self.kept.get(check, self.entry)

    @classmethod
    def from_row(cls, entry: int, at: str, body: str) -> Result:
        """Return the result that stands in an entry of the log."""
        row = json.loads(body)
        return cls(
            graded=Graded.from_json(row["graded"]),
            entry=entry,
            at=at,
            versions=row["versions"],
            checks=tuple(row["checks"]),
            kept=row["kept"],
        )


def merged(former: Result, new: Graded, checks: tuple[str, ...]) -> tuple[Graded, dict[str, int]]:
    """Put the new scores of some checks among the former ones.

    Returns:
        The whole, and for each score that was kept the entry it comes from. The tiers of old and new scores
        are both named where they differ.
    """
    # A run that failed by itself says nothing about the submission.
    taken = {score.check: score for score in new.scores if score.check in checks}
    if new.status == FAILED_TO_GRADE:
        taken = {}
    scores: list[Score] = [taken.pop(score.check, score) for score in former.graded.scores]
    scores += taken.values()
    fresh = {id(score) for score in new.scores}
    kept = {score.check: former.origin(score.check) for score in scores if id(score) not in fresh}
    tiers = {new.tier: None} if not kept else dict.fromkeys([*former.graded.tier.split(" + "), new.tier])
    whole: dict[str, Any] = {"scores": tuple(scores), "tier": " + ".join(tier for tier in tiers if tier)}
    return replace(new, **whole), kept

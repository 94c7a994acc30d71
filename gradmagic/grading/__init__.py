"""Submissions to scores: what a notebook must match never enters the process that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup

if TYPE_CHECKING:
    from gradmagic.grading._find import Found, SubmissionError, find_submissions
    from gradmagic.grading._kernels import Kernels, Place, SandboxTooWeak
    from gradmagic.grading._rubric import Rubric, RubricError, read_rubrics
    from gradmagic.grading._score import BLOCKED, FAILED, GRADED, PASSED, Graded, Note, Score, WorkItem
    from gradmagic.grading._session import run_session
    from gradmagic.grading._work import Limits, Work, begin

__all__ = [
    "BLOCKED",
    "FAILED",
    "GRADED",
    "PASSED",
    "Found",
    "Graded",
    "Kernels",
    "Limits",
    "Note",
    "Place",
    "Rubric",
    "RubricError",
    "SandboxTooWeak",
    "Score",
    "SubmissionError",
    "Work",
    "WorkItem",
    "begin",
    "find_submissions",
    "read_rubrics",
    "run_session",
]

# The parent of confined kernels and pytest's plugin import this package: neither must load all of it.
__getattr__, __dir__ = lookup(
    __name__,
    {
        **dict.fromkeys(("Found", "SubmissionError", "find_submissions"), "_find"),
        **dict.fromkeys(("Kernels", "Place", "SandboxTooWeak"), "_kernels"),
        **dict.fromkeys(("Rubric", "RubricError", "read_rubrics"), "_rubric"),
        **dict.fromkeys(
            ("BLOCKED", "FAILED", "GRADED", "PASSED", "Graded", "Note", "Score", "WorkItem"), "_score"
        ),
        "run_session": "_session",
        **dict.fromkeys(("Limits", "Work", "begin"), "_work"),
    },
)

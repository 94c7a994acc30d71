"""Submissions to scores: what a notebook must match never enters the process that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup

if TYPE_CHECKING:
    from gradmagic.grading._find import Found, SubmissionError, find_submissions
    from gradmagic.grading._grade import GRADEBOOK, Settings, Summary, grade, titles
    from gradmagic.grading._kernels import Kernels, Place, SandboxTooWeak
    from gradmagic.grading._late import Lateness, read_due, read_penalty, read_times
    from gradmagic.grading._needs import NotInstalled, need_nbval
    from gradmagic.grading._rubric import Rubric, RubricError, read_rubrics
    from gradmagic.grading._score import BLOCKED, FAILED, GRADED, PASSED, Graded, Note, Score, WorkItem
    from gradmagic.grading._session import run_session
    from gradmagic.grading._work import Limits, Work, begin
    from gradmagic.grading.book import FORMATS, Gradebook, check_formats, export, find_key

__all__ = [
    "BLOCKED",
    "FAILED",
    "FORMATS",
    "GRADEBOOK",
    "GRADED",
    "PASSED",
    "Found",
    "Gradebook",
    "Graded",
    "Kernels",
    "Lateness",
    "Limits",
    "NotInstalled",
    "Note",
    "Place",
    "Rubric",
    "RubricError",
    "SandboxTooWeak",
    "Score",
    "Settings",
    "SubmissionError",
    "Summary",
    "Work",
    "WorkItem",
    "begin",
    "check_formats",
    "export",
    "find_key",
    "find_submissions",
    "grade",
    "need_nbval",
    "read_due",
    "read_penalty",
    "read_rubrics",
    "read_times",
    "run_session",
    "titles",
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
        **dict.fromkeys(("GRADEBOOK", "Settings", "Summary", "grade", "titles"), "_grade"),
        **dict.fromkeys(("Lateness", "read_due", "read_penalty", "read_times"), "_late"),
        **dict.fromkeys(("NotInstalled", "need_nbval"), "_needs"),
        "run_session": "_session",
        **dict.fromkeys(("FORMATS", "Gradebook", "check_formats", "export", "find_key"), "book"),
        **dict.fromkeys(("Limits", "Work", "begin"), "_work"),
    },
)

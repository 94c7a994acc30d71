"""Submissions to scores: what a notebook must match never enters the process that runs it."""

from gradmagic.grading._score import BLOCKED, FAILED, GRADED, PASSED, Graded, Note, Score, WorkItem

__all__ = ["BLOCKED", "FAILED", "GRADED", "PASSED", "Graded", "Note", "Score", "WorkItem"]

"""How a check tells nbgrader, which gives a cell's points unless the cell raises."""

from __future__ import annotations

import os

from gradmagic.course.checking._report import Report
from gradmagic.errors import GradmagicError

__all__ = ["CheckFailed", "tell_nbgrader"]


class CheckFailed(GradmagicError):
    """Checks that did not pass, where nbgrader validates or grades."""


def tell_nbgrader(report: Report) -> None:
    """Raise if a check did not pass and nbgrader is running the notebook; for a learner, do nothing.

    Raises:
        CheckFailed: with the report's text, which nbgrader keeps as feedback.
    """
    if os.environ.get("NBGRADER_EXECUTION") and not report.ok:
        raise CheckFailed(f"\n{report!r}")

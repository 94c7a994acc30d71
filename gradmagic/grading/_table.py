"""`grades.csv`: one line for each submission."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from gradmagic.errors import OptionError
from gradmagic.grading.book import Gradebook
from gradmagic.messages import say

__all__ = ["FORMATS", "export"]

FORMATS = ("csv",)


def export(
    book: Gradebook,
    folder: Path,
    formats: Collection[str] = FORMATS,
    titles: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Write what counts now."""
    for name in formats:
        if name not in FORMATS:
            raise OptionError(say("grading-unknown-name", name=name, hint="", known=", ".join(FORMATS)))
    draft = folder / ".grades.csv"
    with draft.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["student", "exercise", "points", "max_points", "status"])
        for result in book.current():
            graded = result.graded
            table.writerow([graded.student, graded.exercise, graded.points, graded.max_points, graded.status])
    os.replace(draft, folder / "grades.csv")

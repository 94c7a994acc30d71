"""A gradebook written out: tables, files for other programs, pages for learners and for the teacher."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import IO

from gradmagic.errors import OptionError
from gradmagic.grading.book._feedback import feedback_page
from gradmagic.grading.book._files import Folder, safe_name
from gradmagic.grading.book._gradebook import Gradebook
from gradmagic.grading.book._result import Result
from gradmagic.grading.book._seal import seal_folder
from gradmagic.grading.book._statistics import Statistics
from gradmagic.grading.book._store import GradebookError
from gradmagic.grading.book._summary import summary_page
from gradmagic.grading.book._tables import CSV_HEADER, csv_row, gradescope, json_row, junit
from gradmagic.messages import say

__all__ = ["FORMATS", "check_formats", "export"]

FORMATS = ("csv", "json", "gradescope", "junit", "html")


def export(
    book: Gradebook,
    folder: Path,
    formats: Collection[str] = FORMATS,
    titles: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    """Write what counts now into a folder, and seal it. The same gradebook gives the same files.

    Args:
        book: the gradebook; nothing is exported from one that has been edited.
        folder: gets `grades.csv` (csv), `grades.json` (json), `junit.xml` (junit), `summary.html` and
            `STUDENT/EXERCISE.html` (html), `STUDENT/results.json` (gradescope).
        formats: which of them.
        titles: of the exercises, English and Chinese.

    Returns:
        The seal of the gradebook: keep it where nobody can change it.

    Raises:
        GradebookError: the gradebook was edited, or a file cannot be written.
        OptionError: a format that there is not.
    """
    check_formats(formats)
    report = book.audit()
    if not report.ok:
        raise GradebookError(say("export-edited-book", path=book.path, count=len(report.findings)))
    titles = titles or {}
    out = Folder(folder)
    found = Statistics()
    pending = book.pending()
    with ExitStack() as stack:
        tables = _Tables(out, formats, stack, report.seal)
        for student, results in _by_student(book):
            place = safe_name(student)
            for result in results:
                found.add(result)
                tables.add(result)
                if "html" in formats:
                    name = f"{safe_name(result.graded.exercise)}.html"
                    out.write(feedback_page(result, titles), place, name)
            if "gradescope" in formats:
                out.write(gradescope(results), place, "results.json")
        for pair in pending:
            found.add_pending(*pair)
        tables.finish(pending)
    if "html" in formats:
        out.write(summary_page(found, titles, report.seal), "summary.html")
    seal_folder(out, book.key, report.seal)
    return report.seal


def check_formats(formats: Collection[str]) -> None:
    """Raise OptionError if one of them is not in `FORMATS`."""
    for name in formats:
        if name not in FORMATS:
            raise OptionError(say("export-format", name=name, known=", ".join(FORMATS)))


def _by_student(book: Gradebook) -> Iterator[tuple[str, list[Result]]]:
    for student, results in groupby(book.current(), key=lambda result: result.graded.student):
        yield student, list(results)


class _Tables:
    """The files that hold the whole class, written as its results go by."""

    def __init__(self, out: Folder, formats: Collection[str], stack: ExitStack, seal: str) -> None:
        def opened(kind: str, name: str, head: str) -> IO[str] | None:
            if kind not in formats:
                return None
            file = stack.enter_context(out.stream(name))
            file.write(head)
            return file

        self._csv = opened("csv", "grades.csv", CSV_HEADER)
        self._json = opened("json", "grades.json", f'{{"gradebook": {json.dumps(seal)}, "results": [')
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gradmagic">\n'
        self._junit = opened("junit", "junit.xml", head)
        self._between = "\n"

    def add(self, result: Result) -> None:
        if self._csv:
            self._csv.write(csv_row(result.graded.student, result.graded.exercise, result.graded))
        if self._json:
            self._json.write(self._between + json_row(result))
            self._between = ",\n"
        if self._junit:
            self._junit.write(junit(result))

    def finish(self, pending: list[tuple[str, str]]) -> None:
        if self._csv:
            for student, exercise in pending:
                self._csv.write(csv_row(student, exercise, None))
        if self._json:
            rows = [{"student": student, "exercise": exercise} for student, exercise in pending]
            self._json.write(f'\n], "pending": {json.dumps(rows, ensure_ascii=False)}}}\n')
        if self._junit:
            self._junit.write("</testsuites>\n")

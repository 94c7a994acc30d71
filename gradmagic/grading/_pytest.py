"""Submissions in an ordinary pytest session: nbval collects notebooks, these take their place."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbFile

from gradmagic.errors import GradmagicError
from gradmagic.grading._cells import SubmissionFile, submission_file
from gradmagic.grading._find import read_bytes
from gradmagic.grading._kernels import Kernels
from gradmagic.grading._rubric import read_rubrics
from gradmagic.grading._score import WorkItem
from gradmagic.grading._submission import Unreadable
from gradmagic.grading._work import Limits, begin
from gradmagic.grading.book import find_key
from gradmagic.messages import say

__all__ = ["Grader"]


class Grader:
    """Collects submissions, lends them kernels, and reports their points.

    Raises:
        UsageError: options that do not go together, no solutions, or too weak a sandbox.
    """

    def __init__(self, config: pytest.Config) -> None:
        option = config.option
        if not getattr(option, "nbval", False):
            raise pytest.UsageError(say("grading-pytest-nbval"))
        if getattr(option, "numprocesses", None):
            raise pytest.UsageError(say("grading-pytest-xdist"))
        self._option = option
        self._files: list[SubmissionFile] = []
        self._stack = ExitStack()
        try:
            key = find_key(Path(option.gradmagic_key) if option.gradmagic_key else None, make=True)
            self._rubrics = read_rubrics(Path(option.gradmagic), key.derive("inputs"))
        except GradmagicError as error:
            raise pytest.UsageError(str(error)) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
        """Put ours in the place of nbval's collector for each notebook of a known exercise."""
        found = yield
        if file_path.suffix != ".ipynb" or file_path.stem not in self._rubrics:
            return found
        student = self._option.gradmagic_student or file_path.parent.name
        folder, path = file_path.parent.parent, f"{file_path.parent.name}/{file_path.name}"
        problem = ""
        try:
            read_bytes(folder, path)
        except Unreadable as unreadable:
            problem = unreadable.status
        item = WorkItem(student, file_path.stem, path, problem=problem)
        limits = Limits(everything=self._option.gradmagic_all_cells)
        work = begin(folder, item, self._rubrics[item.exercise], limits=limits)
        ours = submission_file(parent, file_path, work, None)
        self._files.append(ours)
        return [*(one for one in found if not isinstance(one, IPyNbFile)), ours]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Have a parent of confined kernels while submissions run."""
        # pytest has looked at the neighbours as well, and kept what it was asked for.
        kept = {item.parent for item in session.items}
        self._files = [file for file in self._files if file in kept]
        if self._files and not session.config.option.collectonly:
            try:
                kernels = Kernels(tier=self._option.gradmagic_below_full_tier)
                place = self._stack.enter_context(kernels)
            except GradmagicError as error:
                raise pytest.UsageError(str(error)) from None
            for file in self._files:
                file.place = place
        with self._stack:
            return (yield)

    def pytest_sessionfinish(self) -> None:
        """Write the report."""
        if self._option.gradmagic_report and not self._option.collectonly:
            rows = [file.work.graded().to_json() for file in self._files]
            text = json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)
            Path(self._option.gradmagic_report).write_text(f"{text}\n", "utf-8")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the points of each submission."""
        if self._option.collectonly or not self._files:
            return
        terminalreporter.section(say("grading-pytest-points"))
        for file in self._files:
            graded = file.work.graded()
            points = f"{graded.points:g}/{graded.max_points:g}"
            terminalreporter.line(f"{graded.student}  {graded.exercise}  {points}  {graded.status}")
            for score in graded.scores:
                terminalreporter.line(
                    f"  {score.check:24} {score.points:g}/{score.possible:g}  {score.reason}"
                )

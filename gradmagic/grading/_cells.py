"""A submission as nbval runs it: its own file and cells, with our comparison in the place of nbval's.

nbval reads the messages, waits, times out and reports as it always does. A learner's cell is run and its
outputs are dropped; a probe cell's one output is read and judged.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from gradmagic.errors import GradmagicError
from gradmagic.grading._answers import answers_in
from gradmagic.grading._graft import PROBE, Cell
from gradmagic.grading._judging import KILLED, NO_ANSWER, OUT_OF_TIME, needs_another, scored, without_answer
from gradmagic.grading._kernels import Place
from gradmagic.grading._running import GradingKernel, KernelDied
from gradmagic.grading._score import BLOCKED, GRADED, PASSED, Note, Score
from gradmagic.grading._work import Work
from gradmagic.messages import say, use_language

__all__ = ["SubmissionCell", "SubmissionFile", "submission_file"]

# Beyond the seconds that the kernel itself holds a check to.
PROBE_MARGIN = 5.0
AFTER_TIMEOUT = 3.0


class OutOfTime(Exception):
    """The submission's time is up: no other kernel is started for it."""


class SubmissionFile(IPyNbFile):  # type: ignore[misc]
    """The notebook made of a submission. `work` and `place` are set by `submission_file`."""

    work: Work
    place: Place | None
    kernel: Any = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a cell for each one that is run, and a probe for each check."""
        self._spoilt: set[int] = set()
        if self.work.status != GRADED:
            yield Unread.from_parent(self, name=self.work.status)
        for number, cell in enumerate(self.work.cells):
            kind = ProbeCell if cell.role == PROBE else SubmissionCell
            node = new_code_cell(cell.source)
            node.execution_count = 1  # nbval compares the cells that were run
            item = kind.from_parent(
                self,
                name=cell.name if cell.role == PROBE else f"{cell.role} {number}: {cell.name}",
                cell_num=number,
                cell=node,
                options=defaultdict(bool, check=cell.role == PROBE),
            )
            item.planned = cell
            yield item

    def setup(self) -> None:
        """Start the kernel; what it is given and how it is waited for is ours, not nbval's options."""
        self.timed_out = False
        if self.work.status != GRADED or self.place is None:
            return
        self.work.tier = self.place.tier
        if self.work.status == GRADED and not self.work.scores and not self._spoilt:
            self.work.started = time.monotonic()
        try:
            self.kernel = GradingKernel(self.place)
        except (GradmagicError, KernelDied, OSError) as error:
            # No fault of the submission's: it is to be graded again.
            self.work.status = "failed"
            self.work.notes.append(Note("no-kernel", "", say("grading-note-no-kernel", reason=error)))
            raise

    def teardown(self) -> None:
        """End the kernel, dead or alive."""
        if self.kernel is not None:
            self.kernel.stop()
            self.kernel = None

    def get_kernel_message(self, timeout: float | None = None, stream: str = "iopub") -> dict[str, Any]:
        """Return the next message that matters."""
        message: dict[str, Any] = self.kernel.get_message(stream, timeout=timeout)
        return message

    def spoil(self, number: int) -> None:
        """Never run this cell again: it has ended the kernel, or could not be ended itself."""
        self._spoilt.add(number)
        self.teardown()

    def revive(self, before: int) -> None:
        """Start a new kernel and run again what came before a cell, without what spoils it.

        Raises:
            OutOfTime: the submission's time was up meanwhile.
        """
        while self.kernel is None:
            if self.work.seconds_left <= 0:
                raise OutOfTime
            self.setup()
            for number, cell in enumerate(self.work.cells[:before]):
                if cell.role == PROBE or number in self._spoilt:
                    continue
                try:
                    self._again(cell)
                except (KernelDied, Empty):
                    self.spoil(number)
                    break

    def _again(self, cell: Cell) -> None:
        limit = min(self.work.limits.cell, max(self.work.seconds_left, 0.0))
        self.kernel.begin(limit + AFTER_TIMEOUT, probing=False)
        asked = self.kernel.execute_cell_input(cell.source, allow_stdin=False)
        self.kernel.await_reply(asked, timeout=limit)


class Unread(pytest.Item):
    """A submission that cannot be read: it fails, and its name says why."""

    def runtest(self) -> None:
        """Fail."""
        pytest.fail(f"{self.name}: {say('grading-why-not-read')}", pytrace=False)


class SubmissionCell(IPyNbCell):  # type: ignore[misc]
    """A cell of the learner's or of the exercise's; that it fails costs no point by itself."""

    planned: Cell

    def setup(self) -> None:
        """Nothing: that an earlier cell ran out of time does not spoil this one."""

    @property
    def work(self) -> Work:
        """The submission's."""
        return self.parent.work  # type: ignore[no-any-return]

    def runtest(self) -> None:
        """Run the cell."""
        self._run(self.work.limits.cell)

    def _run(self, seconds: float) -> None:
        file = self.parent
        seconds = min(seconds, self.work.seconds_left)
        if seconds <= 0:
            self.work.note("out-of-time", "")
            pytest.skip(say("grading-why-out-of-time"))
        if file.kernel is None or not file.kernel.is_alive():
            file.teardown()
            file.revive(self.cell_num)
            seconds = min(seconds, max(self.work.seconds_left, 0.0))
        file.timed_out = False
        file.kernel.begin(seconds + AFTER_TIMEOUT, probing=self.planned.role == PROBE)
        self.output_timeout = AFTER_TIMEOUT
        option = self.config.option
        before, option.nbval_cell_timeout = option.nbval_cell_timeout, seconds
        try:
            super().runtest()
        except NbCellError:
            self._look_after(file.timed_out)
            raise
        except Exception:
            # What nbval did not expect: the kernel has ended, or sends what is no message. Neither is to be
            # spoken to again.
            file.timed_out = True
            self._look_after(spoilt=True)
            raise
        finally:
            option.nbval_cell_timeout = before

    def _look_after(self, spoilt: bool) -> None:
        file = self.parent
        if spoilt or file.kernel is None or not file.kernel.is_alive():
            file.spoil(self.cell_num)
            self.work.note("cell-killed" if self.planned.role != PROBE else "probe-killed", self.planned.name)
        elif self.planned.role != PROBE:
            self.work.note("cell-failed", self.planned.name)


class ProbeCell(SubmissionCell):
    """A check put to the learner's code; passes if the numbers are right."""

    def runtest(self) -> None:
        """Ask, and judge what comes."""
        work = self.work
        question = work.questions[self.planned.name]
        use_language(work.language)
        self._asked_at = began = time.monotonic()
        try:
            failed = [name for name in question.check.needs if work.scores[name].state != PASSED]
            if failed:
                self._settle(needs_another(question, failed[0]))
                return
            if work.seconds_left <= 0:
                self._settle(without_answer(question, OUT_OF_TIME))
                return
            try:
                self._run(question.seconds + PROBE_MARGIN)
            except Exception:
                if self.planned.name not in work.scores:
                    spent = time.monotonic() - began
                    reason = KILLED if self.parent.kernel is None else NO_ANSWER
                    reason = OUT_OF_TIME if work.seconds_left <= 0 else reason
                    self._settle(without_answer(question, reason, spent))
                raise
        finally:
            use_language(None)

    def compare_outputs(
        self, test: Sequence[Mapping[str, Any]], ref: Sequence[Mapping[str, Any]], skip_compare: Any = None
    ) -> bool:
        """Judge the numbers among the outputs, in the place of nbval's comparison of texts."""
        question = self.work.questions[self.planned.name]
        received = answers_in(test, len(question.cases))
        if received is None:
            score = without_answer(question, NO_ANSWER)
        else:
            spent = time.monotonic() - self._asked_at
            sources = self.work.sources(self.cell_num)
            score = scored(self.work.rubric, question, received, sources, spent)
        self._settle(score)
        return score.state == PASSED

    def _settle(self, score: Score) -> None:
        self.work.scores[score.check] = score
        self.comparison_traceback = [f"{label}: {text}" for label, text in score.lines]
        self.user_properties += [
            ("student", self.work.item.student),
            ("exercise", self.work.item.exercise),
            ("check", score.check),
            ("state", score.state),
            ("points", score.points),
            ("possible", score.possible),
        ]
        if score.state == BLOCKED:
            pytest.skip("; ".join(text for _, text in score.lines))


def submission_file(session: pytest.Collector, path: Path, work: Work, place: Place | None) -> SubmissionFile:
    """Return the collector of a submission."""
    file: SubmissionFile = SubmissionFile.from_parent(session, path=path)
    file.work, file.place = work, place
    return file

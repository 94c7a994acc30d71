"""The learner's answers put into a clean copy of the exercise.

The copy is the teacher's; from the submission comes nothing but the text of code cells. What was decided:

- an answer is the cell with the answer's `grade_id`; where metadata were lost, the cell with its id;
- several cells of one `grade_id`, as copying a cell in a notebook makes them: all, in their order, so that
  the last definition counts, as it did for the learner;
- the lines that the exercise itself has below an answer, in the same cell: a cell of its own (`_tail`);
- an answer that is gone: the exercise's own empty one, so its checks find it still to be written;
- cells of the learner's own, and other cells that the learner has changed: kept where they stood; they are
  run only if an answer needs a name that they bind;
- a check's cell: the probe stands in its place, whatever has become of it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from gradmagic.grading._names import NO_PYTHON, python_of
from gradmagic.grading._score import Note
from gradmagic.grading._submission import Submission, SubmittedCell
from gradmagic.grading._tail import parted
from gradmagic.messages import say

__all__ = ["ANSWER", "CHANGED", "GIVEN", "OWN", "PROBE", "Cell", "grafted"]

# Where a cell's text comes from: the exercise, an answer, the learner's version of an exercise's cell, a cell
# of the learner's own; or it is a probe.
GIVEN, ANSWER, CHANGED, OWN, PROBE = "given", "answer", "changed", "own", "probe"


@dataclass(frozen=True)
class Cell:
    """A cell to run.

    Attributes:
        role: `"given"`, `"answer"`, `"changed"`, `"own"`, `"probe"`.
        name: the grade id, the cell's id, or the check's name.
        source: its text; a probe gets its own later.
    """

    role: str
    name: str
    source: str = ""


def grafted(
    released: NotebookNode, submission: Submission, checks: Sequence[str]
) -> tuple[list[Cell], list[Note]]:
    """Return the cells of the clean copy with the learner's answers and own cells, and what is to be noted.

    Args:
        released: the exercise, as learners got it.
        submission: what came back.
        checks: the names of the exercise's checks.
    """
    clean = [cell for cell in released.cells if cell.cell_type == "code" and cell.source.strip()]
    marks = {cell.id: dict(cell.metadata.get("nbgrader", {})) for cell in clean}
    answers = {marks[cell.id]["grade_id"]: cell.id for cell in clean if marks[cell.id].get("solution")}
    asked = {marks[cell.id]["grade_id"]: cell.id for cell in clean if marks[cell.id].get("grade")}
    homes, notes = _homes(submission.cells, answers, asked, {cell.id for cell in clean})
    cells: list[Cell] = list(_below(None, submission, homes))
    for cell in clean:
        mark = marks[cell.id]
        name = str(mark.get("grade_id", cell.id))
        theirs = [one for one, home in zip(submission.cells, homes, strict=True) if home == cell.id]
        if mark.get("grade"):
            if name in checks:
                cells.append(Cell(PROBE, name))
        elif mark.get("solution"):
            if not theirs:
                notes.append(Note("cell-missing", name, say("grading-note-cell-missing", name=name)))
            if len(theirs) > 1:
                sentence = say("grading-note-duplicate-cell", name=name, count=len(theirs))
                notes.append(Note("duplicate-cell", name, sentence))
            for one in theirs:
                answer, given = parted(one.source, cell.source)
                cells += [Cell(ANSWER, name, answer), *([Cell(GIVEN, name, given)] if given else [])]
            cells += [] if theirs else [Cell(GIVEN, name, cell.source)]
        elif not _is_check(cell.source):
            cells.append(Cell(GIVEN, cell.id, cell.source))
            cells += [
                Cell(CHANGED, cell.id, one.source) for one in theirs if not _same(one.source, cell.source)
            ]
        cells += _below(cell.id, submission, homes)
    placed = {cell.name for cell in cells if cell.role == PROBE}
    cells += [Cell(PROBE, name) for name in checks if name not in placed]
    return cells, notes


def _homes(
    cells: Sequence[SubmittedCell], answers: dict[str, str], asked: dict[str, str], ids: set[str]
) -> tuple[list[str | None], list[Note]]:
    """For each submitted cell the clean cell that it is, `None` for one of the learner's own."""
    homes: list[str | None] = []
    by_mark = {cell.grade_id for cell in cells}
    notes = []
    for cell in cells:
        home = answers.get(cell.grade_id) or asked.get(cell.grade_id)
        if home is None and cell.cell_id in ids:
            home = cell.cell_id
            lost = next((name for name, own in answers.items() if own == home), None)
            if lost in by_mark:
                home = None  # its grade id is another cell's: this one is the learner's own
            elif lost is not None:
                notes.append(Note("relabelled-cell", lost, say("grading-note-relabelled-cell", name=lost)))
        homes.append(home)
    return homes, notes


def _below(place: str | None, submission: Submission, homes: list[str | None]) -> list[Cell]:
    """The learner's own cells that follow a clean cell (the last one of that id) in the submission."""
    found: list[Cell] = []
    last: str | None = None
    for number, (cell, home) in enumerate(zip(submission.cells, homes, strict=True)):
        if home is not None:
            if home == place:
                found = []
            last = home
        elif last == place and cell.source.strip() and not _is_check(cell.source):
            found.append(Cell(OWN, f"cell {number + 1}", cell.source))
    return found


def _is_check(source: str) -> bool:
    """Whether a cell only asks `%check` or `%hint`: there is nothing to run in it."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return all(line.startswith(("%check", "%hint", "#")) for line in lines)


def _same(one: str, other: str) -> bool:
    """Whether two cells are the same program, whatever their comments and spaces."""
    if one.strip() == other.strip():
        return True
    try:
        return ast.dump(ast.parse(python_of(one))) == ast.dump(ast.parse(python_of(other)))
    except NO_PYTHON:
        return False

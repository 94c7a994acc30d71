"""Put an exercise to the test: its solution, a fresh copy of it, and wrong answers that are known."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from gradmagic.course._execute import NotebookError, run_notebook
from gradmagic.course._language import in_language, untranslated
from gradmagic.course._release import cut
from gradmagic.course._wrong import Told, WrongAnswer, read_wrong_answers, told_in
from gradmagic.course.checking import Exercise, all_exercises
from gradmagic.errors import GradmagicError
from gradmagic.messages import LANGUAGES, say

__all__ = ["Verification", "graded_exercises", "verify"]

# Of each graded exercise.
FEWEST_WRONG = 8


@dataclass(frozen=True)
class Verification:
    """What was found out about an exercise.

    Attributes:
        exercise: its name.
        told: each wrong answer with what it was told.
        complaints: what is not as it should be.
    """

    exercise: str
    told: tuple[tuple[WrongAnswer, Told], ...]
    complaints: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether all is as it should be."""
        return not self.complaints

    def __str__(self) -> str:
        parts = []
        for answer, told in self.told:
            code = "\n".join(f"    {line}" for line in answer.source.rstrip("\n").splitlines())
            messages = "\n".join(told.messages[code] for code in LANGUAGES)
            parts.append(f"{answer.check}: {told.state}, {told.reason}\n{code}\n{messages}")
        return "\n\n".join(parts)


def graded_exercises() -> list[str]:
    """Return the names of the exercises that have checks."""
    return list(all_exercises())


def verify(name: str, solutions: Path) -> Verification:
    """Put an exercise to the test, in kernels of its own.

    Args:
        name: the exercise's.
        solutions: the folder of the solutions; the wrong answers are in its folder `wrong`.

    Raises:
        GradmagicError: there is no such exercise or no such solution, or a file cannot be read.
    """
    if name not in all_exercises():
        raise GradmagicError(say("verify-unknown", name=name, known=", ".join(all_exercises())))
    path = solutions / f"{name}.ipynb"
    if not path.exists():
        raise GradmagicError(say("verify-no-solution", path=path))
    exercise, solution = all_exercises()[name], nbformat.read(path, as_version=4)
    wrong_path = (solutions / "wrong" / f"{name}.py").resolve()
    wrong = read_wrong_answers(wrong_path)
    complaints = [*untranslated(solution, path.name), *_marks(exercise, solution)]
    unknown = [answer.check for answer in wrong if answer.check not in exercise.checks]
    if unknown:
        raise GradmagicError(say("verify-unknown-check", file=wrong_path.name, name=unknown[0]))
    if len(wrong) < FEWEST_WRONG:
        complaints.append(say("verify-few-wrong", count=len(wrong), least=FEWEST_WRONG))
    complaints += [
        say("verify-untried", name=check)
        for check in exercise.checks
        if check not in {answer.check for answer in wrong}
    ]
    try:
        points, rows = _run(
            solution,
            f"points_in({name!r}, globals())",
            f"try_wrong_answers({name!r}, {str(wrong_path)!r}, globals())",
        )
    except NotebookError as error:
        return Verification(name, (), (*complaints, say("verify-solution-stopped", error=error)))
    if points["points"] != exercise.points:
        complaints.append(
            say("verify-not-full", points=points["points"], possible=exercise.points, states=points["states"])
        )
    told = tuple(zip(wrong, (Told(**row) for row in rows), strict=True))
    complaints += [complaint for answer, found in told if (complaint := _unlike(answer, found))]
    for code in LANGUAGES:
        complaints += _fresh(cut(in_language(solution, code, path.name), path.name, code), name, code)
    return Verification(name, told, tuple(complaints))


def _marks(exercise: Exercise, solution: NotebookNode) -> list[str]:
    """Compare nbgrader's metadata with the checks."""
    marks = [cell.metadata.nbgrader for cell in solution.cells if "nbgrader" in cell.metadata]
    graded = {mark.grade_id: mark.points for mark in marks if mark.grade}
    wanted = {check.name: check.points for check in exercise.checks.values()}
    complaints = [
        say("verify-mark", name=name, wanted=wanted.get(name, "–"), came=graded.get(name, "–"))
        for name in sorted(graded.keys() | wanted.keys())
        if graded.get(name) != wanted.get(name)
    ]
    ids = [mark.grade_id for mark in marks]
    return complaints + [
        say("verify-mark-twice", name=name) for name in sorted({name for name in ids if ids.count(name) > 1})
    ]


def _unlike(answer: WrongAnswer, told: Told) -> str:
    if told.state == "passed":
        return say("verify-wrong-passed", line=answer.line, check=answer.check)
    if told.reason != answer.reason:
        return say("verify-other-reason", line=answer.line, wanted=answer.reason, came=told.reason)
    return ""


def _fresh(notebook: NotebookNode, name: str, code: str) -> list[str]:
    """A released exercise runs to its end and gets nothing."""
    try:
        (found,) = _run(notebook, f"points_in({name!r}, globals())")
    except NotebookError as error:
        return [say("verify-fresh-stopped", language=code, error=error)]
    return [
        say("verify-fresh-points", language=code, name=check, points=points)
        for check, (_, points, _) in found["states"].items()
        if points
    ]


def _run(notebook: NotebookNode, *questions: str) -> list[Any]:
    """Run a copy with questions added at its end, and return their answers."""
    asking = nbformat.from_dict(notebook)
    first = len(asking.cells)
    asking.cells = [
        *asking.cells,
        *(new_code_cell(f"from gradmagic.course._wrong import *\n{question}") for question in questions),
    ]
    with tempfile.TemporaryDirectory() as folder:
        run_notebook(asking, folder=Path(folder))
    return [
        told_in("".join(output.text for output in cell.outputs if output.output_type == "stream"))
        for cell in asking.cells[first:]
    ]

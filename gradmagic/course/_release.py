"""Cut the learners' exercises from the teachers' solutions.

The marks are nbgrader's, so its own tools read the same files: `### BEGIN SOLUTION` and `### END SOLUTION`
around what a learner is to write, `### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS` around checks that
learners do not get, and the metadata of schema 3 on each cell, which is passed on as it is.

What stands in a solution's place does not raise: a learner may run a fresh exercise from top to bottom, and
`%check` says what is still to be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gradmagic.course._language import FIELD, in_language, without_translations
from gradmagic.course._lesson import write_notebook
from gradmagic.errors import GradmagicError
from gradmagic.messages import LANGUAGES, catalogue, say

# The folder of a language's exercises inside the exercises; English ones lie at its top.
FOLDERS = {"en": "", "zh": "zh"}
MARK = re.compile(r"^(?P<indent>\s*)### (?P<edge>BEGIN|END) (?P<kind>SOLUTION|HIDDEN TESTS)\s*$")


class ReleaseError(GradmagicError):
    """Solutions that exercises cannot be cut from."""


def release(solutions: Path, exercises: Path) -> list[Path]:
    """Write the exercise of every notebook in `solutions`, in English and, in the folder `zh`, in Chinese.

    The same solutions give the same bytes. Nothing is written unless every notebook can be cut.

    Returns:
        The files written, in order of name.

    Raises:
        ReleaseError: no notebook there, one that cannot be read, a mark without its partner, or source and
            target the same folder.
    """
    sources = sorted(solutions.glob("*.ipynb"))
    if not sources:
        raise ReleaseError(say("course-no-solutions", folder=solutions))
    if exercises.resolve() == solutions.resolve():
        raise ReleaseError(say("course-same-folder", folder=solutions))
    cuts = []
    for source in sources:
        solution = _read(source)
        for code in LANGUAGES:
            exercise = cut(in_language(solution, code, source.name), source.name, code)
            exercise.metadata[FIELD] = {"exercise": source.stem, "language": code}
            cuts.append((exercises / FOLDERS[code] / source.name, without_translations(exercise)))
    for path, _ in cuts:
        path.parent.mkdir(parents=True, exist_ok=True)
    return [write_notebook(notebook, path) for path, notebook in sorted(cuts, key=lambda pair: pair[0])]


def cut(notebook: NotebookNode, name: str = "", code: str = "en") -> NotebookNode:
    """Return the exercise: no solutions, no hidden tests, no outputs, no traces of a run.

    Args:
        notebook: a solution; it is not changed.
        name: what to call it if a mark is wrong.
        code: the language of what stands in a solution's place.
    """
    exercise = deepcopy(notebook)
    # Which interpreter ran the solution is of no use to the learner, and would differ at every release.
    exercise.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    exercise.metadata.language_info = {"name": "python"}
    for cell in exercise.cells:
        where = f"{name} [{cell.id}]"
        cell.source = _cut_text(cell, cell.source, where, code)
        words = cell.metadata.get(FIELD, {})
        for other in words.keys() & set(LANGUAGES):
            if isinstance(words[other], str):
                words[other] = _cut_text(cell, words[other], where, other)
        for trace in ("execution", "collapsed", "scrolled", "ExecuteTime"):
            cell.metadata.pop(trace, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return exercise


def _read(path: Path) -> NotebookNode:
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (ValueError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise ReleaseError(say("course-bad-notebook", path=path, reason=reason)) from error
    return notebook


def _cut_text(cell: NotebookNode, text: str, where: str, code: str) -> str:
    marks = cell.metadata.get("nbgrader", {})
    lines = list(_without_regions(text, where, code))
    if marks.get("solution") and "### BEGIN SOLUTION" not in text:
        # nbgrader's rule: a solution cell without marks is an answer from its first line to its last.
        return "\n".join(_stub(code)) if cell.cell_type == "code" else _in(code, "course-answer")
    return "\n".join(lines)


def _without_regions(text: str, where: str, code: str) -> Iterator[str]:
    inside = ""
    for line in text.split("\n"):
        mark = MARK.match(line)
        if mark is None:
            if not inside:
                yield line
            continue
        opens, kind = mark["edge"] == "BEGIN", mark["kind"]
        if opens == bool(inside) or (inside and kind != inside):
            raise ReleaseError(say("course-stray-mark", where=where, mark=line.strip()))
        inside = kind if opens else ""
        if opens and kind == "SOLUTION":
            yield from (mark["indent"] + stub for stub in _stub(code))
    if inside:
        raise ReleaseError(say("course-open-mark", where=where, mark=f"### BEGIN {inside}"))


def _stub(code: str) -> list[str]:
    """What stands in a solution's place: a comment, and `...`, by which a check knows it is still there."""
    return [f"# {_in(code, 'course-stub')}", "..."]


def _in(code: str, key: str) -> str:
    return catalogue()[key][LANGUAGES.index(code)]

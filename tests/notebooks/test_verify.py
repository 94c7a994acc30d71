"""Every exercise put to the test: its solution, fresh copies, known wrong answers and what they are told."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gradmagic import course
from gradmagic.course import checking
from gradmagic.errors import GradmagicError
from tests.notebooks.conftest import in_warm_kernels

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module", params=course.graded_exercises())
def verified(request, warm_folder):
    """An exercise's name, and what was found out about it."""
    with in_warm_kernels(warm_folder):
        return request.param, course.verify(request.param, ROOT / "solutions")


def test_an_exercise_keeps_its_promises(verified):
    assert not verified[1].complaints


@pytest.mark.kept
def test_a_wrong_answer_is_told_what_it_was_told_before(verified):
    name, found = verified
    kept = (GOLDEN / f"{name}.txt").read_text("utf-8")
    difference = course.compare_text(kept, f"{found}\n")
    assert difference is None, (
        f"{difference} `gradmagic verify {name} --messages {GOLDEN}`, then read what changed"
    )


@pytest.mark.usefixtures("warm_kernels")
def test_what_is_wrong_with_an_exercise_is_said(tmp_path):
    """The tester is itself tested: a solution that is wrong, marks that are, an answer that is right."""
    name = "02-higher-derivatives"
    text = (ROOT / "solutions" / f"{name}.ipynb").read_text("utf-8")
    broken = text.replace("return 24 * x + 12", "return 24 * x + 13").replace('"points": 2', '"points": 3', 1)
    broken = broken.replace("    first(2), second(2)", "    first(2) + second(2)")
    (tmp_path / f"{name}.ipynb").write_text(broken, "utf-8")
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / f"{name}.py").write_text(
        "# %% derivative_1: sign-flipped\npass\n\n# %% derivative_2: half\ndef second(x):\n    return 1\n"
    )
    complaints = "\n".join(course.verify(name, tmp_path).complaints)
    assert "the solution gets 6 of 7 points" in complaints
    assert "nested_tapes: the check gives 2 points, nbgrader's mark says 3." in complaints
    assert "2 wrong answers; write 8 at least." in complaints
    assert "no wrong answer to newton." in complaints
    assert "the wrong answer of line 1 passes derivative_1." in complaints
    assert "the wrong answer of line 4 is to be told half, and is told number." in complaints


def test_what_cannot_be_verified(tmp_path):
    with pytest.raises(
        GradmagicError,
        match=r"no checks for 'x'\. There are for: 01-first-derivatives, 02-higher-derivatives",
    ):
        course.verify("x", tmp_path)
    with pytest.raises(GradmagicError, match="there is no solution"):
        course.verify("02-higher-derivatives", tmp_path)


@pytest.mark.usefixtures("warm_kernels")
def test_a_notebook_keeps_how_many_hints_were_given(tmp_path):
    """A kernel cannot write the notebook's own metadata, but its outputs' metadata is saved with them."""
    cells = ["%load_ext gradmagic", "%hint newton", "%hint newton"]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    course.run_notebook(notebook, folder=tmp_path)
    (path,) = [course.write_notebook(notebook, tmp_path / "kept.ipynb")]
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    given = [output.metadata.gradmagic.hint.given for cell in kept.cells for output in cell.outputs]
    assert given == [1, 2]


@pytest.mark.usefixtures("warm_kernels")
def test_the_template_is_a_working_exercise_of_a_course_elsewhere(monkeypatch):
    folder = ROOT / "docs" / "template"
    monkeypatch.setenv("GRADMAGIC_CHECKS", str(folder))
    checking.all_exercises.cache_clear()
    try:
        found = course.verify("00-template", folder)
    finally:
        checking.all_exercises.cache_clear()
    assert not found.complaints
    assert len(found.told) == 8

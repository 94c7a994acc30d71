"""The solutions, run again in real kernels with outputs compared, and the exercises cut from them."""

from pathlib import Path

import nbformat
import pytest

from gradmagic import course
from tests.notebooks.conftest import nbval

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))

NAMES = [path.stem for path in SOLUTIONS]


COLD = "02-higher-derivatives"


@pytest.mark.kept
def test_every_output_comes_again_in_a_cold_kernel():
    result = nbval(ROOT / "solutions" / f"{COLD}.ipynb", kernel="--nbval-current-env")
    assert result.returncode == 0, result.stdout


@pytest.mark.kept
@pytest.mark.usefixtures("warm_kernels")
@pytest.mark.parametrize(
    "path", [path for path in SOLUTIONS if path.stem != COLD], ids=lambda path: path.stem
)
def test_every_output_comes_again(path):
    result = nbval(path)
    assert result.returncode == 0, result.stdout


@pytest.mark.kept
@pytest.mark.usefixtures("warm_kernels")
def test_a_wrong_figure_in_a_solution_is_found(tmp_path):
    text = (ROOT / "solutions" / "02-higher-derivatives.ipynb").read_text("utf-8")
    assert text.count("d²y/dx² = 66") == 1
    forged = tmp_path / "forged.ipynb"
    forged.write_text(text.replace("d²y/dx² = 66", "d²y/dx² = 67"), "utf-8")
    result = nbval(forged)
    assert result.returncode == 1
    assert "1 failed" in result.stdout


@pytest.mark.parametrize("path", SOLUTIONS, ids=NAMES)
def test_a_solution_is_executed_from_top_to_bottom_and_names_no_machine(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = course.code_cells(notebook)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert notebook.metadata.kernelspec.name == "python3"
    for trace in ("/home/", "/root/", "/tmp/", "site-packages", '"execution":'):
        assert trace not in path.read_text("utf-8")


@pytest.mark.parametrize("path", SOLUTIONS, ids=NAMES)
def test_grading_metadata_is_nbgraders(path):
    graded = [
        cell.metadata.nbgrader
        for cell in nbformat.read(path, as_version=4).cells
        if "nbgrader" in cell.metadata
    ]
    names = [marks.grade_id for marks in graded]
    assert len(names) == len(set(names)), "a grade id is used twice"
    assert {marks.schema_version for marks in graded} == {3}
    assert sum(marks.get("points", 0) for marks in graded if marks.grade) > 0
    for marks in graded:
        assert marks.grade == marks.locked == (not marks.solution)


def test_exercises_are_in_step_with_solutions(tmp_path):
    course.release(ROOT / "solutions", tmp_path)
    fresh, kept = (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.ipynb")}
        for folder in (tmp_path, ROOT / "exercises")
    )
    assert kept.keys() == fresh.keys()
    for name in fresh:
        assert kept[name] == fresh[name], f"exercises/{name}: run `gradmagic release solutions exercises`"


@pytest.mark.parametrize("path", SOLUTIONS, ids=NAMES)
def test_a_solution_speaks_two_languages(path):
    notebook = nbformat.read(path, as_version=4)
    assert course.untranslated(notebook, path.name) == []

"""nbgrader's own tools take the solutions as they are.

nbgrader brings a Jupyter server of its own, so it is no dependency of ours: the test runs where the command is
on the path, or where the environment's NBGRADER names it. CI installs it into an environment for this alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from gradmagic import course

ROOT = Path(__file__).parents[2]
NBGRADER = os.environ.get("NBGRADER") or shutil.which("nbgrader")

pytestmark = pytest.mark.skipif(NBGRADER is None, reason="nbgrader is not installed; NBGRADER may name it")


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """The command, in a course of its own, with kernels of this interpreter."""
    home = tmp_path_factory.mktemp("course")
    kernel = home / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    )
    environment = os.environ | {"JUPYTER_PATH": str(home / "jupyter"), "PYTHONPATH": str(ROOT)}
    # It calls alembic, which lies beside it.
    environment["PATH"] += os.pathsep + str(Path(NBGRADER).parent)
    environment |= {"JUPYTER_CONFIG_DIR": str(home / "config"), "HOME": str(home), "GRADMAGIC_LANG": "en"}

    def run(*words):
        result = subprocess.run(
            [NBGRADER, *map(str, words)],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return result.returncode, result.stdout + result.stderr

    run.home = home
    return run


@pytest.mark.parametrize("name", course.graded_exercises())
def test_validate_passes_the_solution_and_names_what_a_fresh_copy_lacks(nbgrader, name):
    code, text = nbgrader("validate", ROOT / "solutions" / f"{name}.ipynb")
    assert code == 0, text
    assert "Success! Your notebook passes all the tests." in text
    code, text = nbgrader("validate", ROOT / "exercises" / f"{name}.ipynb")
    assert "is still to be written" in text
    assert "Success" not in text


@pytest.mark.parametrize("name", course.graded_exercises())
def test_generate_assignment_takes_the_solution(nbgrader, name):
    source = nbgrader.home / "source" / name
    source.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{name}.ipynb", source)
    code, text = nbgrader("generate_assignment", name, "--create", "--force")
    assert code == 0, text
    released = nbformat.read(nbgrader.home / "release" / name / f"{name}.ipynb", as_version=4)
    assert "BEGIN SOLUTION" not in str(released)
    graded = [cell for cell in released.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    solution = nbformat.read(ROOT / "solutions" / f"{name}.ipynb", as_version=4)
    points = [
        cell.metadata.nbgrader.points
        for cell in solution.cells
        if "points" in cell.metadata.get("nbgrader", {})
    ]
    assert [cell.metadata.nbgrader.points for cell in graded] == points
    assert all(cell.metadata.nbgrader.checksum for cell in graded), "nbgrader has sealed the checks"

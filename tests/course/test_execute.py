"""A notebook run in a kernel of this interpreter, and what is said when it does not end well."""

import json
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradmagic import course


def notebook(*sources):
    return new_notebook(cells=[new_markdown_cell("# Words"), *map(new_code_cell, sources)])


def test_every_cell_runs_here_in_this_interpreter(tmp_path, monkeypatch):
    # A learner's own kernel of that name belongs to an environment that is gone.
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {
        "argv": ["/nowhere/python", "-f", "{connection_file}"],
        "display_name": "Gone",
        "language": "python",
    }
    (kernel / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))

    lesson = notebook("import sys, pathlib\nprint(sys.executable)", "", "print(pathlib.Path.cwd())", "6 * 7")
    ran = []
    course.run_notebook(lesson, folder=tmp_path, on_cell=lambda cell: ran.append(cell.source))
    executable, folder, product = [cell.outputs[0] for cell in course.code_cells(lesson)]
    assert executable.text.strip() == sys.executable
    assert folder.text.strip() == str(tmp_path.resolve())
    assert product.data["text/plain"] == "42"
    assert len(ran) == 3, "an empty cell is not run"
    assert not any("execution" in cell.metadata for cell in lesson.cells), (
        "times of day make every run differ"
    )


def test_a_failing_cell_is_named_with_its_error(tmp_path):
    with pytest.raises(course.NotebookError) as failure:
        course.run_notebook(notebook("x = 1", "y = 2\nx / 0"), folder=tmp_path)
    message = str(failure.value)
    assert message.startswith("cell 2 of 2 stopped with ZeroDivisionError: division by zero")
    assert "    x / 0" in message
    assert "\x1b" not in message


def test_a_kernel_that_dies_is_told_from_a_cell_that_fails(tmp_path):
    with pytest.raises(course.NotebookError, match="the kernel died"):
        course.run_notebook(notebook("import os\nos._exit(1)"), folder=tmp_path)

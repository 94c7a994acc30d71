"""nbclient and nbval get warm kernels by the kernelspec's name alone."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from tests.kernels.conftest import the_parent

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))


def nbval(paths):
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-kernel-name", "gradmagic", "-n", "0"]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(ROOT), *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"GRADMAGIC_LANG": "en"},
    )


def test_nbclient_runs_a_notebook(warm, tmp_path):
    notebook = new_notebook(
        cells=[
            new_code_cell("import sys; print('tensorflow' in sys.modules)"),
            new_code_cell("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"),
            new_code_cell("import tensorflow as tf; tf.get_logger().warning('told'); tf.constant(2.0) ** 3"),
        ]
    )
    NotebookClient(notebook, kernel_name=warm, resources={"metadata": {"path": str(tmp_path)}}).execute()
    loaded, plotted, computed = (cell.outputs for cell in notebook.cells)
    assert loaded[0].text == "True\n"
    assert "image/png" in plotted[-1].data, "Matplotlib does not draw into the notebook"
    told, value = computed
    assert (told.name, told.text) == ("stdout", "WARNING:tensorflow:told\n")
    assert "numpy=8.0" in value.data["text/plain"]


@pytest.mark.kept
def test_nbval_finds_every_output_again(warm):
    before = the_parent()["served"]
    result = nbval([ROOT / "solutions" / "05-house-prices.ipynb"])
    assert result.returncode == 0, result.stdout
    assert the_parent()["served"] == before + 1


def test_nbval_finds_a_wrong_figure(warm, tmp_path):
    notebook = new_notebook(cells=[new_code_cell("print(6 * 7)", execution_count=1)])
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="41\n")]
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    result = nbval([tmp_path / "wrong.ipynb"])
    assert result.returncode == 1
    assert "1 failed" in result.stdout


@pytest.mark.soak
@pytest.mark.parametrize("path", SOLUTIONS, ids=[path.stem for path in SOLUTIONS])
def test_every_solution_with_a_warm_kernel(warm, path):
    result = nbval([path])
    assert result.returncode == 0, result.stdout


def test_matplotlib_reads_the_settings_beside_the_notebook(warm, tmp_path):
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7\n")
    notebook = new_notebook(
        cells=[
            new_code_cell("import matplotlib.pyplot as plt; print(plt.rcParams['lines.linewidth'])"),
            new_code_cell("plt.plot([1, 2]); plt.show()"),
        ]
    )
    NotebookClient(notebook, kernel_name=warm, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert notebook.cells[0].outputs[0].text == "7.0\n"
    assert "image/png" in notebook.cells[1].outputs[-1].data

"""nbval with gradmagic's tolerance: in notebooks that load it, in others when it is asked for."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from gradmagic.course._nbval import loads_gradmagic

LOADING = new_code_cell("%load_ext gradmagic", execution_count=1)


def shown(source, **data):
    """A cell with the output that is kept of it."""
    kept = new_output("stream", text=data["text"]) if "text" in data else new_output("display_data", data)
    return new_code_cell(source, execution_count=1, outputs=[kept])


# What is kept differs from what comes by a rounding, or by more than that.
ROUNDED = [
    shown("print('loss 0.235013')", text="loss 0.235014\n"),
    shown(
        "display({'text/html': '<b style=\"width:20.1px\">0.5</b>', 'text/plain': '0.5'}, raw=True)",
        **{"text/html": '<b style="width:20.2px">0.500001</b>', "text/plain": "0.500001"},
    ),
]
OTHER = [
    shown("print('loss 0.235013')", text="loss -0.235013\n"),
    shown("display({'text/plain': '0.5 ms'}, raw=True)", **{"text/plain": "0.5 s"}),
]


def nbval(folder, cells, *options):
    """Run a notebook of these cells; the outcome of each cell, and all that was said."""
    nbformat.write(new_notebook(cells=cells), folder / "lesson.ipynb")
    command = [sys.executable, "-m", "pytest", "-v", "-n", "0", "-p", "no:cacheprovider", "--color=no"]
    done = subprocess.run(
        [*command, "--nbval", "--nbval-current-env", "--rootdir", str(folder), "lesson.ipynb", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"GRADMAGIC_LANG": "en"},
    )
    return re.findall(r"::Cell \d+ (PASSED|FAILED)", done.stdout), done.stdout + done.stderr


def test_in_a_notebook_that_loads_gradmagic_rounding_is_no_difference(tmp_path):
    outcomes, said = nbval(tmp_path, [LOADING, *ROUNDED, *OTHER])
    assert outcomes == ["PASSED"] * 3 + ["FAILED"] * 2
    assert "figures in notebooks that load it are compared with a relative tolerance of 1e-4" in said
    assert "stdout, line 1: -0.235013 was expected, but got 0.235013 (relative difference 2)." in said
    assert "text/plain, line 1: 's' was expected, but got 'ms'." in said


def test_zero_leaves_the_comparison_to_nbval(tmp_path):
    outcomes, said = nbval(tmp_path, [LOADING, *ROUNDED], "--gradmagic-tolerance=0")
    assert outcomes == ["PASSED", "FAILED", "FAILED"]
    assert "compared exactly" in said


def test_other_notebooks_are_left_to_nbval_unless_it_is_asked_for(tmp_path):
    assert nbval(tmp_path, ROUNDED)[0] == ["FAILED", "FAILED"]
    (tmp_path / "pytest.ini").write_text("[pytest]\ngradmagic_tolerance = 1e-3\n")
    outcomes, said = nbval(tmp_path, [*ROUNDED, *OTHER])
    assert outcomes == ["PASSED", "PASSED", "FAILED", "FAILED"]
    assert "a relative tolerance of 0.001" in said


@pytest.mark.parametrize("value", ["-1", "1", "nan", "much"])
def test_what_is_no_tolerance_is_refused(tmp_path, value):
    outcomes, said = nbval(tmp_path, ROUNDED, f"--gradmagic-tolerance={value}")
    assert outcomes == []
    assert f"takes a number from 0 up to 1, such as 1e-4, but got {value}." in said


@pytest.mark.parametrize(
    ("source", "loads"),
    [
        ("%load_ext gradmagic", True),
        ("import numpy as np\n  %reload_ext gradmagic\n", True),
        ("# %load_ext gradmagic", False),
        ("%load_ext gradmagical", False),
        ("print('%load_ext gradmagic')", False),
    ],
)
def test_which_notebooks_load_it(source, loads):
    assert loads_gradmagic(new_notebook(cells=[new_code_cell(source)])) is loads

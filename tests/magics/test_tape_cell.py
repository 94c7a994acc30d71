"""A `%%tape` cell stays a cell."""

from __future__ import annotations

import pytest

from gradmagic.tape.recording._hook import is_listening

from .conftest import Notebook


def test_names_stay_and_the_last_expression_is_displayed(notebook: Notebook) -> None:
    cell = notebook.fine("%%tape\nx = tf.Variable(3.0)\ny = x * x\ny")
    assert "numpy=9.0" in cell.texts[0]
    assert notebook.names["tape"].knows(notebook.names["y"])
    assert not notebook.names["tape"].recording
    assert notebook.fine("%grad y x").texts == ["dy/dx = 6"]


def test_await_help_and_magics_work_inside(notebook: Notebook) -> None:
    source = (
        "%%tape\n"
        "import asyncio\n"
        "x = tf.Variable(3.0)\n"
        "await asyncio.sleep(0)\n"
        "%precision 4\n"
        "y = x * x\n"
        "folder = %pwd\n"
        "with tf.name_scope('a'):\n"
        "    z = await asyncio.sleep(0, y + 1)\n"
        "z"
    )
    assert "numpy=10.0" in notebook.fine(source).texts[0]
    assert notebook.fine("%grad z x").texts == ["dz/dx = 6"]
    assert "Stack" in notebook.fine("%%tape\nw = x * 2\ntf.stack?").stdout


def test_a_traceback_points_at_the_learners_own_line(notebook: Notebook) -> None:
    cell = notebook("%%tape\nx = tf.Variable(3.0)\ny = x * x\nz = y / undefined_name\n")
    assert isinstance(cell.error, NameError)
    assert "line 4" in cell.stdout
    assert "gradmagic" not in cell.stdout.split("line 4")[1]
    tape = notebook.names["tape"]
    assert not tape.recording
    assert not is_listening([tape._recorder._callback])
    assert notebook.fine("%grad y x").texts == ["dy/dx = 6"]


def test_records_name_the_line_of_the_cell(notebook: Notebook) -> None:
    notebook.fine("%%tape\nx = tf.Variable(3.0)\n\ny = x * x")
    record = notebook.names["tape"].records[-1]
    assert (record.place.line, record.place.expression) == (4, "x * x")


def test_a_syntax_error_is_the_learners(notebook: Notebook) -> None:
    cell = notebook("%%tape\ny = = 3\n")
    assert isinstance(cell.error, SyntaxError)
    assert "line 2" in cell.stdout
    notebook.fine("1 + 1")
    assert notebook.shell.gradmagic_extension.session._open == []


def test_an_interrupt_stops_at_once_and_leaves_the_namespace(notebook: Notebook) -> None:
    cell = notebook("%%tape\nx = tf.Variable(3.0)\ny = x * x\nraise KeyboardInterrupt\n")
    assert isinstance(cell.error, KeyboardInterrupt)
    tape = notebook.names["tape"]
    assert not tape.recording
    assert not is_listening([tape._recorder._callback])
    assert notebook.fine("%grad y x").texts == ["dy/dx = 6"]


@pytest.mark.parametrize(
    "assigned", ["k = tf.constant(3.0)", "k, n = tf.constant(3.0), 2", "k: object = tf.constant(3.0)"]
)
def test_watch_a_constant_made_in_the_cell(notebook: Notebook, assigned: str) -> None:
    notebook.fine(f"%%tape --watch k\n{assigned}\ny = k ** 2")
    assert notebook.fine("%grad y k").texts == ["dy/dk = 6"]


def test_watch_a_constant_made_before_and_one_made_in_a_branch(notebook: Notebook) -> None:
    notebook.fine("k = tf.constant(3.0)")
    notebook.fine("%%tape --watch k,m\nif True:\n    m = tf.constant(2.0)\ny = k ** 2 * m")
    assert notebook.fine("%grad y k m").texts == ["∂y/∂k = 12\n∂y/∂m = 9"]


def test_named_recordings_and_the_right_one_is_found(notebook: Notebook) -> None:
    notebook.fine("%%tape first\nx = tf.Variable(3.0)\ny = x * x")
    notebook.fine("%%tape second\nz = x ** 3")
    assert notebook.fine("%grad y x").texts == ["dy/dx = 6"]
    assert notebook.fine("%grad z x --tape second").texts == ["dz/dx = 27"]
    cell = notebook("%grad z x --tape first")
    assert "`z` was recorded by `second`, not by `first`" in cell.stdout


def test_a_line_records_the_rest_of_the_cell(notebook: Notebook) -> None:
    notebook.fine("x = tf.Variable(3.0)\nbefore = x * 2\n%tape\ny = x * x")
    assert notebook.fine("%grad y x").texts == ["dy/dx = 6"]
    assert not notebook.names["tape"].knows(notebook.names["before"])


def test_inside_other_cell_magics_and_other_cells_inside(notebook: Notebook) -> None:
    notebook.fine("%%capture shown\n%%tape\nx = tf.Variable(3.0)\ny = x * x\n%grad y x")
    assert notebook.names["shown"].outputs[0].data["text/plain"] == "dy/dx = 6"
    notebook.fine("%%tape\nget_ipython().run_cell('w = x * 2')\ny = w * w")
    assert notebook.fine("%grad y x").texts == ["dy/dx = 24"]


def test_called_as_a_function(notebook: Notebook) -> None:
    notebook.shell.run_cell_magic("tape", "mine", "x = tf.Variable(3.0)\ny = x * x")
    assert float(notebook.names["mine"].gradient(notebook.names["y"], notebook.names["x"])) == 6


def test_braces_are_not_expanded(notebook: Notebook) -> None:
    notebook.fine("n = 2\nx = tf.Variable(3.0)")
    notebook.fine("%%tape\ny = {'a': x * x}\nz = y['a']")
    cell = notebook("%grad {z} x")
    assert "OptionError" in cell.stdout or "TargetError" in cell.stdout
    assert notebook.fine("%grad y['a'] x").texts == ["dy['a']/dx = 6"]


def test_no_values_and_max_memory(notebook: Notebook) -> None:
    notebook.fine("%%tape --no-values\nx = tf.Variable(3.0)\ny = x * x")
    assert notebook.names["tape"].records[-1].outputs[0].value is None
    notebook.fine("%config GradMagic.max_memory = '5B'")
    notebook.fine("%%tape\ny = x * x + 1")
    assert notebook.names["tape"].values_end is not None
    notebook.fine("%%tape --max-memory 1MB\ny = x * x + 1")
    assert notebook.names["tape"].values_end is None


def test_a_cell_without_enough_memory_is_told_what_was_asked_for(notebook):
    notebook.fine(
        "def large():\n    raise tf.errors.ResourceExhaustedError(None, None, 'failed to allocate memory [Op:Mul]')"
    )
    cell = notebook("%%tape\nx = tf.Variable(1.0)\ny = large()")
    assert "TensorFlow ran out of memory on line 2, `raise tf.errors" in cell.stderr
    assert cell.stderr.count("ran out of memory") == 1
    assert "out of memory" not in notebook("1 / 0").stderr
    trained = notebook("%train large x")
    assert (trained.stdout + trained.stderr).count("TensorFlow ran out of memory") == 1

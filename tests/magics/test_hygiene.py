"""However a `%%tape` cell ends, nothing stays hooked and no tensor is kept."""

from __future__ import annotations

import gc
import sys
import threading

import pytest
import tensorflow as tf
from tensorflow.python.eager import context, execute
from tensorflow.python.eager import record as tensorflow_record

from .conftest import Notebook

REPETITIONS = 20
SETUP = "import signal, gc, threading\nx = tf.Variable([1.0, 2.0])"


def clean(notebook: Notebook) -> None:
    assert context.context().op_callbacks == []
    assert execute.execute is execute.quick_execute
    assert not tensorflow_record.could_possibly_record()
    assert notebook.shell.gradmagic_extension.session._open == []
    assert not any(type(finder).__module__.startswith("gradmagic") for finder in sys.meta_path)


def live_tensors() -> int:
    gc.collect()
    kind = type(tf.constant(0.0))
    return sum(isinstance(thing, kind) for thing in gc.get_objects())


CELLS = {
    "a cell": ("%%tape\ny = tf.reduce_sum(tf.sin(x) * x)\ny", None),
    "an exception": ("%%tape\ny = tf.sin(x) * x\n1 / 0", ZeroDivisionError),
    "a real interrupt": (
        "%%tape\ny = tf.sin(x) * x\nsignal.raise_signal(signal.SIGINT)\ny = y * y",
        KeyboardInterrupt,
    ),
    "an error of TensorFlow": ("%%tape\ny = tf.sin(x) * x\ny @ y", tf.errors.InvalidArgumentError),
    "a syntax error": ("%%tape\ny = = x", SyntaxError),
    "an option there is not": ("%%tape --nonsense\ny = x * x", None),
    "a nested cell": (
        "%%tape outer\ny = x * x\nget_ipython().run_cell('%%tape inner\\nz = tf.sin(x) * y')\nw = z * y",
        None,
    ),
    "an exception in a nested cell": (
        "%%tape outer\ny = x * x\nget_ipython().run_cell('%%tape inner\\nz = tf.sin(x)\\n1 / 0')\nw = tf.cos(x)\n",
        None,
    ),
    "a del inside": ("%%tape\ny = tf.sin(x) * x\ndel tape", None),
    "a tf.function": ("%%tape\nf = tf.function(lambda v: tf.sin(v) * v)\ny = f(tf.identity(x))", None),
    "a worker thread": (
        "%%tape\nworker = threading.Thread(target=lambda: tf.sin(x))\nworker.start()\nworker.join()\ny = x * x",
        None,
    ),
    "reset and stop_recording": (
        "%%tape\ny = x * x\ntape.reset()\nwith tape.stop_recording():\n    z = x * x\ny = tf.sin(x)",
        None,
    ),
    "a tape in a tape": ("%%tape\nwith gm.Tape() as t:\n    y = tf.sin(x) * x\ng = t.gradient(y, x)", None),
    "a generator left open": (
        "%%tape\ndef go():\n    with gm.Tape():\n        yield tf.sin(x)\ng = go()\nnext(g)\ndel g\nNone",
        None,
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_nothing_stays(notebook: Notebook, name: str) -> None:
    cell, error = CELLS[name]
    notebook.fine(SETUP)

    def act() -> None:
        ran = notebook(cell)
        assert error is None or isinstance(ran.error, error)
        clean(notebook)
        notebook(
            "%reset_selective -f ^(y|z|w|g|t|f|tape|outer|inner|worker)$\nOut.clear()\nimport sys\n"
            "sys.last_value = sys.last_traceback = sys.last_type = sys.last_exc = None\n_ = __ = ___ = None"
        )
        clean(notebook)

    for _ in range(3):
        act()
    threads, before = threading.active_count(), live_tensors()
    for _ in range(REPETITIONS):
        act()
    assert live_tensors() <= before + 1
    assert threading.active_count() == threads
    notebook.fine("%%tape\ny = tf.reduce_sum(x * x)")
    assert notebook.fine("%grad y x").texts == ["dy/dx = [2 4]"]


def test_the_interrupted_cell_keeps_what_it_had(notebook: Notebook) -> None:
    notebook.fine(SETUP)
    cell = notebook(CELLS["a real interrupt"][0])
    assert isinstance(cell.error, KeyboardInterrupt)
    assert not notebook.names["tape"].recording
    assert notebook.fine("%grad y x").displayed


def test_unload_while_nothing_runs_leaves_no_finder(notebook: Notebook) -> None:
    notebook.fine("%%tape\nx = tf.Variable(3.0)\ny = x * x")
    notebook.fine("%unload_ext gradmagic")
    assert not any(type(finder).__module__.startswith("gradmagic") for finder in sys.meta_path)
    notebook.fine("%load_ext gradmagic")

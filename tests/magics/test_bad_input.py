"""Bad input: a short message that names the fix, no traceback, nothing hooked, the namespace usable."""

from __future__ import annotations

import pytest

from gradmagic.errors import GradmagicError

from .conftest import Notebook

SETUP = """
x = tf.Variable(2.0)
k = tf.constant(3)
q = tf.Variable(1.0, trainable=False)
def loss(): return x * x
def vector(): return x * tf.ones(3)
def free(): return tf.constant(1.0)
def frozen(): return q * q
def nothing(): return None
"""

CASES = [
    # an unknown option, an option without its value, one that cannot be used
    ("%grad y x --oder 2", "no option --oder: did you mean --order?"),
    ("%grad y x --zzz", "--order, --jacobian"),
    ("%%tape --wach x\ny = x", "did you mean --watch?"),
    ("%train loss --stpes 5", "did you mean --steps?"),
    ("%grad y x --order", "--order needs a value, for example `--order 2`"),
    ("%grad y x -o", "-o needs a value"),
    ("%grad y x --tape", "--tape needs a value"),
    ("%%tape --watch\ny = x", "--watch needs a value"),
    ("%train loss --steps", "--steps needs a value"),
    ("%grad y x --order two", "two is not a number"),
    ("%grad y x --order 1.5", "1.5 is not a whole number"),
    ("%grad y x --order 0", "order 0"),
    ("%grad y x --order -3", "order -3"),
    ("%grad y x --order 2 --hessian", "exclude each other"),
    ("%train loss --steps 5 --epochs 5", "exclude each other"),
    ("%grad y (x", ") is missing"),
    ("%grad y 'x", "' is missing"),
    ("%grad y x+", "`x+` is not a Python expression"),
    ("%%tape a b\ny = x", "does not expect `b`"),
    ("%%tape 3a\ny = x", "not a Python name"),
    ("%%tape --max-memory lots\ny = x", "256MB"),
    ("%%tape --watch nowhere\ny = x * x", "--watch nowhere"),
    ("%%tape --watch k\ny = x * x", "int32"),
    ("%gradmagic --lang fr", "fr is not one of en, zh"),
    # names and targets
    ("%grad", "needs a target"),
    ("%grad yy x", "the name `yy` is not defined: did you mean `y`?"),
    ("%grad nowhere x", "the name `nowhere` is not defined"),
    ("%grad y xs", "did you mean `x`?"),
    ("%grad 3 x", "`3` is 3 of type int, not a tensor"),
    ("%grad y.numpy() x", "not a tensor"),
    ("%grad y 3.0", "tf.Variable(3.0)"),
    ("%grad k x", "`k` has dtype int32"),
    ("%grad y k", "`k` has dtype int32"),
    ("%grad loss", "give the point too"),
    ("%grad tf.identity(y) x", "was not computed in a recording"),
    ("%grad y x --tape other", "`y` was recorded by `tape`, not by `other`"),
    ("%grad y x --tape loss", "not a recording but of type function"),
    ("%grad y x --tape nowhere", "`nowhere` is not defined"),
    ("%grad y x --vjp [1.,2.]", "the vector has shape (2,), but () is needed"),
    ("%grad y x --vjp nowhere", "`nowhere` is not defined"),
    ("%grad y x --hvp 'text'", "not defined"),
    ("%grad y x --plot -3:3", "--plot draws a function"),
    ("%grad loss --plot 3:-3", "3:-3 is not an interval"),
    ("%grad loss --plot 3", "3 is not an interval"),
    ("%grad y x --batch-jacobian", "same number of rows"),
    ("%grad y x --check --graph", "exclude each other"),
    ("%grad w x --newton", "singular"),
    ("%grad v x --code", "recorded in another way"),
    ("%%tape --watch x --watch-only x\ny = x", "exclude each other"),
    # empty cells
    ("%%tape", "no code below %%tape"),
    ("%%tape\n   \n", "no code below %%tape"),
    ("%%train", "no code below %%train"),
    # training
    ("%train", "%train needs a loss"),
    ("%train y", "a result already computed (tensor)"),
    ("%train 'y * 1' --steps 5 x", "does not depend on x"),
    ("%train loss --steps -5", "-5"),
    ("%train loss --steps 1e9", "1,000,000,000"),
    ("%train loss --steps 0", "0"),
    ("%train loss --learning-rate -1", "-1"),
    ("%train loss --learning-rate nan", "nan"),
    ("%train loss --optimizer adm", "adam"),
    ("%train loss --optimizer tf.nowhere", "nowhere"),
    ("%train loss --compile fast", "fast"),
    ("%train vector", "tf.reduce_mean"),
    ("%train free", "variable"),
    ("%train frozen", "trainable"),
    ("%train nothing", "None"),
    ("%train loss q", "q was made with trainable=False"),
    ("%train loss k", "k"),
    ("%%train\nz = x * x", "the last line of a %%train cell is the loss"),
    ("%%train\nimport asyncio\nawait asyncio.sleep(0)\nx * x", "cannot `await`"),
]


@pytest.fixture
def ready(notebook: Notebook) -> Notebook:
    notebook.fine(SETUP)
    notebook.fine("%%tape other\nz = x + 1\nw = 3 * x")
    notebook.fine("with gm.Tape() as script:\n    v = x + 1")
    notebook.fine("%%tape\ny = x * x")
    return notebook


@pytest.mark.parametrize(("cell", "told"), CASES, ids=[cell.replace("\n", "⏎") for cell, _ in CASES])
def test_told_shortly(ready: Notebook, cell: str, told: str) -> None:
    from tensorflow.python.eager import context

    from gradmagic.tape.recording._hook import hook_status

    ran = ready(cell)
    assert isinstance(ran.error, GradmagicError), ran.stdout
    assert told in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert len(ran.stdout) < 500
    assert hook_status()[0]
    assert context.context().op_callbacks == []
    assert ready.shell.gradmagic_extension.session._open == []
    assert float(ready.names["x"]) == 2.0
    assert ready.fine("%grad y x").texts == ["dy/dx = 4"]


def test_grad_before_any_tape(notebook: Notebook) -> None:
    notebook.fine("x = tf.Variable(2.0)\ny = x * x")
    assert "nothing is recorded yet: put `%%tape`" in notebook("%grad y x").stdout


def test_an_exception_in_a_loss_is_the_learners_with_its_line(notebook: Notebook) -> None:
    notebook.fine("x = tf.Variable(2.0)")
    cell = notebook("%%train x --steps 5\ny = x * x\ny / undefined_name")
    assert isinstance(cell.error, NameError)
    assert "----> 3" in cell.stdout
    assert float(notebook.names["x"]) == 2.0


def test_a_bug_of_ours_keeps_its_traceback(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradmagic.magics import _grad

    monkeypatch.setattr(_grad, "differentiate_function", lambda *a, **k: 1 / 0)
    cell = notebook("%grad tf.sin 2.0")
    assert isinstance(cell.error, ZeroDivisionError)
    assert "Traceback" in cell.stdout

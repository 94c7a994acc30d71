"""What can be differentiated: several targets at once, a Variable itself, and zeros for what is not connected."""

from __future__ import annotations

import pytest

from .conftest import Notebook


@pytest.fixture
def ready(notebook: Notebook) -> Notebook:
    notebook.fine("x = tf.Variable(2.0)\nw = tf.Variable([1.0, 2.0])\nk = tf.constant(1.0)")
    return notebook


def test_several_targets_are_summed(ready: Notebook) -> None:
    ready.fine("%%tape\na = x**2\nb = 1 / x")
    for target in ("[a, b]", "{'first': a, 'second': b}"):
        assert "= 3.75" in ready.fine(f"%grad {target} x").texts[0]
    assert "dy" not in ready.fine("%grad [a, b] w").texts[0]
    assert "[not-connected]" in ready.fine("%grad [a, b] w").texts[0]
    assert "nothing to explain" in ready.fine("%grad [a, b] x --explain").texts[0]


def test_targets_of_two_recordings_are_refused(ready: Notebook) -> None:
    ready.fine("%%tape one\na = x**2")
    ready.fine("%%tape two\nb = 1 / x")
    assert "was not computed in a recording" in ready("%grad [a, b] x").stdout


def test_the_remark_on_a_sum_names_what_can_be_typed(ready: Notebook) -> None:
    ready.fine("%%tape\na = w**2\nb = 1 / x\nc = 3 * x")
    assert "`--jacobian` shows each" in ready.fine("%grad a w").texts[0]
    for target in ("[a, b]", "{'first': a, 'second': [b]}", "(b, c)"):
        said = ready.fine(f"%grad {target} x").texts[0]
        assert "is 2 tensors: these are the derivatives of their sum." in said
        assert "jacobian" not in said
    assert "sum" not in ready.fine("%grad [b] x").texts[0]
    assert "`--jacobian` shows each" in ready.fine("%grad [a] w").texts[0]


def test_a_name_that_was_recorded_anew_is_said(ready: Notebook) -> None:
    ready.fine("%%tape\ny = x**2\nz = x**3")
    ready.fine("%%tape\n\n# another one\nv = x**4\nu = x**5")
    ready.fine("import gc\ngc.collect();")
    for line in ("%grad y x", "%grad z x --tape tape"):
        said = ready(line).stdout
        assert "`tape`, and then the cell that begins with `v = x**4` recorded under the same name" in said
        assert "`%%tape tape2`" in said
    assert ready.fine("%grad u x").texts == ["du/dx = 80"]
    ready.fine("later = x * 2.0")
    assert "was not computed in a recording" in ready("%grad later x").stdout


LEFT = {
    "np.sin(p.numpy())": "Line 4, `p.numpy()`",
    "float(p)": "Line 4, `float(p)`",
    "np.exp(p)": "Line 4, `np.exp(p)`",
}


@pytest.mark.parametrize("expression", LEFT)
def test_explain_finds_where_a_number_left_tensorflow(ready: Notebook, expression: str) -> None:
    ready.fine(f"%%tape\nimport numpy as np\np = tf.sin(x)\nn = {expression}\nm = n + 1")
    for line in ("%grad n x --explain", "%grad m x --explain", "%grad n --explain"):
        said = ready.fine(line).texts[0]
        assert LEFT[expression] in said
        assert "[left-tensorflow]" in said
    assert "not a tensor" in ready("%grad n x").stdout


def test_explain_of_a_number_from_elsewhere_blames_no_line(ready: Notebook) -> None:
    assert "nothing is recorded yet" in ready("%grad 3.5 x --explain").stdout
    ready.fine("%%tape\na = x**2")
    said = ready.fine("%grad 3.5 x --explain").texts[0]
    assert said.startswith("`3.5` is of type float: it was computed outside TensorFlow")
    assert "not a tensor" in ready("%grad 'str(3)' x --explain").stdout


def test_a_variable_can_be_the_target(ready: Notebook) -> None:
    ready.fine("%%tape --watch k\nif k > 0.0:\n    result = x\nelse:\n    result = w[0] ** 2")
    shown = ready.fine("%grad result x w").texts[0]
    assert "∂result/∂x = 1\n" in shown
    assert "∂result/∂w = None\n" in shown
    assert "[not-connected]" in ready.fine("%grad result k").texts[0]


def test_explain_takes_whole_numbers(ready: Notebook) -> None:
    ready.fine("%%tape\nn = tf.constant(10)\nm = n * n\ny = tf.cast(n, tf.float32) * x")
    assert "[integer-dtype]" in ready.fine("%grad m n --explain").texts[0]
    assert "[integer-dtype]" in ready.fine("%grad y n --explain").texts[0]
    assert "dtype int32" in ready("%grad m n").stdout


def test_zero_is_a_result_like_any_other(ready: Notebook) -> None:
    ready.fine("%%tape\ny = x**2")
    assert ready.fine("%grad y w --zero").texts == ["dy/dw = [0 0]"]
    assert ready.fine("%grad y x w --zero\nNone").texts == ["∂y/∂x = 4\n∂y/∂w = [0 0]"]
    assert ready.fine("%grad y w --zero --jacobian").texts == ["dy/dw (Jacobian, 2) = [0 0]"]
    assert "[[0 0]" in ready.fine("%grad y w --zero --hessian").texts[0]
    assert ready.fine("%grad y w --zero --order 2").texts == ["dy/dw   = [0 0]\nd²y/dw² = [0 0]"]
    ready.fine("def f(a, b):\n    return a * a")
    assert "∂f/∂b = 0" in ready.fine("%grad f 2.0 3.0 --zero").texts[0]


def test_a_variable_made_in_the_cell_is_no_state_change(ready: Notebook) -> None:
    ready.fine(
        "%%tape\nimage = tf.Variable([[[0.5, 0.0, 0.0]]])\nout = tf.image.adjust_contrast(image, 0.25)"
    )
    shown = ready.fine("%grad out image --explain").texts[0]
    assert shown.startswith("Line 3, `tf.image.adjust_contrast(image, 0.25)`")
    assert "[not-differentiable]" in shown


def test_a_variable_made_in_the_cell_is_checked_where_it_is(ready: Notebook) -> None:
    ready.fine("%%tape\nv = tf.Variable(3.0)\nu = v ** 3")
    shown = ready.fine("%grad u v --check").texts[0]
    assert "assigned" not in shown
    assert "wrong" not in shown.splitlines()[0]
    assert "error" in ready.fine("%grad u v --compare").texts[0]


def test_an_older_variable_of_the_same_name_explains_nothing(ready: Notebook) -> None:
    ready.fine("import numpy as np\nfar = np.mean(x)\nz = tf.reduce_mean(far)")
    ready.fine("x = tf.Variable(2.0)\nq = tf.queue.FIFOQueue(1, [tf.float32])")
    ready.fine("%%tape\nq.enqueue(x)\nz = q.dequeue() ** 2")
    assert "[left-tensorflow]" not in ready.fine("%grad z x").texts[0]


def test_looking_inside_the_cell_is_quiet(ready: Notebook) -> None:
    shown = ready.fine("%%tape\ny = x**2 + tf.stop_gradient(w[0])\n%grad y w\ntape")
    assert "[stop-gradient]" in shown.texts[0]
    assert shown.stdout == shown.stderr == ""


def test_earlier_cells_explain_without_a_history(ready: Notebook) -> None:
    """As nbval runs them: nothing is stored, and `In` does not grow."""
    for source in ("p = tf.Variable(1.0)", "p = p + 1", "%%tape\ny = p * 2"):
        assert ready.shell.run_cell(source, store_history=False).success
    assert "Line 1, `p = p + 1`" in ready.fine("%grad y p").texts[0]


def test_a_variable_that_is_not_watched_is_no_constant(ready: Notebook) -> None:
    ready.fine("f = tf.Variable(3.0, trainable=False)")
    ready.fine("%%tape\ny = f**2 + tf.sin(f) + x")
    shown = ready.fine("%grad y f").texts[0]
    assert "`f` is a Variable that this recording does not watch" in shown
    assert "[not-watched]" in shown
    ready.fine("%%tape --watch-only x\ny = tf.sin(w[0]) + tf.reduce_sum(tf.sin(w)) + x")
    assert "`w` is a Variable that this recording does not watch" in ready.fine("%grad y w").texts[0]


def test_what_was_computed_from_nothing_watched_is_not_watched(ready: Notebook) -> None:
    ready.fine("%%tape\nb = k * 2\ny = b**2 + x")
    assert "[not-watched]" in ready.fine("%grad y b").texts[0]


def test_an_unregistered_gradient_is_told_from_a_jump(ready: Notebook) -> None:
    ready.fine("%%tape\nout = tf.image.adjust_contrast(tf.reshape(w, (1, 2, 1)), 0.25)")
    assert "none registered" in ready.fine("%grad out w --explain").texts[0]
    ready.fine("%%tape\nout = tf.floor(w)")
    assert "jumps" in ready.fine("%grad out w --explain").texts[0]


def test_several_targets_with_other_kinds_and_looks(ready: Notebook) -> None:
    ready.fine("%%tape\na = x**2\nb = 1 / x")
    assert ready.fine("%grad [a,b] x --vjp [1.0,2.0]").texts[0].endswith("= 3.5")
    assert "right" in ready.fine("%grad [a,b] x --check").texts[0]
    for look in ("graph", "steps", "flow", "compare", "jacobian"):
        shown = ready(f"%grad [a,b] x --{look}")
        assert "first, for example tf." in shown.stdout
        assert "Traceback" not in shown.stdout

"""`%grad`'s other kinds and looks, and `--code`, whose programs are run."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import Notebook

SETUP = """
x = tf.Variable([1.0, 2.0])
k = tf.constant(3.0)
s = tf.Variable(2.0)
def f(t):
    return t ** 3 - t
"""


@pytest.fixture
def ready(notebook: Notebook) -> Notebook:
    notebook.fine(SETUP)
    notebook.fine("%%tape --watch k\nz = x * x * k\ny = tf.reduce_sum(z) + s ** 3")
    return notebook


def test_products_with_a_vector(ready: Notebook) -> None:
    assert ready.fine("%grad z x --vjp [1.0,10.0]").texts == ["vᵀ·dz/dx = [6 120]"]
    assert ready.fine("%grad z x --jvp [1.0,10.0]").texts == ["J(z; x)·v = [6 120]"]
    assert ready.fine("%grad y x --hvp [1.0,10.0]").texts == ["d²y/dx²·v = [6 60]"]
    assert ready.fine("%grad f 2.0 --jvp 1.0").texts == ["at t = 2\nJ(f; t)·v = 11"]


def test_newton_batch_jacobian_and_zero(ready: Notebook) -> None:
    assert ready.fine("%grad y s --newton").texts == ["Δs = -1"]
    assert ready.fine("%grad f 2.0 --newton").texts == ["at t = 2\nΔt = -0.916667"]
    ready.fine("%%tape\nrows = tf.reshape(x, (2, 1)) ** 2\nb = rows * 2")
    assert "batch Jacobian, 2×1×1" in ready.fine("%grad b rows --batch-jacobian").texts[0]
    assert "db/ds = 0" in ready.fine("%grad b s --zero").texts[0]


def test_explain(ready: Notebook) -> None:
    assert (
        "[stop-gradient]" in ready.fine("%%tape\ny = tf.stop_gradient(s) * 2\n%grad y s --explain").texts[0]
    )
    ready.fine("w = tf.Variable(1.0)")
    ready.fine("w = w + 1")
    shown = ready.fine("%%tape\ny = w * w\n%grad y w").texts[0]
    assert shown.startswith("dy/dw = None\nLine 1, `w = w + 1`:")
    assert "[overwritten-variable]" in shown
    assert "nothing to explain" in ready.fine("%grad f 2.0 --explain").texts[0]


def test_not_finite_is_explained_at_once(ready: Notebook) -> None:
    ready.fine("%%tape\nn = tf.sqrt(s - 2.0)")
    shown = ready.fine("%grad n s").texts[0]
    assert shown.startswith("dn/ds = inf")
    assert "[not-finite]" in shown


def test_check_and_compare(ready: Notebook) -> None:
    assert notebook_ok(ready.fine("%grad y x s --check").texts[0])
    assert notebook_ok(ready.fine("%grad f 2.0 --check").texts[0])
    assert ready.fine("%grad y s --compare").texts[0]
    assert ready.fine("%grad f 2.0 --compare").texts[0]


def notebook_ok(text: str) -> bool:
    return "agree" in text or "right" in text


def test_graph_of_a_recording_of_a_function_and_of_a_cell(ready: Notebook) -> None:
    shown = ready.fine("%grad y x --graph").displayed[0].data
    assert "x * x" in shown["text/plain"]
    assert any("<svg" in str(value) for value in shown.values())
    assert "f(…)" in ready.fine("%grad f 2.0 --graph").texts[0] or ready.fine("%grad f 2.0 --graph").texts[0]
    assert len(ready.fine("%%tape --graph\nq = s ** 2").displayed) == 1


def test_steps_flow_and_plot(ready: Notebook) -> None:
    assert ready.fine("%grad y x s --steps").texts[0]
    assert ready.fine("%grad y x s --flow").texts[0]
    assert "<svg" in str(ready.fine("%grad f --plot -2:2 --order 2").displayed[0].data)


def test_watch_only(ready: Notebook) -> None:
    ready.fine("%%tape --watch-only s\ny = s * tf.reduce_sum(x)")
    assert ready.fine("%grad y s").texts == ["dy/ds = 3"]
    assert "None" in ready.fine("%grad y x").texts[0]


def test_a_tf_function_can_be_opened(ready: Notebook) -> None:
    ready.fine("@tf.function\ndef cube(v):\n    return v ** 3 + 1")
    assert "Pow" not in ready.fine("%%tape\ny = cube(s)\ntape").texts[-1].replace("s ** 3", "")
    opened = ready.fine("%%tape --expand\ny = cube(s)\ntape").texts[-1]
    assert "cube" in opened
    assert "  Pow" in opened


CODE = [
    ("%grad y x s", "%grad y x s --code"),
    ("%grad y s --order 3", "%grad y s --order 3 --code"),
    ("%grad y x s --order 2", "%grad y x s --order 2 --code"),
    ("%grad z x --jacobian", "%grad z x --jacobian --code"),
    ("%grad y x --hessian", "%grad y x --hessian --code"),
    ("%grad z x --vjp [1.0,10.0]", "%grad z x --vjp [1.0,10.0] --code"),
    ("%grad z x --jvp [1.0,10.0]", "%grad z x --jvp [1.0,10.0] --code"),
    ("%grad y x --hvp [1.0,10.0]", "%grad y x --hvp [1.0,10.0] --code"),
    ("%grad y s --newton", "%grad y s --newton --code"),
    ("%grad y k", "%grad y k --code"),
    ("%grad z s --zero", "%grad z s --zero --code"),
    ("%grad y", "%grad y --code"),
    ("%grad f 2 --order 2", "%grad f 2 --order 2 --code"),
    ("%grad f 2.0 --hessian", "%grad f 2.0 --hessian --code"),
    ("%grad f 2.0 --jvp 1.0", "%grad f 2.0 --jvp 1.0 --code"),
    ("%grad y x s", "%grad y x s --flow --code"),
    ("%grad y x s", "%grad y x s --explain --code"),
    ("%grad y x s", "%grad y x s --check --code"),
    ("%grad f 2.0", "%grad f 2.0 --check --code"),
    ("%grad f 2.0", "%grad f 2.0 --compare --code"),
]


@pytest.mark.parametrize(("magic", "code"), CODE, ids=[code for _, code in CODE])
def test_the_program_runs_and_gives_the_same_numbers(ready: Notebook, magic: str, code: str) -> None:
    import tensorflow as tf

    ready.fine(f"g = {magic}")
    ready.fine(f"program = {code}")
    program = ready.names["program"]
    assert "gradmagic" not in program
    assert "gm." not in program
    ready.fine(program)
    theirs = [np.asarray(part) for part in tf.nest.flatten(ready.names["result"])]
    ours = [np.asarray(part) for part in ready.names["g"].orders[-1]]
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)


def test_the_program_of_a_graph_gives_every_named_adjoint(ready: Notebook) -> None:
    ready.fine("program = %grad y --graph --code")
    ready.fine(ready.names["program"])
    assert [np.asarray(part).tolist() for part in ready.names["result"]] == [[1, 1], 1]


def test_the_program_of_a_plot_gives_the_same_curves(ready: Notebook) -> None:
    ready.fine("import matplotlib\nmatplotlib.use('agg')")
    ready.fine("c = %grad f --plot -2:2 --order 2")
    ready.fine("program = %grad f --plot -2:2 --order 2 --code")
    ready.fine(ready.names["program"])
    curve, result = ready.names["c"], ready.names["result"]
    assert len(result) == len(curve.orders) == 3
    for mine, other in zip(curve.orders, result, strict=True):
        np.testing.assert_allclose(np.asarray(mine), np.asarray(other), rtol=1e-9, atol=1e-12)


def test_the_gradient_in_every_layer_of_a_model(ready: Notebook) -> None:
    ready.fine("import keras\nkeras.utils.set_random_seed(0)")
    ready.fine("model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4), keras.layers.Dense(1)])")
    ready.fine("%%tape\nerror = tf.reduce_mean(model(tf.ones((3, 2))) ** 2)")
    shown = ready.fine("%grad error model.trainable_variables --flow").texts[0]
    assert "dense" in shown
    assert "kernel" in shown


def test_of_several_sources_the_one_with_something_to_explain(ready: Notebook) -> None:
    ready.fine("w = tf.Variable(1.0)")
    shown = ready.fine("%%tape\ny = s * 2\nu = w * 2\n%grad y s w --explain").texts[0]
    assert "`y` was computed without `w`" in shown


# A target, the point, Newton's step there, and what is said of where it leads.
NEWTON = {
    "bowl": ("w[0]**2 + 3 * w[1]**2", "Δw = [-1 -2]", ""),
    "quartic": ("tf.reduce_sum(w**4)", "Δw = [-0.333333 -0.666667]", ""),
    "valley": ("w[0]**2 + (w[1] - 1)**2 + w[0] * w[1] * 2", "singular", ""),
    "saddle, up": ("w[0]**2 - w[1]**2", "Δw = [-1 -2]", "a saddle point, and `q` rises along it"),
    "saddle, down": ("w[0]**2 - w[1]**2 / 100", "Δw = [-1 -2]", "a saddle point, though `q` falls along it"),
    "hill": ("-tf.reduce_sum(w**2)", "Δw = [-1 -2]", "a maximum, and `q` rises along it"),
}


@pytest.mark.parametrize("name", NEWTON)
def test_newton_says_when_it_does_not_lead_to_a_minimum(ready: Notebook, name: str) -> None:
    expression, step, advice = NEWTON[name]
    ready.fine(f"%%tape\nw = tf.Variable([1.0, 2.0])\nq = {expression}")
    cell = ready("%grad q w --newton -o step")
    if step == "singular":
        assert "singular" in cell.stdout
        return
    first, *rest = cell.texts[0].splitlines()
    assert first == step
    assert len(rest) == bool(advice)
    assert not advice or (advice in rest[0] and "(H + λI)" in rest[0])
    assert tuple(rest) == ready.names["step"].advice


def test_newton_at_a_stationary_point_names_the_damping(ready: Notebook) -> None:
    said = ready.fine("%grad tf.cos 0.0 --newton").texts[0]
    assert "towards a maximum. To go down" in said
    assert "λ > 1 " in said


def test_newton_of_many_numbers_is_judged_by_its_slope(ready: Notebook) -> None:
    ready.fine("%%tape\nw = tf.Variable(tf.ones(501))\nup = -tf.reduce_sum(w**2)\ndown = tf.reduce_sum(w**2)")
    assert "`up` rises along this step" in ready.fine("%grad up w --newton").texts[0]
    assert "λ" not in ready.fine("%grad down w --newton").texts[0]

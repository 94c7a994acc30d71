"""`%grad`: what it shows, returns and accepts."""

from __future__ import annotations

import numpy as np

from .conftest import Notebook


def test_the_lesson(notebook: Notebook) -> None:
    notebook.fine("X, y = tf.constant([[1., 2.], [3., 4.]]), tf.constant([[1.], [2.]])")
    notebook.fine("w, b = tf.Variable([[1.], [2.]]), tf.Variable(1.)")
    notebook.fine("%%tape\nloss = 0.5 * tf.reduce_sum((X @ w + b - y) ** 2)")
    cell = notebook.fine("%grad loss w b")
    assert cell.texts == ["∂loss/∂w = [[35]\n            [50]]\n∂loss/∂b = 15"]
    assert (
        r"\frac{\partial \mathrm{loss}}{\partial w} &= \begin{bmatrix} 35 \\ 50 \end{bmatrix}"
        in (cell.displayed[0].data["text/latex"])
    )


def test_every_order_is_shown_and_the_highest_returned(notebook: Notebook) -> None:
    notebook.fine("%%tape --order 3\nx = tf.Variable(2.)\ny = x**4 + 2*x**3 - 3*x**2 + 4*x - 5")
    expected = "dy/dx   = 48\nd²y/dx² = 66\nd³y/dx³ = 60"
    assert notebook.fine("%grad y x").texts == [expected]
    cell = notebook.fine("g = %grad y x --order 3")
    assert cell.texts == [expected]
    g = notebook.names["g"]
    assert float(g) == 60
    assert float(g.at_order(1)) == 48
    assert repr(g) == expected
    assert np.asarray(g) == 60


def test_it_is_displayed_once_wherever_it_stands(notebook: Notebook) -> None:
    notebook.fine("%%tape\nx = tf.Variable(3.)\ny = x * x")
    assert len(notebook.fine("%grad y x\n%grad y x\n1 + 1").displayed) == 3
    assert len(notebook.fine("1 + 1\n%grad y x").displayed) == 1
    assert len(notebook.fine("for _ in range(3):\n    %grad y x").displayed) == 3
    notebook.fine("g = %grad y x;")
    assert len(notebook.fine("g = %grad y x\ng").displayed) == 2
    notebook.fine("%config InteractiveShell.ast_node_interactivity = 'all'")
    assert len(notebook.fine("%grad y x\n%grad y x").displayed) == 2
    notebook.fine("%config InteractiveShell.ast_node_interactivity = 'last_expr'")


def test_results_unpack_and_bind(notebook: Notebook) -> None:
    notebook.fine("%%tape\na, b = tf.Variable(3.), tf.Variable(4.)\ny = a * b * b")
    notebook.fine("da, db = %grad y a b")
    assert (float(notebook.names["da"]), float(notebook.names["db"])) == (16, 24)
    notebook.fine("%grad y a b -o both")
    assert [float(value) for value in notebook.names["both"].value] == [16, 24]
    assert len(notebook.names["both"]) == 2


def test_without_sources_everything_watched(notebook: Notebook) -> None:
    notebook.fine("%%tape\na, b = tf.Variable(3.), tf.Variable(4.)\ny = a * b")
    assert notebook.fine("%grad y").texts == ["∂y/∂a = 4\n∂y/∂b = 3"]


def test_structures_are_named(notebook: Notebook) -> None:
    notebook.fine("p = {'w': tf.Variable([1., 2.]), 'b': [tf.Variable(3.)]}")
    notebook.fine("%%tape\ny = tf.reduce_sum(p['w']) * p['b'][0]")
    assert notebook.fine("%grad y p").texts == ["∂y/∂p['b'][0] = 3\n∂y/∂p['w']    = [3 3]"]
    notebook.fine("g = %grad y p")
    assert sorted(notebook.names["g"].value) == ["b", "w"]


def test_functions_at_a_point(notebook: Notebook) -> None:
    notebook.fine("def f(x):\n    return x**3\ndef h(a, b):\n    return a * b**2")
    assert notebook.fine("%grad f 2").texts == ["f'(2) = 12"]
    assert notebook.fine("%grad f -2.0 --order 4").texts == [
        "f'(-2)   = 12\nf''(-2)  = -12\nf'''(-2) = 6\nf⁽⁴⁾(-2) = 0"
    ]
    assert notebook.fine("%grad h 2 3").texts == ["at a = 2, b = 3\n∂h/∂a = 9\n∂h/∂b = 12"]
    assert notebook.fine("%grad f tf.Variable(2.)").texts == ["f'(2) = 12"]


def test_jacobian_and_hessian(notebook: Notebook) -> None:
    notebook.fine("%%tape\nx = tf.Variable([1., 2.])\ny = x * x\nz = tf.reduce_sum(x**3)")
    assert notebook.fine("%grad y x --jacobian").texts == [
        "dy/dx (Jacobian, 2×2) = [[2 0]\n                         [0 4]]"
    ]
    assert notebook.fine("%grad z x --hessian").texts == [
        "d²z/dx² (Hessian, 2×2) = [[6 0]\n                          [0 12]]\neigenvalues 6, 12: positive definite"
    ]


def test_a_target_of_several_numbers_says_that_it_is_summed(notebook: Notebook) -> None:
    notebook.fine("%%tape\nx = tf.Variable([1., 2.])\ny = x * x")
    assert "the derivatives of their sum" in notebook.fine("%grad y x").texts[0]


def test_none_is_explained(notebook: Notebook) -> None:
    notebook.fine(
        "%%tape\nx, k, u = tf.Variable(2.), tf.constant(3.), tf.Variable(1.)\ny = x * x * k\nz = u * 1"
    )
    assert "%%tape --watch k" in notebook.fine("%grad y k").texts[0]
    assert (
        "Line 3, `x * x * k`: `y` was computed without `u`. [not-connected]"
        in notebook.fine("%grad y u").texts[0]
    )
    assert "order 3" in notebook.fine("%grad y x --order 3").texts[0]
    assert "text/latex" not in notebook.fine("%grad y k").displayed[0].data
    notebook.fine("g = %grad y k")
    assert "TargetError" in notebook("float(g)").stdout


def test_inside_the_recorded_cell(notebook: Notebook) -> None:
    assert notebook.fine("%%tape\nx = tf.Variable(3.)\ny = x * x\n%grad y x").texts == ["dy/dx = 6"]


def test_same_text_twice(notebook: Notebook) -> None:
    notebook.fine(
        "%%tape\nx = tf.Variable([[1.23456789, 1e-9], [3e12, -0.0]])\ny = tf.reduce_sum(tf.sin(x) * x)"
    )
    first, second = notebook.fine("%grad y x").displayed[0], notebook.fine("%grad y x").displayed[0]
    assert first.data == second.data

"""The formula of a recording: SymPy's derivative is TensorFlow's, or it is said why there is none."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import tensorflow as tf

import gradmagic as gm
from gradmagic.tape.compare._symbolic import CannotTranslate, Symbolic, symbolic
from gradmagic.tape.compare._symbolic_rules import MOVES, rules
from gradmagic.tape.replay._replay import Replay

from .operations import OPERATIONS, Operation

WITHOUT = {
    "segment_sum": "SegmentSum",
    "cholesky": "Cholesky",
    "solve": "MatrixSolve",
    "triangular_solve": "MatrixTriangularSolve",
    "conv2d": "Conv2D",
    "conv1d": "Conv2D",
    "avg_pool": "AvgPool",
    "max_pool": "MaxPool",
    "gather_nd": "ResourceGatherNd",
}


def formula(function, *values: object) -> tuple[Symbolic, list]:
    variables = [
        tf.Variable(value, dtype=None if isinstance(value, np.ndarray) else tf.float64) for value in values
    ]
    with gm.Tape() as tape:
        target = function(*variables)
    names = ["x", "y", "z"][: len(variables)]
    return symbolic(Replay(tape, [target], variables), names), tape.gradient(target, variables)


def why(function, *values: object) -> str:
    with pytest.raises(CannotTranslate) as caught:
        formula(function, *values)
    return str(caught.value)


def test_there_are_enough_operations() -> None:
    assert len(rules()) + len(MOVES) >= 90


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_formula_has_the_derivative_that_tensorflow_has(operation: Operation) -> None:
    if operation.name in WITHOUT:
        assert WITHOUT[operation.name] in why(lambda x: operation.tensorflow(tf, x), operation.x)
        return
    found, (gradient,) = formula(lambda x: operation.tensorflow(tf, x), operation.x)
    expected = tf.convert_to_tensor(gradient).numpy()
    scale = max(1e-3, np.abs(expected).max())
    np.testing.assert_allclose(found.values[0], expected, rtol=1e-12, atol=1e-12 * scale)


def test_the_formula_is_the_one_of_the_book() -> None:
    x = sp.Symbol("x", real=True)
    cases = [
        (lambda v: v**4 + 2 * v**3 - 3 * v**2 + 4 * v - 5, 4 * x**3 + 6 * x**2 - 6 * x + 4),
        (lambda v: tf.sin(v) * tf.exp(v), sp.exp(x) * sp.sin(x) + sp.exp(x) * sp.cos(x)),
        (lambda v: tf.math.log(v * v + 1), 2 * x / (x**2 + 1)),
        (lambda v: 0.5 * v, sp.Rational(1, 2)),
        (lambda v: tf.constant(3.0, tf.float64) * 1.0, sp.Integer(0)),
    ]
    for function, derivative in cases:
        found, _ = formula(function, 2.0)
        assert sp.simplify(found.derivatives[0][()] - derivative) == 0


def test_the_sizes_are_counted() -> None:
    found, _ = formula(lambda x: tf.sin(x) * x, 2.0)
    assert (found.function_size, found.derivative_size) == (2, 4)  # x·sin x, and x·cos x + sin x


def test_sources_of_any_shape_and_number() -> None:
    found, gradients = formula(
        lambda W, b, x: tf.reduce_mean(tf.nn.relu(tf.linalg.matvec(W, x) + b) ** 2),
        np.array([[1.0, 2.0], [0.5, -0.25]]), np.array([0.5, 0.125]), np.array([1.5, -0.5]),
    )  # fmt: skip
    for ours, theirs in zip(found.values, gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13)
    assert [str(symbol) for symbol in found.symbols[0].ravel()] == ["x_0_0", "x_0_1", "x_1_0", "x_1_1"]


def test_float32_constants_are_the_numbers_that_were_used() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = 0.1 * x * x
    found = symbolic(Replay(tape, [y], [x]), ["x"])
    assert found.values[0] == pytest.approx(2 * 2 * float(np.float32(0.1)), rel=1e-15)
    assert found.written(found.function) == "0.1*x**2"


def test_assignments_and_gathers_are_followed() -> None:
    w = tf.Variable([2.0, 3.0])
    with gm.Tape() as tape:
        first = tf.gather(w, [1, 0])
        w.assign_add(first * first)
        y = tf.reduce_sum(w * w)
    found = symbolic(Replay(tape, [y], [w]), ["w"])
    # y = (w0 + w1²)² + (w1 + w0²)²
    np.testing.assert_allclose(found.values[0], [2 * 11 + 2 * 7 * 4, 2 * 7 + 2 * 11 * 6])


def test_why_there_is_none() -> None:
    assert "40 elements" in why(tf.sin, np.ones(40))
    assert "compiled" in why(tf.function(lambda x: x * x), 2.0)
    assert "complex" in why(lambda x: x * x, np.array(1 + 2j))
    assert "Conv" in why(
        lambda x: tf.nn.conv2d(x, tf.ones((1, 1, 1, 1), tf.float64), 1, "SAME"), np.ones((1, 2, 2, 1))
    )
    assert "Cast" in why(lambda x: x * tf.cast(tf.cast(x, tf.int32), tf.float64), 2.5)

    def towers(x):
        for _ in range(40):
            x = x * x + tf.sin(x)
        return x

    assert "outgrows" in why(towers, 0.5)

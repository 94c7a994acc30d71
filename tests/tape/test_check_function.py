"""`check_grads`: the derivatives of functions; and properties over random compositions."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import gradmagic as gm
from gradmagic.errors import ArgumentError, TargetError

from .planted import wrong


def branch(x, steps=4):
    y = x
    for step in range(steps):
        y = y * x if step % 2 else tf.sin(y)
    return y


def fold(x, depth=3):
    return x if depth == 0 else tf.tanh(x * fold(x, depth - 1))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (lambda x: x**3, (2.0,)),
        (lambda x: x**3, 2.0),
        (lambda x, y: tf.sin(x) * y, (1.0, [2.0, 3.0])),
        (branch, (0.7,)),
        (fold, (0.7,)),
        (lambda p: tf.reduce_sum(p["a"] @ p["b"]), ({"a": np.eye(2) * 0.5, "b": np.ones((2, 3))},)),
        (tf.function(lambda x: tf.reduce_sum(tf.sin(x))), (np.array([0.5, 1.5]),)),
    ],
)
def test_right_functions(function, arguments) -> None:
    report = gm.check_grads(function, arguments)
    assert report, report
    assert report.order == 2


def test_the_report_is_its_own_verdict() -> None:
    planted = wrong(tf.sin, lambda dy, x: -dy * tf.cos(x))
    report = gm.check_grads(planted, (1.0,), order=1)
    assert not report
    assert report.mistake == "sign"
    assert not report.worst.ok


def test_what_left_tensorflow_is_missing() -> None:
    report = gm.check_grads(lambda x: x + tf.constant(np.sin(x.numpy())), (2.0,))
    assert (report.ok, report.mistake) == (False, "missing-term")
    assert "left TensorFlow" in repr(report)
    report = gm.check_grads(lambda x: x * float(x), (2.0,))
    assert (report.ok, report.mistake) == (False, "missing-term")


def test_random_numbers_are_held() -> None:
    report = gm.check_grads(lambda x: tf.nn.dropout(x, 0.5) ** 2, (tf.ones(40),))
    assert report.ok
    assert "random numbers were held" in repr(report)


def test_few_coins_raise_no_alarm() -> None:
    for _ in range(20):
        assert gm.check_grads(lambda x: tf.nn.dropout(x, 0.5), (tf.ones(2),), order=1)


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [(3.0, (1.0,), TargetError), (tf.sin, (), ArgumentError), (tf.sin, ("a",), TargetError)],
)
def test_bad_calls(function, arguments, error) -> None:
    with pytest.raises(error):
        gm.check_grads(function, arguments)


# Random compositions: right as they are, wrong with one planted factor

UNARY = {
    "sin": (tf.sin, tf.cos),
    "tanh": (tf.tanh, lambda x: 1 - tf.tanh(x) ** 2),
    "exp": (lambda x: tf.exp(0.3 * x), lambda x: 0.3 * tf.exp(0.3 * x)),
    "softplus": (tf.nn.softplus, tf.sigmoid),
    "atan": (tf.atan, lambda x: 1 / (1 + x * x)),
    "sigmoid": (tf.sigmoid, lambda x: tf.sigmoid(x) * (1 - tf.sigmoid(x))),
    "root": (lambda x: tf.sqrt(x * x + 1), lambda x: x / tf.sqrt(x * x + 1)),
}
BINARY = {
    "add": tf.add,
    "multiply": tf.multiply,
    "subtract": tf.subtract,
    "matmul": lambda a, b: tf.matmul(a, b, transpose_b=True) * 0.5,
    "divide": lambda a, b: a / (1.5 + b * b),
}
programs = st.lists(
    st.tuples(st.sampled_from([*UNARY, *BINARY]), st.integers(0, 50), st.integers(0, 50)),
    min_size=2,
    max_size=7,
)


def run(program, x, planted=None, factor=1.0):
    """Each step reads two of the earlier values; `planted` is the step whose derivative is a multiple."""
    values = [x]
    for index, (name, first, second) in enumerate(program):
        a, b = values[-1 - first % len(values)], values[second % len(values)]
        if name in UNARY:
            forward, slope = UNARY[name]
            if index == planted:
                forward = wrong(forward, lambda dy, v, s=slope: factor * dy * s(v))
            values.append(forward(a))
        else:
            values.append(BINARY[name](a, b))
    return tf.reduce_sum(values[-1] * tf.constant([[0.7, -0.4], [1.1, 0.9]], x.dtype))


POINT = np.array([[0.3, -1.1], [0.8, 1.7]], "float32")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(programs, st.sampled_from(["float32", "float64"]))
def test_random_compositions_are_right(program, dtype) -> None:
    x = tf.Variable(POINT.astype(dtype))
    with gm.Tape() as tape:
        y = run(program, x)
    report = tape.check(y, x, order=2)
    assert report.ok, report


@settings(max_examples=60, deadline=None, derandomize=True)
@given(programs, st.integers(0, 50), st.sampled_from([-1.0, 2.0, 0.5, 1.1, 4.0]))
def test_one_planted_factor_is_found(program, which, factor) -> None:
    unary = [index for index, (name, _, _) in enumerate(program) if name in UNARY]
    if not unary:
        return
    x = tf.Variable(POINT)
    with gm.Tape() as tape:
        right = run(program, x)
        y = run(program, x, unary[which % len(unary)], factor)
    expected, found = tape.gradient(right, x), tape.gradient(y, x)
    change, size = (float(tf.reduce_max(tf.abs(value))) for value in (found - expected, found))
    if change <= 0.02 * size:
        return  # what was planted does not reach the result
    report = tape.check(y, x)
    assert not report.ok
    if factor == -1.0:
        assert report.mistake == "sign", report
    else:
        assert report.mistake == "factor", report
        assert report.blame.mistake.factor == pytest.approx(factor, rel=1e-3)

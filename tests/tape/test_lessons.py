"""The figures that the source tutorials reach with a tape: the handbook's chapter and the course page."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

import gradmagic as gm


def test_the_chapters_square() -> None:
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        y = tf.square(x)
    assert (float(y), float(tape.gradient(y, x))) == (9, 6)


def test_the_chapters_regression_loss() -> None:
    X, y = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[1.0], [2.0]])
    w, b = tf.Variable([[1.0], [2.0]]), tf.Variable(1.0)
    with gm.Tape() as tape:
        loss = 0.5 * tf.reduce_sum(tf.square(X @ w + b - y))
    dw, db = tape.gradient(loss, [w, b])
    assert float(loss) == 62.5
    assert np.asarray(dw).ravel().tolist() == [35, 50]
    assert float(db) == 15


def test_the_course_pages_basic_tape() -> None:
    assert float(gm.grad(lambda x: x**2)(3.0)) == 6


def test_the_course_pages_persistent_tape() -> None:
    x = tf.constant(3.0)
    with gm.Tape(watch=x) as tape:
        y = x * x
        z = y * y
    assert (float(tape.gradient(z, y)), float(tape.gradient(z, x)), float(tape.gradient(y, x))) == (
        18,
        108,
        6,
    )


def test_the_course_pages_nested_tapes() -> None:
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        y = x**3
    assert [float(g) for g in tape.gradients(y, x, 2)] == [27, 18]


def test_the_course_pages_several_variables() -> None:
    x, y = tf.Variable(2.0), tf.Variable(3.0)
    with gm.Tape() as tape:
        z = x**2 + x * y + y**2
    assert [float(g) for g in tape.gradient(z, [x, y])] == [7, 8]


def test_the_course_pages_first_exercise() -> None:
    f = lambda x: x**4 + 2 * x**3 - 3 * x**2 + 4 * x - 5  # noqa: E731
    assert [float(gm.grad(f, order=order)(2.0)) for order in (1, 2, 3)] == [48, 66, 60]


def test_constants_against_variables() -> None:
    x = tf.Variable(3.6)
    with gm.Tape() as tape:
        y = x**2
    assert abs(float(tape.gradient(y, x)) - 7.2) < 1e-6

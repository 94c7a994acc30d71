"""Three ways side by side: values, errors, the curve, and the paths of Python code."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, TargetError
from gradmagic.tape import compare_function, compare_recording


def cube(x):
    return x**3


def absolute_power(x):
    if x < 0:
        return -x * x
    y = x
    for _ in range(3):
        y = y * x
    return y


def tower(x, depth=3):
    return x if depth == 0 else tf.sin(x * tower(x, depth - 1))


@pytest.mark.parametrize(
    ("function", "point", "derivative"),
    [
        (cube, 2.0, 12.0),
        (tf.sin, 1.0, math.cos(1.0)),
        (lambda x: tf.exp(-x * x), 0.5, -2 * 0.5 * math.exp(-0.25)),
        (lambda x: tf.math.log(x) / x, 2.0, (1 - math.log(2)) / 4),
        (lambda x: tf.sigmoid(x), 0.3, math.exp(-0.3) / (1 + math.exp(-0.3)) ** 2),
        (absolute_power, 1.5, 4 * 1.5**3),
        (absolute_power, -1.5, 3.0),
    ],
)
def test_closed_forms(function, point, derivative) -> None:
    report = compare_function(function, (point,))
    assert report.reference == "symbolic"
    assert float(report["symbolic"].values[0]) == pytest.approx(derivative, rel=1e-7)
    assert report["automatic"].error < 1e-6
    assert report["numeric"].error < 1e-8
    for method in report.methods:
        assert method.operations > 0
        assert method.seconds > 0


def test_float64_is_better_in_every_way() -> None:
    report = compare_function(cube, (np.float64(2.0),))
    assert report["automatic"].error < 1e-15
    assert [curve.precision for curve in report.curves] == ["float64"]


def test_the_curve_falls_and_rises() -> None:
    """Truncation shrinks with the square of the step, until rounding takes over at about the cube root of eps."""
    report = compare_function(lambda x: tf.exp(tf.sin(x)), (1.0,))
    narrow, wide = report.curves
    assert (narrow.precision, wide.precision) == ("float32", "float64")
    assert len(wide.steps) == 23
    assert (wide.steps[0], wide.steps[-1]) == (pytest.approx(1e-1), pytest.approx(1e-12))
    slope = np.polyfit(np.log(wide.steps[:6]), np.log(wide.errors[:6]), 1)[0]
    assert slope == pytest.approx(2, abs=0.1)
    assert 1e-7 < wide.best[0] < 1e-4
    assert 1e-4 < narrow.best[0] < 1e-1
    assert wide.best[1] < 1e-9 < narrow.best[1]
    assert wide.errors[-1] > 1e3 * wide.best[1]


@pytest.mark.parametrize(
    ("function", "point", "what"),
    [
        (absolute_power, 1.5, ["a branch (line 2", "a loop (line 5"]),
        (tower, 0.7, ["a branch (line 2", "a call of itself (line 2"]),
        (cube, 1.5, []),
    ],
)
def test_paths_are_said(function, point, what) -> None:
    report = compare_function(function, (point,))
    assert len(report.notes) == len(what)
    for note, words in zip(report.notes, what, strict=True):
        assert words in note
    assert report["numeric"].error < 1e-8
    assert report["automatic"].error < 1e-5


def test_a_while_loop_on_data() -> None:
    def newton(x):
        y = x
        while abs(y * y - x) > 1e-6:
            y = 0.5 * (y + x / y)
        return y

    report = compare_function(newton, (np.float64(2.0),))
    assert float(report["automatic"].values[0]) == pytest.approx(0.5 / math.sqrt(2), rel=1e-5)
    assert "a loop" in report.notes[0]


def test_where_there_is_no_formula_the_recording_in_float64_measures() -> None:
    x = tf.Variable(tf.random.stateless_normal((40,), (1, 2)))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.sin(x) * x)
    report = tape.compare(y, x)
    assert report.reference == "replay"
    assert report["symbolic"].values == ()
    assert "40 elements" in report["symbolic"].reason
    assert math.isnan(report["symbolic"].error)
    assert report["numeric"].error < 1e-8
    assert report["automatic"].error < 1e-6


def test_a_compiled_function() -> None:
    report = compare_function(tf.function(cube), (2.0,))
    assert "compiled" in report["symbolic"].reason
    assert report.reference == "numeric"
    assert report["automatic"].error < 1e-3
    assert [curve.precision for curve in report.curves] == ["float32"]


def test_a_source_too_large_for_single_differences() -> None:
    x = tf.Variable(tf.random.stateless_normal((1000,), (1, 2)))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.sin(x))
    report = tape.compare(y, x)
    assert "1000 entries" in report["numeric"].reason
    assert report.curves[1].best[1] < 1e-8


def test_a_wrong_custom_gradient_stands_out() -> None:
    @tf.custom_gradient
    def planted(x):
        return tf.sin(x), lambda dy: 2 * dy * tf.cos(x)

    report = compare_function(planted, (1.0,))
    assert report["automatic"].error == pytest.approx(1.0, rel=1e-5)
    assert report["numeric"].error < 1e-8


def test_a_recording_with_several_sources() -> None:
    w, b = tf.Variable([[1.0, 2.0], [3.0, 4.0]]), tf.Variable([0.5, 0.1])
    with gm.Tape() as tape:
        loss = tf.reduce_mean((tf.constant([[1.0, 2.0]]) @ w + b) ** 2)
    report = tape.compare(loss, {"w": w, "b": b})
    assert report.sources == ("b", "w")
    assert [value.shape for value in report["symbolic"].values] == [(2,), (2, 2)]
    # Backward operations differ from forward ones; both are counted.
    assert (report.recorded, report["automatic"].operations > 5) == (6, True)


def test_nothing_is_left_in_a_recording_that_still_runs() -> None:
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        y = x * x * x
        before = len(tape.records)
        tape.compare(y, x)
        assert len(tape.records) == before
    assert float(tape.gradient(y, x)) == 27.0


def test_bad_calls() -> None:
    with pytest.raises(TargetError):
        compare_function(3.0, (1.0,))
    with pytest.raises(ArgumentError):
        compare_function(cube, ())
    x = tf.Variable(1.0)
    with gm.Tape() as tape:
        y, z = x * 2.0, x * 3.0
    with pytest.raises(TargetError, match="add_n"):
        compare_recording(tape, [y, z], x)

"""The checker: no false alarm on what is right, and everything that is wrong is found and named."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, RecordingError, TargetError
from gradmagic.tape import check_recording

from .operations import OPERATIONS, Operation
from .planted import PLANTED, Planted, wrong

X = [[1.1, -0.7], [0.4, 1.9]]
W = [[0.3, 0.7], [-0.2, 0.9]]


# What is right


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_no_false_alarm(operation: Operation, dtype: str) -> None:
    x = tf.Variable(operation.x.astype(dtype))
    with gm.Tape() as tape:
        y = operation.tensorflow(tf, x)
    report = check_recording(tape, y, x, order=min(operation.orders, 2))
    assert report.ok, report
    assert report.complete
    assert report.mistake is None
    assert report.precision == "float64"
    assert report.coordinates >= x.shape.num_elements()
    assert all(comparison.kind == "smooth" for comparison in report.comparisons)


def test_a_layer_of_a_network_and_a_keras_model() -> None:
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential([tf.keras.layers.Dense(12, activation="tanh"), tf.keras.layers.Dense(1)])
    x, y = tf.random.stateless_normal((20, 8), (1, 2)), tf.ones((20, 1))
    model(x)
    with gm.Tape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    report = tape.check(loss, model.trainable_variables, order=2)
    assert report.ok, report
    assert report.directions >= 8  # the first kernel has 96 entries


def test_a_large_source_is_checked_along_directions() -> None:
    x = tf.Variable(tf.random.stateless_normal((400, 50), (1, 2)))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.sin(x) * x)
    report = tape.check(y, x)
    assert report.ok
    assert report.directions == 8
    assert report.coordinates == 16


def test_a_compiled_function_is_checked_in_its_precision() -> None:
    w = tf.Variable([0.5, 1.5])
    f = tf.function(lambda x: tf.reduce_sum(tf.sin(x) * w))
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        y = f(x)
    report = tape.check(y, [x, w], order=2)
    assert report.ok, report
    assert report.precision == "float32"
    assert "recorded precision" in report.notes[0]


def test_complex_sources() -> None:
    z = tf.Variable([1 + 2j, 0.5 - 1j], dtype=tf.complex64)
    with gm.Tape() as tape:
        holomorphic, real = tf.sin(z) * z, tf.abs(z) ** 2
    for target in (holomorphic, real):
        report = tape.check(target, z, order=2)
        assert report.ok, report
        assert {comparison.part for comparison in report.comparisons} == {"real", "imag"}


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_half_precision(dtype: tf.DType) -> None:
    x = tf.Variable(tf.cast([0.3, -1.2, 2.0], dtype))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.tanh(x) * x)
    assert tape.check(y, x).ok


def test_rounding_is_no_mistake() -> None:
    """float32 loses every digit of a gradient that is 0: that is not TensorFlow's mistake."""
    x = tf.Variable(np.linspace(-3, 3, 9, dtype="float32"))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.nn.softmax(x))
        z = tf.reduce_sum((x + 1e4) ** 2) - tf.reduce_sum(x * x)
    assert tape.check(y, x, order=2).ok
    assert tape.check(z, x).ok


def test_nested_targets_and_sources_keep_their_names() -> None:
    a, b = tf.Variable(2.0), tf.Variable([1.0, 3.0])
    with gm.Tape() as tape:
        first, second = a * b, a + b
    report = tape.check([first, second], {"b": b, "a": a})
    assert report.ok
    assert report.sources == ("a", "b")
    assert report.sizes == (1, 2)


def test_a_symmetric_matrix_read_by_one_triangle() -> None:
    """Changing one entry of the upper triangle alone does nothing to logdet; TensorFlow's gradient is even."""
    x = tf.Variable([[3.0, 0.5, 0.2], [0.5, 2.0, -0.3], [0.2, -0.3, 4.0]])
    with gm.Tape() as tape:
        y = tf.linalg.logdet(x)
    report = tape.check(y, x, order=2)
    assert report.ok, report
    assert "one triangle" in report.notes[0]


def test_a_kernel_that_always_gives_float32() -> None:
    x = tf.Variable(tf.random.stateless_normal((1, 3, 3, 1), (1, 2)))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.image.resize(x, (5, 5)) ** 2)
    report = tape.check(y, x)
    assert (report.ok, report.precision) == (True, "float32")
    assert "ResizeBilinear" in report.notes[0]


def test_a_python_function() -> None:
    assert gm.check_grads(lambda x: tf.py_function(lambda v: v * v, [x], tf.float32), (2.0,), order=1)


# What is wrong


@pytest.mark.parametrize("place", ["first", "inside", "last"])
@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_a_planted_mistake_is_found_and_named(case: Planted, place: str) -> None:
    x, w = tf.Variable(X), tf.Variable(W)
    arguments = (x, w)[: case.arguments]
    with gm.Tape() as tape:
        if place == "first":
            y = tf.reduce_sum(tf.sin(case.function(*arguments)) * tf.constant(W))
        elif place == "inside":
            y = tf.reduce_sum(
                tf.exp(0.3 * case.function(*[1.5 * source for source in arguments])) * tf.constant(W)
            )
        else:
            y = case.function(*[tf.sinh(source) for source in arguments]) * tf.constant(
                [[1.0, 0.7], [1.2, 0.4]]
            )
    report = tape.check(y, list(arguments))
    assert not report.ok
    assert report.mistake == case.mistake, report
    if case.mistake is not None:
        assert report.blame.place.expression.startswith("case.function("), (
            "the line with the mistake is named"
        )
    if case.factor is not None:
        assert report.blame.mistake.factor == pytest.approx(case.factor, rel=1e-3)
    assert not report.worst.ok
    assert report.worst.automatic != pytest.approx(report.worst.numeric, rel=1e-3)


def test_a_scalar_mistake_is_named_only_where_it_can_be() -> None:
    s = tf.Variable(1.3)
    cases = [
        (wrong(tf.sin, lambda dy, x: -dy * tf.cos(x)), "sign"),
        (wrong(tf.sin, lambda dy, x: 2 * dy * tf.cos(x)), "factor"),
        (wrong(lambda x: x * tf.sin(x), lambda dy, x: dy * tf.sin(x)), "missing-term"),
        (wrong(lambda x: tf.sin(x * x), lambda dy, x: dy * tf.cos(x * x)), "chain-rule"),
        (wrong(tf.sin, lambda dy, x: 1.2345 * dy * tf.cos(x)), None),
    ]
    for function, mistake in cases:
        with gm.Tape() as tape:
            y = tf.exp(function(s))
        report = tape.check(y, s)
        assert (report.ok, report.mistake) == (False, mistake)


def test_one_wrong_entry_of_thousands_is_found() -> None:
    x = tf.Variable(tf.random.stateless_normal((60, 50), (1, 2)))
    mask = np.ones((60, 50), "float32")
    mask[41, 7] = -30.0
    planted = wrong(tf.square, lambda dy, v: dy * 2 * v * mask)
    with gm.Tape() as tape:
        y = tf.reduce_sum(planted(x))
    report = tape.check(y, x)
    assert not report.ok
    assert any(c.index == (41, 7) and not c.ok for c in report.comparisons)


def test_a_mistake_that_cancels_in_the_sum_is_found() -> None:
    x = tf.Variable([1.0, 2.0])
    planted = wrong(lambda v: tf.stack([v[0] * v[1], v[0] * v[1]]), lambda dy, v: (dy[0] * 2.0) * v[::-1])
    with gm.Tape() as tape:
        y = planted(x)
    assert tape.gradient(y, x).numpy().tolist() == [4.0, 2.0]  # the sum's is right
    report = tape.check(y, x)
    assert not report.ok
    assert any("weighted" in note for note in report.notes)


def test_a_wrong_second_derivative() -> None:
    slope = wrong(tf.cos, lambda dy, x: dy * tf.sin(x))  # the sign of the second derivative
    planted = wrong(tf.sin, lambda dy, x: dy * slope(x))
    x = tf.Variable(X)
    with gm.Tape() as tape:
        y = tf.reduce_sum(planted(x))
    assert tape.check(y, x).ok
    report = tape.check(y, x, order=2)
    assert (report.ok, report.mistake, report.worst.order) == (False, "sign", 2)


def test_none_where_the_target_changes_is_a_missing_term() -> None:
    x = tf.Variable([1.0, 2.0])
    planted = wrong(tf.square, lambda dy, v: None)
    with gm.Tape() as tape:
        y = tf.reduce_sum(planted(x))
    assert tape.gradient(y, x) is None
    report = tape.check(y, x)
    assert (report.ok, report.mistake) == (False, "missing-term")
    assert "None for `x`" in report.notes[-1]


def test_an_assignment_that_the_gradient_does_not_follow() -> None:
    w = tf.Variable(3.0)
    with gm.Tape() as tape:
        w.assign(w * w)
        y = w * 2.0
    report = tape.check(y, w)
    assert not report.ok
    assert "does not follow assignments" in report.notes[-1]


# What is neither


@pytest.mark.parametrize(
    ("function", "point", "kinks"),
    [
        (tf.nn.relu, [0.0, 1.0, -1.0], [(0,)]),
        (tf.abs, [0.0, 1.0, -1.0], [(0,)]),
        (tf.reduce_max, [1.0, 1.0, 0.5], [(0,), (1,)]),
        (lambda x: tf.maximum(x, 1.0), [0.5, 1.0, 2.0], [(1,)]),
        (lambda x: tf.clip_by_value(x, -1.0, 1.0), [-1.0, 0.0, 1.0], [(0,), (2,)]),
        (lambda x: tf.nn.leaky_relu(x), [0.0, 2.0], [(0,)]),
        (lambda x: tf.reduce_sum(tf.abs(x - tf.constant([1.0, 2.0]))), [1.0, 2.0], [(0,), (1,)]),
    ],
)  # fmt: skip
def test_a_point_that_is_not_smooth_is_said_not_failed(function, point, kinks) -> None:
    x = tf.Variable(point)
    with gm.Tape() as tape:
        y = function(x)
    report = tape.check(y, x)
    assert report.ok, report
    assert {comparison.index for comparison in report.comparisons if comparison.kind == "kink"} == set(kinks)
    kink = next(comparison for comparison in report.comparisons if comparison.kind == "kink")
    assert "not smooth at x[" in repr(report)
    assert kink.left != pytest.approx(kink.right)


def test_a_wrong_slope_at_a_kink_still_fails() -> None:
    planted = wrong(tf.nn.relu, lambda dy, x: dy * 2.0)
    x = tf.Variable([0.0, 1.0])
    with gm.Tape() as tape:
        y = planted(x)
    report = tape.check(y, x)
    assert {comparison.index for comparison in report.comparisons if not comparison.ok} == {(0,), (1,)}


def test_a_kink_nearby_is_not_a_kink_here() -> None:
    x = tf.Variable([1e-7, -1e-6, 3e-6], dtype=tf.float64)
    with gm.Tape() as tape:
        y = tf.nn.relu(x)
    report = tape.check(y, x)
    assert report.ok
    assert all(comparison.kind == "smooth" for comparison in report.comparisons)


def test_a_jump_has_no_slope() -> None:
    x = tf.Variable([1.0, 1.5])
    with gm.Tape() as tape:
        y = tf.floor(x) + x
    report = tape.check(y, x)
    assert report.ok
    assert [comparison.kind for comparison in report.comparisons if comparison.index == (0,)] == ["jump"]


@pytest.mark.parametrize(
    "function", [tf.sqrt, lambda x: tf.math.log(x), lambda x: tf.norm(x), lambda x: 1.0 / x]
)
def test_what_is_not_finite_is_said(function) -> None:
    x = tf.Variable([0.0, 0.0])
    with gm.Tape() as tape:
        y = function(x)
    report = tape.check(y, x)
    assert not report.ok
    assert "not finite" in repr(report)


def test_stop_gradient_is_respected() -> None:
    x = tf.Variable([0.3, 1.6])
    with gm.Tape() as tape:
        y = x + tf.stop_gradient(tf.round(x) - x)  # the straight-through estimator
    report = tape.check(y, x)
    assert report.ok
    assert "stop_gradient" in report.notes[0]


def test_the_limit_is_shared_out_kept_and_said() -> None:
    variables = [tf.Variable(tf.ones(5)) for _ in range(20)]
    with gm.Tape() as tape:
        y = tf.add_n([tf.reduce_sum(tf.sin(variable)) for variable in variables])
    report = check_recording(tape, y, variables, limit=100)
    assert {comparison.source for comparison in report.comparisons} == set(report.sources)
    assert report.evaluations <= 100
    report = check_recording(tape, y, variables, limit=30)
    assert not report.complete
    assert 30 <= report.evaluations <= 40
    assert "limit" in repr(report)


def test_a_long_recording_is_repeated_less_often() -> None:
    weights = [tf.Variable(0.01 * tf.ones((3, 3))) for _ in range(30)]
    with gm.Tape() as tape:
        y = tf.ones((3, 3))
        for weight in weights:
            for _ in range(10):
                y = tf.tanh(y + weight)
    report = tape.check(y, weights)
    assert report.ok
    assert len({comparison.source for comparison in report.comparisons}) == len(weights)
    assert report.evaluations < 400


# What cannot be checked


def test_what_cannot_be_repeated_says_which_line() -> None:
    x = tf.Variable([3.0, 1.0, 2.0, 5.0, 4.0, 7.0, 6.0, 9.0])
    with gm.Tape() as tape:
        y = tf.raw_ops.RandomGamma(shape=[3], alpha=x)
    with pytest.raises(RecordingError, match=r"RandomGamma .*line \d+.*raw_ops"):
        tape.check(y, x)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"order": 3}, "order 3"),
        ({"order": 0}, "order 0"),
        ({"limit": 0}, "limit 0"),
        ({"limit": True}, "limit"),
    ],
)
def test_bad_arguments(arguments, words) -> None:
    x = tf.Variable(1.0)
    with gm.Tape() as tape:
        y = x * x
    with pytest.raises(ArgumentError, match=words):
        check_recording(tape, y, x, **arguments)


def test_integers_are_refused() -> None:
    x = tf.Variable(1)
    with gm.Tape() as tape:
        y = x * 2
    with pytest.raises(TargetError):
        tape.check(y, x)


def test_the_same_seed_the_same_report() -> None:
    x = tf.Variable(tf.random.stateless_normal((30, 30), (1, 2)))
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.sin(x))
    assert repr(tape.check(y, x, seed=3)) == repr(tape.check(y, x, seed=3))

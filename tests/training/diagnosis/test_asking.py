"""What a diagnosis asks: nothing of a healthy run, nothing of a loss with effects, all where the run was."""

import contextlib
import io
import threading

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.tape import hessian
from gradmagic.training import train
from gradmagic.training.diagnosis import diagnose
from gradmagic.training.diagnosis._curvature import extremes, hessian_product, largest, newton_gain


def test_displaying_a_healthy_run_does_not_run_the_loss():
    w = tf.Variable(3.0)
    run = train(lambda: w**2 + 1, [w], learning_rate=0.1, steps=200)

    def never(place):
        raise AssertionError(place)

    evidence = run._training.evidence()
    blind = type(evidence)(**{**vars(evidence), "visit": never})
    assert diagnose(blind, deep=False).kind == "none"


def test_the_last_finite_parameters_are_looked_at_even_when_the_learner_went_on():
    w = tf.Variable(2.0)
    run = train(lambda: tf.math.log(w) + w, [w], learning_rate=0.2, steps=100)
    assert run.status == "diverged"
    w.assign(50.0)
    found = run.diagnosis
    assert "tf.math.log(w)" in found.expression
    assert found.evidence["low"] < 0
    assert float(w) == 50.0


def test_a_logarithm_of_a_negative_number_is_named():
    w = tf.Variable(2.0)

    def loss():
        inner = tf.math.log(w)
        return inner + w

    found = train(loss, [w], learning_rate=0.2, steps=100).diagnosis
    assert found.kind == "diverged"
    assert found.line == loss.__code__.co_firstlineno + 1
    assert found.expression == "tf.math.log(w)"
    assert "Log (line" in found.text
    assert f"read {found.evidence['low']:.6g}," in found.text  # what it read, measured
    assert found.sentences[2] == "Keep its input where it is defined: `tf.math.log(tf.maximum(x, 1e-7))`."


@pytest.mark.parametrize("mode", ["auto", "off"])
@pytest.mark.parametrize("steps", [1, 30])
def test_a_loss_that_counts_is_not_called_again(mode, steps):
    w, calls = tf.Variable(1.0), []

    def loss():
        calls.append(1)
        return tf.math.log(0.5 - w) + w

    w.assign(0.25)
    run = train(loss, [w], learning_rate=1.5, steps=steps, compile=mode)
    made = len(calls)
    run.diagnosis, run.plot(), repr(run)
    assert len(calls) == made


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_a_loss_that_prints_is_not_called_again(mode):
    w = tf.Variable(1.0)

    def loss():
        tf.print("called")
        return w**2

    run = train(loss, [w], learning_rate=1.5, steps=30, compile=mode)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        found = run.diagnosis
    assert said.getvalue() == ""
    assert found.kind == "diverged"
    assert "lambda_max" not in found.evidence


def test_a_data_set_is_judged_by_its_last_batch_and_that_is_said():
    x = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    w = tf.Variable(tf.zeros(2))

    def loss(x):
        return tf.reduce_mean((tf.linalg.matvec(x, w) - 1) ** 2)

    run = train(loss, [w], data=tf.data.Dataset.from_tensor_slices(x).batch(20), learning_rate=4.0, steps=30)
    last = np.split(x, 3)[(run.steps - 1) % 3]
    highest = np.linalg.eigvalsh(2 * last.T @ last / 20)[-1]
    assert run.diagnosis.evidence["lambda_max"] == pytest.approx(highest, rel=5e-3)
    assert "eigenvalue of the Hessian at step 0 for the last batch." in run.diagnosis.text


def test_a_run_that_goes_on_is_judged_by_its_record_alone():
    w = tf.Variable(1.0)
    run = train(lambda: w**2, [w], learning_rate=0.0001, steps=100_000, background=True, pace=100)
    told = threading.Event()
    run.subscribe(lambda _: told.set())
    try:
        assert told.wait(120)
        assert run.steps > 0
        assert run.diagnosis.kind == "none"
        assert not run.is_over
    finally:
        run.stop().wait()


def test_random_generators_are_put_back():
    w = tf.Variable(1.0)
    run = train(lambda: w**2, [w], learning_rate=1.5, steps=30)
    np.random.seed(3)
    expected = np.random.random(2)
    np.random.seed(3)
    first = np.random.random()
    assert run.diagnosis.kind == "rate-too-high"
    assert [first, np.random.random()] == list(expected)


# Curvature


def quadratic(eigenvalues, seed=0):
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))
    matrix = turn @ np.diag(eigenvalues) @ turn.T
    return tf.constant((matrix + matrix.T) / 2)


@pytest.mark.parametrize(
    "eigenvalues",
    [(5.0, 3.0, 1.0, 0.1), (2.0, 1.0, -7.0), (-1.0, -4.0, -9.0), (1e6, 1.0), (3.0,), (0.0, 0.0)],
)
def test_the_eigenvalues_of_a_quadratic(eigenvalues):
    matrix = quadratic(eigenvalues)
    v = tf.Variable(np.ones(len(eigenvalues)))
    product = hessian_product(lambda: tf.reduce_sum(v * tf.linalg.matvec(matrix, v)) / 2, [v])
    scale = max(map(abs, eigenvalues))
    assert largest(product, len(eigenvalues)) == pytest.approx(max(eigenvalues), rel=2e-3, abs=2e-3 * scale)
    low, high = extremes(product, len(eigenvalues))
    assert low == pytest.approx(min(eigenvalues), rel=2e-3, abs=2e-3 * scale)
    assert high == pytest.approx(max(eigenvalues), rel=2e-3, abs=2e-3 * scale)


def test_lambda_max_of_a_diagnosis_is_that_of_the_whole_hessian():
    rng = np.random.default_rng(0)
    x, y = tf.constant(rng.normal(size=(30, 4))), tf.constant(rng.normal(size=30))
    w = tf.Variable(np.zeros(4))

    def value(w):
        return tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2) + 0.1 * tf.reduce_sum(w**4)

    highest = np.linalg.eigvalsh(hessian(value)(tf.zeros(4, tf.float64)).numpy())[-1]
    found = train(lambda: value(w), [w], learning_rate=1.2 * 2 / highest, steps=10).diagnosis
    assert found.kind == "rate-too-high"
    assert found.evidence["lambda_max"] == pytest.approx(highest, rel=2e-3)
    assert found.evidence["bound"] == pytest.approx(2 / highest, rel=2e-3)


def test_lambda_max_of_a_small_network():
    rng = np.random.default_rng(1)
    x, y = tf.constant(rng.normal(size=(20, 3))), tf.constant(rng.normal(size=(20, 1)))
    first, second = tf.Variable(rng.normal(size=(3, 4))), tf.Variable(rng.normal(size=(4, 1)))

    def value(flat):
        a, b = tf.reshape(flat[:12], (3, 4)), tf.reshape(flat[12:], (4, 1))
        return tf.reduce_mean((tf.tanh(x @ a) @ b - y) ** 2)

    flat = tf.concat([tf.reshape(first, [-1]), tf.reshape(second, [-1])], 0)
    wanted = np.linalg.eigvalsh(hessian(value)(flat).numpy())
    product = hessian_product(lambda: tf.reduce_mean((tf.tanh(x @ first) @ second - y) ** 2), [first, second])
    assert largest(product, 16) == pytest.approx(wanted[-1], rel=5e-3)


@pytest.mark.parametrize("share", [0.95, 1.05])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("nesterov", [False, True])
def test_the_bound_is_where_stability_ends(momentum, nesterov, share):
    import keras

    bound = 2 * (1 + momentum) / 10
    if nesterov:
        bound = (2 + 2 * momentum) / (1 + 2 * momentum) / 10
    v = tf.Variable([1.0, 1.0])
    optimizer = keras.optimizers.SGD(share * bound, momentum=momentum, nesterov=nesterov)
    run = train(lambda: tf.reduce_sum(tf.constant([0.5, 5.0]) * v**2), [v], optimizer=optimizer, steps=300)
    if share < 1:
        assert run.loss < 1e-3
        assert run.diagnosis.kind == "none"
    else:
        assert not run.loss < 1e3
        assert run.diagnosis.kind == "rate-too-high"
        assert run.diagnosis.evidence["bound"] == pytest.approx(bound, rel=2e-3)


def test_the_gain_of_a_quadratic_is_its_height():
    matrix = quadratic((5.0, 3.0, 0.5))
    v = tf.Variable([1.0, 2.0, 3.0], dtype=tf.float64)

    def loss():
        return tf.reduce_sum(v * tf.linalg.matvec(matrix, v)) / 2

    gradient = tf.linalg.matvec(matrix, v).numpy()
    assert newton_gain(hessian_product(loss, [v]), gradient) == pytest.approx(float(loss()), rel=1e-6)

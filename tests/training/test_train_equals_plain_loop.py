"""Compiled training gives the numbers of the plain eager loop, over the whole history."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from gradmagic.errors import ArgumentError
from gradmagic.training import optimizer_names, train

KERAS = {
    "sgd": lambda: tf.keras.optimizers.SGD(0.01),
    "momentum": lambda: tf.keras.optimizers.SGD(0.01, momentum=0.9),
    "nesterov": lambda: tf.keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "adam": lambda: tf.keras.optimizers.Adam(0.01),
    "nadam": lambda: tf.keras.optimizers.Nadam(0.01),
    "rmsprop": lambda: tf.keras.optimizers.RMSprop(0.01),
    "adagrad": lambda: tf.keras.optimizers.Adagrad(0.01),
    "adadelta": lambda: tf.keras.optimizers.Adadelta(0.01),
    "adamax": lambda: tf.keras.optimizers.Adamax(0.01),
    "adamw": lambda: tf.keras.optimizers.AdamW(0.01),
    "adafactor": lambda: tf.keras.optimizers.Adafactor(0.01),
    "ftrl": lambda: tf.keras.optimizers.Ftrl(0.01),
    "lamb": lambda: tf.keras.optimizers.Lamb(0.01),
    "lion": lambda: tf.keras.optimizers.Lion(0.01),
    "muon": lambda: tf.keras.optimizers.Muon(0.01),
    "schedulefreeadamw": lambda: tf.keras.optimizers.ScheduleFreeAdamW(0.01),
}


def test_every_name_is_compared():
    assert set(KERAS) == set(optimizer_names())


def test_muon_trains_keras_variables():
    runs = []
    for mode in ("auto", "off"):
        w = tf.keras.Variable(np.reshape(np.arange(6.0, dtype=np.float32), (2, 3)) / 3)
        runs.append(
            train(lambda w=w: tf.reduce_sum((w - 1.0) ** 2), w, optimizer="muon", steps=60, compile=mode)
        )
    assert runs[0].engine == "xla"
    assert np.allclose(runs[0].history.loss, runs[1].history.loss, rtol=1e-4)
    plain = tf.Variable(tf.ones((2, 2)))
    with pytest.raises(ArgumentError, match=r"keras\.Variable"):
        train(lambda: tf.reduce_sum(plain**2), plain, optimizer="muon")


def assert_equal_histories(run, losses, values, last, tolerance):
    assert np.allclose(run.history.loss, losses, rtol=tolerance, atol=0)
    assert run.loss == pytest.approx(last, rel=tolerance)
    for position, recorded in enumerate(run.history.parameters.values()):
        plain = np.stack([row[position] for row in values])
        assert np.max(np.abs(recorded - plain)) <= tolerance * np.max(np.abs(plain))


@pytest.mark.parametrize("problem", ["quadratic", "matrix"])
@pytest.mark.parametrize("name", sorted(set(KERAS) - {"muon"}))
def test_float32(name, problem, plain_loop, request):
    problem = request.getfixturevalue(problem)
    loss, variables = problem()
    losses, values, last = plain_loop(loss, variables, KERAS[name](), 150)
    loss, variables = problem()
    run = train(loss, variables, optimizer=name, steps=150)
    assert run.engine == "xla"
    assert run.history.loss.dtype == np.float32
    assert_equal_histories(run, losses, values, last, 1e-5)


@pytest.mark.parametrize("name", sorted(set(KERAS) - {"muon"}))
def test_float64(name, plain_loop, matrix):
    loss, variables = matrix("float64")
    losses, values, last = plain_loop(loss, variables, KERAS[name](), 40)
    loss, variables = matrix("float64")
    run = train(loss, variables, optimizer=name, steps=40)
    assert run.engine == "xla"
    assert run.history.loss.dtype == np.float64
    assert_equal_histories(run, losses, values, last, 1e-10)


@pytest.mark.parametrize("mode", ["graph", "off"])
@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_the_other_engines(name, mode, plain_loop, matrix):
    loss, variables = matrix()
    losses, values, last = plain_loop(loss, variables, KERAS[name](), 60)
    loss, variables = matrix()
    run = train(loss, variables, optimizer=name, steps=60, compile=mode)
    assert run.engine == {"graph": "graph", "off": "eager"}[mode]
    assert_equal_histories(run, losses, values, last, 1e-5)


def test_an_instance_with_clipping_decay_and_schedule(plain_loop, matrix):
    def make():
        schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
        return tf.keras.optimizers.AdamW(schedule, weight_decay=0.01, global_clipnorm=0.5)

    loss, variables = matrix()
    losses, values, last = plain_loop(loss, variables, make(), 60)
    loss, variables = matrix()
    run = train(loss, variables, optimizer=make(), steps=60)
    assert run.engine == "xla"
    assert_equal_histories(run, losses, values, last, 1e-5)
    assert np.allclose(run.history.learning_rate, 0.1 * 0.5 ** (np.arange(60) / 10), rtol=1e-5)


def test_an_instance_keeps_its_state_from_run_to_run(plain_loop, matrix):
    loss, variables = matrix()
    losses, *_ = plain_loop(loss, variables, KERAS["adam"](), 60)
    loss, variables = matrix()
    optimizer = KERAS["adam"]()
    parts = [train(loss, variables, optimizer=optimizer, steps=30).history.loss for _ in range(2)]
    assert np.allclose(np.concatenate(parts), losses, rtol=1e-5, atol=0)
    assert int(optimizer.iterations) == 60


def test_a_keras_model_with_dropout_in_its_own_seed_generator(plain_loop):
    def make():
        tf.keras.utils.set_random_seed(3)
        model = tf.keras.Sequential(
            [tf.keras.layers.Dense(8, "tanh"), tf.keras.layers.Dropout(0.5, seed=1), tf.keras.layers.Dense(1)]
        )
        x = tf.random.stateless_normal((16, 4), (1, 2))
        y = tf.reduce_sum(x, 1, keepdims=True)
        return model, lambda: tf.reduce_mean((model(x, training=True) - y) ** 2)

    model, loss = make()
    loss()
    model, loss = make()  # dropout's seed is a variable: both loops must begin with it untouched
    model.build((None, 4))
    losses, *_ = plain_loop(loss, model.trainable_variables, KERAS["adam"](), 30)
    model, loss = make()
    model.build((None, 4))
    run = train(loss, model.trainable_variables, optimizer="adam", steps=30)
    assert np.allclose(run.history.loss, losses, rtol=1e-5, atol=0)


def test_rows_of_an_embedding(plain_loop):
    def make():
        table = tf.Variable(tf.reshape(tf.range(12.0), (6, 2)))
        rows = tf.constant([0, 2, 2, 5])
        return lambda: tf.reduce_mean(tf.gather(table, rows) ** 2), [table]

    loss, variables = make()
    losses, *_ = plain_loop(loss, variables, KERAS["adam"](), 30)
    loss, variables = make()
    run = train(loss, variables, optimizer="adam", steps=30)
    assert np.allclose(run.history.loss, losses, rtol=1e-5, atol=0)


def test_variables_that_the_loss_assigns_move_as_in_the_plain_loop(plain_loop):
    def make():
        w, calls = tf.Variable(2.0), tf.Variable(0.0, trainable=False)

        def loss():
            calls.assign_add(1.0)
            return (w - 1) ** 2 * (1 + 0.01 * calls)

        return loss, w, calls

    loss, w, calls = make()
    losses, *_ = plain_loop(loss, [w], KERAS["sgd"](), 50)
    loss, w, calls = make()
    run = train(loss, w, steps=50)
    assert run.engine == "xla"
    assert np.allclose(run.history.loss, losses, rtol=1e-5, atol=0)
    assert float(calls) == 51  # each step, and once more for the final loss


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(2, 8),
    columns=st.integers(1, 4),
    rate=st.floats(1e-3, 0.05),
    steps=st.integers(1, 40),
)
def test_least_squares_equals_gradient_descent_in_numpy(seed, rows, columns, rate, steps):
    rng = np.random.default_rng(seed)
    x, y, w = rng.normal(size=(rows, columns)), rng.normal(size=rows), rng.normal(size=columns)
    variable = tf.Variable(w)
    run = train(
        lambda: tf.reduce_mean((tf.linalg.matvec(x, variable) - y) ** 2),
        variable,
        learning_rate=rate,
        steps=steps,
        compile="off" if seed % 4 else "auto",
    )
    rate = float(np.float32(rate))  # Keras keeps the learning rate in float32
    losses = []
    for _ in range(steps):
        residual = x @ w - y
        losses.append(np.mean(residual**2))
        w = w - rate * 2 / rows * x.T @ residual
    assert np.allclose(run.history.loss, losses, rtol=1e-9, atol=1e-14)
    assert np.allclose(variable, w, rtol=1e-9, atol=1e-14)

"""Early stopping, and data that are put aside for it."""

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError
from gradmagic.training._stop import stopping_step


def bowl():
    v = tf.Variable(4.0)
    return v, lambda: 1 + v**2


@pytest.mark.parametrize("engine", ["xla", "graph", "off"])
def test_it_ends_when_the_loss_no_longer_gets_better(engine):
    v, loss = bowl()
    run = gm.train(loss, v, learning_rate=0.1, steps=5000, tol=1e-6, patience=5, compile=engine)
    losses = run.history.loss.astype(float)
    assert run.status == "finished"
    assert f"step {len(losses)}" in run.reason
    # The first step at which five steps gained less than the tolerance, and not one later.
    best = np.minimum.accumulate(losses)
    gained = best[:-5] - best[5:]
    assert gained[-1] < 1e-6 <= gained[-2]
    # The variables are those after the last recorded step.
    assert float(v) == pytest.approx(4 * 0.8 ** len(losses), rel=1e-4)
    assert run.loss == pytest.approx(float(loss()))


def test_the_engines_stop_at_the_same_step():
    counts = set()
    for engine in ("xla", "graph", "off"):
        v, loss = bowl()
        counts.add(gm.train(loss, v, learning_rate=0.02, steps=5000, tol=1e-4, compile=engine).steps)
    assert len(counts) == 1


def test_without_a_tolerance_all_steps_are_made():
    v, loss = bowl()
    assert gm.train(loss, v, learning_rate=0.4, steps=200).steps == 200


def test_stopping_looks_at_the_validation_data():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 30)).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=40)).astype(np.float32)  # 30 numbers can learn the noise of 40 rows
    w = tf.Variable(tf.zeros(30))

    def loss(inputs, targets):
        return tf.reduce_mean((tf.linalg.matvec(inputs, w) - targets) ** 2)

    run = gm.train(
        loss,
        w,
        data=(x, y),
        validation=0.5,
        batch=10,
        epochs=500,
        learning_rate=0.02,
        tol=1e-4,
        patience=3,
        seed=1,
    )
    seen = run.history.validation_loss
    looks = seen[np.isfinite(seen)]
    assert run.steps < 500 * 2
    assert stopping_step(seen, 1e-4, 3) == run.steps
    assert looks.min() < looks[-1] or looks[-4:].max() - looks[-4:].min() < 1e-3


def test_validation_rows_are_not_trained_on():
    x = np.arange(20, dtype=np.float32)
    seen = []
    w = tf.Variable(0.0)

    def loss(inputs):
        if tf.executing_eagerly():
            seen.extend(inputs.numpy().tolist())
        return tf.reduce_mean((w - inputs) ** 2)

    given = np.array([100.0, 101.0], np.float32)
    run = gm.train(loss, w, data=x, validation=given, batch=5, epochs=2, compile="off")
    assert set(seen) >= set(x)
    looks = run.history.validation_loss
    assert np.isfinite(looks).sum() == 2


@pytest.mark.parametrize(
    "options", [{"tol": -1.0}, {"tol": "small"}, {"tol": float("nan")}, {"tol": 1e-3, "patience": 0}]
)
def test_what_cannot_be_asked_for(options):
    v, loss = bowl()
    with pytest.raises(ArgumentError):
        gm.train(loss, v, steps=5, **options)

"""Clipping, weight decay and gradient noise: Keras's own are the witnesses where it has them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError


def steep():
    a, b = tf.Variable([3.0, -2.0], name="a"), tf.Variable([[1.0, 0.5]], name="b")
    return a, b, lambda: 1 + 5 * tf.reduce_sum(a**2) + tf.reduce_sum(b**4) + tf.reduce_sum(a * b)


def plain(optimizer, steps=60):
    a, b, loss = steep()
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss()
        optimizer.apply_gradients(zip(tape.gradient(value, [a, b]), [a, b], strict=True))
        losses.append(float(value))
    return np.array(losses)


@pytest.mark.parametrize("engine", ["xla", "graph", "off"])
@pytest.mark.parametrize(
    ("ours", "keras_name"),
    [("clip_value", "clipvalue"), ("clip_norm", "clipnorm"), ("clip_global_norm", "global_clipnorm")],
)
def test_clipping_is_that_of_keras(engine, ours, keras_name):
    a, b, loss = steep()
    run = gm.train(loss, [a, b], learning_rate=0.02, steps=60, compile=engine, **{ours: 0.7})
    assert np.allclose(run.history.loss, plain(keras.optimizers.SGD(0.02, **{keras_name: 0.7})), rtol=1e-5)


@pytest.mark.parametrize("engine", ["xla", "graph", "off"])
def test_weight_decay_is_that_of_adamw(engine):
    a, b, loss = steep()
    run = gm.train(
        loss, [a, b], optimizer="adam", learning_rate=0.02, steps=60, weight_decay=0.1, compile=engine
    )
    wanted = plain(keras.optimizers.AdamW(0.02, weight_decay=0.1))
    assert np.allclose(run.history.loss, wanted, rtol=1e-5)


def test_noise_is_the_same_in_every_engine_and_has_the_size_asked_for():
    found = []
    for engine in ("xla", "graph", "off"):
        v = tf.Variable(tf.zeros(50))
        gm.train(
            lambda v=v: tf.reduce_sum(v * 0.0) + 1,
            v,
            learning_rate=1.0,
            noise=0.3,
            steps=200,
            seed=4,
            compile=engine,
        )
        found.append(v.numpy())
    assert np.allclose(found[0], found[2], rtol=1e-5, atol=1e-5)
    assert np.allclose(found[1], found[2], rtol=1e-5, atol=1e-5)
    # A walk of 200 steps of standard deviation 0.3.
    assert found[0].std() == pytest.approx(0.3 * 200**0.5, rel=0.3)


def test_noise_follows_the_seed():
    ends = []
    for seed in (1, 1, 2):
        v = tf.Variable([1.0])
        gm.train(lambda v=v: tf.reduce_sum(v**2), v, noise=0.1, steps=50, seed=seed)
        ends.append(float(v[0]))
    assert ends[0] == ends[1] != ends[2]


def test_clipped_embeddings_equal_keras():
    ids = tf.constant([0, 2, 2])

    def make():
        table = tf.Variable(tf.ones((4, 2)))
        return table, lambda: 1 + tf.reduce_sum(tf.gather(table, ids) ** 2)

    table, loss = make()
    gm.train(loss, table, learning_rate=0.1, clip_norm=0.5, steps=5)
    other, plain_loss = make()
    optimizer = keras.optimizers.SGD(0.1, clipnorm=0.5)
    for _ in range(5):
        with tf.GradientTape() as tape:
            value = plain_loss()
        optimizer.apply_gradients([(tf.convert_to_tensor(tape.gradient(value, other)), other)])
    assert np.allclose(table, other, rtol=1e-5)


@pytest.mark.parametrize("name", ["clip_value", "clip_norm", "clip_global_norm", "weight_decay", "noise"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "much", [1.0], True])
def test_what_cannot_be_asked_for(name, value):
    a, b, loss = steep()
    with pytest.raises(ArgumentError, match=name):
        gm.train(loss, [a, b], steps=5, **{name: value})

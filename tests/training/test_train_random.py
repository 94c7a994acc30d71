"""Random numbers: drawn as the eager loop draws them, whatever engine runs."""

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.training._philox import same_random_numbers

SHAPES = [(), (1,), (7,), (5, 3), (2, 3, 4), (0,)]
SEED = tf.Variable([820096754, 11], dtype=tf.int32)


def under_xla(function):
    with same_random_numbers():
        return tf.function(function, jit_compile=True).get_concrete_function()().numpy()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "draw",
    [
        lambda shape: tf.random.stateless_uniform(shape, SEED),
        lambda shape: tf.random.stateless_uniform(shape, SEED, -2.0, 5.0),
        lambda shape: tf.random.stateless_uniform(shape, SEED, 0, 10, tf.int32),
        lambda shape: tf.random.stateless_normal(shape, SEED),
        lambda shape: tf.random.stateless_normal(shape, SEED, 3.0, 0.5),
        lambda shape: tf.nn.experimental.stateless_dropout(tf.ones(shape), 0.4, SEED),
    ],
)
def test_functions_draw_what_their_kernels_draw(shape, draw):
    assert np.allclose(under_xla(lambda: draw(shape)), draw(shape), rtol=1e-5, atol=1e-6)


def test_the_functions_are_put_back():
    before = tf.random.stateless_uniform
    with same_random_numbers():
        assert tf.random.stateless_uniform is not before
    assert tf.random.stateless_uniform is before


def losses():
    step = tf.Variable(0, dtype=tf.int32, trainable=False)
    generator = tf.random.Generator.from_seed(3)

    def numbered(draw):
        def loss(w):
            step.assign_add(1)
            return tf.reduce_mean((w + draw(tf.stack([5, step]))) ** 2)

        return loss

    return {
        "stateless uniform": numbered(lambda seed: tf.random.stateless_uniform((4,), seed)),
        "stateless normal": numbered(lambda seed: tf.random.stateless_normal((4,), seed)),
        "stateless truncated": numbered(lambda seed: tf.random.stateless_truncated_normal((4,), seed)),
        "stateless float64": numbered(
            lambda seed: tf.cast(tf.random.stateless_uniform((4,), seed, dtype=tf.float64), tf.float32)
        ),
        "global normal": lambda w: tf.reduce_mean((w + tf.random.normal((4,))) ** 2),
        "generator": lambda w: tf.reduce_mean((w + generator.normal((4,))) ** 2),
        "NumPy": lambda w: tf.reduce_mean((w + np.random.normal(size=4).astype(np.float32)) ** 2),
    }


ENGINES = {
    "stateless uniform": "xla",
    "stateless normal": "xla",
    "stateless truncated": "graph",
    "stateless float64": "graph",
    "global normal": "eager",
    "NumPy": "eager",
}


@pytest.mark.parametrize("name", losses())
def test_a_loss_that_draws_is_trained_as_the_eager_loop_would(name):
    histories, engines = [], []
    for mode in ("off", "auto"):
        w = tf.Variable(1.0)
        loss = losses()[name]
        run = gm.train(lambda w=w, loss=loss: loss(w), w, learning_rate=0.1, steps=60, compile=mode, seed=4)
        histories.append(run.history.loss)
        engines.append(run.engine)
    assert np.allclose(*histories, rtol=1e-4)
    if name in ENGINES:
        assert engines[1] == ENGINES[name]

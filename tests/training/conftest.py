"""Problems that several tests train on, and the plain loop that they are compared with."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.messages import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language(None)


def run_plain_loop(loss, variables, optimizer, steps):
    """The loop of every tutorial: the losses and variables before each update, and the last loss."""
    losses, values = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss()
        gradients = tape.gradient(value, variables)
        losses.append(float(value))
        values.append([variable.numpy() for variable in variables])
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
    return np.array(losses), values, float(loss())


def scaled(values):
    values = np.asarray(values, np.float32)
    return (values - values.min()) / (values.max() - values.min())


@pytest.fixture
def house():
    """Five prices and a line through them."""
    x, y = scaled([2013, 2014, 2015, 2016, 2017]), scaled([12000, 14000, 15000, 16500, 17500])
    a, b = tf.Variable(0.0), tf.Variable(0.0)

    def loss():
        return 0.5 * tf.reduce_sum((a * x + b - y) ** 2)

    return SimpleNamespace(x=x, y=y, a=a, b=b, loss=loss)


def make_quadratic(dtype="float32"):
    """A vector in an elongated bowl whose floor is 1: a relative error means little where the loss is 0."""
    v = tf.Variable(np.array([1.5, -2.0, 0.5]), dtype=dtype)
    scale = tf.constant([1.0, 3.0, 0.2], dtype)

    def loss():
        return 1 + tf.reduce_sum(scale * (v - 1) ** 2)

    return loss, [v]


def make_matrix(dtype="float32"):
    """A small matrix and an offset fitted to data by least squares.

    The start is far from the solution: where a gradient changes its sign, RMSprop divides rounding
    errors by one another, and two eager loops with their operations in another order part as well.
    """
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(20, 3)), dtype)
    y = tf.constant(rng.normal(size=(20, 2)), dtype)
    w = tf.Variable(rng.normal(size=(3, 2)) + 4, dtype=dtype)
    b = tf.Variable(np.full(2, 3.0), dtype=dtype)

    def loss():
        return tf.reduce_mean(tf.square(x @ w + b - y))

    return loss, [w, b]


@pytest.fixture
def plain_loop():
    return run_plain_loop


@pytest.fixture
def quadratic():
    return make_quadratic


@pytest.fixture
def matrix():
    return make_matrix

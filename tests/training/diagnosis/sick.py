"""Programs that go wrong, each with the verdict that it must get; the line to blame ends in `# here`."""

import inspect
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from gradmagic.training import train

SICK: list[Any] = []


@dataclass(frozen=True)
class Sick:
    """A program and its verdict: the kind, and the first and last step that may be named."""

    program: Any
    kind: str
    since: tuple[int, int]

    @property
    def line(self) -> int:
        """The line that ends in `# here`, 0 without one."""
        lines, first = inspect.getsourcelines(self.program)
        return next(
            (first + place for place, text in enumerate(lines) if text.rstrip().endswith("# here")), 0
        )


def sick(kind, first, last=None):
    def keep(program):
        SICK.append(Sick(program, kind, (first, first if last is None else last)))
        return program

    return keep


def line_data(rows=20, seed=0):
    x = tf.constant(np.random.default_rng(seed).normal(size=rows), tf.float32)
    return x, 3 * x + 2


# Undefined operations.


@sick("diverged", 4, 12)
def logarithm_of_a_negative_number():
    w = tf.Variable(2.0)

    def loss():
        entropy = tf.math.log(w)  # here
        return entropy + w

    return train(loss, [w], learning_rate=0.2, steps=100)


@sick("diverged", 0)
def root_of_zero_backward():
    w = tf.Variable([0.0, 1.0])

    def loss():
        norms = tf.sqrt(w * w)  # here
        return tf.reduce_sum(norms)

    return train(loss, [w], learning_rate=0.1, steps=50)


@sick("diverged", 3)
def division_by_what_becomes_zero():
    w = tf.Variable(4.0)

    def loss():
        rest = w / tf.nn.relu(w)  # here
        return rest + w - 1

    return train(loss, [w], learning_rate=1.0, steps=20)


@sick("diverged", 0, 30)
def softmax_and_logarithm_by_hand():
    x = tf.constant([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    y = tf.constant([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    w = tf.Variable([[0.0, 60.0], [60.0, 0.0]])

    def loss():
        p = tf.nn.softmax(x @ w)
        return -tf.reduce_mean(y * tf.math.log(p))  # here

    return train(loss, [w], learning_rate=400.0, steps=40)


@sick("diverged", 1, 9)
def arc_cosine_beyond_one():
    w = tf.Variable(0.2)

    def loss():
        return tf.acos(w)  # here

    return train(loss, [w], learning_rate=0.2, steps=40)


@sick("diverged", 8)
def a_loss_without_a_smallest_value():
    w = tf.Variable(1.0)

    def loss():
        return -tf.exp(w)

    return train(loss, [w], optimizer="adam", learning_rate=10.0, steps=60)


@sick("diverged", 0, 3)
def steps_of_adam_that_are_too_long():
    w = tf.Variable(0.5)

    def loss():
        return w**4 + tf.exp(-w)

    return train(loss, [w], optimizer="adam", learning_rate=50.0, steps=60)


@sick("diverged", 5)
def a_logarithm_in_a_loss_that_counts_its_calls():
    w = tf.Variable(2.0)
    calls = []

    def loss():
        calls.append(1)
        return tf.math.log(w) + w

    run = train(loss, [w], learning_rate=0.2, steps=100)
    run.calls = calls
    return run


# A learning rate that is too high.


@sick("rate-too-high", 0)
def gradient_descent_on_a_line():
    x, y = line_data()
    w, b = tf.Variable(0.0), tf.Variable(0.0)

    def loss():
        return tf.reduce_mean((w * x + b - y) ** 2)  # here

    return train(loss, [w, b], learning_rate=1.6, steps=500)


@sick("rate-too-high", 0)
def gradient_descent_that_only_grows():
    x, y = line_data()
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], learning_rate=1.6, steps=12)


@sick("rate-too-high", 0)
def gradient_descent_with_data():
    x, y = line_data()
    w, b = tf.Variable(0.0), tf.Variable(0.0)

    def loss(x, y):
        return tf.reduce_mean((w * x + b - y) ** 2)

    return train(loss, [w, b], data=(x, y), learning_rate=1.6, steps=20)


@sick("rate-too-high", 0)
def gradient_descent_in_batches():
    x, y = line_data(200)
    w, b = tf.Variable(0.0), tf.Variable(0.0)

    def loss(x, y):
        return tf.reduce_mean((w * x + b - y) ** 2)  # here

    return train(loss, [w, b], data=(x, y), batch=50, seed=1, learning_rate=1.8, steps=60)


@sick("rate-too-high", 0, 5)
def heavy_ball():
    v = tf.Variable([1.0, 1.0])
    return train(
        lambda: tf.reduce_sum(tf.constant([1.0, 50.0]) * v**2) / 2,
        [v],
        optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
        steps=40,
    )


@sick("rate-too-high", 0, 5)
def nesterov():
    v = tf.Variable([1.0, 1.0])
    return train(
        lambda: tf.reduce_sum(tf.constant([1.0, 50.0]) * v**2) / 2,
        [v],
        optimizer=keras.optimizers.SGD(0.035, momentum=0.9, nesterov=True),
        steps=60,
    )


class Plain:
    """What students write first."""

    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, pairs):
        for gradient, variable in pairs:
            variable.assign_sub(self.learning_rate * gradient)


@sick("rate-too-high", 0)
def a_learners_own_gradient_descent():
    x, y = line_data()
    w = tf.Variable(0.0)
    return train(lambda: tf.reduce_mean((w * x - y) ** 2), [w], optimizer=Plain(3.0), steps=15)


@sick("rate-too-high", 10, 11)
def a_schedule_that_rises():
    w = tf.Variable(1.0)
    rates = lambda step: tf.where(step < 10, 0.01, 0.5)  # noqa: E731
    return train(lambda: 5 * w**2, [w], learning_rate=0.1, schedule=rates, steps=30)


# Up and down.


@sick("oscillation", 0, 20)
def over_a_kink():
    w = tf.Variable(0.0)
    return train(lambda: tf.abs(w - 3.1), [w], learning_rate=0.5, steps=100)


@sick("oscillation", 0, 20)
def between_two_points():
    w = tf.Variable(0.4)
    return train(lambda: w**4 / 4 - w**2 / 2 + 1, [w], learning_rate=1.2, steps=200)


@sick("rate-too-high", 0)
def exactly_at_the_bound():
    w = tf.Variable(1.0)
    return train(lambda: w**2 + 0.5, [w], learning_rate=1.0, steps=60)


# It does not get better.


@sick("plateau", 0)
def learning_rate_too_small():
    x, y = line_data()
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], learning_rate=1e-7, steps=300)


@sick("plateau", 0)
def learning_rate_too_small_with_adam():
    x, y = line_data()
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(
        lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], optimizer="adam", learning_rate=1e-7, steps=300
    )


@sick("plateau", 0)
def all_weights_zero_at_a_saddle():
    x = tf.constant(np.random.default_rng(0).normal(size=(30, 3)), tf.float32)
    y = tf.reduce_sum(x, axis=1, keepdims=True)
    a, b = tf.Variable(tf.zeros((3, 4))), tf.Variable(tf.zeros((4, 1)))
    return train(lambda: tf.reduce_mean((x @ a @ b - y) ** 2), [a, b], learning_rate=0.1, steps=200)


def stack(activation, weights, layers=8, width=16, seed=0):
    keras.utils.set_random_seed(seed)
    start = keras.initializers.RandomNormal(stddev=weights, seed=seed)
    hidden = [
        keras.layers.Dense(width, activation=activation, kernel_initializer=start) for _ in range(layers)
    ]
    model = keras.Sequential([keras.Input((4,)), *hidden, keras.layers.Dense(1, kernel_initializer=start)])
    x = tf.constant(np.random.default_rng(seed).normal(size=(32, 4)), tf.float32)
    return model, x, tf.reduce_sum(x**2, axis=1, keepdims=True)


@sick("vanishing", 0, 60)
def eight_layers_of_sigmoid():
    model, x, y = stack("sigmoid", 0.3)

    def loss():
        return tf.reduce_mean((model(x) - y) ** 2)  # here

    return train(loss, model.trainable_variables, learning_rate=0.05, steps=150)


@sick("vanishing", 0, 100)
def ten_matrices_through_sigmoid():
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(32, 8)), tf.float32)
    y = tf.constant(rng.normal(size=(32, 8)) + 1, tf.float32)
    weights = [tf.Variable(rng.normal(size=(8, 8)) * 0.4, dtype=tf.float32) for _ in range(10)]

    def loss():
        h = x
        for w in weights[:-1]:
            h = tf.sigmoid(h @ w)  # here
        return tf.reduce_mean((h @ weights[-1] - y) ** 2)

    return train(loss, weights, learning_rate=0.05, steps=400)


@sick("vanishing", 0)
def a_sigmoid_far_out():
    x = tf.constant(np.random.default_rng(0).normal(size=(30, 1)) + 3, tf.float32)
    y = tf.cast(x > 3, tf.float32)
    w, b = tf.Variable([[40.0]]), tf.Variable(200.0)

    def loss():
        p = tf.sigmoid(x @ w + b)  # here
        return tf.reduce_mean((p - y) ** 2)

    return train(loss, [w, b], learning_rate=0.5, steps=200)


@sick("exploding", 0)
def large_weights_in_a_deep_stack():
    model, x, y = stack("relu", 1.5)

    def loss():
        return tf.reduce_mean((model(x) - y) ** 2)  # here

    return train(loss, model.trainable_variables, learning_rate=1e-3, steps=50)


@sick("exploding", 0, 2)
def a_recurrence_that_grows():
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(16, 6)), tf.float32)
    weights = [tf.Variable(np.eye(6) * 8.0, dtype=tf.float32) for _ in range(7)]

    def loss():
        h = x
        for w in weights:
            h = h @ w  # here
        return tf.reduce_mean(h**2)

    return train(loss, weights, learning_rate=1e-3, steps=30)


@sick("exploding", 59, 61)
def one_row_that_is_wrong():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 2)).astype(np.float32)
    y = x @ np.float32([[1], [2]])
    x[60] *= 3000
    w = tf.Variable(tf.zeros((2, 1)))

    def loss(x, y):
        return tf.reduce_mean((x @ w - y) ** 2)

    return train(loss, [w], data=(x, y), batch=1, shuffle=False, learning_rate=0.1, steps=75)


# Dead units.


@sick("dead-relu", 0)
def a_bias_far_below_zero():
    x = tf.constant(np.random.default_rng(0).normal(size=(40, 3)), tf.float32)
    y = tf.reduce_sum(x, axis=1, keepdims=True)
    rng = np.random.default_rng(1)
    a, b = tf.Variable(rng.normal(size=(3, 8)), dtype=tf.float32), tf.Variable(tf.fill((8,), -40.0))
    c = tf.Variable(rng.normal(size=(8, 1)), dtype=tf.float32)

    def loss():
        hidden = tf.nn.relu(x @ a + b)  # here
        return tf.reduce_mean((hidden @ c - y) ** 2)

    return train(loss, [a, b, c], learning_rate=0.01, steps=200)


@sick("dead-relu", 200, 260)
def units_killed_by_the_first_steps():
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    )
    x = tf.constant(np.random.default_rng(0).uniform(1, 2, size=(40, 3)), tf.float32)
    y = -20 * tf.reduce_sum(x, axis=1, keepdims=True)

    def loss():
        return tf.reduce_mean((model(x) - y) ** 2)  # here

    return train(loss, model.trainable_variables, learning_rate=0.01, steps=900)


# Data that are not scaled.


@sick("unscaled-data", 0)
def years_as_they_are():
    years = tf.constant([2013.0, 2014.0, 2015.0, 2016.0, 2017.0])
    prices = tf.constant([0.0, 0.36, 0.55, 0.82, 1.0])
    a, b = tf.Variable(0.0), tf.Variable(0.0)

    def loss():
        return tf.reduce_mean((a * years + b - prices) ** 2)  # here

    return train(loss, [a, b], learning_rate=0.01, steps=100)


def rooms_and_areas(rows=60):
    rng = np.random.default_rng(0)
    x = np.stack([rng.uniform(1, 6, rows), rng.uniform(200, 9000, rows)], axis=1).astype(np.float32)
    return x, (x @ np.float32([[0.5], [1e-3]])).astype(np.float32)


@sick("unscaled-data", 0)
def rooms_beside_areas():
    x, y = rooms_and_areas()
    w, b = tf.Variable(tf.zeros((2, 1))), tf.Variable(0.0)

    def loss(x, y):
        return tf.reduce_mean((x @ w + b - y) ** 2)  # here

    return train(loss, [w, b], data=(x, y), learning_rate=0.01, steps=12)


@sick("unscaled-data", 0, 300)
def rooms_beside_areas_at_a_rate_that_holds():
    x, y = rooms_and_areas()
    y = y - 1e-3 * x[:, 1:] * 0.999
    w, b = tf.Variable(tf.zeros((2, 1))), tf.Variable(0.0)

    def loss(x, y):
        return tf.reduce_mean((x @ w + b - y) ** 2)  # here

    return train(loss, [w, b], data=(x, y), learning_rate=2e-8, steps=600)


@sick("unscaled-data", 0, 3)
def large_inputs_of_a_sigmoid():
    x = tf.constant(np.random.default_rng(0).normal(size=(30, 1)) * 5 + 2000, tf.float32)
    y = tf.cast(x > 2000, tf.float32)
    w, b = tf.Variable([[0.5]]), tf.Variable(0.0)

    def loss():
        p = tf.sigmoid(x @ w + b)  # here
        return tf.reduce_mean((p - y) ** 2)

    return train(loss, [w, b], learning_rate=0.1, steps=100)


# A loss that must not be called again.


@sick("diverged", 0)
def a_loss_that_counts_its_calls():
    x, y = line_data()
    w = tf.Variable(0.0)
    calls = []

    def loss():
        calls.append(1)
        return tf.reduce_mean((w * x - y) ** 2)

    run = train(loss, [w], learning_rate=3.0, steps=200)
    run.calls = calls
    return run

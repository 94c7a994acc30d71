"""Programs that are well: the lessons', and others that a rash doctor would take for ill."""

import keras
import numpy as np
import tensorflow as tf

from gradmagic.training import model_loss, train

HEALTHY = []


def healthy(program):
    HEALTHY.append(program)
    return program


def scaled(values):
    values = np.asarray(values, np.float32)
    return (values - values.min()) / (values.max() - values.min())


@healthy
def house_prices():
    x, y = scaled([2013, 2014, 2015, 2016, 2017]), scaled([12000, 14000, 15000, 16500, 17500])
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(lambda: 0.5 * tf.reduce_sum((a * x + b - y) ** 2), [a, b], learning_rate=1e-3, steps=10_000)


@healthy
def regression_of_the_course_page():
    x = tf.constant([1.0, 2.0, 3.0, 4.0, 5.0])
    y = 2 * x + 1
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], learning_rate=0.01, epochs=1000)


@healthy
def polynomial_by_nadam():
    x = tf.constant(5 * np.random.default_rng(0).normal(size=20), tf.float32)
    y = x**2 + 2 * x + 3
    p, q, r = tf.Variable(0.5), tf.Variable(0.5), tf.Variable(0.5)

    def loss():
        return tf.reduce_mean((p * x**2 + q * x + r - y) ** 2)

    return train(loss, optimizer="nadam", learning_rate=0.01, steps=5000)


def four_equations(start):
    a, b, c, d = (tf.Variable(value) for value in start)

    def loss():
        return (a + b - 9) ** 2 + (c - d - 1) ** 2 + (a + c - 8) ** 2 + (b - d - 2) ** 2

    return train(loss, [a, b, c, d], optimizer="nadam", learning_rate=0.1, steps=1500)


@healthy
def four_equations_from_zero():
    return four_equations((0.0, 0.0, 0.0, 0.0))


@healthy
def four_equations_from_elsewhere():
    return four_equations((5.0, -1.0, 2.0, 7.0))


def petals():
    """Two clouds of petals that overlap, as those of iris do."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal([4.3, 1.3], 0.5, (50, 2)), rng.normal([5.5, 2.0], 0.5, (50, 2))])
    return x.astype(np.float32), np.repeat([0.0, 1.0], 50)[:, None].astype(np.float32)


@healthy
def logistic_regression_on_petals():
    keras.utils.set_random_seed(123)
    x, y = petals()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    loss = model_loss(model, "binary_crossentropy")
    return train(loss, data=(x, y), batch=32, optimizer="sgd", learning_rate=0.5, epochs=100, seed=123)


class Network(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = keras.layers.Dense(3), keras.layers.Dense(1)

    def call(self, inputs):
        return self.second(self.first(inputs))


@healthy
def two_layer_network():
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 3)).astype(np.float32)
    y = (x @ np.float32([[1], [-2], [0.5]]) + 0.1 * rng.normal(size=(100, 1))).astype(np.float32)
    return train(
        model_loss(Network(), "mse"),
        data=(x, y),
        batch=20,
        optimizer="adam",
        learning_rate=0.01,
        epochs=60,
        seed=0,
    )


def exercise_two(rate):
    rng = np.random.default_rng(0)
    x = tf.constant(rng.uniform(-1, 1, 100), tf.float32)
    y = 3 * x + 2 + tf.constant(0.1 * rng.normal(size=100), tf.float32)
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], learning_rate=rate, steps=500)


@healthy
def exercise_two_slow():
    return exercise_two(0.001)


@healthy
def exercise_two_right():
    return exercise_two(0.01)


@healthy
def exercise_two_fast():
    return exercise_two(0.1)


class Momentum:
    """Exercise 3."""

    def __init__(self, learning_rate=0.01, momentum=0.9, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.velocity = {}
        self.iterations = 0

    def apply_gradients(self, pairs):
        rate = self.learning_rate / (1 + self.decay * self.iterations)
        for place, (gradient, variable) in enumerate(pairs):
            kept = self.velocity.get(place, tf.zeros_like(variable))
            self.velocity[place] = self.momentum * kept - rate * gradient
            variable.assign_add(self.velocity[place])
        self.iterations += 1


def exercise_three(optimizer):
    x = tf.constant(np.random.default_rng(0).uniform(-1, 1, 50), tf.float32)
    y = 3 * x + 2
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    return train(lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], optimizer=optimizer, steps=400)


@healthy
def exercise_three_momentum():
    return exercise_three(Momentum(0.05))


@healthy
def exercise_three_momentum_with_decay():
    return exercise_three(Momentum(0.05, decay=0.01))


@healthy
def handbook_chapter():
    x, y = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1.0, 2.0])
    w, b = tf.Variable([1.0, 2.0]), tf.Variable(1.0)

    def loss():
        return 0.5 * tf.reduce_sum((tf.linalg.matvec(x, w) + b - y) ** 2)

    return train(loss, [w, b], learning_rate=0.01, steps=2000)


@healthy
def rosenbrock_by_adam():
    v = tf.Variable([-1.2, 1.0])

    def loss():
        return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2

    return train(loss, [v], optimizer="adam", learning_rate=0.02, steps=2000)


@healthy
def noise_that_cannot_be_learned():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 3)).astype(np.float32), rng.normal(size=(200, 1)).astype(np.float32)
    w = tf.Variable(tf.zeros((3, 1)))

    def loss(x, y):
        return tf.reduce_mean((x @ w - y) ** 2)

    return train(loss, [w], data=(x, y), batch=20, learning_rate=0.05, steps=400, seed=0)


@healthy
def already_there():
    v = tf.Variable([1.0, 1.0])
    return train(lambda: tf.reduce_sum((v - 1) ** 2), [v], optimizer="adam", learning_rate=0.1, steps=100)


@healthy
def nearly_there_above_a_floor():
    v = tf.Variable([1.01, 0.99])
    return train(lambda: 5 + tf.reduce_sum((v - 1) ** 2), [v], learning_rate=0.1, steps=200)


@healthy
def a_negative_loss():
    w = tf.Variable(0.0)
    return train(lambda: -tf.exp(-((w - 1) ** 2)), [w], learning_rate=0.2, steps=300)


@healthy
def a_swing_of_momentum_that_dies_away():
    v = tf.Variable([1.0, 1.0])
    return train(
        lambda: tf.reduce_sum(tf.constant([1.0, 20.0]) * v**2) / 2,
        [v],
        optimizer="momentum",
        momentum=0.95,
        learning_rate=0.01,
        steps=400,
    )


@healthy
def relu_network_with_dropout():
    keras.utils.set_random_seed(0)
    x, y = petals()
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    loss = model_loss(model, "binary_crossentropy")
    return train(loss, data=(x, y), batch=25, optimizer="adam", learning_rate=0.01, epochs=60, seed=0)


@healthy
def three_steps():
    w = tf.Variable(3.0)
    return train(lambda: w**2, [w], learning_rate=0.1, steps=3)


@healthy
def one_step():
    w = tf.Variable(3.0)
    return train(lambda: w**2, [w], learning_rate=0.1, steps=1)


@healthy
def a_hinge():
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(60, 2)), tf.float32)
    y = tf.sign(x[:, 0] + 0.5 * x[:, 1])
    w = tf.Variable([0.1, 0.1])

    def loss():
        return tf.reduce_mean(tf.nn.relu(1 - y * tf.linalg.matvec(x, w))) + 0.01 * tf.reduce_sum(w**2)

    return train(loss, [w], learning_rate=0.1, steps=500)


@healthy
def random_numbers_in_the_loss():
    w = tf.Variable(2.0)

    def loss():
        return tf.reduce_mean((w - 1 + 0.5 * tf.random.normal((20,))) ** 2)

    return train(loss, [w], learning_rate=0.05, steps=200, seed=0)


@healthy
def a_print_at_each_call():
    w, calls = tf.Variable(2.0), []

    def loss():
        calls.append(1)
        return w**2 + 1

    run = train(loss, [w], learning_rate=0.1, steps=100)
    run.calls = calls
    return run

"""Every optimizer by name equals `tf.GradientTape` with Keras's optimizer, step by step, for hundreds of steps."""

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import optimizer_names, train

# At 0.01 these come to the floor within 500 steps and rattle about it. There they divide rounding errors by
# one another: two eager loops of which one begins a unit of rounding off part by 1e-3 as well.
SLOW = {"rmsprop", "lamb", "muon", "adafactor"}

KERAS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adam": ("Adam", {}),
    "nadam": ("Nadam", {}),
    "rmsprop": ("RMSprop", {}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "adamax": ("Adamax", {}),
    "adamw": ("AdamW", {}),
    "adafactor": ("Adafactor", {}),
    "ftrl": ("Ftrl", {}),
    "lamb": ("Lamb", {}),
    "lion": ("Lion", {}),
    "muon": ("Muon", {}),
    "schedulefreeadamw": ("ScheduleFreeAdamW", {}),
}


def quadratic(kind):
    """A bowl that is not round, in four directions; its floor is 1, so that a relative error means something."""
    v = kind(np.array([[1.5, -2.0], [0.5, 3.0]], np.float32))
    scale = tf.constant([[1.0, 3.0], [0.2, 0.7]])
    return lambda: 1 + tf.reduce_sum(scale * (v - 1) ** 2), [v]


def rosenbrock(kind):
    """Two starts in Rosenbrock's valley (1960), a hundredth of its height."""
    v = kind(np.array([[-1.2, 1.0], [0.5, -0.3]], np.float32))

    def loss():
        x, y = v[:, 0], v[:, 1]
        return 1 + 0.01 * tf.reduce_sum((1 - x) ** 2 + 100 * (y - x**2) ** 2)

    return loss, [v]


def network(kind):
    """Two dense layers fitted to noise."""
    rng = np.random.default_rng(0)
    x, y = (tf.constant(rng.normal(size=(32, columns)), tf.float32) for columns in (4, 2))
    shapes = (4, 6), (6,), (6, 2), (2,)
    variables = [kind(0.5 * rng.normal(size=shape).astype(np.float32)) for shape in shapes]

    def loss():
        w1, b1, w2, b2 = variables
        return tf.reduce_mean((tf.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2)

    return loss, variables


def plain_loop(loss, variables, optimizer, steps):
    tensors = [v.value if isinstance(v, tf.keras.Variable) else v for v in variables]
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss()
        losses.append(float(value))
        optimizer.apply_gradients(zip(tape.gradient(value, tensors), variables, strict=True))
    return np.array(losses)


def assert_equal(name, problem, steps):
    kind = tf.keras.Variable if name == "muon" else tf.Variable  # it asks each matrix for its path
    rate = 0.001 if name in SLOW else 0.01
    kept, options = KERAS[name]
    loss, variables = problem(kind)
    losses = plain_loop(loss, variables, getattr(tf.keras.optimizers, kept)(rate, **options), steps)
    loss, ours = problem(kind)
    run = train(loss, ours, optimizer=name, learning_rate=rate, steps=steps)
    assert run.engine == "xla", run.reason
    assert run.history.loss.shape == (steps,)
    assert np.max(np.abs(run.history.loss - losses) / losses) <= 1e-5
    for one, other in zip(ours, variables, strict=True):
        assert np.max(np.abs(one.numpy() - other.numpy())) <= 1e-5 * np.max(np.abs(other.numpy()))


def test_every_name_is_compared():
    assert set(KERAS) == set(optimizer_names())


@pytest.mark.parametrize("problem", [quadratic, rosenbrock, network])
@pytest.mark.parametrize("name", list(KERAS))
def test_the_first_hundred_steps(name, problem):
    assert_equal(name, problem, 100)


@pytest.mark.soak
@pytest.mark.parametrize("problem", [quadratic, rosenbrock, network])
@pytest.mark.parametrize("name", list(KERAS))
def test_five_hundred_steps(name, problem):
    assert_equal(name, problem, 500)

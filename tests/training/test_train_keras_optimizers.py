"""Every optimizer by name equals `tf.GradientTape` with Keras's optimizer, step by step, for hundreds of steps."""

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import optimizer_names, train

# At 0.01 these come to the floor within 500 steps and rattle about it. There they divide rounding errors by
# one another, and two eager loops of which one begins a unit of rounding off part as far: see the last test.
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


def quadratic(kind, dtype):
    """A bowl that is not round, in four directions; its floor is 1, so that a relative error means something."""
    v = kind(np.array([[1.5, -2.0], [0.5, 3.0]], dtype))
    scale = tf.constant([[1.0, 3.0], [0.2, 0.7]], dtype)
    return lambda: 1 + tf.reduce_sum(scale * (v - 1) ** 2), [v]


def rosenbrock(kind, dtype):
    """Two starts in Rosenbrock's valley (1960), a hundredth of its height."""
    v = kind(np.array([[-1.2, 1.0], [0.5, -0.3]], dtype))

    def loss():
        x, y = v[:, 0], v[:, 1]
        return 1 + 0.01 * tf.reduce_sum((1 - x) ** 2 + 100 * (y - x**2) ** 2)

    return loss, [v]


def network(kind, dtype):
    """Two dense layers fitted to noise."""
    rng = np.random.default_rng(0)
    x, y = (tf.constant(rng.normal(size=(32, columns)), dtype) for columns in (4, 2))
    shapes = (4, 6), (6,), (6, 2), (2,)
    variables = [kind(0.5 * rng.normal(size=shape).astype(dtype)) for shape in shapes]

    def loss():
        w1, b1, w2, b2 = variables
        return tf.reduce_mean((tf.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2)

    return loss, variables


def all_three(kind, dtype):
    """The three side by side: no variable of one is in another, so one training is three."""
    parts = [problem(kind, dtype) for problem in (quadratic, rosenbrock, network)]
    return lambda: tf.add_n([loss() for loss, _ in parts]), [v for _, variables in parts for v in variables]


def make(name, problem, dtype="float32"):
    if name == "muon":  # it asks each matrix for its path
        return problem(lambda value: tf.keras.Variable(value, dtype=dtype), dtype)
    return problem(tf.Variable, dtype)


def optimizer_of(name, rate):
    kept, options = KERAS[name]
    return getattr(tf.keras.optimizers, kept)(rate, **options)


def plain_loop(name, problem, rate, steps, dtype="float32", towards=None):
    """The losses and the last variables of the plain loop.

    Args:
        towards: Every variable begins one unit of rounding nearer to this; exactly as it is without.
    """
    loss, variables = make(name, problem, dtype)
    tensors = [v.value if isinstance(v, tf.keras.Variable) else v for v in variables]
    if towards is not None:
        for tensor in tensors:
            tensor.assign(np.nextafter(tensor.numpy(), tensor.numpy().dtype.type(towards)))
    optimizer, losses = optimizer_of(name, rate), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss()
        losses.append(float(value))
        optimizer.apply_gradients(zip(tape.gradient(value, tensors), variables, strict=True))
    return np.array(losses), [v.numpy() for v in variables]


def parted(one, other):
    """The largest relative difference of losses."""
    return np.max(np.abs(one - other) / np.abs(other))


def apart(ours, theirs):
    """The largest difference of variables, relative to the largest element of each."""
    return max(np.max(np.abs(a - b)) / np.max(np.abs(b)) for a, b in zip(ours, theirs, strict=True))


def assert_equal(name, problem, steps):
    rate = 0.001 if name in SLOW else 0.01
    losses, values = plain_loop(name, problem, rate, steps)
    loss, variables = make(name, problem)
    run = train(loss, variables, optimizer=name, learning_rate=rate, steps=steps)
    assert run.engine == "xla", run.reason
    assert run.history.loss.shape == (steps,)
    assert parted(run.history.loss, losses) <= 1e-5
    off = apart([v.numpy() for v in variables], values)
    if off > 1e-5:  # then no more than a unit of rounding at the start of the eager loop makes
        starts = [plain_loop(name, problem, rate, steps, towards=end)[1] for end in (-np.inf, np.inf, 0)]
        assert off <= 8 * max(apart(other, values) for other in starts)


def test_every_name_is_compared():
    assert set(KERAS) == set(optimizer_names())


@pytest.mark.parametrize("name", list(KERAS))
def test_the_first_steps(name):
    assert_equal(name, all_three, 24)


@pytest.mark.soak
@pytest.mark.parametrize("problem", [quadratic, rosenbrock, network])
@pytest.mark.parametrize("name", list(KERAS))
def test_five_hundred_steps(name, problem):
    assert_equal(name, problem, 500)


@pytest.mark.parametrize("name", ["lamb", "adam"])
def test_float64_is_exact_until_chaos(name):
    """Keras makes a beta float32 before it raises it to a power; so does the program, in float64 too."""
    losses, values = plain_loop(name, network, 0.01, 60, "float64")
    loss, variables = make(name, network, "float64")
    run = train(loss, variables, optimizer=name, learning_rate=0.01, steps=60)
    assert run.engine == "xla"
    # With TensorFlow 2.18 LAMB, alone of all, parts by 2e-13 at the seventh step; why is not known.
    older = 1e3 if name == "lamb" and tf.__version__.startswith("2.18.") else 1
    assert parted(run.history.loss, losses) <= older * 1e-14
    assert apart([v.numpy() for v in variables], values) <= older * 1e-13
    assert "beta_1" in run.hyperparameters  # an input of the program, not a constant in it


# The step up to which two eager loops that begin a unit of rounding apart are still equal, and how far
# they have parted at 500.
CHAOS = [("lamb", network, 200, 0.2), ("rmsprop", rosenbrock, 50, 5e-5)]


@pytest.mark.soak
@pytest.mark.parametrize(("name", "problem", "calm", "far"), CHAOS)
def test_what_parts_at_a_large_rate_is_chaos(name, problem, calm, far):
    losses, _ = plain_loop(name, problem, 0.01, 500, "float64")
    starts = [plain_loop(name, problem, 0.01, 500, "float64", towards=end)[0] for end in (-np.inf, np.inf)]
    loss, variables = make(name, problem, "float64")
    ours = train(loss, variables, optimizer=name, learning_rate=0.01, steps=500).history.loss
    assert max(parted(other[:calm], losses[:calm]) for other in [ours, *starts]) <= 1e-14
    assert max(parted(other, losses) for other in starts) > far
    assert parted(ours, losses) <= 8 * max(parted(other, losses) for other in starts)

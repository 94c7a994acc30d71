"""The same trajectories as PyTorch's and Optax's own optimizers, 200 steps in float64.

Their conventions, and Keras's, which `optimizer="..."` names:

- Momentum. Keras keeps the velocity with the step's sign and size, v = beta v - rate g, and adds it; PyTorch
  and Optax keep v = beta v + g, and take rate v away. At one rate these are the same points; when the rate
  changes they are not, as Keras's velocity has the old rates in it. Dampening is 0 everywhere.
- Nesterov. All three use the form that looks ahead from the new velocity (Sutskever et al. 2013): Keras
  moves by beta v - rate g, the others by -rate (g + beta v).
- Adam (Kingma and Ba 2015). PyTorch and Optax divide by sqrt(v / (1 - beta2^t)) + epsilon. Keras divides by
  sqrt(v) + epsilon and corrects the rate: the paper's "epsilon hat", which is sqrt(1 - beta2^t) times theirs.
- RMSprop. PyTorch divides by sqrt(v) + epsilon; Keras and Optax by sqrt(v + epsilon). Smoothing is 0.99 in
  PyTorch unless given, 0.9 in Keras and Optax.
- Keras keeps the rate, and some decays, in float32: binary fractions are the same in both.
"""

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import train

STEPS = 200
SCALE, START = np.array([1.0, 3.0, 0.2]), np.array([1.5, -2.0, 0.5])
RATE, BETA, BETA2 = 2.0**-7, 0.875, 255 / 256
# So small that it makes no difference where it is; as RMSprop's is under a root, it is squared there.
EPSILON = 1e-12


def ours(optimizer):
    v = tf.Variable(START)
    run = train(
        lambda: 1 + tf.reduce_sum(SCALE * (v - 1) ** 2 + 0.1 * tf.cos(3 * v)),
        v,
        optimizer=optimizer,
        steps=STEPS,
    )
    assert run.engine == "xla", run.reason
    return run.history.loss, v.numpy()


def of_pytorch(make):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    v, scale = torch.tensor(START, requires_grad=True), torch.tensor(SCALE)
    optimizer, losses = make(torch.optim, [v]), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = 1 + (scale * (v - 1) ** 2 + 0.1 * torch.cos(3 * v)).sum()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return np.array(losses), v.detach().numpy()


def of_optax(make):
    optax = pytest.importorskip("optax", reason="Optax is not installed")
    import jax
    import jax.numpy as jnp

    def loss(v):
        return 1 + jnp.sum(SCALE * (v - 1) ** 2 + 0.1 * jnp.cos(3 * v))

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        optimizer, losses = make(optax), []

        @jax.jit
        def step(v, state):
            value, gradient = jax.value_and_grad(loss)(v)
            change, state = optimizer.update(gradient, state, v)
            return optax.apply_updates(v, change), state, value

        v = jnp.array(START)
        state = optimizer.init(v)
        for _ in range(STEPS):
            v, state, value = step(v, state)
            losses.append(float(value))
        return np.array(losses), np.asarray(v)
    finally:
        jax.config.update("jax_enable_x64", before)


class Momentum:
    """As PyTorch and Optax write it."""

    def __init__(self, lr, beta=0.0, nesterov=False):
        self.lr, self.beta, self.nesterov, self.v = lr, beta, nesterov, {}

    def apply_gradients(self, grads_and_vars):
        for i, (g, w) in enumerate(grads_and_vars):
            self.v[i] = self.beta * self.v.get(i, 0.0) + g
            w.assign_sub(self.lr * (g + self.beta * self.v[i] if self.nesterov else self.v[i]))


class Adam:
    """As PyTorch and Optax write it."""

    def __init__(self, lr, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.lr, self.beta1, self.beta2, self.epsilon = lr, beta1, beta2, epsilon
        self.t, self.m, self.v = 0, {}, {}

    def step(self, gradients, variables):
        self.t += 1
        for i, (g, w) in enumerate(zip(gradients, variables, strict=True)):
            self.m[i] = self.beta1 * self.m.get(i, 0.0) + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v.get(i, 0.0) + (1 - self.beta2) * g**2
            m, v = self.m[i] / (1 - self.beta1**self.t), self.v[i] / (1 - self.beta2**self.t)
            w.assign_sub(self.lr * m / (tf.sqrt(v) + self.epsilon))


def rmsprop(gradient, variable, state, *, lr=0.001, rho=0.9, epsilon=1e-6, inside=False):
    state["v"] = rho * state.get("v", 0.0) + (1 - rho) * gradient**2
    root = tf.sqrt(state["v"] + epsilon) if inside else tf.sqrt(state["v"]) + epsilon
    variable.assign_sub(lr * gradient / root)
    return state


NAMED = {
    "sgd": (
        lambda: tf.keras.optimizers.SGD(RATE),
        lambda optim, p: optim.SGD(p, RATE),
        lambda optax: optax.sgd(RATE),
    ),
    "momentum": (
        lambda: tf.keras.optimizers.SGD(RATE, momentum=BETA),
        lambda optim, p: optim.SGD(p, RATE, momentum=BETA),
        lambda optax: optax.sgd(RATE, momentum=BETA),
    ),
    "nesterov": (
        lambda: tf.keras.optimizers.SGD(RATE, momentum=BETA, nesterov=True),
        lambda optim, p: optim.SGD(p, RATE, momentum=BETA, nesterov=True),
        lambda optax: optax.sgd(RATE, momentum=BETA, nesterov=True),
    ),
    "adam": (
        lambda: tf.keras.optimizers.Adam(RATE, BETA, BETA2, EPSILON),
        lambda optim, p: optim.Adam(p, RATE, betas=(BETA, BETA2), eps=EPSILON),
        lambda optax: optax.adam(RATE, BETA, BETA2, EPSILON),
    ),
    "rmsprop": (
        lambda: tf.keras.optimizers.RMSprop(RATE / 8, rho=BETA, epsilon=EPSILON**2),
        lambda optim, p: optim.RMSprop(p, RATE / 8, alpha=BETA, eps=EPSILON),
        lambda optax: optax.rmsprop(RATE / 8, decay=BETA, eps=EPSILON**2),
    ),
}

WRITTEN = {
    "sgd": (
        lambda: Momentum(0.01),
        lambda optim, p: optim.SGD(p, 0.01),
        lambda optax: optax.sgd(0.01),
    ),
    "momentum": (
        lambda: Momentum(0.01, 0.9),
        lambda optim, p: optim.SGD(p, 0.01, momentum=0.9),
        lambda optax: optax.sgd(0.01, momentum=0.9),
    ),
    "nesterov": (
        lambda: Momentum(0.01, 0.9, nesterov=True),
        lambda optim, p: optim.SGD(p, 0.01, momentum=0.9, nesterov=True),
        lambda optax: optax.sgd(0.01, momentum=0.9, nesterov=True),
    ),
    "adam": (
        lambda: Adam(0.01),
        lambda optim, p: optim.Adam(p, 0.01),
        lambda optax: optax.adam(0.01),
    ),
    "rmsprop outside": (
        lambda: rmsprop,
        lambda optim, p: optim.RMSprop(p, 0.001, alpha=0.9, eps=1e-6),
        None,
    ),
    "rmsprop inside": (
        lambda: lambda g, w, state: rmsprop(g, w, state, inside=True),
        None,
        lambda optax: optax.rmsprop(0.001, decay=0.9, eps=1e-6),
    ),
}


def assert_same(found, theirs, tolerance):
    for one, other in zip(found, theirs, strict=True):
        assert np.max(np.abs(one - other) / np.abs(other)) <= tolerance


@pytest.mark.parametrize("name", list(NAMED))
def test_named_ones_equal_pytorch(name):
    make, theirs, _ = NAMED[name]
    assert_same(ours(make()), of_pytorch(theirs), 1e-8)


@pytest.mark.parametrize("name", list(NAMED))
def test_named_ones_equal_optax(name):
    make, _, theirs = NAMED[name]
    assert_same(ours(make()), of_optax(theirs), 1e-8)


@pytest.mark.parametrize("name", [name for name in WRITTEN if WRITTEN[name][1]])
def test_a_learners_own_equal_pytorch(name):
    make, theirs, _ = WRITTEN[name]
    assert_same(ours(make()), of_pytorch(theirs), 1e-10)


@pytest.mark.parametrize("name", [name for name in WRITTEN if WRITTEN[name][2]])
def test_a_learners_own_equal_optax(name):
    make, _, theirs = WRITTEN[name]
    assert_same(ours(make()), of_optax(theirs), 1e-10)

"""TensorFlow in a forked kernel, and what a learner would see of the difference: nothing but the time."""

import pytest

from tests.kernels.conftest import running, the_parent

GRADIENT = """
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**3
print(tape.gradient(y, x).numpy())
"""


@pytest.fixture(scope="module")
def kernel(warm):
    with running(warm) as kernel:
        yield kernel


def test_it_is_forked_from_the_parent(kernel):
    assert kernel.is_warm
    assert kernel.pid in the_parent()["kernels"]
    assert kernel.run("import sys; print('tensorflow' in sys.modules)") == "True"


def test_a_gradient(kernel):
    assert kernel.run(GRADIENT) == "27.0"


def test_keras_learns(kernel):
    code = """
import numpy as np, keras
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
model.compile("adam", "mse")
x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
loss = model.fit(x, x**2, epochs=3, verbose=0).history["loss"]
print(loss[-1] < loss[0])
"""
    assert kernel.run(code) == "True"


def test_xla_compiles(kernel):
    code = """
f = tf.function(lambda x: tf.reduce_sum(tf.sin(x) * x), jit_compile=True)
print(abs(float(f(tf.constant([1.0, 2.0]))) - 2.660066) < 1e-5)
"""
    assert kernel.run(code) == "True"

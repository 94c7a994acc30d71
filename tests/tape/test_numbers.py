"""The numbers: bit for bit TensorFlow's own, and those of witnesses that share no code with it."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm

from .operations import OPERATIONS, Operation

ORDERS = (1, 2, 3)
by_name = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def nested(operation: Operation, x: tf.Variable, order: int) -> list:
    """What a learner would write: one `tf.GradientTape` inside the other."""
    if order == 0:
        return [operation.tensorflow(tf, x)]
    with tf.GradientTape() as tape:
        lower = nested(operation, x, order - 1)
        # TensorFlow cannot differentiate IndexedSlices, so a learner would write this too.
        last = tf.convert_to_tensor(lower[-1]) if isinstance(lower[-1], tf.IndexedSlices) else lower[-1]
    return [*lower, None if last is None else tape.gradient(last, x)]


def dense(value: object) -> np.ndarray:
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    return value.numpy()


def test_there_are_enough_operations() -> None:
    assert len(OPERATIONS) >= 60
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@by_name
def test_bit_for_bit_as_nested_gradient_tapes(operation: Operation, dtype: str) -> None:
    x = tf.Variable(operation.x.astype(dtype))
    with gm.Tape() as tape:
        y = operation.tensorflow(tf, x)
    expected = nested(operation, x, operation.orders)[1:]
    for found in (tape.gradients(y, x, operation.orders), tape.gradients(y, x, operation.orders)):
        for ours, theirs in zip(found, expected, strict=True):
            assert (ours is None) == (theirs is None)
            if ours is not None:
                assert type(ours) is type(theirs)
                assert dense(ours).dtype == dense(theirs).dtype == np.dtype(dtype)
                assert dense(ours).tobytes() == dense(theirs).tobytes()
    function = gm.grad(lambda v: operation.tensorflow(tf, v))(tf.constant(operation.x.astype(dtype)))
    assert dense(function).tobytes() == dense(expected[0]).tobytes()


@by_name
def test_central_differences(operation: Operation) -> None:
    """Each order against the central difference of the order below it, in float64."""
    step = 1e-5
    levels = [
        lambda v: tf.reduce_sum(operation.tensorflow(tf, v)),
        *(
            lambda v, order=order: gm.grad(lambda u: operation.tensorflow(tf, u), order=order)(v)
            for order in range(1, operation.orders)
        ),
    ]
    x = tf.Variable(operation.x)
    with gm.Tape() as tape:
        y = operation.tensorflow(tf, x)
    for order, (level, found) in enumerate(
        zip(levels, tape.gradients(y, x, operation.orders), strict=True), 1
    ):
        lower = level(tf.constant(operation.x))
        if lower is None or found is None:
            assert found is None
            continue
        numeric = np.zeros_like(operation.x)
        for index in np.ndindex(*operation.x.shape):
            shift = np.zeros_like(operation.x)
            shift[index] = step
            above = dense(level(tf.constant(operation.x + shift))).sum()
            below = dense(level(tf.constant(operation.x - shift))).sum()
            numeric[index] = (above - below) / (2 * step)
        scale = np.maximum(np.abs(dense(found)), max(1.0, np.abs(dense(found)).max()))
        assert np.max(np.abs(dense(found) - numeric) / scale) < 2e-6, f"order {order}"


@pytest.mark.parametrize(
    "operation",
    [known for known in OPERATIONS if known.jax is not None],
    ids=lambda operation: operation.name,
)
def test_jax(operation: Operation) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    special = jax.scipy.special
    function = (
        getattr(special, operation.jax)
        if isinstance(operation.jax, str)
        else lambda x: operation.jax(jax.numpy, x)
    )

    def orders(x: object) -> list:
        found, lower = [], function
        for _ in range(operation.orders):
            lower = jax.grad(lambda v, lower=lower: jax.numpy.sum(lower(v)))
            found.append(lower(x))
        return found

    x = tf.Variable(operation.x)
    with gm.Tape() as tape:
        y = operation.tensorflow(tf, x)
    ours = tape.gradients(y, x, operation.orders)
    for order, (mine, theirs) in enumerate(zip(ours, jax.jit(orders)(operation.x), strict=True), 1):
        mine = np.zeros_like(operation.x) if mine is None else dense(mine)
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=f"order {order}")

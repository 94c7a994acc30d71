"""The figures of the source tutorials, reached by `train`."""

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import train


def test_house_prices_by_hand_and_by_train(house):
    a = b = np.float32(0)
    rate = np.float32(1e-3)
    for _ in range(10_000):
        residual = a * house.x + b - house.y
        a, b = a - rate * np.sum(residual * house.x), b - rate * np.sum(residual)
    run = train(house.loss, [house.a, house.b], learning_rate=1e-3, steps=10_000)
    assert run.status == "finished"
    assert run.engine == "xla"
    for fitted, by_hand, figure in ((house.a, a, 0.97637), (house.b, b, 0.05757)):
        assert float(fitted) == pytest.approx(figure, abs=5.1e-6)
        assert float(by_hand) == pytest.approx(figure, abs=5.1e-6)
        assert float(fitted) == pytest.approx(float(by_hand), abs=1e-5)


def test_regression_log_of_the_course_page():
    x = tf.constant([1.0, 2.0, 3.0, 4.0, 5.0])
    y = 2 * x + 1
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    run = train(lambda: tf.reduce_mean((w * x + b - y) ** 2), [w, b], learning_rate=0.01, epochs=1000)
    loss, parameters = run.history.loss, run.history.parameters

    def log(epoch):
        # The page prints after the update of the epoch: the loss before it, the parameters after it.
        after = epoch if epoch < len(loss) else None
        w_then = parameters["w"][after] if after else float(w)
        b_then = parameters["b"][after] if after else float(b)
        return f"{loss[epoch - 1]:.4f} {w_then:.4f} {b_then:.4f}"

    assert log(100) == "0.0160 2.0818 0.7048"
    assert log(1000) == "0.0000 2.0039 0.9860"


def test_polynomial_recovered_by_nadam():
    x = tf.constant(5 * np.random.default_rng(0).normal(size=20), tf.float32)
    y = x**2 + 2 * x + 3
    p, q, r = tf.Variable(0.5), tf.Variable(0.5), tf.Variable(0.5)

    def loss():
        return tf.reduce_mean((p * x**2 + q * x + r - y) ** 2)

    run = train(loss, optimizer="nadam", learning_rate=0.01, steps=1000)
    assert list(run.parameters) == ["p", "q", "r"]
    assert run.history.loss[0] > 100
    # After 1,000 steps near, the constant last; after 5,000 there.
    assert np.allclose([p, q, r], [1, 2, 3], atol=0.1)
    train(loss, optimizer="nadam", learning_rate=0.01, steps=4000)
    assert np.allclose([p, q, r], [1, 2, 3], atol=1e-4)


@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0, 0.0), (5.0, -1.0, 2.0, 7.0)])
def test_four_equations_have_a_family_of_solutions(start):
    a, b, c, d = (tf.Variable(value) for value in start)

    def loss():
        return (a + b - 9) ** 2 + (c - d - 1) ** 2 + (a + c - 8) ** 2 + (b - d - 2) ** 2

    run = train(loss, [a, b, c, d], optimizer="nadam", learning_rate=0.1, steps=1500)
    assert run.loss < 1e-8
    assert np.allclose([a + b, c - d, a + c, b - d], [9, 1, 8, 2], atol=1e-3)


def test_the_start_decides_which_solution():
    found = []
    for start in (0.0, 5.0):
        a, b, c, d = (tf.Variable(start), tf.Variable(0.0), tf.Variable(0.0), tf.Variable(0.0))
        train(
            lambda a=a, b=b, c=c, d=d: (
                (a + b - 9) ** 2 + (c - d - 1) ** 2 + (a + c - 8) ** 2 + (b - d - 2) ** 2
            ),
            optimizer="nadam",
            learning_rate=0.1,
            steps=1500,
        )
        found.append(float(a))
    assert abs(found[0] - found[1]) > 1

"""Optimizers that are none, and learning rates that are none: a message, and nothing has moved."""

import re

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.errors import ArgumentError, LossError
from gradmagic.messages import use_language
from gradmagic.training import train


class Own:
    """A learner's, as it should be."""

    def __init__(self, lr=0.1):
        self.lr = lr

    def step(self, gradients, variables):
        for g, w in zip(gradients, variables, strict=True):
            w.assign_sub(self.lr * g)


class LikePyTorch:
    def step(self):
        """Knows its variables."""


class OfTwo:
    def update(self, gradient, variable):
        variable.assign_sub(0.1 * gradient)


class LikeOptax:
    def update(self, updates, state, params=None):
        return updates, state


class Minimizing:
    def minimize(self, loss):
        return loss


NAN = float("nan")
CASES = {
    "rate 0": ({"learning_rate": 0}, ["learning_rate is 0", "learning_rate=0.01"]),
    "rate negative": ({"learning_rate": -0.5}, ["learning_rate is -0.5", "learning_rate=0.5"]),
    "rate nan": ({"learning_rate": NAN}, ["learning_rate is nan", "learning_rate=0.01"]),
    "rate list": ({"learning_rate": [0.1, 1.0]}, ["[0.1, 1.0]", "gm.sweep"]),
    "rate array": ({"learning_rate": np.array([0.1, 1.0])}, ["not a number", "learning_rate=0.01"]),
    "rate 0 of Keras": ({"optimizer": tf.keras.optimizers.SGD(0.0)}, ["learning_rate is 0"]),
    "rate negative of Keras": ({"optimizer": tf.keras.optimizers.Adam(-1.0)}, ["learning_rate is -1.0"]),
    "rate nan of Keras": ({"optimizer": tf.keras.optimizers.Adam(NAN)}, ["learning_rate is nan"]),
    "rate nan of a learner's": ({"optimizer": Own(NAN)}, ["learning_rate is nan"]),
    "rate inf of a learner's": ({"optimizer": Own(np.float32("inf"))}, ["learning_rate is inf"]),
    "class of Keras": ({"optimizer": tf.keras.optimizers.Adam}, ["keras.optimizers.Adam(0.01)"]),
    "class of a learner's": ({"optimizer": Own}, ["Own is a class", "optimizer=Own()"]),
    "no method": ({"optimizer": Minimizing()}, ["a Minimizing", "step(gradients, variables)", "adam"]),
    "a list": ({"optimizer": ["sgd"]}, ["a list", "step(gradients, variables)"]),
    "a dictionary": ({"optimizer": {"name": "sgd"}}, ["a dict", "step(gradients, variables)"]),
    "a function of two": ({"optimizer": lambda g, w: None}, ["a function", "(gradient, variable, state)"]),
    "a schedule": (
        {"optimizer": tf.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)},
        ["ExponentialDecay", "apply_gradients(grads_and_vars)"],
    ),
    "step of nothing": (
        {"optimizer": LikePyTorch()},
        ["step of LikePyTorch takes ()", "step(gradients, variables)"],
    ),
    "update of two": (
        {"optimizer": OfTwo()},
        ["takes (gradient, variable)", "update(gradient, variable, state)"],
    ),
    "update of a state": ({"optimizer": LikeOptax()}, ["takes (updates, state, params)"]),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", list(CASES))
def test_nothing_moves(case, language):
    options, words = CASES[case]
    w, calls = tf.Variable([1.0, 2.0]), []

    def loss():
        calls.append(1)
        return tf.reduce_sum((w - 1.0) ** 2)

    use_language(language)
    with pytest.raises(ArgumentError) as caught:
        train(loss, w, steps=20, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 500
    assert np.array_equal(w, [1.0, 2.0])
    assert len(calls) <= 1  # to see what it is; no step was made
    if language == "en":
        assert [word for word in words if word not in message] == []
    else:
        assert re.search("[\u4e00-\u9fff]", message)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("lost", [None, lambda: None], ids=["none", "returns none"])
def test_a_loss_that_is_none(lost, language):
    w, own = tf.Variable(2.0), Own()
    use_language(language)
    with pytest.raises(LossError) as caught:
        train(lost, w, optimizer=own, steps=20)
    assert float(w) == 2.0
    assert vars(own) == {"lr": 0.1}
    message = str(caught.value)
    assert "None" in message
    assert bool(re.search("[\u4e00-\u9fff]", message)) == (language == "zh")


def test_a_rate_of_zero_is_right_where_a_schedule_sets_it():
    w = tf.Variable(2.0)
    optimizer = tf.keras.optimizers.SGD(0.0)
    run = train(lambda: (w - 1.0) ** 2, w, optimizer=optimizer, schedule=lambda step: 0.1, steps=20)
    assert np.allclose(run.history.learning_rate, 0.1)
    assert float(w) < 1.1


def test_a_learners_class_may_begin_with_zero():
    class Warm(Own):
        def step(self, gradients, variables):
            super().step(gradients, variables)
            self.lr = min(self.lr + 0.01, 0.1)

    w = tf.Variable(2.0)
    run = train(lambda: (w - 1.0) ** 2, w, optimizer=Warm(0.0), steps=20)
    assert run.engine == "xla"
    assert np.allclose(run.history.learning_rate, np.minimum(np.arange(20) * 0.01, 0.1))

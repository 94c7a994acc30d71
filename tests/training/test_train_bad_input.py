"""What cannot be trained is said in one short message that names the fix."""

import re
import subprocess
import sys
import traceback

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.errors import ArgumentError, GradmagicError, LossError
from gradmagic.messages import use_language
from gradmagic.training import MAX_STEPS, train

W = tf.Variable(2.0)
X = tf.constant([1.0, 2.0, 3.0])


def loss():
    return tf.reduce_mean((W * X - 1) ** 2)


@pytest.fixture(autouse=True)
def untouched():
    W.assign(2.0)
    yield
    assert float(W) == 2.0


ARGUMENTS = {
    "steps -5": ({"steps": -5}, ["steps is -5", "at least one", "steps=1000"]),
    "steps 0": ({"steps": 0}, ["steps is 0", "steps=1000"]),
    "steps 1.5": ({"steps": 1.5}, ["steps is 1.5", "whole number"]),
    "steps True": ({"steps": True}, ["steps is True", "whole number"]),
    "steps 1e9": ({"steps": 1e9}, ["steps is 1,000,000,000", "10,000,000"]),
    "steps nan": ({"steps": float("nan")}, ["steps is nan", "whole number"]),
    "steps text": ({"steps": "many"}, ["steps is 'many'", "whole number"]),
    "steps too many": ({"steps": MAX_STEPS + 1}, ["10,000,001", "10,000,000"]),
    "epochs": ({"epochs": 0}, ["epochs is 0", "epochs=1000"]),
    "steps and epochs": ({"steps": 5, "epochs": 6}, ["steps=5", "epochs=6", "one of them"]),
    "rate negative": ({"learning_rate": -0.1}, ["learning_rate is -0.1", "learning_rate=0.1"]),
    "rate zero": ({"learning_rate": 0}, ["learning_rate is 0", "learning_rate=0.01"]),
    "rate nan": ({"learning_rate": float("nan")}, ["learning_rate is nan", "learning_rate=0.01"]),
    "rate inf": ({"learning_rate": float("-inf")}, ["learning_rate is -inf", "learning_rate=0.01"]),
    "rate text": ({"learning_rate": "fast"}, ["'fast'", "not a number", "learning_rate=0.01"]),
    "rate True": ({"learning_rate": True}, ["True", "not a number"]),
    "rate list": ({"learning_rate": [0.1, 0.2]}, ["[0.1, 0.2]", "is a list", "gm.sweep"]),
    "momentum 1": ({"momentum": 1}, ["momentum is 1", "momentum=0.9"]),
    "momentum text": ({"momentum": "x"}, ["momentum is 'x'", "momentum=0.9"]),
    "momentum of adam": ({"momentum": 0.9, "optimizer": "adam"}, ["'adam'", "sgd", "rmsprop"]),
    "seed": ({"seed": -1}, ["seed is -1", "None"]),
    "seed text": ({"seed": "a"}, ["seed is 'a'", "None"]),
    "compile": ({"compile": "grapf"}, ["'grapf'", "Did you mean 'graph'?"]),
    "compile True": ({"compile": True}, ["True", "auto, xla, graph, off"]),
    "optimizer close": ({"optimizer": "nestrov"}, ["'nestrov'", "Did you mean 'nesterov'?", "adagrad"]),
    "optimizer far": ({"optimizer": "qqq"}, ["'qqq'", "sgd, momentum, nesterov, adam"]),
    "optimizer class": ({"optimizer": tf.keras.optimizers.Adam}, ["Adam is a class", "Adam(0.01)"]),
    "optimizer object": ({"optimizer": 3}, ["a int", "apply gradients", "sgd"]),
    "rate beside instance": (
        {"optimizer": tf.keras.optimizers.Adam(0.1), "learning_rate": 0.5},
        ["learning_rate=0.5", "SGD(learning_rate=0.5)"],
    ),
    "unknown variables": ({"variables": tf.constant(1.0)}, ["variables[0] is a tensor", "tf.Variable(0.0)"]),
    "number as variable": ({"variables": [W, 3.0]}, ["variables[1] is a float", "tf.Variable(0.0)"]),
    "empty list": ({"variables": []}, ["empty", "[w, b]"]),
    "twice": ({"variables": [W, W]}, ["variables[0] and variables[1]", "once"]),
    "integer variable": ({"variables": tf.Variable(3)}, ["int32", "tf.Variable(3.0)"]),
    "frozen": ({"variables": tf.Variable(3.0, trainable=False)}, ["trainable=False", "trainable=True"]),
    "model": ({"variables": tf.keras.Sequential()}, ["Sequential", "model.trainable_variables"]),
}


def assert_short(error, words):
    message = str(error)
    for word in words:
        assert word in message
    assert "\n" not in message
    assert len(message) < 450
    # A notebook shows the message, no traceback.
    assert error._render_traceback_() == [f"{type(error).__name__}: {message}"]


@pytest.mark.parametrize("case", list(ARGUMENTS))
def test_arguments(case):
    options, words = ARGUMENTS[case]
    options = dict(options)
    variables = options.pop("variables", None)
    with pytest.raises(ArgumentError) as caught:
        train(loss, variables, **options)
    assert_short(caught.value, words)


U = tf.Variable(1.0, name="unused")

LOSSES = {
    "a tensor": (X, None, ["EagerTensor", "computed already", "%%train", "lambda"]),
    "a number": (3.0, None, ["a float", "computed already"]),
    "a variable": (W, None, ["computed already", "%%train"]),
    "an array": (np.ones(3), None, ["a ndarray", "computed already"]),
    "a text": ("loss", None, ["a str", "cannot be called", "lambda"]),
    "None": (None, None, ["a NoneType", "cannot be called"]),
    "arguments": (lambda x, y: x, None, ["(x, y)", "train(lambda: loss(x, y))"]),
    "returns None": (lambda: None, None, ["returned None", "return"]),
    "returns a float": (lambda: float(W), None, ["returned a float", "tf.reduce_mean"]),
    "returns an array": (lambda: W.numpy() * np.ones(2), None, ["returned a ndarray", ".numpy()"]),
    "returns a list": (lambda: [W * 1], None, ["returned a list"]),
    "a vector": (lambda: (W * X - 1) ** 2, None, ["shape (3,)", "tf.reduce_mean(loss)"]),
    "a vector of one": (lambda: (W * X - 1)[:1], None, ["shape (1,)", "tf.reduce_mean"]),
    "an integer": (lambda: tf.cast(W, tf.int32), None, ["int32", "tf.cast(x, tf.float32)"]),
    "complex": (lambda: tf.complex(W, W), None, ["complex64"]),
    "no variable": (lambda: tf.reduce_sum(X), None, ["no trainable variable", "tf.Variable(0.0)"]),
    "numpy inside": (lambda: tf.reduce_sum(X) * W.numpy(), None, ["does not depend on W", ".numpy()"]),
    "independent": (loss, [U], ["does not depend on unused", ".numpy()"]),
    "partly": (loss, [W, U], ["unused", "other variables", "leave it out"]),
    "nan": (lambda: W * float("nan"), None, ["the loss is nan before the first step"]),
}


@pytest.mark.parametrize("case", list(LOSSES))
def test_losses(case):
    given, variables, words = LOSSES[case]
    with pytest.raises(LossError) as caught:
        train(given, variables, steps=20)
    assert_short(caught.value, words)


def test_an_optimizer_of_other_variables():
    other = tf.Variable(1.0)
    optimizer = tf.keras.optimizers.Adam(0.1)
    train(lambda: other**2, other, optimizer=optimizer, steps=5)
    with pytest.raises(ArgumentError) as caught:
        train(loss, W, optimizer=optimizer)
    assert_short(caught.value, ["already trained other variables", "tf.keras.optimizers.Adam(0.01)"])


def test_an_exception_in_the_loss_is_the_learners_own():
    def broken():
        return tf.matmul(tf.ones((2, 3)), tf.ones((2, 3))) * W  # line to find

    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        train(broken, W)
    assert not isinstance(caught.value, GradmagicError)
    text = "".join(traceback.format_exception(caught.value))
    assert "# line to find" in text


def test_an_exception_at_a_later_step():
    w, calls = tf.Variable(1.0), []

    def broken():
        calls.append(1)
        if len(calls) == 5:
            raise ZeroDivisionError("fifth")
        return w**2

    with pytest.raises(ZeroDivisionError, match="fifth"):
        train(broken, w)
    assert len(calls) == 5
    assert train(lambda: w**2, w, steps=5).status == "finished"


@pytest.mark.parametrize("case", list(ARGUMENTS))
def test_the_same_in_chinese(case):
    use_language("zh")
    options = dict(ARGUMENTS[case][0])
    variables = options.pop("variables", None)
    with pytest.raises(ArgumentError) as caught:
        train(loss, variables, **options)
    assert re.search("[\u4e00-\u9fff]", str(caught.value))


def test_wrong_arguments_are_refused_before_tensorflow_is_imported():
    code = (
        "import sys, gradmagic.training as t\n"
        "try: t.train(lambda: 1, steps=-5)\n"
        "except ValueError as error: print(error)\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules, 'matplotlib' in sys.modules)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.startswith("steps is -5")
    assert out.endswith("False False False\n")

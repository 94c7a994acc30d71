"""Learning rates that change: by name, Keras's, and any function of the step."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError
from gradmagic.training.feed import SCHEDULES, make_schedule

STEPS = 300
schedules = keras.optimizers.schedules

# Keras's own schedules are the witnesses.
PEERS = {
    "constant": lambda step: 1.0,
    "step:0.5,100": schedules.ExponentialDecay(1.0, 100, 0.5, staircase=True),
    "exponential:0.96,10": schedules.ExponentialDecay(1.0, 10, 0.96),
    "inverse:0.01": schedules.InverseTimeDecay(1.0, 1, 0.01),
    "inverse:0.5,20": schedules.InverseTimeDecay(1.0, 20, 0.5),
    "polynomial": schedules.PolynomialDecay(1.0, STEPS, 0.0),
    "polynomial:2,0.1": schedules.PolynomialDecay(1.0, STEPS, 0.1, power=2.0),
    "cosine": schedules.CosineDecay(1.0, STEPS),
    "cosine:0.2": schedules.CosineDecay(1.0, STEPS, alpha=0.2),
}


@pytest.mark.parametrize("text", PEERS)
def test_the_formulas_are_those_of_keras(text):
    found = make_schedule(text, STEPS).values(0, STEPS)
    wanted = [float(PEERS[text](step)) for step in range(STEPS)]
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("text", [*PEERS, "warmup:10", "warmup:10+cosine", "warmup:7+step:0.5,50"])
def test_the_plain_expression_is_the_schedule(text):
    schedule = make_schedule(text, STEPS)
    import math

    wanted = [eval(schedule.source, {"math": math, "step": step}) for step in range(STEPS)]
    assert np.allclose(schedule.values(0, STEPS), wanted, rtol=1e-12)


def test_warmup_rises_to_the_rate_and_then_the_other_begins():
    values = make_schedule("warmup:10+cosine", 110).values(0, 110)
    assert np.allclose(values[:10], np.arange(1, 11) / 10)
    assert values[10] == 1
    assert np.allclose(values[10:], make_schedule("cosine", 100).values(0, 100))


def bowl():
    v = tf.Variable([3.0, -1.0])
    return v, lambda: 1 + tf.reduce_sum(tf.constant([1.0, 4.0]) * v**2)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("engine", ["xla", "graph", "off"])
def test_training_takes_the_rate_of_each_step(optimizer, engine):
    rate = schedules.ExponentialDecay(0.05, 20, 0.8)
    v, loss = bowl()
    run = gm.train(loss, v, optimizer=optimizer, schedule=rate, steps=120, compile=engine)
    plain = {
        "sgd": keras.optimizers.SGD(rate),
        "momentum": keras.optimizers.SGD(rate, momentum=0.9),
        "adam": keras.optimizers.Adam(rate),
    }[optimizer]
    u, plain_loss = bowl()
    losses = []
    for _ in range(120):
        with tf.GradientTape() as tape:
            value = plain_loss()
        plain.apply_gradients([(tape.gradient(value, u), u)])
        losses.append(float(value))
    assert np.allclose(run.history.loss, losses, rtol=1e-5)
    assert np.allclose(run.history.learning_rate, [float(rate(step)) for step in range(120)], rtol=1e-6)


def test_a_function_of_the_step():
    calls = []

    def rate(step):
        calls.append(step)
        return 0.1 if step < 50 else 0.01

    v, loss = bowl()
    run = gm.train(loss, v, schedule=rate, steps=100)
    assert run.engine == "xla"
    assert np.allclose(run.history.learning_rate, np.where(np.arange(100) < 50, 0.1, 0.01))
    assert set(calls) == set(range(100))


def test_an_optimizer_that_brings_a_keras_schedule():
    rate = schedules.CosineDecay(0.1, 80)
    v, loss = bowl()
    run = gm.train(loss, v, optimizer=keras.optimizers.SGD(rate), steps=80)
    assert np.allclose(run.history.learning_rate, [float(rate(step)) for step in range(80)], rtol=1e-5)


WRONG = [
    ("cosin", "cosine"),
    ("step", "step:0.5,1000"),
    ("step:0.5", "step:0.5,1000"),
    ("step:a,b", "step:0.5,1000"),
    ("step:0.5,0", "step:0.5,1000"),
    ("exponential:-1,10", "exponential:0.96,1000"),
    ("cosine+cosine", "cosine+cosine"),
    ("warmup:0", "warmup:100+cosine"),
    ("warmup:1.5", "warmup:100+cosine"),
    ("", "constant"),
    (0.5, "float"),
    ([0.1, 0.2], "list"),
    (lambda step: float("nan"), "nan"),
    (lambda step: -0.1, "-0.1"),
    (lambda step: "fast", "str"),
    (lambda step: None, "NoneType"),
]


@pytest.mark.parametrize(("asked", "said"), WRONG, ids=[str(place) for place in range(len(WRONG))])
def test_what_cannot_be_a_schedule(asked, said):
    v, loss = bowl()
    with pytest.raises(ArgumentError) as caught:
        gm.train(loss, v, schedule=asked, steps=20)
    assert said in str(caught.value)
    assert v.numpy().tolist() == [3.0, -1.0]


def test_every_example_in_the_table_works():
    for kind in SCHEDULES.values():
        assert np.isfinite(make_schedule(kind.example, 5000).values(0, 5000)).all()


def test_a_displayed_run_says_how_the_rate_changed():
    v, loss = bowl()
    run = gm.train(loss, v, learning_rate=0.05, schedule="step:0.5,10", steps=20)
    assert "learning rate 0.05 → 0.025, step:0.5,10 (xla)" in repr(run)

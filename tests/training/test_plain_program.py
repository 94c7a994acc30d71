"""The program that `to_python` and `--code` show is run: it gives the numbers of the training."""

import contextlib
import io

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.training import plain_program

SOURCE = """
w = tf.Variable([0.5, -0.5, 0.0])
b = tf.Variable(0.25)

def fit(X, y):
    return tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
"""
RNG = np.random.default_rng(2)
X = RNG.normal(size=(22, 3)).astype(np.float32)
Y = (X @ [1.0, -2.0, 0.5] + 0.3).astype(np.float32)

OPTIONS = {
    "whole": {},
    "batches": {"batch": 5, "epochs": 6},
    "batches, last dropped": {"batch": 5, "epochs": 6, "drop_last": True},
    "batches in order": {"batch": 4, "steps": 30, "shuffle": False},
    "step decay": {"schedule": "step:0.5,10"},
    "cosine after warm-up": {"schedule": "warmup:5+cosine"},
    "exponential": {"schedule": "exponential:0.9,7", "optimizer": "adam"},
    "inverse": {"schedule": "inverse:0.1"},
    "polynomial": {"schedule": "polynomial:2"},
    "clip by value": {"clip_value": 0.3},
    "clip by norm": {"clip_norm": 0.3},
    "clip by global norm": {"clip_global_norm": 0.3, "optimizer": "momentum"},
    "weight decay": {"weight_decay": 0.1},
    "noise": {"noise": 0.1},
    "all of it": {
        "batch": 5,
        "epochs": 5,
        "schedule": "warmup:5+step:0.5,9",
        "clip_norm": 0.5,
        "weight_decay": 0.05,
        "optimizer": "adam",
    },
}


@pytest.mark.parametrize("name", OPTIONS)
def test_the_program_gives_the_same_numbers(name):
    options = {"steps": 40, "learning_rate": 0.05, "seed": 3, **OPTIONS[name]}
    if "epochs" in options:
        del options["steps"]
    before = {"tf": tf}
    exec(SOURCE, before)
    run = gm.train(before["fit"], [before["w"], before["b"]], data=(X, Y), **options)
    program = run.to_python(SOURCE)
    after = {"X": tf.constant(X), "y": tf.constant(Y)}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, after)
    assert np.allclose(after["w"], before["w"], rtol=1e-4, atol=1e-6)
    assert float(after["b"]) == pytest.approx(float(before["b"]), rel=1e-4)
    assert float(printed.getvalue()) == pytest.approx(float(before["fit"](X, Y)), rel=1e-4)

    fresh = {"tf": tf}
    exec(SOURCE, fresh)
    made = plain_program(
        fresh["fit"],
        [fresh["w"], fresh["b"]],
        loss_source=SOURCE,
        columns=("X", "y"),
        data=(X, Y),
        **options,
    )
    assert made == program
    assert fresh["w"].numpy().tolist() == [0.5, -0.5, 0.0]  # nothing was trained


def test_a_dataset():
    dataset = tf.data.Dataset.from_tensor_slices((X, Y)).batch(5)
    before = {"tf": tf}
    exec(SOURCE, before)
    run = gm.train(
        before["fit"],
        [before["w"], before["b"]],
        data=dataset,
        steps=17,
        learning_rate=0.05,
        optimizer="adam",
    )
    program = run.to_python(SOURCE)
    after = {"X": dataset, "data": dataset}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, after)
    assert np.allclose(after["w"], before["w"], rtol=1e-4, atol=1e-6)


def test_a_learners_optimizer():
    source = (
        SOURCE
        + """
class Momentum:
    def __init__(self):
        self.v = {}

    def apply_gradients(self, pairs):
        for gradient, variable in pairs:
            self.v[variable.ref()] = 0.9 * self.v.get(variable.ref(), 0.0) - 0.05 * gradient
            variable.assign_add(self.v[variable.ref()])

optimizer = Momentum()
"""
    )
    before = {"tf": tf}
    exec(source, before)
    run = gm.train(
        before["fit"], [before["w"], before["b"]], data=(X, Y), steps=30, optimizer=before["optimizer"]
    )
    after = {"X": tf.constant(X), "y": tf.constant(Y)}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(run.to_python(source), after)
    assert np.allclose(after["w"], before["w"], rtol=1e-4, atol=1e-6)


def test_a_function_of_the_step_is_named():
    before = {"tf": tf}
    exec(SOURCE, before)

    def my_rate(step):
        return 0.1 / (1 + step)

    run = gm.train(before["fit"], [before["w"], before["b"]], data=(X, Y), steps=10, schedule=my_rate)
    program = run.to_python(SOURCE)
    assert "my_rate" in program
    after = {"X": tf.constant(X), "y": tf.constant(Y), "my_rate": my_rate}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, after)
    assert np.allclose(after["w"], before["w"], rtol=1e-4, atol=1e-6)


def test_a_keras_schedule_is_written_out():
    before = {"tf": tf}
    exec(SOURCE, before)
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 30)
    run = gm.train(before["fit"], [before["w"], before["b"]], data=(X, Y), steps=30, schedule=schedule)
    program = run.to_python(SOURCE)
    compile(program, "program", "exec")
    assert "CosineDecay" in program


def test_a_program_for_one_device_says_so_of_a_strategy():
    strategy = tf.distribute.MirroredStrategy(["cpu:0"])
    with strategy.scope():
        fresh = {"tf": tf}
        exec(SOURCE, fresh)
    options = {"data": (X, Y), "steps": 3, "strategy": strategy}
    program = plain_program(fresh["fit"], [fresh["w"], fresh["b"]], **options)
    assert "# on one device: the training ran under MirroredStrategy" in program
    run = gm.train(fresh["fit"], [fresh["w"], fresh["b"]], **options)
    assert "# on one device: the training ran under MirroredStrategy" in run.to_python()

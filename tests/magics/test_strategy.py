"""`%train --strategy` in a kernel with two logical devices: by name, by the learner's own, and one that is none."""

import json

import pytest
from jupyter_client.manager import start_new_kernel

START = """
%load_ext gradmagic
%gradmagic --lang en
import json
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
own = tf.distribute.MirroredStrategy(["cpu:0", "cpu:1"])
X = np.linspace(-1, 1, 20, dtype="float32")
y = 2 * X + 0.5

def loss(X, y):
    return tf.reduce_mean((w * X + b - y) ** 2)
"""
ALONE = "w, b = tf.Variable(0.0), tf.Variable(0.0)\n"
SCOPE = "with own.scope():\n    w, b = tf.Variable(0.0), tf.Variable(0.0)\n"
TRAIN = "run = %train loss w b --data X,y --learning-rate 0.1 --steps 40{more}\n"
TELL = "print(json.dumps([run.engine, run.reason, float(w.numpy()), float(b.numpy()), list(map(float, run.history.loss))]))"


@pytest.fixture(scope="module")
def cell():
    manager, client = start_new_kernel(kernel_name="python3")

    def run(source):
        said = []

        def look(message):
            content = message["content"]
            said.append(content.get("text", "") or content.get("evalue", ""))

        client.execute_interactive(source, output_hook=look, timeout=300, stop_on_error=False)
        return "".join(said)

    try:
        assert "Using MirroredStrategy" in run(START)
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def alone(cell):
    return json.loads(cell(ALONE + TRAIN.format(more="") + TELL).splitlines()[-1])


@pytest.mark.parametrize("strategy", ["mirrored", "own"])
def test_two_devices_give_the_numbers_of_one(cell, alone, strategy):
    said = cell(SCOPE + TRAIN.format(more=f" --strategy {strategy}") + TELL)
    engine, reason, *numbers, losses = json.loads(said.splitlines()[-1])
    assert (alone[0], engine) == ("xla", "graph")
    assert "MirroredStrategy" in reason
    assert numbers == pytest.approx(alone[2:4], rel=1e-5)
    assert losses == pytest.approx(alone[4], rel=1e-5)


@pytest.mark.parametrize(("word", "answer"), [("X", "strategy"), ("mirorred", "mirorred")])
def test_what_is_no_strategy_is_named(cell, word, answer):
    said = cell(ALONE + TRAIN.format(more=f" --strategy {word}"))
    assert answer in said
    assert "Traceback" not in said

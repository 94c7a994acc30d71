"""A GPU gives the numbers of the CPU, is named in the records, shares its memory, and explains when that is short."""

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.tape import exhausted


def problem(device):
    with tf.device(device):
        weights = tf.Variable(tf.random.stateless_normal([32, 8], (1, 2)))
    rows = tf.random.stateless_normal([256, 32], (3, 4))

    def loss():
        return tf.reduce_mean(tf.nn.relu(rows @ weights) ** 2)

    return loss, weights


def test_a_recording_names_the_device_and_has_the_numbers_of_the_cpu(gpu):
    gradients = {}
    for device in ("CPU:0", gpu):
        loss, weights = problem(device)
        with tf.device(device), gm.Tape() as tape:
            value = loss()
        gradients[device] = tape.gradient(value, weights).numpy()
        assert all(device in record.device for record in tape.records if record.operation == "MatMul")
    np.testing.assert_allclose(gradients[gpu], gradients["CPU:0"], rtol=1e-3, atol=1e-5)  # TF32 has 10 bits


def test_training_runs_there_by_default_under_xla(gpu):
    runs = {}
    for device in (None, "CPU:0"):
        loss, weights = problem(device or gpu)
        runs[device] = gm.train(loss, [weights], optimizer="adam", steps=200, device=device)
        assert runs[device].engine == "xla", runs[device].reason
        if device is None:
            assert gpu in weights.device
    np.testing.assert_allclose(runs[None].history.loss, runs["CPU:0"].history.loss, rtol=5e-3)


def test_memory_grows_as_it_is_needed(gpu):
    with tf.device(gpu):
        _ = tf.zeros([1000]) + 1
    assert tf.config.experimental.get_memory_growth(tf.config.list_physical_devices("GPU")[0]) in (True, None)
    assert tf.config.experimental.get_memory_info(gpu)["current"] < 2**30


def test_too_large_a_tensor_is_explained(gpu):
    with tf.device(gpu), pytest.raises(tf.errors.ResourceExhaustedError) as caught:
        tf.zeros([10_000_000, 10_000_000])
    said = exhausted(caught.value)
    assert "364 TiB" in said
    assert "TensorFlow already holds" in said

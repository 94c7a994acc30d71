"""A compiled program is called the short way, in any thread and under any settings, and the long way if need be."""

import gc
import threading

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.tape import function_caller
from gradmagic.tape.recording import _hook


@pytest.fixture
def counted():
    total = tf.Variable(0.0)

    @tf.function(jit_compile=True)
    def add(x):
        total.assign_add(x)
        return total * 10

    return total, add.get_concrete_function(tf.TensorSpec((), tf.float32))


def first(found):
    return float(found[0] if isinstance(found, list) else found)


def test_it_computes_and_changes_what_the_function_does(counted):
    total, concrete = counted
    call = function_caller(concrete)
    assert [first(call([tf.constant(value)])) for value in (1.0, 2.0)] == [10.0, 30.0]
    assert float(total) == 3.0


def test_the_function_lives_as_long_as_its_caller():
    call = function_caller(tf.function(tf.negative).get_concrete_function(tf.TensorSpec((), tf.float32)))
    gc.collect()
    assert first(call([tf.constant(1.0)])) == -1.0


def test_another_thread_and_other_settings(counted):
    _, concrete = counted
    call, found = function_caller(concrete), []
    thread = threading.Thread(target=lambda: found.append(first(call([tf.constant(1.0)]))))
    thread.start()
    thread.join()
    before = tf.config.get_soft_device_placement()
    tf.config.set_soft_device_placement(not before)
    try:
        found.append(first(call([tf.constant(1.0)])))
    finally:
        tf.config.set_soft_device_placement(before)
    assert found == [10.0, 20.0]


def test_an_error_is_tensorflows_own():
    @tf.function
    def fail(x):
        tf.debugging.assert_positive(x)
        return x

    call = function_caller(fail.get_concrete_function(tf.TensorSpec((), tf.float32)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="positive"):
        call([tf.constant(-1.0)])


def test_nothing_is_recorded_by_a_tape_that_happens_to_be_open(counted):
    _, concrete = counted
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = function_caller(concrete)([x])
    assert tape.gradient(found[0], x) is None


@pytest.mark.parametrize("missing", ["names", "function"])
def test_where_tensorflow_has_changed_its_own_call_it_is(counted, monkeypatch, missing):
    _, concrete = counted

    def absent():
        raise ImportError("no such module")

    class Changed:
        captured_inputs = concrete.captured_inputs

        def __call__(self, *inputs):
            return concrete(*inputs)

    if missing == "names":
        monkeypatch.setattr(_hook, "_modules", absent)
        call = function_caller(concrete)
    else:
        call = function_caller(Changed())
    np.testing.assert_allclose(first(call([tf.constant(4.0)])), 40.0)

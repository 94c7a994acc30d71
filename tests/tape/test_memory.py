"""TensorFlow out of memory: what was computed, how much it asked for, what to lower."""

import re

import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.tape import exhausted, telling_of_memory

SIDE = 10_000_000  # a matrix of it in float32: 400 TB, more than an address space holds


def raised(function):
    with pytest.raises(tf.errors.ResourceExhaustedError) as caught:
        function()
    return caught.value


def test_the_line_the_operation_and_the_size():
    # TensorFlow waits ten seconds for somebody to free memory, so one real error shows it all.
    tall = tf.zeros([SIDE, 1])

    def recorded():
        with gm.Tape():
            tf.matmul(tall, tall, transpose_b=True)

    error = raised(recorded)
    said = exhausted(error)
    assert "`tf.matmul(tall, tall, transpose_b=True)`. It was computing MatMul." in said
    assert "One tensor of shape (10000000, 10000000), float32, needs 364 TiB." in said
    assert re.search(r"This machine has [\d.]+ [GM]iB free\.", said)
    assert "`%train ... --batch 32`" in said
    assert len(error.__notes__) == 1


def test_a_compiled_program_asks_for_a_buffer():
    tall = tf.zeros([SIDE, 1])

    @tf.function(jit_compile=True)
    def product():
        return tf.matmul(tall, tall, transpose_b=True)

    said = exhausted(raised(product))
    assert re.search(r"The compiled program asked for 36\d TiB\.", said)
    assert "It was computing" not in said  # the name of a function of ours or theirs tells nothing


def too_large():
    shape = (
        "OOM when allocating tensor with shape[3,1000000] and type double on /device:CPU:0 by allocator cpu"
    )
    raise tf.errors.ResourceExhaustedError(None, None, f"{shape} [Op:Mul]")


def test_a_derivative_and_a_training_tell_it():
    x = tf.Variable(1.0)

    @tf.custom_gradient
    def wide_behind(x):
        return x * 1, lambda upstream: too_large()

    def derived():
        with gm.Tape() as tape:
            y = wide_behind(x)
        tape.gradient(y, x)

    def trained():
        gm.train(too_large, [x], steps=5)

    for function in (derived, trained):
        (note,) = raised(function).__notes__
        assert note.startswith("TensorFlow ran out of memory on line")
        assert "It was computing Mul. One tensor of shape (3, 1000000), float64, needs 22.9 MiB." in note


def test_another_error_is_left_alone():
    assert exhausted(None) is None
    assert exhausted(MemoryError()) is None
    with pytest.raises(tf.errors.InvalidArgumentError) as caught, telling_of_memory():
        tf.matmul(tf.ones([2, 3]), tf.ones([2, 3]))
    assert not getattr(caught.value, "__notes__", None)


@pytest.mark.parametrize(
    ("message", "amount"),
    [
        ("Out of memory while trying to allocate 17179869184 bytes.", "16 GiB"),
        ("Out of memory while trying to allocate 363.80TiB. [Op:__inference_f_18]", "364 TiB"),
        ("failed to allocate memory [Op:Mul]", "in the operation Mul"),
        ("something new", "ran out of memory."),
    ],
)
def test_the_ways_in_which_tensorflow_says_it(message, amount):
    said = exhausted(tf.errors.ResourceExhaustedError(None, None, message))
    assert amount in said
    assert said.endswith("`del tape`.")

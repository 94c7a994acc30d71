"""Repeating a recording: the same numbers from the same values, TensorFlow's own from others."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import RecordingError
from gradmagic.tape.recording._hook import execute_operation, replay_status, type_attributes
from gradmagic.tape.replay._replay import Replay

from .operations import OPERATIONS, Operation

by_name = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def recorded(function, *values):
    variables = [tf.Variable(value) for value in values]
    with gm.Tape() as tape:
        target = function(*variables)
    return Replay(tape, [target], variables), target, variables


def test_the_private_interface_works_here() -> None:
    assert replay_status() == (True, "operations can be repeated")
    assert type_attributes("Cast") == {"SrcT", "DstT"}
    assert type_attributes("no such operation") == frozenset()
    assert execute_operation(b"Mul", [tf.constant(2.0), tf.constant(3.0)], ("T", tf.float32), 1)[0] == 6.0


@by_name
def test_the_same_values_give_the_same_bits(operation: Operation) -> None:
    replay, target, _ = recorded(lambda x: operation.tensorflow(tf, x), operation.x.astype("float32"))
    (again,) = replay.run(wide=False)
    assert again.numpy().tobytes() == target.numpy().tobytes()


@by_name
def test_other_values_give_what_tensorflow_gives_of_them(operation: Operation) -> None:
    replay, _, _ = recorded(lambda x: operation.tensorflow(tf, x), operation.x)
    moved = operation.x + 1e-3 * np.cos(np.arange(operation.x.size)).reshape(operation.x.shape)
    (found,) = replay.run([moved])
    # Within rounding: log-sum-exp holds the shift that it stops the gradient of.
    np.testing.assert_allclose(found, operation.tensorflow(tf, tf.constant(moved)), rtol=1e-14)
    assert found.dtype == tf.float64
    assert not replay.narrow


def test_float32_is_repeated_in_float64() -> None:
    replay, target, _ = recorded(lambda x: tf.exp(tf.sin(x)) / 3, np.float32(0.7))
    (wide,) = replay.run()
    assert wide.dtype == tf.float64
    # The value of 0.7 that the Variable held, and everything after it, in full precision.
    np.testing.assert_allclose(wide, np.exp(np.sin(np.float64(np.float32(0.7)))) / 3, rtol=1e-15)
    assert abs(float(wide) - float(target)) < 1e-7


def test_reads_without_a_record_are_found_out() -> None:
    """`tf.sin(w)` reads `w` on a path that reports nothing; two Variables of one shape are told apart."""
    replay, _, _ = recorded(lambda a, b: tf.sin(a) + tf.cos(b) * a, [1.0, 2.0], [3.0, 4.0])
    (found,) = replay.run([np.array([0.5, 0.0]), np.array([1.0, -1.0])])
    np.testing.assert_allclose(found, np.sin([0.5, 0]) + np.cos([1, -1]) * [0.5, 0], rtol=1e-15)


def test_random_numbers_and_data_stay_as_they_were() -> None:
    replay, target, _ = recorded(
        lambda x: tf.reduce_sum(tf.nn.dropout(x, 0.5) * tf.random.normal((8,))), np.ones(8, "float32")
    )
    assert float(replay.run(wide=False)[0]) == float(target)
    assert float(replay.run(wide=False)[0]) == float(target)


def test_a_variable_has_the_value_it_had() -> None:
    w = tf.Variable(3.0)
    with gm.Tape() as tape:
        y = w * w
    w.assign(100.0)
    replay = Replay(tape, [y], [w])
    assert replay.points[0] == 3.0
    assert float(replay.run()[0]) == 9.0


@pytest.mark.parametrize("change", ["assign", "assign_add", "assign_sub"])
def test_assignments_are_followed(change: str) -> None:
    w = tf.Variable(3.0)
    with gm.Tape() as tape:
        before = tf.sin(w)
        getattr(w, change)(2.0 * before)
        y = w * w
    replay = Replay(tape, [y], [w])
    assert replay.assigned == {0}
    assert replay.points[0] == 3.0
    assert float(replay.run(wide=False)[0]) == float(y)
    new = {"assign": 0.0, "assign_add": 1.0, "assign_sub": 1.0}[change]
    sign = -1 if change == "assign_sub" else 1
    np.testing.assert_allclose(
        replay.run([np.float64(1)])[0], (new + sign * 2 * np.sin(1.0)) ** 2, rtol=1e-12
    )


def test_the_first_value_is_worked_out_when_it_was_never_read() -> None:
    w = tf.Variable(3.0)
    with gm.Tape() as tape:
        w.assign_add(2.0)
        y = w * w
    replay = Replay(tape, [y], [w])
    assert replay.points[0] == 3.0
    assert float(replay.run()[0]) == 25.0


def test_gather_from_a_variable() -> None:
    replay, _, _ = recorded(lambda w: tf.gather(w, [1, 1, 0]) ** 2, [2.0, 3.0])
    np.testing.assert_array_equal(replay.run([np.array([5.0, 7.0])])[0], [49, 49, 25])


def test_a_compiled_function_runs_in_its_own_precision_with_other_variables() -> None:
    w = tf.Variable(2.0)
    square = tf.function(lambda x: x * x + w)
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        y = square(x)
    replay = Replay(tape, [y], [x, w])
    assert float(replay.run([np.float64(5), np.float64(1)])[0]) == 26.0
    assert len(replay.narrow) == 1
    assert float(w) == 2.0


def test_an_intermediate_can_be_moved() -> None:
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        middle = x * x
        y = middle * x
    replay = Replay(tape, [y], [x, middle])
    assert float(replay.run([np.float64(3), np.float64(10)])[0]) == 30.0
    # Both moved: the intermediate by its difference, on top of what the source makes of it.
    assert float(replay.run([np.float64(2), np.float64(10)])[0]) == (4 + 1) * 2


def test_stop_gradient_is_held() -> None:
    replay, _, _ = recorded(lambda x: x * tf.stop_gradient(x), 3.0)
    assert float(replay.run([np.float64(2)])[0]) == 6.0
    assert len(replay.stopped) == 1


def test_complex_and_half_precision() -> None:
    replay, _, _ = recorded(lambda z: z * z, np.complex64(1 + 2j))
    assert replay.run([np.complex128(1j)])[0].numpy() == -1
    half, _, _ = recorded(lambda x: x * x, np.float16(0.1))
    assert half.run()[0].dtype == tf.float64


def test_without_values_it_says_so() -> None:
    x = tf.Variable(3.0)
    with gm.Tape(values=False) as tape:
        y = x * x
    with pytest.raises(RecordingError, match="max-memory"):
        Replay(tape, [y], [x])


def test_nothing_is_left_in_a_recording_that_still_runs() -> None:
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        y = x * x * x
        before = len(tape.records)
        assert tape.check(y, x).ok
        assert len(tape.records) == before
        z = y + 1.0
    assert tape.records[-1].operation == "AddV2"
    assert float(tape.gradient(z, x)) == 27.0

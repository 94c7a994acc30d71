"""The log of operations: what ran, where in the learner's code, on what; the private hook and life without it."""

from __future__ import annotations

import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.tape import hook_status, read_registries
from gradmagic.tape.recording import _hook


def test_every_operation_with_its_line_expression_and_names() -> None:
    W, b = tf.Variable([[1.0], [2.0]]), tf.Variable(1.0)
    X = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with gm.Tape() as tape:
        prediction = X @ W + b
        loss = tf.reduce_sum(
            prediction**2  # a comment
        )
    records = tape.records
    assert [record.operation for record in records] == [
        "ReadVariableOp",
        "MatMul",
        "ReadVariableOp",
        "AddV2",
        "Pow",
        "Sum",
    ]
    assert [record.place.expression for record in records] == [
        "X @ W",
        "X @ W",
        "X @ W + b",
        "X @ W + b",
        "prediction**2",
        "tf.reduce_sum(prediction ** 2)",
    ]
    first = records[0].place.line
    assert [record.place.line - first for record in records] == [0, 0, 0, 0, 2, 1]
    matmul, last = records[1], records[-1]
    assert [tensor.name for tensor in matmul.inputs] == ["X", "W"]
    assert records[0].inputs[0].name == "W"
    assert (last.outputs[0].name, last.outputs[0].shape, last.outputs[0].dtype) == ("loss", (), "float32")
    assert last.outputs[0].value is loss
    assert matmul.attributes["transpose_a"] is False
    assert {record.phase for record in records} == {"forward"}
    assert last.device.startswith(("CPU", "GPU"))
    assert all(
        record.place.function == "test_every_operation_with_its_line_expression_and_names"
        for record in records
    )


def test_the_operations_of_a_derivative() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = x**3
    forward = tape.records
    tape.gradient(y, x, 2)
    assert tape.records == forward
    assert {record.phase for record in forward} == {"forward"}
    backward = tape.backward_records(y, x, 2)
    assert {record.phase for record in backward} == {"backward"}
    assert [record.order for record in backward] == sorted(record.order for record in backward)
    assert {record.order for record in backward} == {1, 2}
    assert float(backward[-1].outputs[0].value) == 12
    assert tape.records == forward


def test_a_derivative_inside_the_block_is_marked() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = x**3
        tape.gradient(y, x)
        z = y + 1
    orders = [record.order for record in tape.records]
    assert orders[0] == 0
    assert orders[-1] == 0
    assert 1 in orders
    assert float(tape.gradient(z, x)) == 12


def test_a_function_called_in_a_cell_gives_its_own_line() -> None:
    def square(v: tf.Tensor) -> tf.Tensor:
        return v * v

    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        square(x)
    place = tape.records[-1].place
    assert (place.expression, place.function) == ("v * v", "square")


def test_a_tf_function_is_one_operation_by_its_name() -> None:
    @tf.function
    def cube(v: tf.Tensor) -> tf.Tensor:
        return v**3

    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = cube(x)
    assert [record.operation for record in tape.records if record.operation == "cube"] == ["cube"]
    assert float(tape.gradient(y, x)) == 12


def test_expressions_with_other_alphabets() -> None:
    α = tf.Variable(2.0)
    with gm.Tape() as tape:
        tf.sin(α, name="é") * α
    assert tape.records[-1].place.expression == 'tf.sin(α, name="é") * α'


def test_the_hook_works_with_this_tensorflow() -> None:
    assert hook_status() == (True, "every operation is recorded")


def test_the_registries_of_this_tensorflow_can_be_read() -> None:
    assert read_registries()


def test_registries_that_cannot_be_read_are_left_to_the_first_operation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tensorflow.python.util import pywrap_xla_ops

    monkeypatch.delattr(pywrap_xla_ops, "get_cpu_kernel_names")
    assert not read_registries()


@pytest.mark.parametrize("break_it", ["missing", "silent"])
def test_without_the_hook_gradients_work_and_one_warning_says_so(
    monkeypatch: pytest.MonkeyPatch, break_it: str
) -> None:
    from tensorflow.python.framework import op_callbacks

    if break_it == "missing":
        monkeypatch.delattr(op_callbacks, "add_op_callback")
    else:
        monkeypatch.setattr(op_callbacks, "add_op_callback", lambda callback: None)
        monkeypatch.setattr(op_callbacks, "remove_op_callback", lambda callback: None)
    _hook.hook_status.cache_clear()
    _hook._warn_once.cache_clear()
    try:
        x = tf.Variable(3.0)
        with pytest.warns(RuntimeWarning, match="gradients work") as caught, gm.Tape() as tape:
            y = x * x
        with gm.Tape() as second:
            z = x**3
        assert len(caught) == 1
        assert not hook_status()[0]
        assert tape.records == []
        assert float(tape.gradient(y, x)) == 6
        assert float(second.gradient(z, x, 2)) == 18
        assert "0 operations" in repr(tape)
    finally:
        monkeypatch.undo()
        _hook.hook_status.cache_clear()
        _hook._warn_once.cache_clear()
    assert hook_status()[0]


def test_a_recurrent_layer_whose_function_lists_results_that_are_no_tensors() -> None:
    import keras

    layer = keras.layers.LSTM(3)
    data = tf.random.stateless_normal((2, 4, 2), (1, 2))
    with gm.Tape() as tape:
        loss = tf.reduce_sum(layer(data) ** 2)
    assert all(gradient is not None for gradient in tape.gradient(loss, layer.trainable_variables))
    assert len(tape.graph(loss).nodes) > 3
    assert repr(tape).startswith("Tape: ")


def stopped_input(tape):
    (record,) = [record for record in tape.records if record.operation == "StopGradient"]
    return record.inputs[0].name


def test_what_stop_gradient_read_has_the_variables_name():
    w = tf.Variable([1.5, 2.5])
    v = tf.Variable([1.5, 2.5])
    assert v is not w
    with gm.Tape() as tape:
        y = tf.reduce_sum(w * tf.stop_gradient(w))
    assert stopped_input(tape) == "w"
    w.assign_add([1.0, 1.0])
    assert stopped_input(tape) == "w"
    assert "w" in [node.label for node in tape.graph(y).nodes if node.kind == "constant"]


def test_no_name_is_invented_for_what_stop_gradient_read():
    w = tf.Variable([1.5, 2.5])
    with gm.Tape() as tape:
        tf.stop_gradient(tf.constant([1.5, 2.5]) if w is not None else w)
    assert stopped_input(tape) is None
    with gm.Tape() as tape:
        tf.stop_gradient(w)
        w.assign([3.0, 4.0])
    assert stopped_input(tape) is None, "what is in the Variable by now is something else"
    held = {"w": tf.Variable([1.5, 2.5])}
    with gm.Tape() as tape:
        tf.stop_gradient(held["w"])
    assert stopped_input(tape) is None


def test_naming_what_was_read_is_not_seen_by_a_tape_around_it():
    w = tf.Variable([1.5, 2.5])
    with gm.Tape() as outer, gm.Tape() as inner:
        tf.stop_gradient(w)
    assert [record.operation for record in outer.records] == ["StopGradient"]
    assert stopped_input(inner) is None
    assert stopped_input(outer) == "w"
    with tf.GradientTape() as plain, gm.Tape() as inner:
        tf.stop_gradient(w)
    assert stopped_input(inner) == "w"
    assert plain.watched_variables() == ()

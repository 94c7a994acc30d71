"""`Tape` as a learner uses it: when, of what, by what, in which structure, and what it says when it cannot."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, RecordingError, TargetError
from gradmagic.tape.recording._hook import is_listening


def value(tensor: object) -> object:
    return np.asarray(tensor).tolist()


@pytest.fixture
def recorded() -> tuple[gm.Tape, tf.Variable, tf.Tensor]:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = x**4 + 2 * x**3 - 3 * x**2 + 4 * x - 5
    return tape, x, y


class TestWhen:
    def test_after_the_block_every_order_twice(self, recorded: tuple) -> None:
        tape, x, y = recorded
        for _ in range(2):
            assert [float(g) for g in tape.gradients(y, x, 5)[:4]] == [48, 66, 60, 24]

    def test_inside_the_block_and_again_outside(self) -> None:
        x = tf.Variable(3.0)
        with gm.Tape() as tape:
            y = x**3
            dy = tape.gradient(y, x)
        assert float(dy) == 27
        assert float(tape.gradient(dy, x)) == 18

    def test_a_later_assignment_does_not_change_what_was_recorded(self) -> None:
        x = tf.Variable(3.0)
        with gm.Tape() as tape:
            y = x * x
        x.assign(100.0)
        assert float(tape.gradient(y, x)) == 6

    def test_after_an_exception_what_was_recorded_so_far(self) -> None:
        x = tf.Variable(3.0)
        tape = gm.Tape()
        recorded = []

        def fail() -> None:
            with tape:
                recorded.append(x * x)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert not tape.recording
        assert float(tape.gradient(recorded[0], x)) == 6

    def test_two_tapes_at_once_and_one_inside_the_other(self) -> None:
        x = tf.Variable(3.0)
        with gm.Tape() as outer:
            y = x * x
            with gm.Tape() as inner:
                z = x**3
        assert (float(outer.gradient(y, x)), float(outer.gradient(z, x)), float(inner.gradient(z, x))) == (
            6,
            27,
            27,
        )
        assert inner.gradient(y, x) is None
        assert len(outer.records) > len(inner.records)

    def test_inside_a_plain_gradient_tape(self) -> None:
        x = tf.Variable(3.0)
        with tf.GradientTape() as plain:
            with gm.Tape() as tape:
                y = x**3
            dy = tape.gradient(y, x)
        assert float(plain.gradient(dy, x)) == 18


class TestSources:
    def test_structure_is_kept(self) -> None:
        w, b = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
        with gm.Tape() as tape:
            loss = tf.reduce_sum(w * w) * b
        found = tape.gradient(loss, {"w": w, "rest": [b, (w, [b])]})
        assert value(found["w"]) == [6, 12]
        assert value(found["rest"][0]) == 5
        assert isinstance(found["rest"][1], tuple)
        assert value(found["rest"][1][0]) == [6, 12]
        assert value(found["rest"][1][1][0]) == 5
        assert isinstance(tape.gradient(loss, (w, b)), tuple)
        assert isinstance(tape.gradient(loss, [w]), list)

    def test_structure_is_kept_at_higher_orders(self) -> None:
        a, b = tf.Variable(2.0), tf.Variable(3.0)
        with gm.Tape() as tape:
            y = a**3 * b
        found = tape.gradient(y, {"a": a, "b": (b,)}, order=2)
        assert value(found["a"]) == 36
        assert found["b"] == (None,)

    def test_a_constant_must_be_watched(self) -> None:
        x = tf.constant(3.0)
        with gm.Tape() as unwatched:
            y = x * x
        assert unwatched.gradient(y, x) is None
        with gm.Tape(watch=x) as at_once:
            y = x * x
        assert value(at_once.gradient(y, x)) == 6
        with gm.Tape() as later:
            later.watch(x)
            y = x * x
        assert value(later.gradient(y, x)) == 6
        assert later.watches(x)

    def test_keras_variables_and_models(self) -> None:
        import keras

        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])
        data = tf.ones((4, 2))
        with tf.GradientTape() as plain:
            expected = tf.reduce_mean(model(data) ** 2)
        expected_gradients = plain.gradient(expected, model.trainable_variables)
        with gm.Tape() as tape:
            loss = tf.reduce_mean(model(data) ** 2)
        for ours, theirs in zip(
            tape.gradient(loss, model.trainable_variables), expected_gradients, strict=True
        ):
            assert ours.numpy().tobytes() == theirs.numpy().tobytes()
        assert len(tape.variables) == 4

    def test_sparse_gradients_stay_sparse_and_have_higher_orders(self) -> None:
        table = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
        with gm.Tape() as tape:
            loss = tf.reduce_sum(tf.gather(table, [1, 1]) ** 3)
        assert isinstance(tape.gradient(loss, table), tf.IndexedSlices)
        assert value(tape.gradient(loss, table, order=2)) != 0
        assert tape.hessian(loss, table).shape == (2, 2, 2, 2)
        vector = tf.constant([[0.0, 0.0], [1.0, 0.0]])
        assert value(tf.convert_to_tensor(tape.hvp(loss, table, vector))) == [[0, 0], [36, 0]]


class TestMatrices:
    def test_jacobian(self) -> None:
        x = tf.Variable([1.0, 2.0, 3.0])
        with gm.Tape() as tape:
            y = tf.stack([x[0] * x[1], x[1] * x[2]])
        assert value(tape.jacobian(y, x)) == [[2, 1, 0], [0, 3, 2]]
        assert value(tape.jacobian(y, {"x": x})["x"]) == [[2, 1, 0], [0, 3, 2]]

    @pytest.mark.parametrize("dtype", [tf.float32, tf.float64, tf.complex64])
    def test_a_jacobian_of_few_rows_is_tensorflows_own(self, dtype: Any) -> None:
        x, unused = tf.Variable(tf.cast([[1.0, 2.0], [0.5, -1.5]], dtype)), tf.Variable(tf.cast(1.0, dtype))
        table = tf.Variable(tf.cast([[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], dtype))

        def values() -> tf.Tensor:
            return tf.gather(table, [2, 0]) @ tf.exp(x) * x

        with gm.Tape() as tape:
            y = values()
        with tf.GradientTape() as own:
            z = values()
        found = tape.jacobian(y, {"x": x, "table": table, "unused": unused})
        (first, second) = own.jacobian(z, [x, table])
        assert found["x"].shape == (2, 2, 2, 2)
        assert found["table"].shape == (2, 2, 3, 2)
        assert found["unused"] is None
        np.testing.assert_array_equal(found["x"], first)
        np.testing.assert_array_equal(found["table"], second)

    def test_jacobian_of_what_cannot_be_vectorised(self) -> None:
        x = tf.Variable([1.0, 2.0])

        def double(array: np.ndarray) -> np.ndarray:
            return 2 * array

        @tf.custom_gradient
        def through_numpy(v: tf.Tensor) -> tuple:
            return tf.numpy_function(double, [v], tf.float32), lambda g: tf.numpy_function(
                double, [g], tf.float32
            )

        with gm.Tape() as tape:
            y = tf.ensure_shape(through_numpy(x), (2,))
        assert value(tape.jacobian(y, x)) == [[2, 0], [0, 2]]

    def test_hessian_and_its_product_with_a_vector(self) -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as tape:
            y = x[0] ** 2 * x[1] + x[1] ** 3
        hessian = tape.hessian(y, x)
        assert value(hessian) == [[4, 2], [2, 12]]
        assert value(tape.hvp(y, x, tf.constant([1.0, -1.0]))) == [2, -10]
        assert value(tape.vjp(tf.identity(y), x, tf.constant(2.0))) is None  # made after the recording

    def test_no_second_derivative(self) -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as tape:
            y = tf.reduce_sum(3 * x)
        assert tape.hessian(y, x) is None

    def test_vjp(self) -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as tape:
            y = x * x
        assert value(tape.vjp(y, x, tf.constant([1.0, 10.0]))) == [2, 40]


class TestFunctions:
    def test_grad(self) -> None:
        assert float(gm.grad(lambda x: x**3)(2.0)) == 12
        assert float(gm.grad(lambda x: x**3, order=3)(2)) == 6
        assert value(gm.grad(lambda a, b: a * b, argnums=1)(2.0, 5.0)) == 2
        assert value(gm.grad(lambda a, b: a * b, argnums=(0, -1))(2.0, 5.0)) == [5, 2]

    def test_a_list_of_numbers_is_a_vector_and_a_dict_is_a_structure(self) -> None:
        assert value(gm.grad(lambda v: tf.reduce_sum(v**2))([1, 2.5])) == [2, 5]
        found = gm.grad(lambda p: p["a"] * tf.reduce_sum(p["b"][0]))(
            {"a": np.float64(2.0), "b": (np.ones(2),)}
        )
        assert value(found["a"]) == 2
        assert found["b"][0].dtype == tf.float64

    def test_value_and_grad(self) -> None:
        y, dy = gm.value_and_grad(lambda x: x**3)(2.0)
        assert (float(y), float(dy)) == (8, 12)

    def test_matrices(self) -> None:
        assert value(gm.jacobian(lambda x: x * x)([1.0, 2.0])) == [[2, 0], [0, 4]]
        assert value(gm.hessian(lambda x: tf.reduce_sum(x**3))([1.0, 2.0])) == [[6, 0], [0, 12]]
        assert value(gm.hvp(lambda x: tf.reduce_sum(x**3))([1.0, 2.0], v=[1.0, 10.0])) == [6, 120]

    def test_composes_with_itself_and_with_tf_function(self) -> None:
        f = lambda x: x**4  # noqa: E731
        assert float(gm.grad(gm.grad(f))(2.0)) == 48
        assert float(tf.function(gm.grad(f))(tf.constant(2.0))) == 32
        assert float(gm.grad(tf.function(f))(2.0)) == 32

    def test_branches_loops_and_recursion(self) -> None:
        def power(x: tf.Tensor, n: int) -> tf.Tensor:
            return x if n == 1 else x * power(x, n - 1)

        def loop(x: tf.Tensor) -> tf.Tensor:
            for _ in range(3):
                x = x * x if x > 1 else -x
            return x

        assert float(gm.grad(lambda x: power(x, 5))(2.0)) == 80
        assert float(gm.grad(loop)(2.0)) == 8 * 2**7
        assert float(gm.grad(loop)(0.5)) == -1

    @pytest.mark.parametrize(
        ("call", "told"),
        [
            (lambda: gm.grad(3), "not a function"),
            (lambda: gm.grad(abs)(tf.constant(3)), "int32"),
            (lambda: gm.grad(abs)("three"), "'three'"),
            (lambda: gm.grad(abs)([[1.0], [2.0, 3.0]]), "cannot become a tensor"),
            (lambda: gm.grad(lambda x: 7)(2.0), "the function's result is 7"),
            (lambda: gm.grad(abs, argnums=1)(2.0), "argnums"),
            (lambda: gm.grad(abs, order=0), "order 0"),
        ],
    )
    def test_told(self, call: object, told: str) -> None:
        with pytest.raises((TargetError, ArgumentError), match=told):
            call()


class TestTold:
    @pytest.mark.parametrize(
        ("attempt", "told"),
        [
            (lambda t, x, y: t.gradient(3.0, x), r"target is 3\.0 of type float"),
            (lambda t, x, y: t.gradient(y.numpy(), x), "NumPy leave"),
            (lambda t, x, y: t.gradient(y, 3.0), r"tf\.Variable\(3\.0\)"),
            (lambda t, x, y: t.gradient(y, tf.constant(3)), "int32"),
            (lambda t, x, y: t.gradient(tf.constant(3), x), "int32"),
            (lambda t, x, y: t.gradient(y, []), "no source"),
            (lambda t, x, y: t.gradient(y, x, 0), "order 0"),
            (lambda t, x, y: t.gradient(y, x, True), "order True"),
            (lambda t, x, y: t.gradient(y, x, 1.5), r"order 1\.5"),
            (lambda t, x, y: t.jacobian([y, y], x), "stack them"),
            (lambda t, x, y: gm.Tape().gradient(y, x), "recorded nothing yet"),
            (lambda t, x, y: t.__enter__(), "recorded already"),
            (lambda t, x, y: gm.Tape(max_memory="lots"), "256MB"),
            (lambda t, x, y: gm.Tape(max_memory=-1), "256MB"),
            (lambda t, x, y: gm.Tape(watch=3.0), "not a tensor"),
            (lambda t, x, y: t.watch(3.0), "not a tensor"),
        ],
    )
    def test_what_was_wrong_and_what_to_type(self, recorded: tuple, attempt: object, told: str) -> None:
        tape, x, y = recorded
        with pytest.raises((TargetError, ArgumentError, RecordingError), match=told):
            attempt(tape, x, y)
        assert float(tape.gradient(y, x)) == 48
        assert not is_listening([tape._recorder._callback])

    def test_a_failed_start_leaves_nothing_hooked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tape = gm.Tape(watch=tf.constant(3.0))
        monkeypatch.setattr(tape._recorder, "start", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tape.__enter__()
        assert not tape.recording
        assert not is_listening([tape._recorder._callback])

    def test_an_operation_without_a_derivative(self) -> None:
        x = tf.Variable(0.5)
        with gm.Tape() as tape:
            y = tf.nn.softsign(x)
        with pytest.raises(TargetError, match=r"order 2.*SoftsignGrad"):
            tape.gradient(y, x, 2)


class TestThreadsAndMemory:
    def test_another_thread_is_not_recorded(self) -> None:
        x = tf.Variable(2.0)
        with gm.Tape() as tape:
            worker = threading.Thread(target=lambda: tf.exp(tf.sin(x)))
            worker.start()
            worker.join()
            y = x * x
        assert {record.operation for record in tape.records} == {"ReadVariableOp", "Mul"}
        assert float(tape.gradient(y, x)) == 4

    def test_a_tape_in_a_thread_of_its_own(self) -> None:
        found = []

        def work() -> None:
            found.append(float(gm.grad(lambda x: x**3)(2.0)))
            x = tf.Variable(2.0)
            with gm.Tape() as tape:
                y = x * x
            found.append((float(tape.gradient(y, x)), len(tape.records)))

        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        assert found[0] == 12
        assert found[1][0] == 4

    def test_nothing_is_kept_alive(self) -> None:
        x = tf.Variable(2.0)
        with gm.Tape() as tape:
            y = tf.sin(x) * x
        tape.gradient(y, x, 3)
        tape.records  # noqa: B018
        kept = weakref.ref(y)
        del tape, y
        gc.collect()
        assert kept() is None

    def test_no_values_are_kept_when_none_are_wanted(self) -> None:
        x = tf.Variable(2.0)
        with gm.Tape(values=False) as tape:
            y = tf.sin(x) * x
        assert all(output.value is None for record in tape.records for output in record.outputs)
        assert tape.knows(y)

    def test_the_memory_limit_is_kept_and_told(self) -> None:
        x = tf.Variable(tf.ones(1000))
        with gm.Tape(max_memory="20KB") as tape:
            y = x
            for _ in range(20):
                y = tf.sin(y)
        assert 3 <= tape.values_end <= 5
        assert tape._recorder.kept_bytes < 30_000
        kept = [record.outputs[0].value is not None for record in tape.records]
        assert kept[0]
        assert not any(kept[tape.values_end :])
        assert "--max-memory" in repr(tape)
        assert tape.gradient(tf.identity(y), x) is None
        assert tape.gradient(y, x) is not None


class TestTheRestOfTheCalculus:
    def test_jvp_by_both_ways(self) -> None:
        x, w = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
        with gm.Tape() as tape:
            y = tf.stack([x[0] * x[1] * w, w**2, x[1]])
        along = [tf.constant([1.0, 0.5]), tf.constant(2.0)]
        expected = tape.jacobian(y, [x, w])
        product = expected[0] @ along[0][:, None] + expected[1][:, None] * along[1]
        assert value(tape.jvp(y, [x, w], along)) == value(product[:, 0])
        assert value(gm.jvp(lambda v: v * v)([1.0, 2.0], v=[1.0, 10.0])) == [2, 40]
        assert value(gm.jvp(lambda a, b: a * b)(2.0, 3.0, v=(1.0, 1.0))) == 5
        assert tape.jvp(y, tf.Variable(1.0), tf.constant(1.0)) is None

    def test_batch_jacobian(self) -> None:
        x = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
        with gm.Tape() as tape:
            y = x**2
        assert value(tape.batch_jacobian(y, x)) == [[[2, 0], [0, 4]], [[6, 0], [0, 8]]]
        with pytest.raises(TargetError, match="same number of rows"):
            tape.batch_jacobian(y, tf.Variable([1.0]))

    def test_zero_for_what_is_not_connected(self) -> None:
        x, w = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
        with gm.Tape() as tape:
            y = w * w
        found = tape.gradient(y, {"x": x, "w": w}, unconnected_gradients="zero")
        assert value(found["x"]) == [0, 0]
        assert value(found["w"]) == 6
        assert value(tape.gradient(y, x, unconnected_gradients="zero")) == [0, 0]
        with pytest.raises(ArgumentError, match="zero"):
            tape.gradient(y, x, unconnected_gradients="maybe")

    def test_only_what_is_watched_on_purpose(self) -> None:
        a, b = tf.Variable(2.0), tf.Variable(3.0)
        with gm.Tape(watch=[a], watch_accessed_variables=False) as tape:
            y = a * b
        assert value(tape.gradient(y, a)) == 3
        assert tape.gradient(y, b) is None

    def test_stop_recording_and_reset(self) -> None:
        x = tf.Variable(3.0)
        with gm.Tape() as tape:
            with tape.stop_recording():
                z = x * x
            y = x * z
        assert value(tape.gradient(y, x)) == 9
        with gm.Tape() as tape:
            y = x * x
            tape.reset()
            z = x**3
        assert tape.gradient(y, x) is None
        assert value(tape.gradient(z, x)) == 27
        assert not tape.knows(y)


def test_a_jacobian_of_nothing_has_no_rows():
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        y = tf.boolean_mask(x * x, [False, False])
    assert tape.jacobian(y, x).shape == (0, 2)

"""The backward pass step by step: every term TensorFlow's own, every sum the adjoint of the tape."""

from __future__ import annotations

import gc
import random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import RecordingError, TargetError
from gradmagic.tape import Steps
from gradmagic.tape.steps._terms import agrees

F64 = tf.float64


def checked(tape: gm.Tape, target: Any, sources: Any = None) -> Steps:
    """Return the steps after adding every term up and comparing with the adjoints."""
    steps = tape.steps(target, sources)
    adjoints = tape.adjoints(target)
    sums: dict[str, Any] = {}
    for step in steps:
        for incoming, output in zip(step.incoming, step.record.outputs, strict=True):
            np.testing.assert_array_equal(_array(incoming), _array(adjoints.get(output.number)))
        for part in step.contributions:
            assert part.known, (step.record.operation, part.label)
            key = part.label
            before, terms = sums.get(key, (None, 0))
            assert part.term == terms + 1
            added = _array(part.value) if before is None else _array(part.value) + before
            sums[key] = (added, part.term)
            np.testing.assert_allclose(
                _array(part.total), added, rtol=1e-12, atol=1e-12 * np.abs(added).max(initial=0)
            )
    for leaf, result in zip(
        tf.nest.flatten(sources if sources is not None else list(tape.variables)), steps.results, strict=True
    ):
        np.testing.assert_array_equal(_array(result), _array(tape.gradient(target, leaf)))
    return steps


def _array(value: Any) -> Any:
    return np.array(np.nan) if value is None else tf.convert_to_tensor(value).numpy()


def operations(steps: Steps) -> list[str]:
    return [step.record.operation for step in steps]


def test_one_product() -> None:
    w, x = tf.Variable(3.0), tf.Variable(2.0)
    with gm.Tape() as tape:
        L = w * x + w
    steps = checked(tape, L)
    assert operations(steps) == ["AddV2", "Mul"]
    add, product = steps
    assert (add.number, add.label, product.label) == (1, "L", "w * x")
    assert [
        (part.label, part.value.numpy(), part.total.numpy(), part.term, part.terms)
        for part in product.contributions
    ] == [
        ("w", 2.0, 3.0, 2, 2),
        ("x", 3.0, 3.0, 1, 1),
    ]
    assert [part.complete for part in add.contributions] == [True, False]
    assert [result.numpy() for result in steps.results] == [3.0, 3.0]
    assert steps.sources == ("w", "x")
    assert steps.target == "L"


def test_the_same_input_twice_gives_two_terms() -> None:
    x = tf.Variable(3.0, dtype=F64)
    with gm.Tape() as tape:
        y = x * x
    (step,) = checked(tape, y)
    assert [(part.slot, part.value.numpy(), part.total.numpy()) for part in step.contributions] == [
        (0, 3.0, 3.0),
        (1, 3.0, 6.0),
    ]


def test_a_diamond() -> None:
    x = tf.Variable([1.0, 2.0], dtype=F64)
    with gm.Tape() as tape:
        a = tf.sin(x)
        b = a * x
        c = tf.exp(a)
        y = tf.reduce_sum(b * c + a)
    checked(tape, y)


def test_the_order_is_possible() -> None:
    """No operation comes before one that was computed from its outputs."""
    x = tf.Variable(0.3)
    with gm.Tape() as tape:
        a = tf.sin(x)
        b = tf.cos(a)
        y = a * b + tf.exp(b)
    indices = [step.record.index for step in checked(tape, y)]
    assert indices == sorted(indices, reverse=True)


def test_broadcasting_and_matrices() -> None:
    W, b = tf.Variable(np.arange(6.0).reshape(2, 3)), tf.Variable([0.1, 0.2, 0.3], dtype=F64)
    data = tf.constant([[1.0, -1.0], [0.5, 2.0], [0.0, 1.0], [1.0, 1.0]], F64)
    with gm.Tape() as tape:
        loss = tf.reduce_mean(tf.square(tf.nn.relu(data @ W + b) - 1.0))
    steps = checked(tape, loss)
    bias = next(part for step in steps for part in step.contributions if part.label == "b")
    assert bias.value.shape == (3,)


def test_operations_with_several_outputs() -> None:
    x = tf.Variable(np.arange(12.0).reshape(3, 4) / 10)
    with gm.Tape() as tape:
        first, second = tf.split(x, 2, 1)
        top, _ = tf.math.top_k(second, 1)
        rows = tf.unstack(first)
        y = tf.reduce_sum(top) * rows[0][1] + tf.reduce_sum(rows[2] * tf.sin(first[0]))
    steps = checked(tape, y)
    unstack = next(step for step in steps if step.record.operation == "Unpack")
    assert [adjoint is None for adjoint in unstack.incoming] == [False, True, False]


def test_normalised_layers_and_losses() -> None:
    rng = np.random.default_rng(1)
    x = tf.Variable(rng.normal(size=(4, 5, 5, 2)), dtype=tf.float32)
    scale, offset = tf.Variable([0.5, 2.0]), tf.Variable([0.0, 1.0])
    with gm.Tape() as tape:
        h, _, _ = tf.compat.v1.nn.fused_batch_norm(x, scale, offset, is_training=True)
        pooled = tf.reduce_mean(tf.nn.max_pool2d(h, 2, 2, "SAME"), (1, 2))
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 1, 1, 0], logits=pooled)
        )
    steps = tape.steps(loss)
    assert "FusedBatchNormV3" in operations(steps)
    assert all(part.known for step in steps for part in step.contributions)


def test_gather_counts_a_row_twice() -> None:
    table = tf.Variable([[1.0], [2.0], [3.0]], dtype=F64)
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.gather(table, [1, 1, 2]) ** 2)
    (part,) = checked(tape, y)[-1].contributions
    assert part.value.numpy().tolist() == [[0.0], [8.0], [6.0]]


def test_a_keras_model() -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(1)])
    data = tf.ones((3, 2))
    model(data)
    with gm.Tape() as tape:
        loss = tf.reduce_mean(model(data) ** 2)
    steps = tape.steps(loss)
    assert set(steps.sources) == {weight.path for weight in model.trainable_variables}
    for weight, result in zip(tape.variables, steps.results, strict=True):
        np.testing.assert_array_equal(result, tape.gradient(loss, weight))
    assert all(step.kind == "operation" for step in steps)


def test_a_function_is_one_step() -> None:
    x, w = tf.Variable(2.0, dtype=F64), tf.Variable(3.0, dtype=F64)

    @tf.function
    def f(v: Any) -> Any:
        return w * v**2

    with gm.Tape() as tape:
        y = f(x * 2.0) + x
    steps = checked(tape, y)
    (step,) = [step for step in steps if step.kind == "function"]
    assert step.record.operation == "f"
    assert {part.label: part.value.numpy() for part in step.contributions} == {"x * 2.0": 24.0, "w": 16.0}


def test_a_function_whose_inputs_depend_on_each_other_says_what_it_cannot_tell() -> None:
    w = tf.Variable(2.0, dtype=F64)

    @tf.function
    def cell(h: Any) -> Any:
        return w * h

    with gm.Tape() as tape:
        y = cell(cell(cell(w)))
    steps = tape.steps(y)
    unknown = [part for step in steps for part in step.contributions if not part.known]
    assert unknown
    assert all(part.value is None for part in unknown)
    assert steps.results[0].numpy() == 32.0
    last = [part for step in steps for part in step.contributions if part.label == "w"][-1]
    assert last.complete
    assert last.total.numpy() == 32.0


@tf.custom_gradient
def halved(v: Any) -> Any:
    return tf.sin(v) * 2.0, lambda up: up * 0.5


@tf.custom_gradient
def straight_through(v: Any) -> Any:
    return tf.round(v), lambda up: up


@tf.custom_gradient
def reversed_gradient(v: Any) -> Any:
    return tf.identity(v), lambda up: -up


@pytest.mark.parametrize("function", [halved, straight_through, reversed_gradient])
def test_a_custom_gradient_shows_the_numbers_of_the_tape(function: Any) -> None:
    x = tf.Variable([0.4, 1.6], dtype=F64)
    with gm.Tape() as tape:
        y = tf.reduce_sum(function(x * x) * x)
    steps = checked(tape, y)
    assert [step.kind for step in steps].count("custom") == 1
    assert next(step for step in steps if step.kind == "custom").rule.note == "rule-custom"


def test_stop_gradient_ends_the_way() -> None:
    x = tf.Variable(2.0, dtype=F64)
    with gm.Tape() as tape:
        y = tf.stop_gradient(tf.sin(x) * x) * x
    (step,) = checked(tape, y)
    assert [(part.slot, part.label) for part in step.contributions] == [(1, "x")]


def test_sources_cut_the_way_short() -> None:
    x, w = tf.Variable(2.0), tf.Variable(3.0)
    with gm.Tape() as tape:
        h = tf.sin(x)
        y = h * tf.exp(w)
    assert operations(checked(tape, y, [w])) == ["Mul", "Exp"]
    assert operations(checked(tape, y, [h])) == ["Mul"]
    assert operations(checked(tape, y)) == ["Mul", "Exp", "Sin"]


def test_several_targets_and_one_inside_another() -> None:
    x = tf.Variable(2.0, dtype=F64)
    with gm.Tape() as tape:
        a = x * x
        b = a * x
    steps = tape.steps([a, b])
    product = steps[0].contributions
    assert [(part.label, part.total.numpy()) for part in product] == [("a", 3.0), ("x", 4.0)]
    assert steps.results[0].numpy() == 16.0


def test_during_the_recording_and_twice_the_same() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = tf.sin(x) * x
        inside = [part.value.numpy() for step in tape.steps(y) for part in step.contributions]
        y = y + 1.0
    assert inside == [part.value.numpy() for step in tape.steps(y) for part in step.contributions][1:]


def test_complex_numbers() -> None:
    x = tf.Variable(0.7, dtype=F64)
    with gm.Tape() as tape:
        z = tf.complex(x, x * 2.0)
        y = tf.abs(z * tf.exp(z))
    steps = tape.steps(y)
    assert all(part.known for step in steps for part in step.contributions)
    np.testing.assert_array_equal(steps.results[0], tape.gradient(y, x))


def test_infinite_and_missing_numbers_stay() -> None:
    x = tf.Variable(0.0)
    with gm.Tape() as tape:
        y = tf.sqrt(x) + tf.math.log(-x - 1.0) * 0.0 + x / x
    steps = tape.steps(y)
    assert np.isnan(steps.results[0].numpy())
    assert all(part.known for step in steps for part in step.contributions)


def test_a_recording_without_values_says_so() -> None:
    x = tf.Variable(2.0)
    with gm.Tape(values=False) as tape:
        y = tf.sin(x) * x
    steps = tape.steps(y)
    assert steps.unseen == 2  # sin and the product
    assert len(steps) == 0


def test_bad_input() -> None:
    x = tf.Variable(2.0)
    with pytest.raises(RecordingError):
        gm.Tape().steps(x)
    with gm.Tape() as tape:
        y = x * x
    with pytest.raises(TargetError):
        tape.steps("y")
    with pytest.raises(TargetError):
        tape.steps(y, [3])


def test_a_target_that_nothing_leads_to_has_no_steps() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        _ = x * x
        z = tf.constant(1.0) * 2.0
    assert len(tape.steps(z)) == 0


def test_no_tensor_is_kept_alive() -> None:
    def live() -> int:
        gc.collect()
        return sum(isinstance(thing, tf.Tensor) for thing in gc.get_objects())

    def once() -> None:
        x = tf.Variable(2.0)
        with gm.Tape() as tape:
            y = tf.sin(x) * x
        tape.steps(y)

    once()
    before = live()
    for _ in range(3):
        once()
    assert live() <= before


# Random programs

UNARY = [tf.sin, tf.tanh, tf.sigmoid, tf.exp, tf.nn.softplus, tf.abs, tf.nn.relu, tf.nn.softmax, tf.square, tf.atan,
         lambda v: tf.math.log(1.5 + v * v), tf.transpose, lambda v: tf.reverse(v, [0]), lambda v: tf.cumsum(v, 1),
         lambda v: v - tf.reduce_mean(v, 0), lambda v: v / (1.0 + tf.norm(v)), lambda v: tf.concat([v[1:], v[:1]], 0),
         lambda v: tf.reshape(v, (3, 3)), lambda v: tf.gather(v, [2, 0, 2]), lambda v: tf.where(v > 0.1, v, 0.3 * v),
         lambda v: tf.linalg.band_part(v, 1, 1), lambda v: tf.stack(tf.unstack(v, axis=1), axis=0)]  # fmt: skip
BINARY = [tf.add, tf.multiply, tf.subtract, tf.matmul, tf.maximum, lambda a, b: a / (2.0 + b * b), tf.math.squared_difference,
          lambda a, b: tf.matmul(a, b, transpose_b=True), lambda a, b: a + b[0], lambda a, b: tf.einsum("ij,kj->ik", a, b)]  # fmt: skip


@pytest.mark.parametrize("seed", range(50))
def test_random_programs(seed: int) -> None:
    draw = random.Random(seed)
    rng = np.random.default_rng(seed)
    made: list[Any] = [tf.Variable(rng.normal(size=(3, 3)), name=f"v{k}") for k in range(3)]
    with gm.Tape() as tape:
        for _ in range(draw.randint(4, 25)):
            if draw.random() < 0.5:
                made.append(draw.choice(UNARY)(draw.choice(made)))
            else:
                made.append(draw.choice(BINARY)(draw.choice(made), draw.choice(made)))
            made[-1] = made[-1] / (1.0 + tf.stop_gradient(tf.reduce_max(tf.abs(made[-1]))))
        y = tf.reduce_sum(made[-1] * made[-2])
    sums: dict[int, Any] = {}
    adjoints = tape.adjoints(y)
    steps = tape.steps(y)
    owners = {number: read.handle._id for number, read in tape.variable_reads().items()}
    for step in steps:
        assert step.kind == "operation"
        for part in step.contributions:
            number = owners.get(part.tensor.number, part.tensor.number)
            sums[number] = sums.get(number, 0.0) + part.value.numpy()
            if part.complete:
                scale = np.abs(sums[number]).max()
                np.testing.assert_allclose(
                    sums[number], adjoints[number].numpy(), rtol=1e-12, atol=1e-12 * scale
                )
                np.testing.assert_array_equal(part.total, adjoints[number])


def test_two_thousand_operations() -> None:
    x = tf.Variable(0.5)
    with gm.Tape() as tape:
        y = x
        for _ in range(1000):
            y = tf.sin(y) * 1.01
    assert len(tape.steps(y)) == 2000


@pytest.mark.parametrize(
    ("terms", "total", "same"),
    [([1.0, 2.0], 3.0, True), ([1.0, 2.0], 3.1, False), ([], None, True), ([], 1.0, False), ([1.0], None, False),
     ([np.float32(1e8), np.float32(1.0), np.float32(-1e8)], np.float32(0.0), True), ([np.inf], np.inf, True)],
)  # fmt: skip
def test_agreement(terms: list[Any], total: Any, same: bool) -> None:
    assert agrees([np.asarray(term) for term in terms], None if total is None else np.asarray(total)) is same

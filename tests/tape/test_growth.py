"""Long recordings: everything works at 20,000 operations, memory stays below its bound, cost per operation is constant.

What it costs in time is measured in `benchmarks/tape/growth.py`, not here.
"""

from __future__ import annotations

import gc

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm

LONG = 20_000


def record(operations: int, **options: object) -> tuple[gm.Tape, tf.Variable, tf.Tensor]:
    x = tf.Variable(0.5)
    with gm.Tape(**options) as tape:
        z = x
        for _ in range(operations // 2):
            z = tf.sin(z) * 1.001
    return tape, x, z


@pytest.fixture(scope="module")
def long() -> tuple[gm.Tape, tf.Variable, tf.Tensor]:
    return record(LONG)


def test_records(long: tuple) -> None:
    tape, _, z = long
    records = tape.records
    assert len(records) == LONG
    assert [entry.index for entry in records] == list(range(LONG))
    assert {entry.operation for entry in records} == {"Sin", "Mul"}
    assert records[-1].outputs[0].value is z
    assert (records[0].inputs[0].name, len(tape.variable_reads())) == ("x", 1)


def test_gradient_and_adjoints(long: tuple) -> None:
    tape, x, z = long
    with tf.GradientTape() as plain:
        y = x
        for _ in range(LONG // 2):
            y = tf.sin(y) * 1.001
    expected = plain.gradient(y, x).numpy()
    assert tape.gradient(z, x).numpy().tobytes() == expected.tobytes()
    adjoints = tape.adjoints(z)
    assert adjoints[x].numpy().tobytes() == expected.tobytes()
    assert float(adjoints[z]) == 1
    assert len(adjoints) >= LONG


def test_graph(long: tuple) -> None:
    tape, _, z = long
    graph = tape.graph(z)
    assert sum(node.kind == "operation" for node in graph.nodes) == LONG
    assert len(graph.edges) == LONG + LONG // 2
    assert [node.label for node in graph.nodes if node.kind == "variable"] == ["x"]


def test_table(long: tuple) -> None:
    text = repr(long[0])
    assert "20,000" in text
    assert len(text.splitlines()) < 50


def test_many_variables_and_many_reads() -> None:
    variables = [tf.Variable(0.01 * index) for index in range(100)]
    with gm.Tape() as tape:
        y = tf.add_n([tf.sin(variables[index % 100]) for index in range(2_000)])
    reads = tape.variable_reads()
    assert len(reads) == 2_000
    assert [reads[entry.inputs[0].number] for entry in tape.records[:-1]] == [
        variables[index % 100] for index in range(2_000)
    ]
    graph = tape.graph(y)
    assert sum(node.kind == "variable" for node in graph.nodes) == 100
    assert np.isclose(float(tape.adjoints(y)[variables[3]]), 20 * np.cos(0.03))


@pytest.mark.parametrize("operations", [2_000, LONG])
def test_memory_is_bounded(operations: int) -> None:
    x = tf.Variable(tf.ones(1000))
    with gm.Tape(max_memory="1MB") as tape:
        z = x
        for _ in range(operations // 2):
            z = tf.sin(z) * 1.001
    assert tape._recorder.kept_bytes <= 1_000_000 + 4_000
    assert kept_bytes(tape) <= 1_000_000 + 10_000
    assert tape.values_end is not None
    assert tape.values_end <= 251
    assert len(tape.records) == operations
    assert tape.gradient(z, x) is not None
    assert len(tape.graph(z).nodes) >= operations


def test_memory_is_bounded_for_what_the_operations_are_given_too() -> None:
    x = tf.Variable(tf.ones(1000))
    with gm.Tape(max_memory="1MB") as tape:
        z = x
        for index in range(1_000):
            z = tf.reduce_sum(z * np.full(1000, 1e-3 * index, np.float32))
    assert kept_bytes(tape) <= 1_000_000 + 10_000


def kept_bytes(tape: gm.Tape) -> int:
    """The bytes of all tensors that the log holds, each counted once."""
    seen = {
        tensor.number: tensor.value
        for entry in tape.records
        for tensor in (*entry.inputs, *entry.outputs)
        if tensor.value is not None and tensor.dtype == "float32"
    }
    return sum(int(tf.size(value)) * 4 for value in seen.values())


@pytest.mark.parametrize("values", [True, False])
def test_objects_for_an_operation_do_not_grow_with_the_recording(values: bool) -> None:
    def objects(operations: int) -> float:
        gc.collect()
        before = len(gc.get_objects())
        made = record(operations, values=values)
        gc.collect()
        found = (len(gc.get_objects()) - before) / operations
        del made
        return found

    objects(500)
    few, many = objects(2_000), objects(LONG)
    assert many <= few * 1.05
    assert many <= 12

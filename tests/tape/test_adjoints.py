"""Adjoints, graph and names on random programs: TensorFlow is the judge of every number."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings

import gradmagic as gm
from gradmagic.tape.recording._hook import tensor_id

from .generator import OPERATIONS, Program, Run, make_program, programs

STEPS = 14
# Tensors inside one call of TensorFlow, out of the program's reach: what they are worth is not asked.
INNER = {"Neg", "TopKV2", "Mul", "MatMul", "Reshape", "Fill", "MatrixDiagV3", "Cast", "Sum", "wave", "mix"}


def record(program: Program) -> tuple[gm.Tape, list[Any], Run]:
    sources = program.sources()
    with gm.Tape(watch=program.watched(sources)) as tape:
        run = program.run(sources, count=lambda: len(tape._recorder))
    return tape, sources, run


def same(ours: Any, theirs: Any, where: object) -> None:
    assert (ours is None) == (theirs is None), f"{where}: {ours}, and TensorFlow gives {theirs}"
    if ours is None:
        return
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, where
    finite = theirs[np.isfinite(theirs)]
    scale = np.max(np.abs(finite), initial=0.0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * scale, err_msg=str(where))


def recorded_by_tensorflow(tape: gm.Tape) -> set[int]:
    """The tensors that TensorFlow's tape knows of; the others are constants to it, without a derivative."""
    known = {tensor_id(variable) for variable in tape.variables} | set(tape.variable_reads())
    for entry in tape.records:
        # `tf.stop_gradient` pauses the tape: its result is a constant, and a Variable read for it is not seen.
        if entry.operation != "StopGradient" and any(tensor.number in known for tensor in entry.inputs):
            known |= {
                tensor.number for tensor in entry.outputs if tensor.dtype.startswith(("float", "complex"))
            }
    return known


def check_adjoints(program: Program) -> None:
    tape, sources, run = record(program)
    adjoints = tape.adjoints(run.target)
    known = recorded_by_tensorflow(tape)
    uses = {place for places in run.uses.values() for place in places}
    expected: dict[int, Any] = {}
    for place, tensor in enumerate(run.marked):
        expected[place] = program.derivative_by(place, sources)
        number = tensor_id(tensor)
        # What is a constant to TensorFlow's tape has no derivative there, and never a wrong one.
        if place not in uses and (number in known or adjoints.get(number) is not None):
            same(adjoints.get(number), expected[place], (program, place))
    check_uses(tape, sources, run, adjoints, expected)
    reached = {tensor_id(tensor) for tensor in run.marked} | set(tape.variable_reads())
    for entry in tape.records:
        for tensor in entry.outputs:
            if tensor.dtype == "float64" and tensor.number not in reached:
                assert entry.operation.strip("_") in INNER, (entry.operation, program)


def check_uses(tape: gm.Tape, sources: list[Any], run: Run, adjoints: Any, expected: dict[int, Any]) -> None:
    """What the tensors read from a Variable in a step are worth together, its uses in that step are."""
    reads, records = tape.variable_reads(), tape.records
    for (step, source), places in run.uses.items():
        ours: dict[int, Any] = {}
        entries = records[run.starts[step] : run.starts[step + 1]]
        if any(
            entry.operation in ("ResourceGather", "ResourceGatherNd", "StopGradient") for entry in entries
        ):
            continue  # read without a tensor of its own, or behind the tape's back
        for entry in entries:
            for tensor in (*entry.inputs, *entry.outputs):
                if reads.get(tensor.number) is sources[source]:
                    ours[tensor.number] = adjoints.get(tensor.number)
        assert ours, "a Variable was used, and no tensor was found to be read from it"
        same(total(ours.values()), total(expected[place] for place in places), (step, source))


def total(values: Any) -> Any:
    found = [np.asarray(value) for value in values if value is not None]
    return sum(found) if found else None


def check_graph(program: Program) -> None:
    tape, _, run = record(program)
    records, reads = tape.records, {n: tensor_id(v) for n, v in tape.variable_reads().items()}
    variables = {tensor_id(variable) for variable in tape.variables}
    maker = {tensor.number: entry for entry in records for tensor in entry.outputs}
    operations: set[int] = set()
    edges: set[tuple[object, object, int]] = set()
    waiting = [tensor_id(run.target)]
    while waiting:
        entry = maker[waiting.pop()]
        if entry.index in operations:
            continue
        operations.add(entry.index)
        for slot, tensor in enumerate(entry.inputs):
            number = reads.get(tensor.number, tensor.number)
            made = number not in variables and number in maker
            edges.add((("operation", maker[number].index) if made else number, entry.index, slot))
            if made:
                waiting.append(number)
    graph = tape.graph(run.target)
    assert [node.index for node in graph.nodes] == list(range(len(graph.nodes)))
    made = [node.record for node in graph.nodes if node.kind == "operation"]
    assert made == sorted(operations)
    ours = set()
    for edge in graph.edges:
        source, target = graph.nodes[edge.source], graph.nodes[edge.target]
        assert source.index < target.index, "a node comes after its inputs"
        from_operation = source.kind == "operation"
        ours.add(
            (
                ("operation", source.record) if from_operation else source.tensors[0].number,
                target.record,
                edge.slot,
            )
        )
    assert ours == edges
    assert len(graph.edges) == len(edges)
    assert all(node.operation != "ReadVariableOp" for node in graph.nodes)
    leaves = [node.tensors[0].number for node in graph.nodes if node.kind != "operation"]
    assert len(leaves) == len(set(leaves)), "a Variable or a constant is one node"
    for node in graph.nodes:
        if node.kind == "variable":
            assert node.tensors[0].number in variables
        for tensor, adjoint in zip(node.tensors, node.adjoints, strict=True):
            assert adjoint is graph.adjoints.get(tensor.number)


@pytest.mark.parametrize("seed", range(50))
def test_every_adjoint_of_a_random_program(seed: int) -> None:
    check_adjoints(make_program(Random(seed), STEPS, seed))


@pytest.mark.parametrize("seed", range(50))
def test_the_graph_of_a_random_program(seed: int) -> None:
    check_graph(make_program(Random(seed), STEPS, seed))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(programs())
def test_every_adjoint_and_the_graph_of_any_program(program: Program) -> None:
    check_adjoints(program)
    check_graph(program)


def test_the_programs_are_as_varied_as_they_say() -> None:
    drawn = [make_program(Random(seed), STEPS, seed) for seed in range(50)]
    used = {step.operation.name for program in drawn for step in program.steps}
    assert len(used) >= 80
    assert len(OPERATIONS) >= 90
    recorded: set[str] = set()
    for program in drawn:
        recorded |= {entry.operation for entry in record(program)[0].records}
    assert len(recorded) >= 60, sorted(recorded)


class TestReads:
    def test_one_of_several_variables_alike(self) -> None:
        a, b, c = (tf.Variable([1.0, 2.0]) for _ in range(3))
        with gm.Tape() as tape:
            y = tf.reduce_sum(tf.sin(b) * tf.cos(c) + b * 2.0 + tf.exp(a))
        names = {
            entry.operation: entry.inputs[0].name
            for entry in tape.records
            if entry.operation in ("Sin", "Cos", "Exp")
        }
        assert names == {"Sin": "b", "Cos": "c", "Exp": "a"}
        assert {tensor_id(v) for v in tape.variable_reads().values()} == {tensor_id(v) for v in (a, b, c)}
        graph = tape.graph(y)
        assert [node.label for node in graph.nodes if node.kind == "variable"] == ["b", "c", "a"]
        by_name = {node.label: node for node in graph.nodes}
        assert graph.inputs(by_name["tf.sin(b)"]) == [by_name["b"]]
        assert graph.inputs(by_name["tf.cos(c)"]) == [by_name["c"]]
        assert graph.inputs(by_name["tf.exp(a)"]) == [by_name["a"]]

    def test_the_same_variable_read_twice_is_one_node_with_two_edges(self) -> None:
        w = tf.Variable(2.0)
        with gm.Tape() as tape:
            y = tf.multiply(w, w) + w * w
        graph = tape.graph(y)
        variables = [node for node in graph.nodes if node.kind == "variable"]
        assert [node.label for node in variables] == ["w"]
        assert sum(edge.source == variables[0].index for edge in graph.edges) == 4
        assert float(variables[0].adjoint) == 8

    def test_a_constant_of_the_same_value_is_no_variable(self) -> None:
        w, k = tf.Variable([1.0, 2.0]), tf.constant([1.0, 2.0])
        with gm.Tape() as tape:
            y = tf.sin(k) * tf.sin(w)
        kinds = {node.label: node.kind for node in tape.graph(y).nodes}
        assert (kinds["k"], kinds["w"]) == ("constant", "variable")
        assert tape.adjoints(y)[k] is None

    def test_read_before_and_after_an_assignment(self) -> None:
        w, v = tf.Variable(2.0), tf.Variable(2.0)
        with gm.Tape() as tape:
            first = tf.square(w)
            w.assign(5.0)
            y = first * tf.square(w) + tf.square(v)
        read = [entry.inputs[0] for entry in tape.records if entry.operation == "Square"]
        assert [(tensor.name, float(tensor.value)) for tensor in read] == [("w", 2.0), ("w", 5.0), ("v", 2.0)]
        adjoints = tape.adjoints(y)
        assert [float(adjoints[tensor.number]) for tensor in read] == [100, 40, 4]
        assert float(adjoints[w]) == 140

    def test_an_adjoint_has_the_shape_of_its_tensor_after_a_gather_too(self) -> None:
        table = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
        with gm.Tape() as tape:
            double = table * 2.0
            y = tf.reduce_sum(tf.gather(double, [1, 1])) + tf.reduce_sum(tf.gather(table, [0]))
        adjoints = tape.adjoints(y)
        assert np.asarray(adjoints[double]).tolist() == [[0, 0], [2, 2]]
        assert np.asarray(adjoints[table]).tolist() == [[1, 1], [4, 4]]


class TestNames:
    def test_two_names_of_one_tensor_are_both_said(self) -> None:
        w = tf.Variable(2.0)
        with gm.Tape() as tape:
            x = w * 3.0
            z = x
            y = tf.sin(z)
        assert tape.name_of(x) == "x = z"
        assert "x = z" in [node.label for node in tape.graph(y).nodes]
        assert tape.records[-1].inputs[0].name == "x = z"
        assert "x = z: float32" in repr(tape)

    def test_two_names_of_one_variable(self) -> None:
        w = tf.Variable(2.0)
        v = w
        with gm.Tape() as tape:
            y = tf.sin(v) * w
        assert [node.label for node in tape.graph(y).nodes if node.kind == "variable"] == ["w = v"]

    def test_the_name_of_a_tensor_bound_anew_is_that_of_the_last(self) -> None:
        x = tf.Variable(2.0)
        with gm.Tape() as tape:
            y = x * 3.0
            y = y + 1.0
        labels = [node.label for node in tape.graph(y).nodes if node.kind == "operation"]
        assert labels == ["x * 3.0", "y"]

"""`Graph`: the operations that lead to a target, as nodes and edges with values and adjoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradmagic._views import view
from gradmagic.tape._structure import leaves
from gradmagic.tape.graph._adjoints import Adjoints
from gradmagic.tape.recording._hook import tensor_id
from gradmagic.tape.recording._record import OpRecord, TensorRecord
from gradmagic.tape.recording._source import Place

if TYPE_CHECKING:
    from gradmagic.tape._tape import Tape

__all__ = ["Edge", "Graph", "Node", "build_graph"]

_NOWHERE = Place(0, "", "")


@dataclass(frozen=True)
class Node:
    """A Variable, a constant or an operation.

    Attributes:
        index: its place in `Graph.nodes`; a node comes after everything it was computed from.
        kind: `"variable"`, `"watched"`, `"constant"` or `"operation"`.
        label: what the learner calls it: a name, else the expression, else the operation.
        operation: TensorFlow's type of operation; empty for a Variable or a constant.
        tensors: its outputs, with their values (one, for nearly every operation).
        adjoints: the derivative of the graph's target by each of `tensors`; `None` where there is none.
        scope: the name scope, such as a Keras layer's.
        place: the learner's line and expression.
        record: the index of its record in the recording; -1 for a Variable or a constant.
    """

    index: int
    kind: str
    label: str
    operation: str
    tensors: tuple[TensorRecord, ...]
    adjoints: tuple[Any, ...]
    scope: str
    place: Place
    record: int

    @property
    def adjoint(self) -> Any:
        """The adjoint of the first output."""
        return self.adjoints[0] if self.adjoints else None


@dataclass(frozen=True)
class Edge:
    """`source` was input number `slot` of `target`; both are indices of nodes."""

    source: int
    target: int
    slot: int


@dataclass(frozen=True, eq=False)
class Graph:
    """What leads to a target, in the order it was computed.

    Attributes:
        nodes: Variables, constants and operations; the last one made the target.
        edges: what was computed from what.
        target: the label of the target's node.
        adjoints: the adjoint of every tensor of the recording, by its number.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    target: str
    adjoints: Adjoints

    def inputs(self, node: Node) -> list[Node]:
        """Return the nodes a node was computed from, in the order of its inputs."""
        return [self.nodes[edge.source] for edge in self.edges if edge.target == node.index]

    def __repr__(self) -> str:
        return str(view("graph_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("graph_bundle", self))


def build_graph(tape: Tape, target: Any, sources: Any, adjoints: Adjoints) -> Graph:
    """Return the graph of a target; with `sources`, only what lies on a way from one of them."""
    builder = _Builder(tape, adjoints)
    wanted = {tensor_id(leaf) for leaf in leaves(target)}
    records = builder.ancestors(wanted)
    if sources is not None:
        records = builder.descendants(records, {tensor_id(leaf) for leaf in leaves(sources)})
    for record in records:
        builder.add(record)
    builder.add_bare(wanted)
    return builder.graph(wanted)


class _Builder:
    def __init__(self, tape: Tape, adjoints: Adjoints) -> None:
        self._records = tape.records
        self._reads = {number: tensor_id(variable) for number, variable in tape.variable_reads().items()}
        self._names = {tensor_id(variable): tape.name_of(variable) for variable in tape.variables}
        self._variables = {tensor_id(variable): variable for variable in tape.variables}
        self._adjoints = adjoints
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._node_of: dict[int, int] = {}
        self._first_reads = self._values_read()

    def ancestors(self, wanted: Iterable[int]) -> list[OpRecord]:
        """The operations that lead to the wanted tensors, in the order they ran."""
        needed, found = set(wanted), []
        for record in reversed(self._records):
            if any(tensor.number in needed for tensor in record.outputs):
                found.append(record)
                needed.update(tensor.number for tensor in record.inputs)
        return found[::-1]

    def descendants(self, records: list[OpRecord], sources: set[int]) -> list[OpRecord]:
        """Those of `records` that were computed from one of the sources."""
        reached = set(sources) | {number for number, owner in self._reads.items() if owner in sources}
        found = []
        for record in records:
            if any(tensor.number in reached for tensor in record.inputs):
                found.append(record)
                reached.update(tensor.number for tensor in record.outputs)
        return found

    def add(self, record: OpRecord) -> None:
        """Add an operation and the leaves it reads; reading a Variable is no operation of its own."""
        if record.operation == "ReadVariableOp" and record.outputs[0].number in self._reads:
            return
        sources = [self._source(tensor) for tensor in record.inputs]
        label = next((tensor.name for tensor in record.outputs if tensor.name), None)
        index = self._append(
            "operation",
            label or record.place.expression or record.operation,
            record.outputs,
            operation=record.operation,
            scope=record.scope,
            place=record.place,
            record=record.index,
        )
        self._edges += [Edge(source, index, slot) for slot, source in enumerate(sources)]

    def add_bare(self, wanted: Iterable[int]) -> None:
        """Add the targets that no operation made: a Variable, differentiated by itself."""
        for number in wanted:
            if number not in self._node_of and number in self._variables:
                self._variable(number)

    def graph(self, wanted: set[int]) -> Graph:
        """Put it together; of several operations behind one expression, the last one has it as its label."""
        labels = {node.label: node.index for node in self._nodes if node.kind == "operation"}
        self._nodes = [
            replace(node, label=node.operation)
            if node.kind == "operation" and labels[node.label] != node.index
            else node
            for node in self._nodes
        ]
        last = next(
            (node for node in reversed(self._nodes) if wanted & {t.number for t in node.tensors}), None
        )
        return Graph(tuple(self._nodes), tuple(self._edges), last.label if last else "", self._adjoints)

    def _source(self, tensor: TensorRecord) -> int:
        owner = self._reads.get(tensor.number)
        if owner is not None:
            return self._variable(owner)
        if tensor.number in self._node_of:
            return self._node_of[tensor.number]
        if tensor.number in self._variables:
            return self._variable(tensor.number)
        return self._append("constant", tensor.name or "", (tensor,))

    def _variable(self, number: int) -> int:
        if number in self._node_of:
            return self._node_of[number]
        variable = self._variables[number]
        kind = "variable" if hasattr(variable, "handle") else "watched"
        name = self._names[number]
        tensor = TensorRecord(
            number, name, tuple(variable.shape), _dtype(variable), self._first_reads.get(number, variable)
        )
        return self._append(kind, name or "", (tensor,))

    def _values_read(self) -> dict[int, Any]:
        """The value first read from each Variable, which may not be the one it has by now."""
        found: dict[int, Any] = {}
        for record in self._records:
            for tensor in (*record.inputs, *record.outputs):
                owner = self._reads.get(tensor.number)
                if owner is not None and tensor.value is not None:
                    found.setdefault(owner, tensor.value)
        return found

    def _append(
        self,
        kind: str,
        label: str,
        tensors: tuple[TensorRecord, ...],
        *,
        operation: str = "",
        scope: str = "",
        place: Place = _NOWHERE,
        record: int = -1,
    ) -> int:
        index = len(self._nodes)
        adjoints = tuple(self._adjoints.get(tensor.number) for tensor in tensors)
        self._nodes.append(Node(index, kind, label, operation, tensors, adjoints, scope, place, record))
        for tensor in tensors:
            self._node_of[tensor.number] = index
        return index


def _dtype(variable: Any) -> str:
    return str(getattr(variable.dtype, "name", variable.dtype))

"""Find the operation whose derivative is wrong, by comparing adjoints on the way back from the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.check._mistake import Array, Mistake, name_mistake
from gradmagic.tape.recording._hook import operation_name, tensor_id
from gradmagic.tape.recording._source import Place, place
from gradmagic.tape.replay._replay import Replay, as_numbers
from gradmagic.tape.replay._slope import measure_slope

__all__ = ["Blame", "blame"]

# Tensors whose adjoints are compared, and the size up to which a derivative is measured entry by entry.
NODES = 200
SIZE = 64
CLOSE = 2e-3


@dataclass(frozen=True)
class Blame:
    """What is wrong with a gradient, and where.

    Attributes:
        mistake: what can be said of the mistake.
        place: the line and the expression of the operation with the wrong derivative; `None` if unknown.
        operation: its type; empty if unknown.
    """

    mistake: Mistake
    place: Place | None = None
    operation: str = ""


@dataclass(frozen=True)
class _Node:
    tensor: Any
    adjoint: Array | None  # TensorFlow's, in float64

    @property
    def number(self) -> int:
        return tensor_id(self.tensor)


def blame(
    tape: Tape,
    replay: Replay,
    targets: Sequence[Any],
    sources: Sequence[Any],
    weights: Sequence[Array],
    failed: Sequence[int] = (),
) -> Blame | None:
    """Go back from the target to the first tensor with a wrong adjoint; tell what is wrong there.

    The adjoint of every tensor is TensorFlow's; whether it is right is measured along one random
    direction. Between the last right one and the first wrong one lies the operation with the mistake.

    Args:
        tape: the recording.
        replay: of `targets` by `sources`.
        targets: what was differentiated.
        sources: by what.
        weights: of the targets' entries in the sum that was differentiated.
        failed: the places in `sources` of those that are known to be wrong.

    Returns:
        Where it is wrong; `None` when no single operation can be made out.
    """
    if any(np.iscomplexobj(point) for point in replay.points):
        return None
    nodes = _nodes(tape, replay, targets, sources, weights)
    numbers = {tensor_id(source) for source in sources}
    known = {tensor_id(sources[index]) for index in failed}
    whole = Replay(tape, targets, [node.tensor for node in nodes])
    right: dict[int, _Node] = {}
    for index, node in enumerate(nodes):
        if node.adjoint is None and node.number not in numbers:
            continue
        if node.number not in known and _agrees(whole, index, node, weights):
            if node.adjoint is not None:
                right[node.number] = node
            continue
        found = _consumer(tape, node, right)
        if found is not None:
            return found
    return None


def _nodes(
    tape: Tape, replay: Replay, targets: Sequence[Any], sources: Sequence[Any], weights: Sequence[Array]
) -> list[_Node]:
    """The tensors between the target and the sources, the latest first, and the sources."""
    tf = tensorflow()
    numbers = {tensor_id(source) for source in sources}
    made = [
        tensor
        for step in reversed(replay.steps)
        for tensor in step.entry[3]
        if tensor is not None and tensor.dtype.is_floating and tensor_id(tensor) not in numbers
    ]
    tensors = [*made[:NODES], *sources]
    seeds = [tf.cast(weight, target.dtype) for weight, target in zip(weights, targets, strict=True)]
    adjoints = tape._gradient_tape.gradient(list(targets), tensors, seeds)
    return [
        _Node(tensor, None if adjoint is None else as_numbers(adjoint))
        for tensor, adjoint in zip(tensors, adjoints, strict=True)
    ]


def _agrees(replay: Replay, index: int, node: _Node, weights: Sequence[Array]) -> bool:
    """Compare an adjoint with the slope along one random direction."""
    point = replay.points[index]
    direction = np.random.default_rng(index).uniform(-1.0, 1.0, point.shape)
    claimed = 0.0 if node.adjoint is None else float(np.sum(node.adjoint * direction))

    def line(distance: float) -> float:
        points = list(replay.points)
        points[index] = point + distance * direction
        return _weighted(replay.run(points), weights)

    slope = measure_slope(line, _step(replay, point), 1e-15 * abs(line(0.0)))
    if slope.kind != "smooth":
        return True
    allowed = CLOSE * max(abs(claimed), abs(slope.value))
    return abs(claimed - slope.value) <= allowed + 8 * slope.uncertainty


def _consumer(tape: Tape, node: _Node, right: dict[int, _Node]) -> Blame | None:
    """Find the first operation after `node` that hands it a wrong adjoint, though its own is right."""
    tf = tensorflow()
    behind = Replay(tape, [other.tensor for other in right.values()], [node.tensor])
    for step in behind.steps:
        for number in step.outputs:
            other = right.get(number)
            if other is None or other.adjoint is None:
                continue
            if other.adjoint.size > SIZE or _size(node) > SIZE:
                continue
            seed = tf.cast(other.adjoint, other.tensor.dtype)
            given = tape._gradient_tape.gradient(other.tensor, node.tensor, seed)
            claimed = np.zeros(tuple(node.tensor.shape)) if given is None else as_numbers(given)
            local = Replay(tape, [other.tensor], [node.tensor])
            mistake = name_mistake(local, other.adjoint, claimed, CLOSE)
            if mistake is not None:
                code, instruction = step.entry[4:6]
                where = None if code is None else place(code, instruction)
                return Blame(mistake, where, operation_name(step.entry[0]))
    return None


def _size(node: _Node) -> int:
    """Return how many numbers the node's tensor holds."""
    return int(np.prod(tuple(node.tensor.shape), dtype=int))


def _step(replay: Replay, point: Array) -> float:
    eps = float(np.finfo(np.float32 if replay.narrow else np.float64).eps)
    return float(2 * eps ** (1 / 3) * max(1.0, float(np.max(np.abs(point), initial=0.0))))


def _weighted(values: Sequence[Any], weights: Sequence[Array]) -> float:
    pairs = zip(values, weights, strict=True)
    return float(sum(np.sum(np.real(np.conj(weight) * value.numpy())) for value, weight in pairs))

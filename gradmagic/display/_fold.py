"""Fold a `Graph` into boxes few enough to be read: by layer or scope, else by stretches of the recording.

A box with several operations is a stretch of consecutive ones in the order they ran. A node comes after
everything it was computed from, so boxes cut that way never form a cycle, whatever the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradmagic.tape import Graph, Node

__all__ = ["LIMIT", "Box", "Folding", "Link", "fold"]

# Boxes in one picture; more is no picture.
LIMIT = 60
# Boxes of operations: at most so many where scopes or lines decide, about so many where nothing does,
# and no fewer than this, because one box that holds everything tells nothing.
MOST, FEW, LEAST = 36, 16, 6
# A leaf that more boxes read than this is led to the first of them, and named in the others.
READERS = 4
# Leaves that the same boxes read are put together when there are more than this: side by side they would
# make a picture as wide as a street.
ALIKE = 12


@dataclass(frozen=True)
class Box:
    """What is drawn as one: a node, or several operations, or several leaves.

    Attributes:
        kind: that of its node; `"folded"` for several operations, `"leaves"` for several leaves.
        nodes: the nodes it stands for; the last one made what leaves the box.
        held: Variables and constants that only this box reads, not drawn by themselves.
        shared: Variables and constants drawn elsewhere that it reads without a link.
        settings: unnamed whole numbers such as an axis, which configure an operation.
    """

    kind: str
    nodes: tuple[Node, ...]
    held: tuple[Node, ...] = ()
    shared: tuple[Node, ...] = ()
    settings: tuple[Node, ...] = ()

    @property
    def operations(self) -> int:
        """How many operations it stands for."""
        return sum(node.kind == "operation" for node in self.nodes)


@dataclass(frozen=True)
class Link:
    """Box `source` was read `times` times by box `target`; `computed`: an adjoint came back along it."""

    source: int
    target: int
    times: int
    computed: bool


@dataclass(frozen=True)
class Folding:
    """A graph as boxes and links; the last box made the target. `folded`: some box holds several nodes."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    folded: bool


def fold(graph: Graph, limit: int = LIMIT) -> Folding:
    """Return the graph as at most `limit` boxes, each node by itself if there are no more than that."""
    readers = _readers(graph)
    settings = {node.index for node in graph.nodes if _is_setting(node) and readers[node.index]}
    operations = [node for node in graph.nodes if node.kind == "operation"]
    leaves = [node for node in graph.nodes if node.kind != "operation" and node.index not in settings]
    few = len(operations) + len(leaves) <= limit
    runs = [[node] for node in operations] if few else _runs(operations)
    boxes = [Box("folded" if len(run) > 1 else "operation", tuple(run)) for run in runs]
    place = {node.index: index for index, box in enumerate(boxes) for node in box.nodes}
    owner = {leaf.index: _owner(leaf, readers, place, boxes) for leaf in leaves}
    held: dict[int, list[Node]] = {}
    alone = leaves
    # Constants are part of what happens in a box; Variables keep a box of their own while there is room.
    for kinds in (("constant",), ("watched", "variable")):
        if kinds[0] != "constant" and len(boxes) + len(alone) <= limit:
            break
        for leaf in leaves:
            if leaf.kind in kinds and owner[leaf.index] is not None:
                held.setdefault(owner[leaf.index] or 0, []).append(leaf)
        alone = [leaf for leaf in alone if leaf.kind not in kinds or owner[leaf.index] is None]
    groups = _alike(alone, readers, place)
    if len(boxes) + len(groups) > limit:
        groups = _together(groups, limit - len(boxes))
    asked: dict[int, list[Node]] = {}
    for index in sorted(settings):
        for reader in sorted({place[reader] for reader in readers[index]}):
            asked.setdefault(reader, []).append(graph.nodes[index])
    shared: dict[int, list[Node]] = {}
    for leaf in [] if few else alone:
        reading = sorted({place[reader] for reader in readers[leaf.index]})
        for reader in reading[1:] if len(reading) > READERS else ():
            shared.setdefault(reader, []).append(leaf)
    made = [
        replace(
            box,
            held=tuple(held.get(index, ())),
            shared=tuple(shared.get(index, ())),
            settings=tuple(asked.get(index, ())),
        )
        for index, box in enumerate(boxes)
    ]
    bare = [Box("leaves" if len(group) > 1 else group[0].kind, tuple(group)) for group in groups]
    # Operations by their last, leaves by their first: each box comes after all it reads, the target's last.
    every = [(box.nodes[-1].index, box) for box in made] + [(box.nodes[0].index, box) for box in bare]
    every.sort(key=lambda placed: placed[0])
    ordered = [box for _, box in every]
    return Folding(tuple(ordered), _links(graph, ordered), folded=not few)


def _owner(leaf: Node, readers: list[list[int]], place: dict[int, int], boxes: list[Box]) -> int | None:
    """Return the one folded box that reads a leaf, if there is just one."""
    reading = {place[reader] for reader in readers[leaf.index]}
    one = reading.pop() if len(reading) == 1 else None
    return one if one is not None and boxes[one].kind == "folded" else None


def _readers(graph: Graph) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        found[edge.source].append(edge.target)
    return found


def _is_setting(node: Node) -> bool:
    return (
        node.kind == "constant"
        and not node.label
        and node.tensors[0].dtype.startswith(("int", "uint", "bool", "string"))
    )


def _links(graph: Graph, boxes: Sequence[Box]) -> tuple[Link, ...]:
    place = {node.index: index for index, box in enumerate(boxes) for node in box.nodes}
    counted: dict[tuple[int, int], list[bool]] = {}
    for edge in graph.edges:
        source, target = place.get(edge.source), place.get(edge.target)
        if source is None or target is None or source == target:
            continue
        if any(node.index == edge.source for node in boxes[target].shared):
            continue
        computed = graph.nodes[edge.source].adjoint is not None
        counted.setdefault((source, target), []).append(computed)
    return tuple(
        Link(source, target, len(computed), any(computed))
        for (source, target), computed in sorted(counted.items())
    )


def _runs(operations: list[Node]) -> list[list[Node]]:
    """Cut the operations into stretches; the target stays by itself."""
    body, last = operations[:-1], operations[-1:]
    if not body:
        return [last]
    deepest = max(len(_path(node)) for node in body)
    partitions = [_cuts(body, _at_depth(depth)) for depth in range(1, deepest + 1)]
    partitions += [_cuts(body, lambda node: (_path(node), _line(node))), _iterations(body)]
    partitions.append(set(range(len(body) + 1)))
    partitions.sort(key=len)
    legible = [cuts for cuts in partitions if len(cuts) - 1 <= MOST]
    chosen = legible[-1] if legible else partitions[0]
    if not LEAST <= len(chosen) - 1 <= MOST:
        finer = next((cuts for cuts in partitions if len(cuts) - 1 > MOST), chosen)
        coarser = [cuts for cuts in partitions if len(cuts) < len(finer)]
        chosen = _thin(finer, coarser, len(body))
    return [body[start:stop] for start, stop in pairwise(sorted(chosen))] + [last]


def _thin(cuts: set[int], coarser: list[set[int]], total: int) -> set[int]:
    """Keep about `FEW` of the cuts, evenly spread, and rather where a coarser partition has one too."""
    ordered = sorted(cuts)
    if len(ordered) - 1 <= FEW:
        return cuts
    step = total / FEW
    kept = {0, total}
    for index in range(1, FEW):
        near = [cut for cut in ordered if abs(cut - index * step) < step / 2] or ordered
        kept.add(
            min(near, key=lambda cut: (-sum(cut in other for other in coarser), abs(cut - index * step), cut))
        )
    return kept


def _cuts(body: Sequence[Node], key: Callable[[Node], object]) -> set[int]:
    keys = [key(node) for node in body]
    return {0, len(body), *(index for index in range(1, len(body)) if keys[index] != keys[index - 1])}


def _iterations(body: Sequence[Node]) -> set[int]:
    """Cut wherever the operation that began a stretch comes round again: the rounds of a loop."""
    cuts = {0, len(body)}
    first = _mark(body[0])
    for index in range(1, len(body)):
        if _mark(body[index]) == first:
            cuts.add(index)
        elif _path(body[index]) != _path(body[index - 1]):
            cuts.add(index)
            first = _mark(body[index])
    return cuts


def _mark(node: Node) -> object:
    return _path(node), _line(node), node.place.expression, node.operation


def _line(node: Node) -> object:
    return node.place.function, node.place.line


def _path(node: Node) -> tuple[str, ...]:
    return tuple(node.scope.split("/")) if node.scope else ()


def _at_depth(depth: int) -> Callable[[Node], object]:
    return lambda node: _path(node)[:depth] or _line(node)


def _alike(leaves: list[Node], readers: list[list[int]], place: dict[int, int]) -> list[list[Node]]:
    alike: dict[object, list[Node]] = {}
    for leaf in leaves:
        reading = tuple(sorted({place[reader] for reader in readers[leaf.index]}))
        alike.setdefault((leaf.kind, reading), []).append(leaf)
    parts = [[group] if len(group) > ALIKE else [[leaf] for leaf in group] for group in alike.values()]
    return [group for part in parts for group in part]


def _together(groups: list[list[Node]], room: int) -> list[list[Node]]:
    """Put leaves together until they fit: constants first, Variables last."""
    for kind in ("constant", "watched", "variable"):
        if len(groups) <= room:
            break
        same = [group[0] for group in groups if len(group) == 1 and group[0].kind == kind]
        if len(same) > 1:
            excess = len(groups) - room + 1
            apart, joined = same[: max(0, len(same) - excess)], same[max(0, len(same) - excess) :]
            groups = [group for group in groups if group[0].kind != kind or len(group) > 1]
            groups += [[leaf] for leaf in apart] + ([joined] if joined else [])
    return groups

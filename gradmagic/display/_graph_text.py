"""A `Graph` as text: a tree from the target down to the Variables and constants it was computed from.

Each row is followed by what it was computed from: side branches first (`├─`), and then, straight below, the
input with the longest history. So a chain of any length runs straight down, and only branches are indented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradmagic.display._fold import Folding, fold
from gradmagic.display._graph_facts import Facts, columns, facts, shorten
from gradmagic.display._numbers import count
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Graph

__all__ = ["graph_head", "graph_text"]

MARKS = {"variable": "◆", "watched": "◇", "constant": "○", "operation": "●", "folded": "▣", "leaves": "○"}
LABEL, CODE, VALUE = 44, 48, 40


def graph_text(graph: Graph) -> str:
    """Return a line about the graph and the tree; a node met again is referred to, not repeated."""
    if not graph.nodes:
        return say("graph-empty-graph")
    folding = fold(graph)
    rows = _Tree(folding, [facts(box) for box in folding.boxes]).rows()
    widths = [max(columns(row[column]) for row in rows) for column in range(3)]
    lines = [graph_head(graph, folding)]
    for row in rows:
        cells = [cell + " " * (width - columns(cell)) for cell, width in zip(row, [*widths, 0], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def graph_head(graph: Graph, folding: Folding) -> str:
    """Return the sentence over a graph: what it leads to, and how much it holds."""
    operations = sum(node.kind == "operation" for node in graph.nodes)
    head = say("graph-head", target=graph.target or say("graph-target"), operations=count(operations))
    if not folding.folded:
        return head
    return head + " " + say("graph-folded", boxes=count(len(folding.boxes)))


@dataclass
class _Tree:
    folding: Folding
    said: list[Facts]

    def rows(self) -> list[list[str]]:
        """Return the rows `[tree and label, what and shape, value, adjoint]`, the target first."""
        inputs: dict[int, list[int]] = {index: [] for index in range(len(self.said))}
        for link in self.folding.links:
            inputs[link.target].append(link.source)
        history = _histories(inputs)
        rows: list[list[str]] = []
        met: set[int] = set()
        # Roots without a reader besides the target: what a second output or a second target was made by.
        read = {source for sources in inputs.values() for source in sources}
        for root in reversed(range(len(self.said))):
            if root not in read:
                self._walk(root, inputs, history, rows, met)
        return rows

    def _walk(
        self,
        root: int,
        inputs: dict[int, list[int]],
        history: dict[int, int],
        rows: list[list[str]],
        met: set[int],
    ) -> None:
        # A stack of its own: a chain may be longer than Python's.
        waiting = [(root, "", "")]
        while waiting:
            index, before, branch = waiting.pop()
            again = index in met
            rows.append(self._row(index, before + branch, again=again))
            if again:
                continue
            met.add(index)
            inside = before + ("│ " if branch else "")
            ordered = sorted(inputs[index], key=lambda source: (history[source], source))
            known = [source for source in ordered if source in met and not inputs[source]]
            ordered = [source for source in ordered if source not in known]
            if known:
                names = ", ".join(shorten(self.said[source].label, LABEL) for source in known)
                mark = "├─" if ordered else ""
                rows.append([f"{inside}{mark}○ {names}", say("graph-above"), "", ""])
            if ordered:
                waiting.append((ordered[-1], inside, ""))
                waiting += [(source, inside, "├─") for source in reversed(ordered[:-1])]

    def _row(self, index: int, tree: str, *, again: bool) -> list[str]:
        said, box = self.said[index], self.folding.boxes[index]
        label = tree + MARKS[box.kind] + " " + shorten(said.label, LABEL)
        if again:
            return [label, say("graph-above"), "", ""]
        if said.code and box.kind == "operation":
            label += " = " + shorten(said.code, CODE)
        what = " ".join(part for part in (said.what, said.shape) if part)
        if box.kind == "folded" and said.code:
            what += f" ({said.code})"
        adjoint = say("graph-adjoint", value=said.adjoint) if said.adjoint else say("graph-not-computed")
        if box.kind in ("folded", "leaves") and said.adjoint:
            adjoint = said.adjoint
        return [label, what, shorten(said.value, VALUE), adjoint]


def _histories(inputs: dict[int, list[int]]) -> dict[int, int]:
    """Return the length of the longest way from a leaf to each box, by one pass in the order of the boxes."""
    found: dict[int, int] = {}
    for index in sorted(inputs):
        found[index] = 1 + max((found[source] for source in inputs[index]), default=0)
    return found

"""What is said about a box of a graph, in words and numbers: the picture and the text say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._fold import Box
from gradmagic.display._numbers import as_array, count, number, shape_text, value_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Node, TensorRecord

__all__ = ["Facts", "facts", "magnitude", "shorten"]

# Arrays of so many entries are written out, if that stays this short; larger ones by their norm.
ENTRIES, LENGTH = 4, 22
_NUMERIC = ("float", "bfloat", "half", "complex", "int", "uint", "bool")


@dataclass(frozen=True)
class Facts:
    """A box in words.

    Attributes:
        label: the learner's name or expression.
        code: the expression behind a name; empty when the label says it all.
        what: the operation or the kind of leaf.
        shape: such as `2×1`, empty for a scalar.
        scope: the layer or name scope, empty without one.
        value: the value, `= 2.5`, or its norm when it is long; empty when there is none to show.
        adjoint: the same for the adjoint; empty where it was not computed.
        size: the magnitude of the adjoint, `None` where it was not computed.
    """

    label: str
    code: str
    what: str
    shape: str
    scope: str
    value: str
    adjoint: str
    size: float | None


def facts(box: Box) -> Facts:
    """Return what is to be said about a box."""
    if box.kind in ("folded", "leaves"):
        return _several(box)
    node = box.nodes[0]
    tensor = node.tensors[0] if node.tensors else None
    what = node.operation or say(f"graph-kind-{node.kind}")
    label, code = node.label or _constant(tensor), node.place.expression
    if label == node.operation:  # one of several operations behind one expression
        what = code = ""
    shape = "" if tensor is None or tensor.shape == () else shape_text(tensor.shape)
    value = "" if tensor is None else _value(tensor)
    return Facts(
        label=label,
        code="" if code == label else code,
        what=what,
        shape=shape,
        scope=node.scope,
        value="" if value == f"= {label}" else value,
        adjoint=_summary(node.adjoint, "float"),
        size=magnitude(node.adjoint),
    )


def magnitude(adjoint: Any) -> float | None:
    """Return the Euclidean norm of an adjoint, the absolute value of a scalar one; `None` stays None."""
    if adjoint is None:
        return None
    array = np.abs(_wide(as_array(adjoint)))
    return float(np.linalg.norm(array.ravel())) if array.size else 0.0


def shorten(text: str, limit: int) -> str:
    """Return a text cut to `limit` columns, with an ellipsis if it was cut; a Chinese character takes two."""
    if columns(text) <= limit:
        return text
    while columns(text) > limit - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def columns(text: str) -> int:
    """Return how many columns a text takes in a fixed-width font."""
    return sum(2 if "\u2e80" <= letter <= "\uffef" else 1 for letter in text)


def _several(box: Box) -> Facts:
    operations = [node for node in box.nodes if node.kind == "operation"]
    sized = [(magnitude(node.adjoint), node) for node in (*box.nodes, *box.held)]
    known = [size for size, _ in sized if size is not None]
    largest = max(known, key=lambda size: np.inf if np.isnan(size) else size) if known else None
    if operations:
        kinds = Counter(node.operation for node in operations).most_common(3)
        what = say("graph-operations", count=count(len(operations)))
        code = ", ".join(f"{name} ×{times}" if times > 1 else name for name, times in kinds)
        rest = len({node.operation for node in operations}) - len(kinds)
        code += f", +{rest}" if rest else ""
        scope = "/".join(_common([node.scope.split("/") for node in operations]))
        label = scope or _lines(operations)
    else:
        what, code, scope = say("graph-leaves", count=count(len(box.nodes))), "", ""
        label = ", ".join(node.label or _constant(node.tensors[0]) for node in box.nodes)
    adjoint = "" if largest is None else say("graph-largest", value=number(largest))
    made = box.nodes[-1].tensors[0] if operations and box.nodes[-1].tensors else None
    shape = "" if made is None or made.shape == () else shape_text(made.shape)
    value = _held(box)
    return Facts(label, code, what, shape, "", value, adjoint, largest)


def _held(box: Box) -> str:
    """The Variables and named constants inside, and those it reads from elsewhere; literals go unsaid."""
    kinds = Counter(node.kind for node in box.held if node.label)
    parts = [
        say(f"graph-held-{kind}", count=count(kinds[kind]))
        for kind in ("variable", "watched", "constant")
        if kinds[kind]
    ]
    names = [node.label or _constant(node.tensors[0]) for node in box.shared]
    return ", ".join([*parts, *([say("graph-reads", names=", ".join(names))] if names else [])])


def _lines(operations: list[Node]) -> str:
    lines = sorted({node.place.line for node in operations if node.place.line})
    if not lines:
        return operations[-1].label
    if len(lines) == 1:
        expression = max((node.place.expression for node in operations), key=len)
        return expression or say("graph-line", line=lines[0])
    return say("graph-lines", first=lines[0], last=lines[-1])


def _common(paths: list[list[str]]) -> list[str]:
    together = zip(*paths, strict=False)
    return [parts[0] for parts in takewhile(lambda parts: len(set(parts)) == 1, together)]


def _constant(tensor: TensorRecord | None) -> str:
    if tensor is None or tensor.value is None or not tensor.dtype.startswith(_NUMERIC):
        return say("graph-kind-constant")
    return _summary(tensor.value, tensor.dtype)


def _value(tensor: TensorRecord) -> str:
    text = _summary(tensor.value, tensor.dtype)
    return text if not text or text == _norm(tensor.value) else f"= {text}"


def _norm(value: Any) -> str:
    return say("graph-norm", value=number(np.linalg.norm(np.abs(_wide(as_array(value))).ravel())))


def _wide(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)


def _summary(value: Any, dtype: str) -> str:
    """A scalar or a short array written out, a longer one by its norm."""
    if value is None or not dtype.startswith(_NUMERIC):
        return ""
    array = as_array(value)
    if array.ndim == 0:
        return number(array[()])
    if array.size == 0:
        return say("graph-empty")
    if array.size <= ENTRIES:
        text = " ".join(value_text(array).split()).replace("[ ", "[")
        if len(text) <= LENGTH:
            return text
    return _norm(array)

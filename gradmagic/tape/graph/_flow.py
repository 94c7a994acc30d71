"""Gradient flow: how much of a gradient reaches each Variable and each layer, and what that says."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic._views import view
from gradmagic.tape._structure import leaves
from gradmagic.tape._tensorflow import tensorflow

if TYPE_CHECKING:
    from gradmagic.tape._tape import Tape

__all__ = ["VERDICTS", "Finding", "Flow", "LayerFlow", "VariableFlow", "gradient_flow"]

VERDICTS = ("not-finite", "not-computed", "dead", "exploding", "vanishing", "healthy")

# A layer is starved when its typical gradient is a thousandth of a later layer's. With sigmoids the factor
# is at most 1/4 a layer (Hochreiter 1991; Glorot and Bengio 2010, figure 7, see it shrink layer by layer), so
# five of them are enough; between healthy layers it stays within a factor of about 100.
STARVED = 1e-3
# ... and when, besides, its gradient is below 1/10,000 of its weights. A step changes weights by about a
# thousandth when training goes well; here no usual learning rate (1e-4 to 1e-1) comes near that. It keeps
# a layer that is only smaller than its neighbours, such as one behind unscaled inputs, out of the verdict.
STILL = 1e-4
# The other way: a gradient a thousand times its weights changes them by a tenth even at a learning rate of
# 1e-4, and one that has grown a thousandfold on its way back grows with every layer more (Pascanu, Mikolov
# and Bengio 2013, who clip the global norm for that reason).
HUGE, GROWN = 1e3, 1e3

_PART = re.compile(r"^(?P<owner>.+)\[(?P<key>[^\[\]]+)\]$")


@dataclass(frozen=True)
class VariableFlow:
    """The gradient by one Variable.

    Attributes:
        name: what the learner, or Keras, calls it.
        layer: the layer it belongs to; its own name when it belongs to none.
        shape: its shape.
        norm: the Euclidean norm of its gradient; `None` (as all that follows) where there is no gradient.
        mean: the mean of the gradient's absolute values.
        zeros: the share of its entries that are exactly zero, from 0 to 1.
        weights: the norm of the Variable itself.
        ratio: `norm / weights`; `None` also for a Variable of zeros.
        typical: the root mean square of its entries that are not zero (most rows of an embedding's are).
        finite: whether all its entries are.
    """

    name: str
    layer: str
    shape: tuple[int, ...]
    weights: float
    norm: float | None
    mean: float | None
    zeros: float | None
    ratio: float | None
    typical: float | None
    finite: bool


@dataclass(frozen=True)
class LayerFlow:
    """The gradients of one layer taken together; the attributes are those of `VariableFlow`."""

    name: str
    variables: tuple[VariableFlow, ...]
    weights: float
    norm: float | None
    mean: float | None
    zeros: float | None
    ratio: float | None
    typical: float | None
    finite: bool


@dataclass(frozen=True)
class Finding:
    """One verdict of `VERDICTS` and the layers it concerns."""

    verdict: str
    layers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Flow:
    """The gradient of a target by many Variables, measured.

    Attributes:
        target: the name of what was differentiated; empty when it has none.
        variables: one entry for each Variable, in the order they were given.
        layers: the same by layer, in the order in which layers first occur.
        norm: the norm of all gradients together, as `tf.linalg.global_norm` has it.
        findings: what is wrong, the gravest first; empty for a healthy flow.
    """

    target: str
    variables: tuple[VariableFlow, ...]
    layers: tuple[LayerFlow, ...]
    norm: float
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The gravest finding, one of `VERDICTS`."""
        return self.findings[0].verdict if self.findings else "healthy"

    def verdict_of(self, layer: str) -> str:
        """The gravest finding that concerns a layer."""
        return next((found.verdict for found in self.findings if layer in found.layers), "healthy")

    def __repr__(self) -> str:
        return str(view("flow_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("flow_bundle", self))


def gradient_flow(
    tape: Tape, target: Any, variables: Any, names: Sequence[str] | None = None, *, target_name: str = ""
) -> Flow:
    """Differentiate a recorded target by Variables, and measure what reaches each of them.

    Args:
        tape: the recording.
        target: what to differentiate, usually a loss.
        variables: Variables or watched tensors in the order of the model, from its input to its output;
            any nesting of them.
        names: a name for each; else the recording's, else Keras's path.
        target_name: how the target is called in what is shown.

    Raises:
        TargetError, RecordingError: as `Tape.gradient`.
    """
    found = leaves(variables)
    gradients = tape.gradient(target, found)
    given: Sequence[str | None] = (
        names if names is not None and len(names) == len(found) else [None] * len(found)
    )
    measured = []
    for index, (variable, gradient, name) in enumerate(zip(found, gradients, given, strict=True)):
        path = _path(variable)
        # `model.trainable_variables[3]` says less than the path Keras gave that Variable.
        called = path if path and (name is None or "[" in name) else name
        called = called or tape.name_of(variable) or f"({index})"
        measured.append(_measure(variable, gradient, called, path))
    layers = tuple(
        _together(layer, [one for one in measured if one.layer == layer])
        for layer in dict.fromkeys(one.layer for one in measured)
    )
    norm = math.hypot(*(one.norm for one in measured if one.norm is not None))
    return Flow(target_name or tape.name_of(target) or "", tuple(measured), layers, norm, findings(layers))


def findings(layers: Sequence[LayerFlow]) -> tuple[Finding, ...]:
    """Judge layers in the order of the model by the thresholds above."""
    judged: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
    for index, layer in enumerate(layers):
        judged[_judge(layer, layers[index + 1 :], alone=len(layers) == 1)].append(layer.name)
        if any(variable.norm is None for variable in layer.variables):
            judged["not-computed"].append(layer.name)
    del judged["healthy"]
    return tuple(
        Finding(verdict, tuple(dict.fromkeys(concerned)))
        for verdict, concerned in judged.items()
        if concerned
    )


def _judge(layer: LayerFlow, later: Sequence[LayerFlow], *, alone: bool) -> str:
    if layer.norm is None or layer.typical is None:
        return "not-computed"
    if not layer.finite:
        return "not-finite"
    if layer.norm == 0:
        return "dead"
    following = [other.typical for other in later if other.finite and other.typical]
    if (
        layer.ratio is None or alone
    ):  # weights of zero, or no depth for a gradient to travel: nothing to compare
        return "healthy"
    if layer.ratio >= HUGE or (following and layer.typical >= GROWN * min(following) and layer.ratio >= 1):
        return "exploding"
    if following and layer.typical < STARVED * max(following) and layer.ratio < STILL:
        return "vanishing"
    return "healthy"


def _measure(variable: Any, gradient: Any, name: str, path: str) -> VariableFlow:
    shape = tuple(variable.shape)
    layer = path.rpartition("/")[0] or _layer(name)
    weights = float(np.linalg.norm(np.abs(_array(variable)).ravel()))
    if gradient is None:
        return VariableFlow(name, layer, shape, weights, None, None, None, None, None, finite=True)
    entries = np.abs(_array(gradient)).ravel()
    norm = float(np.linalg.norm(entries))
    reached = entries[entries != 0]
    return VariableFlow(
        name=name,
        layer=layer,
        shape=shape,
        weights=weights,
        norm=norm,
        mean=float(entries.mean()) if entries.size else 0.0,
        zeros=float(1 - reached.size / entries.size) if entries.size else 0.0,
        ratio=norm / weights if weights else None,
        typical=norm / math.sqrt(reached.size) if reached.size else 0.0,
        finite=bool(np.isfinite(entries).all()),
    )


def _together(name: str, members: list[VariableFlow]) -> LayerFlow:
    known = [one for one in members if one.norm is not None]
    weights = math.hypot(*(one.weights for one in members))
    if not known:
        return LayerFlow(name, tuple(members), weights, None, None, None, None, None, finite=True)
    sizes = [math.prod(one.shape) for one in known]
    total = max(sum(sizes), 1)
    norm = math.hypot(*(one.norm or 0.0 for one in known))
    reached = sum(size * (1 - (one.zeros or 0.0)) for size, one in zip(sizes, known, strict=True))
    return LayerFlow(
        name=name,
        variables=tuple(members),
        weights=weights,
        norm=norm,
        mean=sum(size * (one.mean or 0.0) for size, one in zip(sizes, known, strict=True)) / total,
        zeros=sum(size * (one.zeros or 0.0) for size, one in zip(sizes, known, strict=True)) / total,
        ratio=norm / weights if weights else None,
        typical=norm / math.sqrt(reached) if reached else 0.0,
        finite=all(one.finite for one in known),
    )


def _path(variable: Any) -> str:
    """Return the path of a Variable of Keras or of a name scope, such as `sequential/dense/kernel`."""
    # A tensor has no `handle`, and asking it for a name is an error.
    known = getattr(variable, "path", "") or (variable.name if hasattr(variable, "handle") else "")
    path = str(known).removesuffix(":0")
    return path if "/" in path else ""


def _layer(name: str) -> str:
    """Return the container that holds a layer's Variables: `layers[0]` of `layers[0]['w']`, else the name.

    A list of weights, `w[0]`, `w[1]`, is a list of layers; a dictionary's keys name the parts of one.
    """
    part = _PART.match(name)
    if part is None:
        return name.rpartition(".")[0] or name
    keyed = part["key"].startswith(("'", '"'))
    return part["owner"] if keyed or _PART.match(part["owner"]) else name


def _array(value: Any) -> np.ndarray[Any, Any]:
    dense = tensorflow().convert_to_tensor(value)
    array: np.ndarray[Any, Any] = dense.numpy()
    return array if np.iscomplexobj(array) else array.astype(np.float64)

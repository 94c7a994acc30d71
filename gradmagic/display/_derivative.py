"""Show a `Derivative`: a line for each derivative in text, aligned equations in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._columns import padded, width
from gradmagic.display._numbers import as_array, latex_value, number, shape_text, value_text
from gradmagic.display._symbols import latex_derivative, latex_name, latex_prime, prime, text_derivative
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Derivative

# Hessians up to this size get their eigenvalues shown.
EIGENVALUES = 12

__all__ = ["derivative_bundle", "derivative_latex", "derivative_text"]


def derivative_bundle(derivative: Derivative) -> dict[str, str]:
    """Return the text and, unless something is missing that only the text explains, the LaTeX."""
    bundle = {"text/plain": derivative_text(derivative)}
    latex = derivative_latex(derivative)
    if latex:
        bundle["text/latex"] = latex
    return bundle


def derivative_text(derivative: Derivative) -> str:
    """Return the derivatives as text, one after another, with the reason under each missing one."""
    lines = [_at(derivative)] if _at(derivative) else []
    rows = [(_label(derivative, name, order), value) for name, order, value in _rows(derivative)]
    places = max(width(label) for label, _ in rows)
    lines += [_entry(padded(label, places), value) for label, value in rows]
    lines += [reason for reason in derivative.reasons if reason]
    lines += derivative.advice
    lines += [line for value in derivative.orders[-1] if (line := _definiteness(derivative, value))]
    if _summed(derivative):
        lines.append(_sum_remark(derivative))
    if derivative.kind == "batch_jacobian":
        lines.append(say("display-batch-advice", target=derivative.target))
    return "\n".join(lines)


def derivative_latex(derivative: Derivative) -> str:
    """Return the derivatives as one LaTeX display; empty when one of them is None."""
    if any(derivative.reasons) or derivative.advice or _summed(derivative):
        return ""
    rows = [
        rf"{_latex_label(derivative, name, order)} &= {latex_value(value)}"
        for name, order, value in _rows(derivative)
    ]
    if _at(derivative):
        points = zip(derivative.sources, derivative.points, strict=True)
        rows.insert(0, ", ".join(rf"{latex_name(name)} = {latex_value(at)}" for name, at in points) + " &:")
    return "$$\\begin{aligned}\n" + " \\\\[4pt]\n".join(rows) + "\n\\end{aligned}$$"


def _rows(derivative: Derivative) -> Iterator[tuple[str, int, Any]]:
    for index, name in enumerate(derivative.sources):
        for order, level in enumerate(derivative.orders, 1):
            yield name, order, level[index]


def _primed(derivative: Derivative) -> bool:
    """One scalar point of a function: `f'(2)` says all there is to say."""
    points = derivative.points
    return derivative.kind == "gradient" and len(points) == 1 and as_array(points[0]).ndim == 0


def _label(derivative: Derivative, name: str, order: int) -> str:
    target, kind = derivative.target, derivative.kind
    if _primed(derivative):
        return f"{prime(target, order)}({value_text(derivative.points[0])})"
    if kind == "jvp":
        return f"J({target}; {name})·v"
    if kind == "newton_step":
        return f"Δ{name}"
    order = 2 if kind in ("hessian", "hvp") else order
    label = text_derivative(target, name, order, partial=_partial(derivative))
    if kind == "vjp":
        return f"vᵀ·{label}"
    if kind == "hvp":
        return f"{label}·v"
    value = derivative.orders[-1][derivative.sources.index(name)]
    if kind == "gradient" or value is None:
        return label
    return f"{label} ({say('display-' + kind)}, {shape_text(as_array(value).shape)})"


def _latex_label(derivative: Derivative, name: str, order: int) -> str:
    target, kind = derivative.target, derivative.kind
    if _primed(derivative):
        return f"{latex_prime(target, order)}({latex_value(derivative.points[0])})"
    if kind == "jvp":
        return rf"J({latex_name(target)};\, {latex_name(name)})\, v"
    if kind == "newton_step":
        return rf"\Delta {latex_name(name)} = -H^{{-1}} \nabla {latex_name(target)}"
    order = 2 if kind in ("hessian", "hvp") else order
    label = latex_derivative(target, name, order, partial=_partial(derivative))
    return rf"v^\top {label}" if kind == "vjp" else rf"{label}\, v" if kind == "hvp" else label


def _definiteness(derivative: Derivative, value: Any) -> str:
    """The eigenvalues of a small Hessian, and what they say about the point."""
    if derivative.kind != "hessian" or value is None:
        return ""
    array = as_array(value)
    size = int(np.sqrt(array.size))
    if array.ndim == 0 or not 1 < size <= EIGENVALUES or not np.all(np.isfinite(array)):
        return ""
    matrix = array.reshape(size, size).astype(np.float64)
    found = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    # Smaller than rounding makes of the largest counts as zero.
    tiny = np.abs(found).max() * size * np.finfo(array.dtype).eps
    found = np.where(np.abs(found) > tiny, found, 0.0)
    signs = {int(value) for value in np.sign(found)}
    verdict = {
        frozenset({1}): "positive",
        frozenset({-1}): "negative",
        frozenset({1, 0}): "semi-positive",
        frozenset({-1, 0}): "semi-negative",
        frozenset({0}): "zero",
    }.get(frozenset(signs), "indefinite")
    return say("display-eigenvalues", values=", ".join(map(number, found)), verdict=say(f"display-{verdict}"))


def _partial(derivative: Derivative) -> bool:
    return len(derivative.sources) > 1


def _at(derivative: Derivative) -> str:
    if not derivative.points or _primed(derivative):
        return ""
    pairs = zip(derivative.sources, derivative.points, strict=True)
    return say("display-at", point=", ".join(f"{name} = {_flat(value_text(at))}" for name, at in pairs))


def _summed(derivative: Derivative) -> bool:
    """More than one number was differentiated at once: what is shown is the derivative of their sum."""
    parts = list(_tensors(derivative.value_of_target))
    several = len(parts) != 1 or any(size != 1 for size in getattr(parts[0], "shape", ()))
    return derivative.kind == "gradient" and several


def _sum_remark(derivative: Derivative) -> str:
    parts = list(_tensors(derivative.value_of_target))
    if len(parts) > 1:  # a Jacobian is taken of one tensor
        return say("display-summed-several", target=derivative.target, count=len(parts))
    return say("display-summed", target=derivative.target)


def _tensors(target: Any) -> Iterator[Any]:
    if isinstance(target, (list, tuple, dict)):
        for part in target.values() if isinstance(target, dict) else target:
            yield from _tensors(part)
    else:
        yield target


def _entry(label: str, value: Any) -> str:
    head = f"{label} = "
    return head + value_text(value).replace("\n", "\n" + " " * width(head))


def _flat(text: str) -> str:
    return " ".join(text.split())

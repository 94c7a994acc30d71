"""How a case, an answer and its distance from the right one are put into words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradmagic.course.checking._answer import Leaf, Numbers
from gradmagic.course.checking._compare import Miss
from gradmagic.course.checking._exercise import Check
from gradmagic.course.checking._words import told
from gradmagic.messages import say

__all__ = ["came_text", "number_text", "off_text", "tried_text"]

SHOWN = 8
# Nearer than this, rounding comes to mind, and it is worth saying that it is not that.
NEAR = 1e-2


def number_text(value: float) -> str:
    """Return a number with six significant digits."""
    text = f"{value:.6g}"
    return "0" if text == "-0" else text


def tried_text(check: Check, case: Mapping[str, Any]) -> str:
    """Return what was tried: the author's sentence, or the call."""
    inputs = {name: _input_text(value) for name, value in case.items()}
    if check.tried is not None:
        return told(check.tried, inputs)
    if not inputs:
        return ", ".join(check.asks)
    return f"{check.asks[-1]}({', '.join(inputs.values())})"


def came_text(value: Numbers, miss: Miss) -> str:
    """Return the answer, or the element of it that missed."""
    place = _place(miss)
    if miss.kind == "none":
        return say("exercise-came-at", place=place, value="None") if place else "None"
    if miss.kind in ("number", "not-finite") and (place or _size(value) > SHOWN):
        return say("exercise-came-at", place=place, value=number_text(miss.came))
    return _numbers_text(value)


def off_text(miss: Miss) -> str:
    """Return how far off the answer is, in words and as a relative error; never the right number itself."""
    if miss.kind == "shape":
        return _shapes(miss.came, miss.right)
    if miss.kind == "parts":
        return say("exercise-off-parts", came=miss.came, right=miss.right)
    if miss.kind == "none":
        return say("exercise-off-none")
    if miss.kind == "not-none":
        return say("exercise-off-not-none")
    if miss.kind == "not-finite":
        return say("exercise-off-not-finite")
    if miss.kind == "too-small":
        return say("exercise-off-below", bound=number_text(miss.right))
    if miss.kind == "too-large":
        return say("exercise-off-above", bound=number_text(miss.right))
    words = _distance(miss.came, miss.right)
    error = miss.relative_error
    if error is not None and math.isfinite(error):
        words = say("exercise-off-relative", words=words, error=f"{error:.2g}")
    if miss.size > 1:
        words = say("exercise-off-count", words=words, wrong=miss.wrong, size=miss.size)
    return words


def _distance(came: float, right: float) -> str:
    """Say how two finite numbers differ."""
    if right == 0 or not math.isfinite(right):
        return say("exercise-off-zero")
    ratio = came / right
    if came == 0:
        return say("exercise-off-nothing")
    if abs(ratio + 1) < 1e-3:
        return say("exercise-off-sign")
    for factor in range(2, 11):
        if abs(ratio / factor - 1) < 1e-3:
            return say("exercise-off-times", factor=factor)
        if abs(ratio * factor - 1) < 1e-3:
            return say("exercise-off-part", factor=factor)
    if ratio < 0:
        return say("exercise-off-other-sign")
    if abs(ratio - 1) < NEAR:
        return say("exercise-off-near")
    if ratio > 1:
        return say("exercise-off-large") if ratio > 1.5 else say("exercise-off-bit-large")
    return say("exercise-off-small") if ratio < 2 / 3 else say("exercise-off-bit-small")


def _shapes(came: tuple[int, ...], right: tuple[int, ...]) -> str:
    shapes = {"came": _shape_text(came), "right": _shape_text(right)}
    if not right and len(came) == 1 and came != (1,):
        return say("exercise-off-several", came=came[0])
    if not right and set(came) == {1}:
        return say("exercise-off-one-element", **shapes)
    if not came and len(right) == 1:
        return say("exercise-off-single", right=right[0])
    if came == (*right, 1):
        return say("exercise-off-column", **shapes)
    if right == (*came, 1):
        return say("exercise-off-flat", **shapes)
    if came == right[::-1]:
        return say("exercise-off-transposed", **shapes)
    return say("exercise-off-shape", **shapes)


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _place(miss: Miss) -> str:
    part = "" if miss.part is None else "".join(f"[{step}]" for step in str(miss.part).split("."))
    return part + (f"[{', '.join(map(str, miss.index))}]" if miss.index else "")


def _size(value: Numbers) -> int:
    return value.values.size if isinstance(value, Leaf) else 1


def _numbers_text(value: Numbers) -> str:
    if value is None:
        return "None"
    if isinstance(value, Leaf):
        return _array_text(value.values)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_numbers_text(part)}" for name, part in value.items()) + "}"
    return "(" + ", ".join(_numbers_text(part) for part in value) + ")"


def _array_text(array: np.ndarray[Any, Any]) -> str:
    if array.ndim == 0:
        return number_text(float(array))
    shown: Any = {"all": number_text}  # NumPy's type wants each kind of number by name
    text = np.array2string(array, formatter=shown, threshold=SHOWN, edgeitems=2, separator=", ")
    return " ".join(text.split())


def _input_text(value: Any) -> str:
    if isinstance(value, list):
        return _array_text(np.asarray(value, float))
    if isinstance(value, (bool, str)):
        return str(value)
    return number_text(value) if isinstance(value, float) else str(value)

"""Numbers and arrays as text and LaTeX: six significant digits, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["as_array", "count", "latex_number", "latex_value", "lowest", "number", "shape_text", "value_text"]

DIGITS = 6
# Larger arrays are shown by their edges in text, and by their shape alone in LaTeX.
TEXT_LIMIT = 200
LATEX_LIMIT = 64


def number(value: Any) -> str:
    """Return a real or complex number with six significant digits."""
    if isinstance(value, (complex, np.complexfloating)):
        return f"{number(value.real)}{'+' if not value.imag < 0 else '-'}{number(abs(value.imag))}j"
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return str(value)
    text = f"{float(value):.{DIGITS}g}"
    return "0" if text == "-0" else text


def lowest(values: Iterable[float]) -> list[int]:
    """Return the indices of the finite values that are shown as the lowest number."""
    known = [(float(value), index) for index, value in enumerate(values) if math.isfinite(value)]
    return [index for value, index in known if number(value) == number(min(known)[0])]


def count(value: int) -> str:
    """Return a count with thousands separated: `10,000`."""
    return f"{value:,}"


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """Return a tensor, a Variable or IndexedSlices as a NumPy array."""
    if hasattr(value, "indices") and hasattr(value, "dense_shape"):
        dense = np.zeros(as_array(value.dense_shape).tolist(), as_array(value.values).dtype)
        np.add.at(dense, as_array(value.indices), as_array(value.values))
        return dense
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value)


def value_text(value: Any) -> str:
    """Return a tensor's value as text, on several lines when it is a matrix; `None` stays None."""
    if value is None:
        return "None"
    array = as_array(value)
    if array.ndim == 0:
        return number(array[()])
    return np.array2string(
        array, formatter={"all": number}, threshold=TEXT_LIMIT, edgeitems=3, max_line_width=100, separator=" "
    )


def shape_text(shape: Any) -> str:
    """Return a shape as it is written in mathematics: `2×3`; a scalar's is `scalar`."""
    return "×".join(map(str, shape)) or "scalar"


def latex_number(value: Any) -> str:
    """Return a number in LaTeX: `1.5 \\times 10^{-7}`."""
    mantissa, _, exponent = number(value).partition("e")
    if not exponent:
        return {"nan": r"\mathrm{NaN}", "inf": r"\infty", "-inf": r"-\infty"}.get(mantissa, mantissa)
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def latex_value(value: Any) -> str:
    """Return a scalar, a vector (as a column) or a matrix in LaTeX; anything larger by its shape."""
    array = as_array(value)
    if array.ndim == 0:
        return latex_number(array[()])
    if array.ndim > 2 or array.size > LATEX_LIMIT or array.size == 0:
        shape = shape_text(array.shape).replace("×", r" \times ")
        return rf"\text{{{array.dtype.name} of shape }} {shape}"
    rows = array[:, None] if array.ndim == 1 else array
    body = r" \\ ".join(" & ".join(latex_number(entry) for entry in row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"

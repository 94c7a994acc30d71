"""Numbers and lines in the sentences of a diagnosis."""

from __future__ import annotations

import math

from gradmagic.messages import say

__all__ = ["at_line", "digits", "rough", "round_down", "safe_form", "span"]

_LONGEST = 60
# How to keep the input of an operation where its result and its derivative are finite, in float32 too.
_SAFE = {
    "Acos": "tf.acos(tf.clip_by_value(x, -0.999, 0.999))",
    "Asin": "tf.asin(tf.clip_by_value(x, -0.999, 0.999))",
    "Atanh": "tf.atanh(tf.clip_by_value(x, -0.999, 0.999))",
    "Div": "tf.math.divide_no_nan(a, b)",
    "Exp": "tf.exp(tf.minimum(x, 80.0))",
    "Log": "tf.math.log(tf.maximum(x, 1e-7))",
    "Log1p": "tf.math.log1p(tf.maximum(x, -0.999))",
    "RealDiv": "tf.math.divide_no_nan(a, b)",
    "Reciprocal": "tf.math.divide_no_nan(1.0, x)",
    "Rsqrt": "tf.math.rsqrt(tf.maximum(x, 1e-12))",
    "Sqrt": "tf.sqrt(tf.maximum(x, 1e-12))",
    "Xdivy": "tf.math.divide_no_nan(a, b)",
}


def digits(value: float) -> str:
    """Return a number with six significant digits."""
    return f"{value:.6g}"


def rough(value: float) -> str:
    """Return a number that power iteration found, which gives three digits."""
    return f"{value:.3g}"


def round_down(value: float) -> float:
    """Return the next smaller number with one significant digit: 0.0678 becomes 0.06."""
    exponent = math.floor(math.log10(value))
    # Divided, not multiplied, and read back from text: 6e-02, not 0.060000000000000005.
    return float(f"{math.floor(value / 10**exponent + 1e-9)}e{exponent}")


def at_line(line: int, expression: str) -> str:
    """Return ` (line 3: "tf.exp(w)")`, or nothing for the line 0."""
    if not line:
        return ""
    text = expression if len(expression) <= _LONGEST else expression[: _LONGEST - 1] + "…"
    return say("diagnosis-line", line=line, expression=text)


def safe_form(operation: str) -> str | None:
    """Return how an operation is written so that it stays finite, `None` where there is no such way."""
    return _SAFE.get(operation)


def span(low: float, high: float) -> str:
    """Return `-0.2`, or `-3 ... 5` for the range of several numbers."""
    return digits(low) if low == high else f"{digits(low)} … {digits(high)}"

"""Logarithmic axes whose powers of ten are plain text: matplotlib's formulas take longer than the curve."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

__all__ = ["logarithmic"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def logarithmic(axes: Any, *sides: str) -> None:
    """Make the `"x"` or `"y"` axis logarithmic, labelled as matplotlib would: 10⁻³, or 2×10⁻¹ between."""
    for side in sides:
        axis = axes.xaxis if side == "x" else axes.yaxis
        getattr(axes, f"set_{side}scale")("log")
        axis.set_major_formatter(_formatter()())
        axis.set_minor_formatter(_formatter()())


@cache
def _formatter() -> type:
    from matplotlib.ticker import LogFormatterSciNotation

    class PlainFormatter(LogFormatterSciNotation):
        """Matplotlib's choice of labels and digits, without its layout of formulas."""

        def __call__(self, x: float, pos: int | None = None) -> str:
            return plain(super().__call__(x, pos))

    return PlainFormatter


def plain(formula: str) -> str:
    r"""Return a label such as `$\mathdefault{2\times10^{-1}}$` as `2×10⁻¹`."""
    inner = re.sub(r"^\$\\mathdefault\{(.*)\}\$$", r"\1", formula).replace(r"\times", "×")
    return re.sub(r"\^\{(-?\d+)\}", lambda power: power[1].translate(_RAISED), inner)

"""Show a `Curve`: the function and its derivatives as lines, and what is to be seen of them in words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._figures import INK, figure_svg
from gradmagic.display._numbers import number
from gradmagic.display._symbols import prime
from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.tape import Curve

__all__ = ["curve_bundle", "curve_limits", "curve_lines", "curve_text", "plot_curve"]

# Each order has a colour (Okabe and Ito 2008, of middle lightness for light and dark pages) and a dash.
STYLES = (
    ("#3f87d9", "-"),
    ("#d55e00", "--"),
    ("#009e73", "-."),
    ("#b8579a", ":"),
    ("#b8860b", (0, (5, 1, 1, 1, 1, 1))),
)
# What lies further out than this many times the middle 90 % is a pole: the axis does not follow it.
REACH = 3.0


def curve_text(curve: Curve) -> str:
    """Return the interval, each order's values at its ends and its range, zeros and extremes."""
    low, high = number(curve.x[0]), number(curve.x[-1])
    lines = [say("plot-head", name=curve.name, low=low, high=high)]
    labels = [prime(curve.name, order) for order in range(curve.order + 1)]
    width = max(map(len, labels))
    for label, level in zip(labels, curve.orders, strict=True):
        extremes = [point.value for point in curve.critical] if level is curve.orders[0] else []
        lines.append(f"{label.ljust(width)}  {_level(level, extremes, low, high)}")
    if curve.zeros:
        lines.append(say("plot-zeros", places=", ".join(_place(zero, curve) for zero in curve.zeros)))
    for point in curve.critical:
        place, value = _place(point.x, curve), number(_settled(point.value, curve.orders[0]))
        line = say(f"plot-{point.kind}", place=place, name=curve.name, value=value)
        lines.append(line + (say("plot-corner", slope=prime(curve.name, 1)) if point.corner else ""))
    if curve.more:
        lines.append(say("plot-more"))
    return "\n".join(lines)


def curve_bundle(curve: Curve) -> dict[str, str]:
    """Return the text, and the figure as HTML with the text under it."""
    text = curve_text(curve)
    svg = figure_svg(plot_curve(curve), text.partition("\n")[0])
    words = "".join(f'<div style="margin:2px 0">{escape(line)}</div>' for line in text.split("\n"))
    return {"text/plain": text, "text/html": f'<div style="max-width:46em">{svg}{words}</div>'}


def curve_lines(curve: Curve) -> list[tuple[str, np.ndarray[Any, Any] | None]]:
    """Return each order's label and its values, with a NaN at poles; `None` for one that is not computed."""
    return [
        (prime(curve.name, order), None if level is None else _unbroken(level))
        for order, level in enumerate(curve.orders)
    ]


def curve_limits(curve: Curve) -> tuple[float, float]:
    """Return the ends of a vertical axis that follows the function, not its derivatives."""
    values = curve.orders[0]
    finite = np.zeros(1) if values is None else values[np.isfinite(values)]
    low, high = (float(end) for end in (finite.min(), finite.max())) if finite.size else (0.0, 0.0)
    inner = np.quantile(finite, [0.05, 0.95]) if finite.size else np.zeros(2)
    span = float(inner[1] - inner[0]) or high - low or 1.0
    low, high = max(low, float(inner[0]) - REACH * span), min(high, float(inner[1]) + REACH * span)
    low, high = min(low, 0.0) if low < 0.5 * span else low, max(high, 0.0) if high > -0.5 * span else high
    room = 0.15 * ((high - low) or span)
    return low - room, high + room


def plot_curve(curve: Curve) -> Figure:
    """Draw the function and its derivatives over the interval, with a line at zero."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor("none")
    axes.axhline(0, color=INK, linewidth=1.0)
    for order, level in enumerate(curve.orders):
        colour, dash = STYLES[order % len(STYLES)]
        label = prime(curve.name, order)
        if level is None:
            axes.plot([], [], color=colour, linestyle=dash, label=f"{label}: {say('flow-is-not-computed')}")
            continue
        width = 2.2 if order == 0 else 1.7
        axes.plot(curve.x, _unbroken(level), color=colour, linestyle=dash, linewidth=width, label=label)
    marks = [(zero, 0.0) for zero in curve.zeros] + [(point.x, point.value) for point in curve.critical]
    if marks:
        axes.plot(*zip(*marks, strict=True), "o", color=STYLES[0][0], markersize=5, zorder=3)
    limits = _limits(curve)
    if limits:
        axes.set_ylim(*limits)
    axes.margins(x=0)
    axes.set_xlabel("x")
    axes.xaxis.label.set_color(INK)
    axes.tick_params(which="both", colors=INK, labelsize=9)
    axes.grid(True, color=INK, alpha=0.2, linewidth=0.6)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("bottom", "left"))
        spine.set_color(INK)
    figure.legend(
        loc="outside upper left", ncols=4, frameon=False, labelcolor=INK, fontsize=10, handlelength=3.2
    )
    return figure


def _level(level: np.ndarray[Any, Any] | None, extremes: list[float], low: str, high: str) -> str:
    if level is None:
        return say("flow-is-not-computed")
    finite = np.array([value for value in (*level, *extremes) if np.isfinite(value)])
    ends = say("plot-ends", low=low, first=number(level[0]), high=high, last=number(level[-1]))
    if not finite.size:
        return ends
    return ends + say("plot-range", least=number(finite.min()), most=number(finite.max()))


def _place(x: float, curve: Curve) -> str:
    return number(_settled(x, curve.x))


def _settled(value: float, scale: np.ndarray[Any, Any] | None) -> float:
    """Return zero for what is only rounding beside the numbers around it: 3e-17 is no place on an axis."""
    if scale is None or not np.isfinite(scale).any():
        return value
    return 0.0 if abs(value) < 1e-9 * np.nanmax(np.abs(scale[np.isfinite(scale)])) else value


def _unbroken(level: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Lift the pen at poles: where the sign changes between values far outside the middle ones."""
    finite = np.abs(level[np.isfinite(level)])
    if not finite.size:
        return level
    far = REACH * np.quantile(finite, 0.9)
    drawn = level.astype(float).copy()
    jump = (level[:-1] * level[1:] < 0) & (np.abs(level[:-1]) > far) & (np.abs(level[1:]) > far)
    drawn[1:][jump] = np.nan
    return drawn


def _limits(curve: Curve) -> tuple[float, float] | None:
    """Limit the axis where poles would flatten everything else; None where nothing sticks out."""
    levels = [level[np.isfinite(level)] for level in curve.orders if level is not None]
    every = np.concatenate(levels) if levels else np.array([])
    if not every.size:
        return None
    low = min(np.quantile(level, 0.05) for level in levels if level.size)
    high = max(np.quantile(level, 0.95) for level in levels if level.size)
    span = (high - low) or 1.0
    if every.min() >= low - REACH * span and every.max() <= high + REACH * span:
        return None
    return low - 0.5 * span, high + 0.5 * span

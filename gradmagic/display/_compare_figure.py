"""Draw a `CompareReport`: the error of differences against their step, and how long each method took.

It is a picture of pixels on purpose. Times, and errors that are rounding alone, are others in every run; a
stored notebook is compared with a run of today by its text and its HTML, and pictures are passed over.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._figures import INK, LINE, figure_png, said_in_pictures, style_axes
from gradmagic.display._logarithmic import logarithmic
from gradmagic.display._numbers import number
from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.tape import CompareReport

__all__ = ["compare_picture", "plot_comparison"]

# Two curves and a level, told apart by lightness and dash as well as by hue.
NARROW, WIDE, LEVEL = "#d9822b", LINE, "#2f9e6e"
# Where an error of 0 is drawn: below the precision of float64.
FLOOR = 1e-17


def compare_picture(report: CompareReport) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the picture as PNG, and its metadata: the size, and the same in words for screen readers."""
    figure = plot_comparison(report)
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    words = {"alt": _description(report), "width": width, "height": height}
    text = say("compare-picture", target=report.target)
    return {"text/plain": text, "image/png": figure_png(figure)}, {"image/png": words}


def plot_comparison(report: CompareReport) -> Figure:
    """Draw the error against the step with the level of the automatic one, and beside it the times."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 3.4), layout="constrained")
    errors, times = figure.subplots(1, 2, width_ratios=(2, 1))
    _draw_errors(errors, report)
    _draw_times(times, report)
    return figure


def _draw_errors(axes: Any, report: CompareReport) -> None:
    style_axes(axes)
    for curve in report.curves:
        narrow = curve.precision != "float64"
        step, error = curve.best
        axes.plot(
            curve.steps,
            np.maximum(curve.errors, FLOOR),
            color=NARROW if narrow else WIDE,
            linewidth=1.8,
            marker="s" if narrow else "o",
            markersize=3.2,
            label=said_in_pictures(
                "compare-line-numeric", precision=curve.precision, error=f"{error:.0e}", step=f"{step:.0e}"
            ),
        )
    automatic = report["automatic"].error
    if math.isfinite(automatic):
        axes.axhline(
            max(automatic, FLOOR),
            color=LEVEL,
            linewidth=1.6,
            linestyle=(0, (5, 3)),
            label=said_in_pictures("compare-line-automatic", error=f"{automatic:.1e}" if automatic else "0"),
        )
    logarithmic(axes, "x", "y")
    axes.set_xlabel(said_in_pictures("compare-axis-step"))
    axes.set_ylabel(said_in_pictures("compare-axis-error"))
    axes.margins(x=0.02)
    axes.set_ylim(bottom=axes.get_ylim()[0] / 30)  # room for the words below the curves
    for place, word, side in ((0.01, "rounding", "left"), (0.99, "bending", "right")):
        axes.text(
            place,
            0.03,
            said_in_pictures(f"compare-{word}"),
            transform=axes.transAxes,
            ha=side,
            color=INK,
            fontsize=8.5,
            style="italic",
        )
    handles, labels = axes.get_legend_handles_labels()
    axes.figure.legend(
        handles, labels, loc="outside upper left", ncols=3, frameon=False, fontsize=9, labelcolor=INK
    )


def _draw_times(axes: Any, report: CompareReport) -> None:
    """A bar for each method, from a tenth of the shortest time on: the axis is logarithmic."""
    style_axes(axes)
    axes.grid(False, axis="y")
    names = [said_in_pictures(f"compare-{method.name}") for method in report.methods]
    seconds = [method.seconds if method.values else math.nan for method in report.methods]
    known = [value for value in seconds if value > 0]
    logarithmic(axes, "x")
    places = range(len(names))
    if known:
        start = min(known) / 10
        axes.barh(places, np.array(seconds) - start, left=start, height=0.55, color=LINE)
        # Room for the words behind the longest bar.
        axes.set_xlim(start, start * (max(known) / start) ** 1.5)
    for place, value in zip(places, seconds, strict=True):
        words = said_in_pictures("compare-no-time") if math.isnan(value) else time_text(value)
        where = (0.02, place) if math.isnan(value) else (value, place)
        axes.annotate(
            words,
            where,
            xycoords=axes.get_yaxis_transform() if math.isnan(value) else "data",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=9,
        )
    axes.set_yticks(places, names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(said_in_pictures("compare-axis-time"))


def time_text(seconds: float) -> str:
    """Return a time in the unit in which it is easily read."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _description(report: CompareReport) -> str:
    curves = [
        say(
            "compare-figure-curve",
            precision=curve.precision,
            error=f"{curve.best[1]:.0e}",
            step=f"{curve.best[0]:.0e}",
        )
        for curve in report.curves
    ]
    times = ", ".join(
        f"{say(f'compare-{method.name}')} {time_text(method.seconds)}"
        for method in report.methods
        if method.values
    )
    return say(
        "compare-figure",
        curves=" ".join(curves),
        automatic=number(report["automatic"].error),
        times=times,
    )

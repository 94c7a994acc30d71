"""Figures, drawn by matplotlib without its global state, readable on a light and on a dark page.

matplotlib is imported when a figure is drawn: text does not wait for it.
"""

from __future__ import annotations

import io
import re
import warnings
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.training import Run

__all__ = ["figure_svg", "plot_run"]

# Mid-grey axes and a blue of middle lightness keep a contrast of 3:1 and more on white and on #111.
INK = "#808080"
LINE = "#3f87d9"
POINTS = 2000


def plot_run(run: Run) -> Figure:
    """Draw the loss against the step, on a logarithmic axis when it spans more than a factor of ten."""
    steps, loss = _thinned(run.history.step, run.history.loss)
    figure, axes = _axes()
    axes.plot(steps, loss, color=LINE, linewidth=1.8, solid_capstyle="round")
    finite = loss[np.isfinite(loss)]
    if finite.size and finite.min() > 0 and finite.max() / finite.min() > 10:
        axes.set_yscale("log")
    axes.set_xlabel(say("display-step"))
    axes.set_ylabel(say("display-loss"))
    axes.margins(x=0.01)
    return figure


def figure_svg(figure: Figure, description: str) -> str:
    """Return a figure as SVG text with a title for screen readers; the same bytes for the same figure."""
    import matplotlib

    buffer = io.StringIO()
    # `none` keeps text as text; the salt makes matplotlib's ids repeatable.
    # Its own font lacks Chinese, which does not matter: the page's fonts draw the text.
    with (
        matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "gradmagic"}),
        warnings.catch_warnings(action="ignore", category=UserWarning),
    ):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    opened = svg.index(">") + 1
    head = svg[: opened - 1] + ' role="img" style="max-width:100%;height:auto">'
    return f"{head}<title>{escape(description)}</title>{svg[opened:]}"


def _axes() -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 2.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor("none")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(INK)
    axes.tick_params(which="both", colors=INK, labelsize=9)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.grid(True, color=INK, alpha=0.2, linewidth=0.6)
    return figure, axes


def _thinned(
    steps: np.ndarray[Any, Any], values: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Keep at most `POINTS` points: the smallest and the largest of each stretch, so no spike is lost."""
    if len(values) <= POINTS:
        return steps, values
    edges = np.linspace(0, len(values), POINTS // 2 + 1).astype(int)
    keep = {0, len(values) - 1}
    for start, stop in pairwise(edges):
        stretch = np.nan_to_num(values[start:stop], nan=np.inf)
        keep.update((start + int(stretch.argmin()), start + int(stretch.argmax())))
    index = np.array(sorted(keep))
    return steps[index], values[index]

"""Figures, drawn by matplotlib without its global state, readable on a light and on a dark page.

matplotlib is imported when a figure is drawn: text does not wait for it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import warnings
from functools import cache
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._logarithmic import logarithmic
from gradmagic.messages import catalogue, language, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.training import Run

__all__ = [
    "figure_png",
    "figure_svg",
    "new_axes",
    "plot_run",
    "said_in_pictures",
    "style_axes",
    "thinned",
]

# Mid-grey axes and a blue of middle lightness keep a contrast of 3:1 and more on white and on #111.
INK = "#808080"
LINE = "#3f87d9"
MARK = "#d55e00"
POINTS = 2000
# Pixels to an inch: twice the 96 of a page, for fine screens.
DENSITY = 192
# Fonts with Chinese letters, of Linux, macOS and Windows; matplotlib's own has none.
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti TC",
    "Microsoft YaHei",
    "SimHei",
)


def plot_run(run: Run) -> Figure:
    """Draw the loss against the step, on a logarithmic axis when it spans more than a factor of ten."""
    steps, loss = thinned(run.history.step, run.history.loss)
    figure, axes = new_axes()
    axes.plot(steps, loss, color=LINE, linewidth=1.8, solid_capstyle="round")
    finite = loss[np.isfinite(loss)]
    if finite.size and finite.min() > 0 and np.log10(finite.max()) - np.log10(finite.min()) > 1:
        logarithmic(axes, "y")
    axes.set_xlabel(say("display-step"))
    axes.set_ylabel(say("display-loss"))
    axes.margins(x=0.01)
    found = run.diagnose(deep=False)
    if found.since_step is not None:
        label = say("display-since", kind=found.title, step=found.since_step)
        axes.axvline(found.since_step, color=MARK, linewidth=1.2, linestyle="--", label=label)
        axes.legend(frameon=False, labelcolor=INK, fontsize=9)
    return figure


def figure_svg(figure: Figure, description: str) -> str:
    """Return a figure as SVG text with a title for screen readers; the same bytes for the same figure.

    Coordinates are rounded to a hundredth of a point, finer than any screen, so that another processor's
    rounding is not seen in them.
    """
    import matplotlib

    buffer = io.StringIO()
    # `none` keeps text as text. Matplotlib's own font lacks Chinese, but the page's fonts draw the text.
    with (
        matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "gradmagic"}),
        warnings.catch_warnings(action="ignore", category=UserWarning),
    ):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = _with_own_names(_rounded(re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)))
    opened = svg.index(">") + 1
    head = svg[: opened - 1] + ' role="img" style="max-width:100%;height:auto">'
    return f"{head}<title>{escape(description)}</title>{svg[opened:]}"


# The attributes in which Matplotlib writes coordinates; text, such as the label of a tick, is not among them.
_COORDINATES = re.compile(r' (?:d|points|transform|viewBox|width|height|x|y)="[^"]*"')
_FRACTION = re.compile(r"-?\d+\.\d+")
# Matplotlib's names of markers and clipping paths: a letter and a hash of unrounded coordinates.
_NAME = re.compile(r"\b[a-z][0-9a-f]{10}\b")


def _rounded(svg: str) -> str:
    def two_places(found: re.Match[str]) -> str:
        return f"{round(float(found[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")

    return _COORDINATES.sub(lambda found: _FRACTION.sub(two_places, found[0]), svg)


def _with_own_names(svg: str) -> str:
    """Name markers and clipping paths by a hash of the rounded drawing, unlike any other of the page."""
    found = dict.fromkeys(_NAME.findall(svg), "")
    drawing = _NAME.sub("", svg).encode()
    for index, name in enumerate(found):
        digest = hashlib.sha256(b"%d %s" % (index, drawing)).hexdigest()
        found[name] = f"{name[0]}{digest[:10]}"
    return _NAME.sub(lambda match: found[match[0]], svg)


def figure_png(figure: Figure) -> str:
    """Return a figure as PNG in base64, as a notebook stores it; see-through, for light and dark pages."""
    import matplotlib

    buffer = io.BytesIO()
    family = [*matplotlib.rcParams["font.family"], *_chinese_fonts()[:1]]
    for text in figure.findobj(matplotlib.text.Text):
        text.set_fontfamily(family)
    figure.savefig(buffer, format="png", dpi=DENSITY, transparent=True, metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def said_in_pictures(key: str, **values: object) -> str:
    """Say something in a picture of pixels: in English where no font of this machine has Chinese letters."""
    if language() == "zh" and not _chinese_fonts():
        return catalogue()[key][0].format(**values)
    return say(key, **values)


@cache
def _chinese_fonts() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    return tuple(name for name in CHINESE_FONTS if name in known)


def new_axes() -> tuple[Figure, Any]:
    """Return a figure of the usual size, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 2.6), layout="constrained")
    axes = figure.add_subplot()
    style_axes(axes)
    return figure, axes


def style_axes(axes: Any) -> None:
    """Give axes the ink and the grid of every figure."""
    axes.set_facecolor("none")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(INK)
    axes.tick_params(which="both", colors=INK, labelsize=9)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.grid(True, color=INK, alpha=0.2, linewidth=0.6)


def thinned(
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

"""The labels are matplotlib's own, but for the formula that they are set in."""

import numpy as np
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from gradmagic.display._figures import figure_svg
from gradmagic.display._logarithmic import logarithmic, plain


@pytest.mark.parametrize(
    ("formula", "label"),
    [
        (r"$\mathdefault{10^{-12}}$", "10⁻¹²"),
        (r"$\mathdefault{10^{0}}$", "10⁰"),
        (r"$\mathdefault{2\times10^{-1}}$", "2×10⁻¹"),
        (r"$\mathdefault{3}$", "3"),
        ("", ""),
    ],
)
def test_a_label(formula, label):
    assert plain(formula) == label


def labels(lowest, highest, scale):
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([lowest, highest], [lowest, highest])
    scale(axes)
    FigureCanvasSVG(figure).draw()
    axis = axes.yaxis
    return [tick.label1.get_text() for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())]


@pytest.mark.parametrize(("lowest", "highest"), [(1e-7, 3), (0.12, 0.9), (2, 45), (1e-30, 1e5), (0.5, 0.6)])
def test_the_same_ticks_as_matplotlibs(lowest, highest):
    ours = labels(lowest, highest, lambda axes: logarithmic(axes, "x", "y"))
    theirs = labels(lowest, highest, lambda axes: axes.set_yscale("log"))
    assert ours == [plain(label) for label in theirs]
    assert any(ours)


def test_no_formula_is_laid_out(monkeypatch):
    from matplotlib.mathtext import MathTextParser

    monkeypatch.setattr(MathTextParser, "parse", None)
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot(np.geomspace(1e-6, 1, 9))
    logarithmic(axes, "y")
    assert "10⁻⁴" in figure_svg(figure, "falls")

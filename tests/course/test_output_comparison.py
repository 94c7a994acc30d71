"""What differs between two outputs is found; what another processor rounds otherwise is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradmagic.course import Tolerance, compare_output, compare_text

TABLE = """\
learning_rate  loss
0.1            0.235013  ✓
0.2            1.2e-05
0.3            diverged
"""

# What is shown on two machines, and is the same.
SAME = [
    ("w  2.98254", "w  2.98255"),
    ("∂loss/∂w = [0.0283331 -0.0756667]", "∂loss/∂w = [ 0.0283333 -0.0756666]"),
    ("loss 1,234.5678", "loss 1,234.5679"),
    ("0.1", "0.0999999"),
    ("48", "48.0001"),
    ("9.99999e-05", "0.0001"),
    ("1.5e3 m", "1500.0001 m"),
    ("2.5×10⁻³", "0.00250001"),
    (r"2.5 \times 10^{-3}", r"2.50001 \times 10^{-3}"),
    ("-0.0", "0.0"),
    ("−1.5", "-1.50001"),
    ("损失0.235013，再", "损失0.235014，再"),
    ("loss   w\n0.5    1", "loss       w\n0.500001   1"),
    ("a\n-----\nb", "a\n-------\nb"),
    ("x  \ny", "x\ny"),
]
# What is another result, each by another sign of it.
DIFFERENT = {
    "a figure": ("w  2.98254", "w  2.98354"),
    "a last digit beyond the tolerance": ("accuracy 0.960", "accuracy 0.961"),
    "a sign": ("slope 1.5", "slope -1.5"),
    "a sign of a small figure": ("slope 1.5e-9", "slope -1.5e-9"),
    "another minus": ("slope 1.5", "slope −1.5"),
    "an exponent": ("2e-5", "2e-6"),
    "an exponent in superscript": ("2×10⁻⁵", "2×10⁻⁶"),
    "a count": ("100,000 steps", "100,001 steps"),
    "a shape": ("shape (100000, 3)", "shape (100001, 3)"),
    "a unit": ("1.5 ms", "1.5 s"),
    "per cent": ("1.5 %", "1.5"),
    "a digit of a name": ("W1 = 2.0", "W2 = 2.0"),
    "a type": ("dtype float32", "dtype float64"),
    "a word": ("it converges", "it diverges"),
    "a mark": (TABLE, TABLE.replace("  ✓", "").replace("1.2e-05", "1.2e-05  ✓")),
    "a missing row": (TABLE, TABLE.replace("0.2            1.2e-05\n", "")),
    "a row more": (TABLE, TABLE.replace("0.3 ", "0.25  1.1\n0.3 ")),
    "two rows in one line": ("0.5 1\n0.6 2", "0.5 1 0.6 2"),
    "a figure and a word": ("0.5", "nan"),
    "infinity": ("loss inf", "loss -inf"),
    "nothing": ("", "0.5"),
    "zero": ("0.0", "1e-12"),
    "the order": ("[0.5 0.25]", "[0.25 0.5]"),
}


@pytest.mark.parametrize(("expected", "actual"), SAME, ids=[one for one, _ in SAME])
def test_rounding_is_no_difference(expected, actual):
    assert compare_text(expected, actual) is None
    assert compare_text(actual, expected) is None


@pytest.mark.parametrize("what", DIFFERENT)
def test_another_result_is_found(what):
    expected, actual = DIFFERENT[what]
    assert compare_text(expected, actual) is not None
    assert compare_text(actual, expected) is not None
    assert compare_output("text/latex", expected, actual) is not None
    assert (
        compare_output("text/html", f"<p>{expected}</p>", f"<p>{actual}</p>") is not None or "\n" in expected
    )


def test_the_first_difference_is_told():
    found = compare_text("a 1.0\nb 2.5\nc 3", "a 1.0\nb 2.6\nc 4")
    assert (found.line, found.expected, found.actual) == (2, "2.5", "2.6")
    assert found.relative == pytest.approx(0.1 / 2.6)
    assert str(found) == "line 2: 2.5 was expected, but got 2.6 (relative difference 0.038)."
    assert str(compare_text("a\nb", "a\nc")) == "line 2: 'b' was expected, but got 'c'."
    assert str(compare_text("a\nb", "a")) == "line 1: '\\n' was expected, but got ''."


# A figure as it is shown, with six significant digits, by Python's own means.
FIGURES = st.floats(-1e12, 1e12, allow_nan=False).filter(lambda number: number == 0 or abs(number) > 1e-12)


@given(FIGURES, st.floats(-4e-5, 4e-5))
def test_a_figure_may_be_off_by_less_than_the_tolerance(number, off):
    assert (
        compare_text(f"x = {number:.9g}", f"x = {number * (1 + off):.9g}") is None
        or f"{number:.9g}".lstrip("-").isdecimal()
    )


@given(FIGURES.filter(bool), st.floats(3e-4, 10) | st.floats(-10, -3e-4))
def test_a_figure_may_not_be_off_by_more(number, off):
    assert compare_text(f"x = {number:.9g}", f"x = {number * (1 + off):.9g}") is not None


@given(st.lists(FIGURES, min_size=2, max_size=6))
def test_a_missing_figure_is_found(numbers):
    shown = [f"{number:.6g}" for number in numbers]
    assert compare_text(f"[{' '.join(shown)}]", f"[{' '.join(shown[:-1])}]") is not None


def test_another_tolerance():
    assert compare_text("2.0", "2.01", Tolerance(relative=1e-2)) is None
    assert compare_text("2.00001", "2.00002", Tolerance(relative=1e-6)) is not None


# Drawings


def drawing(path="M 0 0 L 10 20 L 30 40", *, clip="p0123456789", x=12.5, colour="#3f87d9", words="loss 0.5"):
    return (
        f'<svg width="40" height="50" viewBox="0 0 40 50"><defs><clipPath id="{clip}"><rect x="{x}" y="0"/></clipPath>'
        f'</defs><path d="{path}" clip-path="url(#{clip})" style="fill: {colour}; stroke-width: 0.8"/>'
        f'<text x="1" transform="translate({x}, 2) rotate(-90)">{words}</text></svg>'
    )


@pytest.mark.parametrize(
    "other",
    [
        {"path": "M 0.2 0 L 10 19.8 L 30 40.3"},
        {"path": "M0,0L10,20L30,40"},
        {"path": "M 0 0 L 5 10 L 10 20 L 20 30 L 30 40"},  # the same line by other points
        {"clip": "pfedcba9876"},
        {"x": 12.49},
        {"colour": "#4088da"},
        {"words": "loss 0.50001"},
    ],
    ids=str,
)
def test_a_drawing_may_be_rounded_otherwise(other):
    assert compare_output("text/html", drawing(), drawing(**other)) is None
    assert compare_output("image/svg+xml", drawing(**other), drawing()) is None


@pytest.mark.parametrize(
    "other",
    [
        {"path": "M 0 0 L 10 22 L 30 40"},
        {"path": "M 0 0 L 10 20"},
        {"path": "M 0 0 L 10 20 M 10 20 L 30 40"},
        {"path": "M 0 0 C 1 1 10 20 30 40"},
        {"x": 14},
        {"colour": "#d55e00"},
        {"colour": "#3f87ff"},  # in one channel only
        {"path": "M 0 0 L 10 20 L 30 40 Z"},
        {"words": "loss 0.6"},
        {"words": "Loss 0.5"},
    ],
    ids=str,
)
def test_another_drawing_is_found(other):
    assert compare_output("text/html", drawing(), drawing(**other)) is not None
    assert compare_output("text/html", drawing(**other), drawing()) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", "M 0 0"),
        ("M 1 1 L 2", "M 1 1 L 2 5"),
        ("M 1 1 L 2 2", "M 1 1"),
        ("L 1 1", "M 1 1"),
        ("M 1 1 M 2 2", "M 1 1"),
        ("M nothing", "M 1 1"),
        ("1,1 2,2", "1,1 2,2 9,9"),
    ],
)
def test_a_path_that_draws_something_else_or_nothing_known_is_another(one, other):
    page = '<path d="{}"/>'
    for expected, actual in ((one, other), (other, one)):
        assert compare_output("text/html", page.format(expected), page.format(actual)) is not None
    assert compare_output("text/html", page.format(one), page.format(one)) is None


def test_the_line_that_closes_a_path_is_part_of_it():
    closed, open_again = "M 0 0 L 10 0 L 10 10 z", "M 0 0 L 10 0 L 10 10 L 0 0 z"
    assert compare_output("text/html", drawing(closed), drawing(open_again)) is None
    dented = "M 0 0 L 10 0 L 10 10 L 0 8 z"
    assert compare_output("text/html", drawing(closed), drawing(dented)) is not None


def test_a_clipping_path_that_is_another_is_found():
    page = '<path id="p0123456789"/><path id="p9876543210"/><use href="#{}"/>'
    one, other = page.format("p0123456789"), page.format("p9876543210")
    assert compare_output("text/html", one, other) is not None
    # A name that is not generated, such as a glyph's, is compared as it stands.
    assert compare_output("text/html", '<use href="#digit-5"/>', '<use href="#digit-8"/>') is not None


@pytest.mark.parametrize(
    ("expected", "near", "far"),
    [
        ("translate(12.5, 2)", "translate(12.49 2.1)", "translate(12.5, 3)"),
        ("rotate(-0 21.994459 223.5)", "rotate(0 21.99 223.5)", "rotate(0 24 223.5)"),
        ("rotate(90)", "rotate(90.001)", "rotate(90.3)"),
        ("scale(0.1)", "scale(0.100001)", "scale(0.3)"),
        ("matrix(1 0 0 1 5 6)", "matrix(1 0 0 1 5.1 6)", "matrix(1 0.2 0 1 5 6)"),
    ],
)
def test_a_transformation_moves_by_lengths_and_turns_by_figures(expected, near, far):
    page = '<g transform="{}"/>'
    assert compare_output("text/html", page.format(expected), page.format(near)) is None
    assert compare_output("text/html", page.format(expected), page.format(far)) is not None


def test_a_missing_row_of_a_table_is_found():
    row = "<tr><td>{}</td></tr>"
    whole = f"<table>{row.format(1.5)}{row.format(2.5)}</table>"
    assert compare_output("text/html", whole, f"<table>{row.format(1.5)}</table>") is not None
    assert compare_output("text/html", whole, whole.replace("</tr>", "</tr>\n")) is None


def test_lengths_of_a_style_and_json():
    assert compare_output("text/html", '<i style="width:46.2%">', '<i style="width:46.3%">') is None
    assert compare_output("text/html", '<i style="width:46.2%">', '<i style="width:46.2px">') is not None
    assert compare_output("text/html", '<i style="opacity:.7">', '<i style="opacity:.2">') is not None
    assert compare_output("application/json", {"a": [1.5, 2]}, {"a": [1.500001, 2]}) is None
    assert compare_output("application/json", {"a": [1.5, 2]}, {"a": [1.5, 3]}) is not None
    assert compare_output("application/json", {"a": 1.5}, {"b": 1.5}) is not None


def test_a_curve_of_many_points_is_compared_as_a_curve():
    """Which of the points on a curve are drawn depends on the last digits; where it runs does not."""
    x = np.linspace(0, 400, 2000)
    y = 100 + 80 * np.sin(x / 20)

    def path(keep, y=y):
        return "M " + " L ".join(f"{a:.2f} {b:.2f}" for a, b in zip(x[keep], y[keep], strict=True))

    every, most = slice(None), np.sort(np.random.default_rng(0).permutation(2000)[:1500])
    assert compare_output("text/html", drawing(path(every)), drawing(path(most))) is None
    spike = y.copy()
    spike[y.argmax()] += 1
    assert compare_output("text/html", drawing(path(every)), drawing(path(every, spike))) is not None

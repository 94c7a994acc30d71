"""Curves: the numbers of a function and its derivatives, its zeros and extremes, the figure."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import tensorflow as tf

from gradmagic import messages
from gradmagic.display import curve_bundle, curve_text, plot_curve
from gradmagic.errors import ArgumentError, TargetError
from gradmagic.tape import curve


def polynomial(x):
    return x**4 + 2 * x**3 - 3 * x**2 + 4 * x - 5


def piecewise(x):
    return x * x if x > 0 else -x


def test_values_and_derivatives_of_a_polynomial():
    found = curve(polynomial, -4, 2, order=3)
    x = np.linspace(-4, 2, 401)
    assert found.elementwise
    np.testing.assert_allclose(found.x, x)
    np.testing.assert_allclose(found.orders[0], polynomial(x))
    np.testing.assert_allclose(found.orders[1], 4 * x**3 + 6 * x**2 - 6 * x + 4)
    np.testing.assert_allclose(found.orders[2], 12 * x**2 + 12 * x - 6, atol=1e-9)
    np.testing.assert_allclose(found.orders[3], 24 * x + 12, atol=1e-9)
    roots = sorted(root.real for root in np.roots([1, 2, -3, 4, -5]) if abs(root.imag) < 1e-12)
    np.testing.assert_allclose(found.zeros, roots, rtol=1e-9)


def test_the_text():
    assert curve_text(curve(polynomial, -4, 2, order=2, name="f")) == "\n".join(
        [
            "f from -4 to 2",
            "f    59 at -4, 23 at 2; between -26.4324 and 59",
            "f'   -132 at -4, 48 at 2; between -132 and 48",
            "f''  138 at -4, 66 at 2; between -8.9997 and 138",
            "zero at -3.37192, 1.11029",
            "minimum at -2.32859: f = -26.4324",
        ]
    )


def test_a_function_with_a_branch_is_computed_point_by_point():
    found = curve(piecewise, -1, 1, points=101)
    assert not found.elementwise
    np.testing.assert_allclose(found.orders[1], np.where(found.x > 0, 2 * found.x, -1))


def test_a_function_that_mixes_its_points_is_found_out():
    found = curve(lambda x: x * tf.reduce_sum(x), 1, 2, points=11)
    assert not found.elementwise
    np.testing.assert_allclose(found.orders[0], found.x**2)
    np.testing.assert_allclose(found.orders[1], 2 * found.x)
    centred = curve(lambda x: x - tf.reduce_mean(x) + 1.0, 0, 1, points=11)
    np.testing.assert_allclose(centred.orders[0], np.ones(11))


def test_float32_where_the_function_insists():
    w = tf.Variable(2.0)
    found = curve(lambda x: w * tf.sin(x), 0, 3, points=31)
    assert found.elementwise
    np.testing.assert_allclose(found.orders[1], 2 * np.cos(found.x), atol=1e-6)


def test_not_computed_is_not_zero():
    found = curve(lambda x: 3.0 * x, -1, 1, order=2, name="line")
    assert found.orders[2] is None
    assert "line''  not computed" in curve_text(found)
    assert plot_curve(found).legends[0].get_texts()[2].get_text() == "line'': not computed"
    constant = curve(lambda x: 3.0, 0, 1, name="c")
    assert constant.orders[1] is None
    assert constant.zeros == ()


def test_extremes_and_flat_points():
    kinds = {round(point.x, 6): point.kind for point in curve(tf.sin, 0.1, 7).critical}
    assert kinds == {round(math.pi / 2, 6): "maximum", round(3 * math.pi / 2, 6): "minimum"}
    assert [point.kind for point in curve(lambda x: x**3, -1, 1).critical] == ["flat"]


def test_corners_are_extremes_where_the_derivative_jumps():
    for points in (401, 400):
        (corner,) = curve(tf.abs, -1, 1, points=points).critical
        assert (round(corner.x, 6), corner.kind, corner.corner) == (0, "minimum", True)
    assert "minimum at 0: abs = 0 (a corner: abs' jumps there)" in curve_text(curve(tf.abs, -1, 1))
    assert curve(lambda x: 1 / x**2, -1, 1, points=400).critical == ()
    assert curve(lambda x: x**2, -1, 1).critical[0].corner is False


def test_poles_are_no_zeros_and_do_not_flatten_the_picture():
    tangent = curve(tf.tan, -4, 4)
    np.testing.assert_allclose(tangent.zeros, [-math.pi, 0, math.pi], atol=1e-9)
    low, high = plot_curve(tangent).axes[0].get_ylim()
    assert high - low < 200
    assert curve(lambda x: 1 / x, -1, 1, points=400).zeros == ()


def test_half_a_relu_of_zeros_is_no_list_of_zeros():
    assert curve(tf.nn.relu, -1, 1).zeros == ()


def test_many_zeros_are_cut_and_said():
    wave = curve(tf.sin, -40, 40)
    assert wave.more
    assert len(wave.zeros) == 8
    assert "more" in curve_text(wave)


def test_where_a_function_is_not_defined():
    found = curve(tf.math.log, -1, 1)
    assert np.isnan(found.orders[0][0])
    assert found.zeros == (1.0,)
    assert "nan at -1" in curve_text(found)


def test_the_figure_tells_orders_apart_without_colour():
    figure = plot_curve(curve(polynomial, -4, 2, order=3))
    lines = [line for line in figure.axes[0].lines if line.get_label()[0] != "_"]
    assert len({line.get_linestyle() for line in lines}) == 4
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "polynomial" + "'" * order for order in range(4)
    ]


def test_the_bundle_is_the_same_twice_and_is_markup():
    found = curve(polynomial, -4, 2, name="<f>")
    assert curve_bundle(found) == curve_bundle(found)
    assert repr(found) == curve_bundle(found)["text/plain"]
    root = ElementTree.fromstring(curve_bundle(found)["text/html"])
    assert root[0][0].text == "<f> from -4 to 2"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((tf.sin, 2, -2), ArgumentError, "smaller number first"),
        ((tf.sin, 0, math.inf), ArgumentError, "0:inf"),
        ((tf.sin, 0, 1, 1, 1), ArgumentError, "points=1"),
        ((3.0, 0, 1), TargetError, "float"),
        ((lambda x: "no", 0, 1), TargetError, "str"),
        ((lambda x: tf.stack([x, x]), 0, 1), TargetError, r"\(2,\)"),
        ((tf.sin, 0, 1, 0), ArgumentError, "0"),
    ],
)
def test_errors_teach(arguments, error, words):
    with pytest.raises(error, match=words):
        curve(*arguments)


def test_in_chinese():
    messages.use_language("zh")
    try:
        assert "极小值点" in curve_text(curve(polynomial, -4, 2))
    finally:
        messages.use_language(None)

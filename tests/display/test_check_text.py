"""Golden text of the reports of checks and comparisons; their pages and their figure."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic import messages
from gradmagic.display import (
    _figures,
    check_bundle,
    check_text,
    compare_bundle,
    compare_picture,
    compare_text,
    plot_comparison,
)
from gradmagic.display._check import bounded
from gradmagic.tape import compare_function


def planted():
    @tf.custom_gradient
    def my_sin(x):
        return tf.sin(x), lambda dy: -dy * tf.cos(x)

    x = tf.Variable([0.5, 1.0])
    with gm.Tape() as tape:
        loss = tf.reduce_sum(my_sin(x) * 3.0)
    return tape.check(loss, x)


def polynomial(x):
    return x**4 + 2 * x**3 - 3 * x**2 + 4 * x - 5


@pytest.fixture
def chinese():
    messages.use_language("zh")
    yield
    messages.use_language(None)


def test_a_right_gradient() -> None:
    x, b = tf.Variable([0.0, 1.0, -1.0]), tf.Variable(2.0)
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.nn.relu(x) * b)
    assert repr(tape.check(y, [x, b])) == "\n".join(
        [
            "The gradient of y is right.",
            "not smooth at x[0]: left slope 0, right slope 2, TensorFlow takes 0",
            "source  compared        wrong  largest relative error",
            "x       3 of 3 entries  0      below 1e-08",
            "b       1 of 1 entries  0      below 1e-08",
            "central differences in float64, step 1.52588e-05, 21 evaluations",
        ]
    )


def test_a_wrong_gradient() -> None:
    report = planted()
    line = report.blame.place.line
    assert check_text(report) == "\n".join(
        [
            "The gradient of loss is wrong.",
            "furthest off: x[0]: TensorFlow -2.63275, central difference 2.63275, relative error 2",
            f"line {line}, `my_sin(x)`: its derivative has the wrong sign; multiply it by -1.",
            "source  compared        wrong  largest relative error",
            "x       2 of 2 entries  2      2",
            "central differences in float64, step 1.52588e-05, 33 evaluations",
        ]
    )


def test_in_chinese(chinese: None) -> None:
    lines = check_text(planted()).splitlines()
    assert lines[0] == "loss 的梯度有误。"
    assert lines[1] == "偏差最大：x[0]：TensorFlow 为 -2.63275，中心差分为 2.63275，相对误差 2"
    assert "导数的符号反了" in lines[2]
    assert lines[4] == "x     2 个元素中的 2 个  2     2"
    assert compare_text(compare_function(polynomial, (2.0,))).startswith("求 polynomial 导数的三种方法\n")


def test_a_comparison() -> None:
    report = compare_function(polynomial, (np.float64(2.0),))
    assert compare_text(report) == "\n".join(
        [
            "Three ways to the derivative of polynomial",
            "method     dpolynomial/dx  error        size",
            f"automatic  48              below 1e-08  {report['automatic'].operations} operations backward",
            "numeric    48              below 1e-08  2 evaluations",
            "symbolic   48              exact        8 operations in the formula",
            "polynomial = x**4 + 2*x**3 - 3*x**2 + 4*x - 5",
            "dpolynomial/dx = 4*x**3 + 6*x**2 - 6*x + 4",
            "The function took 10 recorded operations; as one formula it has 10, its derivatives 8.",
            "Errors are relative to the largest derivative of the formula, evaluated with 40 digits.",
            "Times change from run to run: the picture has them, `report.plot()`; in seconds, "
            '`report["automatic"].seconds`.',
        ]
    )


def test_the_text_is_the_same_each_time() -> None:
    first, second = (compare_bundle(compare_function(polynomial, (2.0,))) for _ in range(2))
    assert first == second
    assert repr(planted()).splitlines()[3:] == repr(planted()).splitlines()[3:]


class _Balance(HTMLParser):
    """Counts open tags: a page that is cut off would spoil the notebook around it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("br", "path", "use"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path", "use"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_pages_are_whole_and_without_scripts() -> None:
    for bundle in (check_bundle(planted()), compare_bundle(compare_function(polynomial, (2.0,)))):
        page = bundle["text/html"]
        parser = _Balance()
        parser.feed(page)
        assert parser.open == []
        assert "<script" not in page
    assert "my_sin(x)" in check_bundle(planted())["text/html"]


def test_no_text_and_no_html_of_a_comparison_has_a_time() -> None:
    """They are stored in notebooks and compared with those of another run."""
    for text in compare_bundle(compare_function(polynomial, (2.0,))).values():
        assert not re.search(r"\d ?(ms|µs|s)\b", text)


def test_the_picture_has_the_times_and_says_them_in_words() -> None:
    report = compare_function(polynomial, (2.0,))
    bundle, metadata = compare_picture(report)
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    words = metadata["image/png"]["alt"]
    assert "Relative error of the central difference" in words
    assert "float64" in words
    assert re.search(r"automatic \d.* (ms|µs|s), numeric \d.* (ms|µs|s), symbolic", words)
    errors, times = plot_comparison(report).axes
    assert (errors.get_xscale(), errors.get_yscale()) == ("log", "log")
    assert len(errors.lines) == 3
    assert [label.get_text() for label in times.get_yticklabels()] == ["automatic", "numeric", "symbolic"]
    reach = [bar.get_x() + bar.get_width() for bar in times.patches]
    assert reach == pytest.approx([method.seconds for method in report.methods])


def test_a_method_without_a_value_has_no_bar() -> None:
    report = compare_function(lambda x: tf.math.bessel_i0(x), (np.float64(2.0),))
    assert report["symbolic"].reason
    drawn = [text.get_text() for text in plot_comparison(report).axes[1].texts]
    assert drawn[2] == "none"


def test_a_picture_in_chinese_has_letters_the_machine_can_draw(chinese: None) -> None:
    label = plot_comparison(compare_function(polynomial, (2.0,))).axes[0].get_xlabel()
    assert label == ("步长" if _figures._chinese_fonts() else "step size")


def test_what_a_learner_wrote_is_escaped() -> None:
    report = gm.check_grads(lambda x: x * (1 < 2), (2.0,), name="<b>f</b>")
    assert "<b>f" not in report._repr_mimebundle_()["text/html"]


def test_many_points_that_are_not_smooth_are_counted() -> None:
    x = tf.Variable(tf.zeros(10))
    with gm.Tape() as tape:
        y = tf.nn.relu(x)
    text = repr(tape.check(y, x))
    assert text.count("not smooth at") == 4
    assert "… and 6 more" in text


@pytest.mark.parametrize(
    ("error", "shown"), [(0.0, "below 1e-08"), (3e-7, "below 1e-06"), (0.5, "below 1"), (1.5, "1.5")]
)
def test_small_errors_read_the_same_on_every_machine(error: float, shown: str) -> None:
    assert bounded(error) == shown

"""Golden strings of the backward pass: text in both languages, cut passes, the table, the panel."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic import messages
from gradmagic.display import step_panel, step_text, steps_bundle, steps_html, steps_text
from gradmagic.display._steps_facts import brief, shorten
from gradmagic.tape import Steps


def small() -> Steps:
    w, x = tf.Variable(3.0), tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        L = tf.reduce_sum(w * x) + tf.exp(w)
    return tape.steps(L)


def long(count: int) -> Steps:
    x = tf.Variable(0.5)
    with gm.Tape() as tape:
        y = x
        for _ in range(count):
            y = tf.sin(y)
    return tape.steps(y)


GOLDEN = """\
Backward pass from L, steps: 4. An adjoint, such as z̄, is the derivative of L by that value.
1. L = tf.reduce_sum(w * x) + tf.exp(w)  (AddV2, line 3)
   rule     z = x + y: x̄ += z̄, ȳ += z̄
   with     x: tf.reduce_sum(w * x) = 9; y: tf.exp(w) = 20.0855
   arrives  z̄ = 1
   adds     x̄ += 1 to tf.reduce_sum(w * x)
            ȳ += 1 to tf.exp(w)
2. tf.exp(w)  (Exp, line 3)
   rule     z = exp(x): x̄ += z̄·z
   with     x: w = 3; z: 20.0855
   arrives  z̄ = 1
   adds     x̄ += 20.0855 to w, in all 20.0855 (term 1 of 2)
3. tf.reduce_sum(w * x)  (Sum, line 3)
   rule     z = Σ(x): x̄ += spread(z̄)
            spread: the adjoint is repeated along the axes that were reduced
   with     x: w * x = [3 6]
   arrives  z̄ = 1
   adds     x̄ += [1 1] to w * x
4. w * x  (Mul, line 3)
   rule     z = x·y: x̄ += z̄·y, ȳ += z̄·x
            an input that was broadcast gets the sum over the axes it was spread along
   with     x: w = 3; y: x = [1 2]
   arrives  z̄ = [1 1]
   adds     x̄ += 3 to w, in all 23.0855 (term 2 of 2)
            ȳ += [3 3] to x
Result: ∂L/∂w = 23.0855
Result: ∂L/∂x = [3 3]"""


def relative(text: str) -> str:
    """Count lines from the recording's `with`, not from the top of this file."""
    return re.sub(r"line \d+|第 \d+ 行", lambda found: re.sub(r"\d+", "3", found[0]), text)


def plain(text: str) -> str:
    """The same text whichever way its bars are composed."""
    import unicodedata

    return unicodedata.normalize("NFC", text)


def test_a_pass_as_text() -> None:
    assert relative(steps_text(small())) == plain(GOLDEN)


def test_the_same_twice() -> None:
    assert steps_bundle(small()) == steps_bundle(small())


def test_in_chinese() -> None:
    messages.use_language("zh")
    try:
        text = relative(steps_text(small())).splitlines()
    finally:
        messages.use_language(None)
    assert text[0] == "L 的反向传播：共 4 步。伴随（如 z̄）是 L 对该值的导数。"
    assert text[7:12] == [
        "2. tf.exp(w)（Exp，第 3 行）",
        "   规则  z = exp(x): x̄ += z̄·z",
        "   其中  x: w = 3; z: 20.0855",
        "   传入  z̄ = 1",
        "   贡献  x̄ += 20.0855 给 w，累计 20.0855（第 1 项，共 2 项）",
    ]
    assert text[-1] == "结果：∂L/∂x = [3 3]"


def test_a_step_by_itself() -> None:
    step = small()[1]
    assert repr(step) == step_text(step)
    assert step._repr_mimebundle_()["text/plain"].startswith("2. tf.exp(w)")


def test_a_long_pass_is_cut_and_says_how_much_is_missing() -> None:
    steps = long(60)
    text = steps_text(steps)
    assert "… 36 more …" in text
    assert "\n12. " in text
    assert "\n13. " not in text
    assert "\n49. " in text
    assert len(steps_html(steps)) < 60_000
    assert steps_html(steps).count("<tr>") == 1 + 24 + 1


def test_no_steps() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        _ = x * x
        z = tf.constant(1.0) * 2.0
    steps = tape.steps(z)
    assert steps_text(steps).startswith("Backward pass from z: no step.")
    assert "no step" in steps_html(steps)
    assert "no step" in step_panel(steps, 0)


def test_values_that_were_not_kept_are_mentioned() -> None:
    x = tf.Variable(2.0)
    with gm.Tape(values=False) as tape:
        y = x * x
    assert "values were not kept: 1." in steps_text(tape.steps(y))


def test_a_term_that_cannot_be_told_apart_says_so() -> None:
    w = tf.Variable(2.0)
    cell = tf.function(lambda h: w * h)
    with gm.Tape() as tape:
        y = cell(cell(w))
    assert "+= (not told apart: another input was computed from this one) to w" in steps_text(tape.steps(y))


def test_one_of_several_operations_behind_an_expression() -> None:
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        y = tf.nn.softmax([x[0], 1.0])
    text = steps_text(tape.steps(y))
    assert "2. Pack(…) in tf.nn.softmax([x[0], 1.0])" in text


def test_outputs_are_told_apart() -> None:
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        a, b = tf.split(x, 2)
        y = a * b
    text = steps_text(tape.steps(y))
    assert "z̄₁ = [2]" in text
    assert "z̄₂ = [1]" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "None"), (tf.constant(2.0), "2"), (tf.constant([[1.0, 2.0]]), "[[1 2]]"), (tf.ones((3, 4)), "3×4, norm 3.4641"),
     (tf.constant([1 + 2j]), "[1+2j]"), (tf.zeros((0, 3)), "[]"), (tf.constant([-0.0, np.nan]), "[0 nan]")],
)  # fmt: skip
def test_values_are_brief(value: Any, text: str) -> None:
    assert brief(value) == text


def test_labels_are_short() -> None:
    assert shorten("a  +\n b") == "a + b"
    assert len(shorten("x" * 100)) == 48


# HTML


class Checker(HTMLParser):
    """Sees to it that tags are closed, and collects what is read."""

    EMPTY = ("br", "meta")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def parsed(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    return checker


def test_the_table_is_html_with_both_forms_of_the_rules() -> None:
    found = parsed(steps_html(small()))
    text = " ".join(found.text)
    assert "$\\displaystyle \\bar{x} \\mathrel{+}= \\bar{z} \\cdot z$" in text
    assert plain("x̄ += z̄·z") in text
    assert "∂L/∂w = 23.0855" in text
    assert ("scope", "col") in found.attributes
    assert not re.search(r"<script|\bid=", steps_html(small()))


def test_what_a_learner_wrote_is_escaped() -> None:
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        y = tf.reduce_sum(tf.where(x < 1.5, x, x * 2.0)) if "<script>" else x
    html = steps_html(tape.steps(y))
    parsed(html)
    assert "x &lt; 1.5" in html


def test_the_panel_says_where_it_is() -> None:
    steps = small()
    for index, step in enumerate(steps):
        html = step_panel(steps, index)
        found = parsed(html)
        assert f"step {index + 1} of 4" in " ".join(found.text)
        assert found.attributes.count(("aria-current", "step")) == 1
        (current,) = re.findall(r'<li aria-current="step"><code>(.*?)</code>', html)
        assert current == f"{step.number}. {step.label}"
    assert "∂L/∂w" in step_panel(steps, 3)
    assert "∂L/∂w" not in step_panel(steps, 2)


def test_the_list_beside_a_long_pass_stays_short() -> None:
    steps = long(60)
    for index in (0, 30, 59):
        assert step_panel(steps, index).count("<li") <= 11


def test_a_large_pass_is_shown_at_once() -> None:
    x = tf.Variable(tf.random.stateless_normal((50, 50), (1, 2)))
    with gm.Tape() as tape:
        y = tf.reduce_mean(tf.tanh(x @ x))
    assert "50×50, norm" in steps_text(tape.steps(y))

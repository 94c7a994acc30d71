"""Golden strings: numbers, names, derivatives, recordings, runs."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic import messages
from gradmagic.display import figure_svg, number, plot_run, run_bundle, run_text, value_text
from gradmagic.display._derivative import derivative_latex
from gradmagic.display._figures import thinned
from gradmagic.display._numbers import latex_number, latex_value
from gradmagic.display._symbols import latex_name, prime, text_derivative
from gradmagic.tape import differentiate


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1"), (-0.0, "0"), (1 / 3, "0.333333"), (1234567.0, "1.23457e+06"), (1e-9, "1e-09"),
        (float("nan"), "nan"), (float("-inf"), "-inf"), (np.float32(0.1), "0.1"), (7, "7"), (True, "True"),
        (1 + 2j, "1+2j"), (complex(0.5, -1), "0.5-1j"),
    ],
)  # fmt: skip
def test_numbers(value: object, shown: str) -> None:
    assert number(value) == shown


def test_arrays() -> None:
    assert value_text(tf.constant([1.0, 2.5])) == "[1 2.5]"
    assert value_text(tf.constant([[1.0], [1e-8]])) == "[[1]\n [1e-08]]"
    assert value_text(tf.zeros((1000,))) == "[0 0 0 ... 0 0 0]"
    assert value_text(None) == "None"
    slices = tf.IndexedSlices(tf.constant([[1.0], [2.0], [3.0]]), tf.constant([0, 2, 0]), tf.constant([3, 1]))
    assert value_text(slices) == "[[4]\n [0]\n [2]]"


def test_latex() -> None:
    assert latex_number(1.5e-7) == r"1.5 \times 10^{-7}"
    assert latex_number(float("inf")) == r"\infty"
    assert latex_value(tf.constant([1.0, 2.0])) == r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}"
    assert latex_value(tf.zeros((2, 2, 2))) == r"\text{float32 of shape } 2 \times 2 \times 2"
    assert [latex_name(name) for name in ("x", "loss", "alpha", "w_1", "w_out", "my_loss", "p['b']")] == [
        "x", r"\mathrm{loss}", r"\alpha", "w_{1}", r"w_{\mathrm{out}}", r"\mathrm{my\_loss}", r"\text{p['b']}",
    ]  # fmt: skip


def test_symbols() -> None:
    assert text_derivative("y", "x", 12, partial=False) == "d¹²y/dx¹²"
    assert text_derivative("a + b", "x", 1, partial=True) == "∂(a + b)/∂x"
    assert [prime("f", order) for order in range(5)] == ["f", "f'", "f''", "f'''", "f⁽⁴⁾"]


def test_a_derivative_in_both_languages() -> None:
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        y = x * x
    found = differentiate(tape, y, x, target_name="y", source_names=["x"])
    assert repr(found) == (
        "dy/dx = [2 4]\n"
        "`y` has more than one number: these are the derivatives of their sum. `--jacobian` shows each."
    )
    messages.use_language("zh")
    try:
        assert "它们之和的导数" in repr(found)
    finally:
        messages.use_language(None)


def test_latex_of_a_derivative() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = x**3
    found = differentiate(tape, y, x, target_name="y", source_names=["x"], order=2)
    assert derivative_latex(found) == (
        "$$\\begin{aligned}\n"
        "\\frac{\\mathrm{d} y}{\\mathrm{d} x} &= 12 \\\\[4pt]\n"
        "\\frac{\\mathrm{d}^{2} y}{\\mathrm{d} x^{2}} &= 12\n"
        "\\end{aligned}$$"
    )


def test_a_recording() -> None:
    W, b = tf.Variable([[1.0], [2.0]]), tf.Variable(1.0)
    X = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with gm.Tape() as tape:
        loss = tf.reduce_sum((X @ W + b) ** 2)
    line = tape.records[0].place.line
    assert repr(tape) == "\n".join(
        [
            "Tape: 6 operations, watching W, b",
            "line  operation       expression                       output",
            f"{line:<6}ReadVariableOp  X @ W                            W: float32 2×1",
            f"{line:<6}MatMul          X @ W                            float32 2×1",
            f"{line:<6}ReadVariableOp  X @ W + b                        b: float32 scalar = 1",
            f"{line:<6}AddV2           X @ W + b                        float32 2×1",
            f"{line:<6}Pow             (X @ W + b) ** 2                 float32 2×1",
            f"{line:<6}Sum             tf.reduce_sum((X @ W + b) ** 2)  loss: float32 scalar = {loss:.6g}",
        ]
    )


def test_a_layer_is_called_by_its_name() -> None:
    x = tf.Variable(0.0)
    with tf.name_scope("encoder"), gm.Tape() as tape:
        tf.sin(x)
    assert repr(tape).splitlines()[1].split() == ["line", "layer", "operation", "expression", "output"]
    assert repr(tape).splitlines()[2].split()[1:3] == ["encoder", "Sin"]


def test_a_long_recording_is_cut() -> None:
    x = tf.Variable(1.0)
    with gm.Tape() as tape:
        y = x
        for _ in range(100):
            y = tf.sin(y)
    lines = repr(tape).splitlines()
    assert len(lines) == 43
    assert lines[22] == "… 60 operations …"


def test_a_run() -> None:
    a = tf.Variable(5.0)
    run = gm.train(lambda: (a - 1) ** 2, [a], steps=100, learning_rate=0.1)
    assert run_text(run).splitlines()[0] == "100 steps of sgd, learning rate 0.1 (xla)"
    assert repr(run) == run_text(run)
    first, second = run_bundle(run), run_bundle(run)
    assert first == second
    svg = first["text/html"][first["text/html"].index("<svg") : first["text/html"].index("</svg>") + 6]
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert "Loss against step" in root[0].text
    assert plot_run(run).axes[0].get_yscale() == "log"
    assert "<script" not in first["text/html"]


def test_what_a_learner_named_is_escaped() -> None:
    a = tf.Variable(5.0, name="a")
    run = gm.train(lambda: (a - 1) ** 2, [a], steps=5)
    assert "&lt;b&gt;" in figure_svg(plot_run(run), "<b>")


def test_thinning_keeps_every_spike_and_the_ends() -> None:
    values = np.zeros(1_000_000)
    values[123_456], values[777_777] = 9.0, -9.0
    steps, kept = thinned(np.arange(len(values)), values)
    assert len(kept) < 2_100
    assert {123_456, 777_777, 0, 999_999} <= set(steps.tolist())
    assert (kept.max(), kept.min()) == (9, -9)

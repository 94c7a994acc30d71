"""Gradient flow as a table, as words and as bars."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic import messages
from gradmagic.display import flow_bundle, flow_text, plot_flow
from gradmagic.display._flow import STYLES
from gradmagic.messages._catalogue import catalogue
from gradmagic.tape import gradient_flow
from gradmagic.tape.graph._flow import VERDICTS


def small():
    params = {"w": tf.Variable([3.0, 0.0]), "b": tf.Variable(2.0)}
    last = tf.Variable(4.0)
    with gm.Tape() as tape:
        loss = last * (tf.reduce_sum(params["w"] ** 2) / 2 + params["b"])
    return gradient_flow(tape, loss, [params["w"], params["b"], last], ["params['w']", "params['b']", "last"])


def sick():
    ws = [tf.Variable(1.0) for _ in range(4)]
    unused = tf.Variable(1.0)
    with gm.Tape() as tape:
        y = ws[0] * 1e-9
        for w in ws[1:]:
            y = y + w
        loss = y + tf.nn.relu(-ws[1]) + 0.0 * unused
    return gradient_flow(tape, loss, ws, [f"w[{index}]" for index in range(4)], target_name="loss")


def test_a_healthy_flow():
    assert flow_text(small()) == "\n".join(
        [
            "Gradient flow of loss: healthy. Norm of all gradients together: 14.2215.",
            "layer / Variable  shape   norm     mean |g|  zeros   norm / weights",
            "params                    12.6491  5.33333   33.3 %  3.50823",
            "  ['w']           2       12       6         50 %    4",
            "  ['b']           scalar  4        4         0 %     2",
            "last              scalar  6.5      6.5       0 %     1.625",
        ]
    )


def test_a_sick_flow_says_where_and_what_helps():
    flow = sick()
    lines = flow_text(flow).splitlines()
    assert lines[0].startswith("Gradient flow of loss: vanishing.")
    assert lines[1].startswith("Vanishing in w[0] (1 in all)")
    assert lines[-1].startswith("What usually helps: ReLU")
    assert repr(flow) == flow_text(flow)


def test_remedies_only_when_called_for():
    assert "helps" not in flow_text(small())


def test_the_bundle_is_the_same_twice_and_is_markup():
    flow = sick()
    first, second = flow_bundle(flow), flow_bundle(flow)
    assert first == second
    assert "<script" not in first["text/html"]
    root = ElementTree.fromstring(first["text/html"])
    svg = next(element for element in root.iter() if element.tag.endswith("svg"))
    assert svg.get("role") == "img"
    assert "vanishing" in svg[0].text


def test_bars_are_logarithmic_and_told_apart_by_hatch():
    axes = plot_flow(sick()).axes[0]
    assert axes.get_xscale() == "log"
    assert len(axes.patches) == 4
    assert [bool(patch.get_hatch()) for patch in axes.patches] == [True, False, False, False]
    assert len({hatch for _, hatch in STYLES.values()}) == len(STYLES)


def test_what_was_not_computed_has_no_bar():
    used, unused = tf.Variable(1.0), tf.Variable(2.0)
    with gm.Tape() as tape:
        loss = used * 3.0
        tf.sin(unused)
    flow = gradient_flow(tape, loss, [used, unused])
    axes = plot_flow(flow).axes[0]
    assert len(axes.patches) == 1
    assert [text.get_text() for text in axes.texts] == ["not computed"]
    row = next(line for line in flow_text(flow).splitlines() if line.startswith("unused"))
    assert row.split() == ["unused", "scalar", "not", "computed"]


def test_a_long_model_is_cut():
    ws = [tf.Variable(1.0) for _ in range(200)]
    with gm.Tape() as tape:
        loss = tf.add_n(ws)
    flow = gradient_flow(tape, loss, ws, [f"w[{index}]" for index in range(200)])
    lines = flow_text(flow).splitlines()
    assert len(lines) == 63
    assert "…" in lines
    assert len(plot_flow(flow).axes[0].patches) == 40


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_its_words(verdict):
    assert f"flow-is-{verdict}" in catalogue()
    if verdict != "healthy":
        assert {f"flow-{verdict}", f"flow-help-{verdict}"} <= catalogue().keys()


def test_in_chinese():
    messages.use_language("zh")
    try:
        assert "梯度消失于 w[0]" in flow_text(sick())
    finally:
        messages.use_language(None)

"""The graph's text tree and picture: golden text, XML that parses, contrast, determinism, what is not computed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic import messages
from gradmagic.display import graph_bundle, graph_svg, graph_text
from gradmagic.display._fold import Box
from gradmagic.display._graph_colour import BAD, ZERO, Scale, contrast, ink_on
from gradmagic.display._graph_facts import columns, facts, magnitude, shorten
from gradmagic.display._graph_shapes import outline

SVG = "{http://www.w3.org/2000/svg}"


def regression():
    X, y = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[1.0], [2.0]])
    w, b = tf.Variable([[0.5], [-1.0]]), tf.Variable(0.25)
    with gm.Tape() as tape:
        r = X @ w + b - y
        loss = 0.5 * tf.reduce_sum(r**2)
    return tape.graph(loss)


def branch_without_gradient():
    x, v = tf.Variable(3.0), tf.Variable(5.0)
    with gm.Tape() as tape:
        k = tf.stop_gradient(v * 2.0)
        y = x * k
    return tape.graph(y)


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def nodes(svg):
    """The boxes of a picture: their class and their title."""
    root = ElementTree.fromstring(svg)
    return [(group.get("class"), group[0].text) for group in root.iter(f"{SVG}g") if group.get("class")]


def test_the_tree_of_a_regression():
    assert graph_text(regression()) == "\n".join(
        [
            "Graph of loss: 6 operations. An adjoint is the derivative of loss by that value.",
            "● loss = 0.5 * tf.reduce_sum(r**2)  Mul           = 11.5625               adjoint 1",
            "├─○ 0.5                             constant                              adjoint not computed",
            "● tf.reduce_sum(r**2)               Sum           = 23.125                adjoint 0.5",
            "● r**2                              Pow 2×1       = [[5.0625] [18.0625]]  adjoint [[0.5] [0.5]]",
            "├─○ 2                               constant                              adjoint not computed",
            "● r = X @ w + b - y                 Sub 2×1       = [[-2.25] [-4.25]]     adjoint [[-2.25] [-4.25]]",
            "├─○ y                               constant 2×1  = [[1] [2]]             adjoint not computed",
            "● X @ w + b                         AddV2 2×1     = [[-1.25] [-2.25]]     adjoint [[-2.25] [-4.25]]",
            "├─◆ b                               Variable      = 0.25                  adjoint -6.5",
            "● X @ w                             MatMul 2×1    = [[-1.5] [-2.5]]       adjoint [[-2.25] [-4.25]]",
            "├─○ X                               constant 2×2  = [[1 2] [3 4]]         adjoint not computed",
            "◆ w                                 Variable 2×1  = [[0.5] [-1]]          adjoint [[-15] [-21.5]]",
        ]
    )


def test_a_shared_node_is_shown_once_and_then_referred_to():
    x = tf.Variable(3.0)
    with gm.Tape() as tape:
        s = x * x
        y = tf.sin(s) * tf.cos(s)
    assert repr(tape.graph(y)) == "\n".join(
        [
            "Graph of y: 4 operations. An adjoint is the derivative of y by that value.",
            "● y = tf.sin(s) * tf.cos(s)  Mul       = -0.375494  adjoint 1",
            "├─● tf.sin(s)                Sin       = 0.412118   adjoint -0.91113",
            "│ ● s = x * x                Mul       = 9          adjoint 0.660317",
            "│ ◆ x                        Variable  = 3          adjoint 3.9619",
            "● tf.cos(s)                  Cos       = -0.91113   adjoint 0.412118",
            "● s                          (above)",
        ]
    )


def test_what_is_not_computed_is_said_and_never_zero():
    graph = branch_without_gradient()
    lines = graph_text(graph).splitlines()
    assert [line.endswith("adjoint not computed") for line in lines[1:]] == [
        False,
        False,
        True,
        True,
        True,
        True,
    ]
    svg = graph_svg(graph)
    assert texts(svg).count("not computed") == 4 + 1  # k, v * 2, v and 2; and the legend
    root = ElementTree.fromstring(svg)
    for group in (group for group in root.iter(f"{SVG}g") if group.get("class")):
        said = [element.text for element in group.iter(f"{SVG}text")][-1]
        dashed = any(path.get("stroke-dasharray") for path in group.findall(f"{SVG}path"))
        assert dashed == (said == "not computed")
        assert said != "adjoint 0"


def test_zero_and_nan_have_colours_of_their_own():
    x = tf.Variable([0.0, 1.0])
    with gm.Tape() as tape:
        dead = tf.nn.relu(x - 5.0)
        y = tf.reduce_sum(dead)
    svg = graph_svg(tape.graph(y))
    assert "adjoint [0 0]" in texts(svg)
    assert "exactly zero" in texts(svg)
    assert ZERO in svg
    z = tf.Variable(0.0)
    with gm.Tape() as tape:
        y = tf.math.log(z) * 2.0
    svg = graph_svg(tape.graph(y))
    assert "NaN or infinite" in texts(svg)
    assert BAD in svg


def test_the_picture_is_for_eyes_and_for_screen_readers():
    svg = graph_svg(regression())
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Computation graph of loss with its adjoints"
    assert root[1].tag == f"{SVG}desc"
    assert "w: adjoint [[" in root[1].text
    assert {kind for kind, _ in nodes(svg)} == {"variable", "constant", "operation"}
    titles = {title.split("\n")[0]: title for _, title in nodes(svg)}
    assert "MatMul 2×1, line " in titles["X @ w"]
    assert "settings [0 1]" in titles["tf.reduce_sum(r**2)"]
    assert not re.search(r"<script|javascript|@import|url\(|href|\bid=", svg)


def test_the_picture_is_the_same_twice():
    graph = regression()
    assert graph_svg(graph) == graph_svg(graph)
    assert re.sub(r"line \d+", "", graph_svg(regression())) == re.sub(r"line \d+", "", graph_svg(graph))
    assert graph_bundle(graph) == graph_bundle(graph)


def test_text_reads_on_every_colour():
    scale = Scale(-3.0, 4.0)
    for share in np.linspace(0, 1, 201):
        colour = scale.at(float(share))
        assert contrast(ink_on(colour), colour) >= 4.5
    for colour in (ZERO, BAD):
        assert contrast(ink_on(colour), colour) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_text_of_the_picture_stands_on_what_it_was_measured_against():
    """Each box: the ink of its last line against the colour of its band, and of the others against the card."""
    for graph in (regression(), branch_without_gradient()):
        for group in ElementTree.fromstring(graph_svg(graph)).iter(f"{SVG}g"):
            if not group.get("class"):
                continue
            band = next(path.get("fill") for path in group.find(f"{SVG}svg").iter(f"{SVG}path"))
            card = next(
                path.get("fill") for path in group.findall(f"{SVG}path") if path.get("fill") != "none"
            )
            *lines, last = group.findall(f"{SVG}text")
            assert contrast(last.get("fill"), band) >= 4.5
            assert all(contrast(line.get("fill"), card) >= 4.5 for line in lines)


def test_lines_show_on_a_light_and_on_a_dark_page():
    from gradmagic.display._graph_box import LINE

    assert contrast(LINE, "#ffffff") >= 3
    assert contrast(LINE, "#111111") >= 3


def test_scale_holds_its_numbers_and_is_never_empty():
    assert (Scale.of([1.0]).low, Scale.of([1.0]).high) in {(-1.0, 1.0), (-1, 1)}
    assert Scale.of([]) == Scale.of([None, 0.0, float("nan")])
    wide = Scale.of([1e-30, 1.0])
    assert wide.high - wide.low == 12
    assert wide.colour(1e-30) == wide.at(0)
    assert len(wide.ticks()) <= 6
    assert Scale(-1, 2).ticks()[0] == -1
    assert Scale(-1, 2).ticks()[-1] == 2
    assert Scale(0, 2).colour(1.0) != Scale(0, 2).colour(100.0)


def test_outlines_tell_kinds_apart_without_colour():
    shapes = {kind: outline(kind, 120, 60) for kind in ("variable", "watched", "constant", "operation")}
    assert len(set(shapes.values())) == 4
    start = tf.constant(2.0)
    with gm.Tape(watch=start) as tape:
        y = start * 3.0
    drawn = [kind for kind, _ in nodes(graph_svg(tape.graph(y))) if kind != "constant"]
    assert drawn == ["watched", "operation"]


def test_what_a_learner_wrote_is_escaped_and_cut():
    p = {"<&'\">": tf.Variable(1.0)}
    with gm.Tape() as tape:
        y = tf.sin(p["<&'\">"]) + p["<&'\">"] * 2.0 + p["<&'\">"] * 3.0 + p["<&'\">"] * 4.0
    graph = tape.graph(y)
    svg = graph_svg(graph)
    assert any("<&'" in title for _, title in nodes(svg))
    assert any("…" in text for text in texts(svg))
    assert any('p["<&\'\\">"] * 4.0' in title for _, title in nodes(svg))
    ElementTree.fromstring(f"<div>{graph_bundle(graph)['text/html']}</div>")


def test_boxes_do_not_touch_and_links_go_around_them():
    from gradmagic.display._layout import arrange

    sizes = [(100.0, 60.0)] * 8
    links = [(0, 1), (1, 2), (2, 3), (0, 3), (4, 3), (0, 7), (5, 7), (6, 7), (3, 7)]
    found = arrange(sizes, links)
    boxes = [(x - 50, y - 30, x + 50, y + 30) for x, y in found.centres]
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for (source, target), route in zip(links, found.routes, strict=True):
        for (x, y), (u, v) in pairwise(route):
            for index, (left, top, right, bottom) in enumerate(boxes):
                if index in (source, target):
                    continue
                inside_x = max(min(x, u), left + 1) < min(max(x, u), right - 1) or (
                    x == u and left < x < right
                )
                inside_y = max(min(y, v), top + 1) < min(max(y, v), bottom - 1) or (
                    y == v and top < y < bottom
                )
                assert not (inside_x and inside_y), (source, target, index)
    assert found.centres[0][1] < found.centres[1][1] < found.centres[2][1] < found.centres[3][1]


def test_dtypes_and_shapes_of_all_kinds():
    table = tf.Variable(tf.ones((5, 2)))
    z = tf.Variable(1 + 2j, dtype=tf.complex64)
    h = tf.Variable(1.5, dtype=tf.bfloat16)
    with gm.Tape() as tape:
        rows = tf.gather(table, [0, 2])
        y = tf.reduce_sum(rows) + tf.cast(h, tf.float32) + tf.abs(z * tf.constant(2.0 + 0j, tf.complex64))
        empty = tf.reduce_sum(tf.zeros((0, 3)) * 2.0) + y
    graph = tape.graph(empty)
    assert "adjoint norm 2" in graph_text(graph)  # the gather's, which TensorFlow keeps as slices
    ElementTree.fromstring(graph_svg(graph))
    assert magnitude(tf.constant([3.0, 4.0])) == 5
    assert magnitude(None) is None


def test_a_variable_by_itself_and_nothing_at_all():
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        tape.watch(x)
    lone = tape.graph(x)
    assert graph_text(lone).splitlines()[1].startswith("◆ x")
    ElementTree.fromstring(graph_svg(lone))


def test_a_recording_without_values_is_drawn_too():
    x = tf.Variable(2.0)
    with gm.Tape(values=False) as tape:
        y = tf.sin(x) * 2.0
    graph = tape.graph(y)
    assert "not computed" in graph_text(graph)
    ElementTree.fromstring(graph_svg(graph))


def test_in_chinese():
    messages.use_language("zh")
    try:
        graph = branch_without_gradient()
        assert graph_text(graph).startswith("y 的计算图：3 个运算。")
        assert "未计算" in texts(graph_svg(graph))
        assert "伴随的大小" in texts(graph_svg(graph))
    finally:
        messages.use_language(None)


def test_columns_and_cuts():
    assert (columns("ab"), columns("变量")) == (2, 4)
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("变量变量", 5) == "变量…"


def test_facts_of_a_name_and_of_an_expression():
    graph = regression()
    said = {found.label: found for found in (facts(Box(node.kind, (node,))) for node in graph.nodes)}
    assert said["loss"].code == "0.5 * tf.reduce_sum(r**2)"
    assert (said["w"].what, said["w"].shape, said["w"].value) == ("Variable", "2×1", "= [[0.5] [-1]]")
    assert said["X"].size is None

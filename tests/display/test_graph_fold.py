"""Large graphs: at most sixty boxes, nothing lost, by layer where there are layers, which is all that is laid out.

How long a picture takes: `benchmarks/tape/growth.py`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.display import _graph_svg, graph_svg, graph_text
from gradmagic.display._fold import LIMIT, fold

SVG = "{http://www.w3.org/2000/svg}"


def chain(length=1000):
    x = tf.Variable(0.5)
    with gm.Tape() as tape:
        y = x
        for _ in range(length):
            y = tf.sin(y) * 1.01
    return tape.graph(y)


def loop(rounds=700):
    w, v, start = tf.Variable(1.1), tf.Variable(0.3), tf.constant(2.0)
    with gm.Tape() as tape:
        h = start
        for _ in range(rounds):
            a = h * w
            c = tf.tanh(a)
            h = c + v
        y = h**2
    return tape.graph(y)


def scoped(layers=80):
    """Layers as Keras records them: two operations and two Variables in a scope of their own."""
    x = tf.constant([[1.0, 2.0]])
    weights = [(tf.Variable(tf.eye(2)), tf.Variable(tf.zeros(2))) for _ in range(layers)]
    with gm.Tape() as tape:
        y = x
        for index, (w, b) in enumerate(weights):
            with tf.name_scope(f"block_{index // 4}"), tf.name_scope(f"dense_{index}"):
                y = tf.nn.bias_add(tf.matmul(y, w), b)
        loss = tf.reduce_sum(y)
    return tape.graph(loss)


def bushy(width=300):
    """Hundreds of Variables that two boxes read: more leaves than a picture has room for."""
    ws = [tf.Variable(float(index)) for index in range(width)]
    with gm.Tape() as tape:
        first = tf.add_n([w * 2.0 for w in ws])
        y = tf.add_n([w * first for w in ws])
    return tape.graph(y)


@pytest.fixture(scope="module", params=[chain, loop, scoped, bushy], ids=lambda make: make.__name__)
def graph(request):
    return request.param()


def test_few_boxes_and_nothing_lost(graph):
    folding = fold(graph)
    assert folding.folded
    assert len(folding.boxes) <= LIMIT
    operations = sum(node.kind == "operation" for node in graph.nodes)
    assert sum(box.operations for box in folding.boxes) == operations
    kept = [node.index for box in folding.boxes for node in (*box.nodes, *box.held)]
    kept += [node.index for box in folding.boxes for node in box.settings]
    assert set(kept) == {node.index for node in graph.nodes}


def test_links_go_forward_so_there_is_no_cycle(graph):
    folding = fold(graph)
    assert all(link.source < link.target for link in folding.links)
    assert folding.boxes[-1].nodes[-1].label == graph.target


def test_the_picture_says_how_much_each_box_holds(graph, monkeypatch):
    arrange, arranged = _graph_svg.arrange, []

    def counted(sizes, links):
        arranged.append((len(sizes), len(links)))
        return arrange(sizes, links)

    monkeypatch.setattr(_graph_svg, "arrange", counted)
    svg = graph_svg(graph)
    ((boxes, links),) = arranged
    folding = fold(graph)
    assert boxes == len(folding.boxes) <= LIMIT
    assert links == len(folding.links) < LIMIT**2
    assert svg == graph_svg(graph)
    root = ElementTree.fromstring(svg)
    boxes = [group for group in root.iter(f"{SVG}g") if group.get("class")]
    assert len(boxes) <= LIMIT
    said = " ".join(element.text for element in root.iter(f"{SVG}text"))
    held = sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) operations", said))
    single = sum(group.get("class") == "operation" for group in boxes)
    assert held + single == sum(node.kind == "operation" for node in graph.nodes)
    assert "largest adjoint" in said


def test_the_text_stays_short(graph):
    lines = graph_text(graph).splitlines()
    assert len(lines) <= 2 * LIMIT
    assert max(map(len, lines)) < 200
    assert "Folded into" in lines[0]


def test_layers_are_boxes():
    svg = graph_svg(scoped())
    titles = [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert any(title.startswith("block_0: 8 operations") for title in titles)
    assert any(title.startswith("block_19: 8 operations") for title in titles)


def test_layers_of_a_small_graph_are_framed():
    svg = graph_svg(scoped(2))
    assert "block_0/dense_1" in [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_rounds_of_a_loop_are_not_cut_in_two():
    boxes = [box for box in fold(loop()).boxes if box.kind == "folded"]
    assert all(box.operations % 3 == 0 for box in boxes)
    assert [node.operation for node in boxes[3].nodes[:3]] == ["Mul", "Tanh", "AddV2"]


def test_a_leaf_that_every_box_reads_is_named_in_them():
    svg = graph_svg(loop())
    said = [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert sum("reads w, v" in text for text in said) > 5


def test_a_scale_too_short_for_the_smallest_adjoints_says_so():
    x = tf.Variable(1.0)
    with gm.Tape() as tape:
        y = x * 1e-30
        z = y * 1e20
    said = [element.text for element in ElementTree.fromstring(graph_svg(tape.graph(z))).iter(f"{SVG}text")]
    assert "adjoint 1e-10" in said
    assert "≤ 1e+08" in said


def test_a_small_graph_is_not_folded():
    assert not fold(chain(10)).folded
    assert len(fold(chain(10)).boxes) == 31

"""Gradient flow: planted illnesses are found, with their layers; healthy networks are left alone."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.tape import gradient_flow
from gradmagic.tape.graph._flow import LayerFlow, _layer, findings

layers = keras.layers
RANDOM = np.random.RandomState(0)
X = tf.constant(RANDOM.randn(64, 20).astype("float32"))
Y = tf.constant(RANDOM.randn(64, 1).astype("float32"))


def network(depth, activation, *, init="glorot_uniform", bias="zeros", norm=False):
    keras.utils.set_random_seed(depth)
    parts = [layers.Input((20,))]
    for _ in range(depth):
        parts.append(layers.Dense(32, kernel_initializer=init, bias_initializer=bias))
        if norm:
            parts.append(layers.BatchNormalization())
        parts.append(layers.Activation(activation))
    return keras.Sequential([*parts, layers.Dense(1)])


def flow_of(model, x=X, y=Y):
    with gm.Tape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    return gradient_flow(tape, loss, model.trainable_variables)


@pytest.mark.parametrize("depth", [8, 12])
def test_vanishing_in_deep_sigmoids(depth):
    flow = flow_of(network(depth, "sigmoid"))
    assert flow.verdict == "vanishing"
    concerned = flow.findings[0].layers
    assert concerned == tuple(layer.name for layer in flow.layers)[: len(concerned)], "the first layers"
    assert len(concerned) < depth


@pytest.mark.parametrize("depth", [5, 10])
def test_exploding_with_large_weights(depth):
    large = keras.initializers.RandomNormal(stddev=2.0, seed=1)
    assert flow_of(network(depth, "relu", init=large)).verdict == "exploding"


def test_exploding_on_the_way_back():
    chaotic = keras.initializers.RandomNormal(stddev=1.0, seed=1)
    assert flow_of(network(20, "tanh", init=chaotic)).verdict == "exploding"


def test_dead_units():
    flow = flow_of(network(3, "relu", bias=keras.initializers.Constant(-100)))
    assert flow.verdict == "dead"
    assert flow.findings[0].layers == tuple(layer.name for layer in flow.layers[:3])
    assert flow.layers[0].zeros == 1
    assert flow.layers[0].ratio == 0


def test_not_finite():
    flow = flow_of(network(2, "relu"), x=X * float("nan"))
    assert flow.verdict == "not-finite"
    assert len(flow.findings[0].layers) == 3


def test_not_computed_is_not_zero():
    used, unused = tf.Variable([1.0, 2.0]), tf.Variable([3.0])
    with gm.Tape() as tape:
        loss = tf.reduce_sum(used**2)
        tf.sin(unused)
    flow = gradient_flow(tape, loss, [used, unused])
    assert flow.verdict == "not-computed"
    assert flow.findings[0].layers == ("unused",)
    assert flow.variables[1].norm is None
    assert flow.variables[1].zeros is None


def residual(depth):
    keras.utils.set_random_seed(3)
    start = layers.Input((20,))
    h = layers.Dense(32)(start)
    for _ in range(depth):
        h = layers.Add()([h, layers.Dense(32, activation="relu")(layers.LayerNormalization()(h))])
    return keras.Model(start, layers.Dense(1)(h))


@pytest.mark.parametrize(
    "make",
    [
        lambda: network(1, "sigmoid"), lambda: network(2, "sigmoid"), lambda: network(3, "sigmoid"),
        lambda: network(2, "tanh"), lambda: network(10, "tanh"), lambda: network(2, "relu", init="he_normal"),
        lambda: network(20, "relu", init="he_normal"), lambda: network(8, "gelu"),
        lambda: network(5, "sigmoid", norm=True), lambda: network(15, "relu", norm=True), lambda: residual(20),
    ],
    ids=["sigmoid1", "sigmoid2", "sigmoid3", "tanh2", "tanh10", "relu2", "relu20", "gelu8", "norm-sigmoid", "norm-relu", "residual"],
)  # fmt: skip
def test_healthy_networks_are_left_alone(make):
    flow = flow_of(make())
    assert flow.verdict == "healthy", flow
    assert flow.findings == ()


def test_small_inputs_and_embeddings_are_healthy():
    assert flow_of(network(2, "relu"), x=X * 1e-3).verdict == "healthy"
    keras.utils.set_random_seed(1)
    model = keras.Sequential([layers.Embedding(5000, 16), layers.GlobalAveragePooling1D(), layers.Dense(1)])
    words = tf.constant(RANDOM.randint(0, 5000, (16, 10)))
    flow = flow_of(model, x=words, y=Y[:16])
    assert flow.verdict == "healthy"
    assert flow.layers[0].zeros > 0.9


def test_a_convolution_is_healthy():
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [layers.Conv2D(8, 3, activation="relu"), layers.MaxPool2D(), layers.Conv2D(8, 3, activation="relu"),
         layers.GlobalAveragePooling2D(), layers.Dense(1)]
    )  # fmt: skip
    images = tf.constant(RANDOM.rand(8, 28, 28, 1).astype("float32"))
    assert flow_of(model, x=images, y=Y[:8]).verdict == "healthy"


def test_the_handbook_regression_is_healthy():
    houses = tf.constant([[2104.0, 3.0], [1600.0, 3.0], [2400.0, 3.0], [1416.0, 2.0]])
    prices = tf.constant([[399900.0], [329900.0], [369000.0], [232000.0]])
    w, b = tf.Variable(tf.zeros((2, 1))), tf.Variable(0.0)
    with gm.Tape() as tape:
        loss = 0.5 * tf.reduce_sum((houses @ w + b - prices) ** 2)
    assert gradient_flow(tape, loss, [w, b], ["w", "b"]).verdict == "healthy"


def test_numbers():
    w, b = tf.Variable([3.0, 4.0, 0.0]), tf.Variable(2.0)
    with gm.Tape() as tape:
        loss = tf.reduce_sum(w**2) / 2 + 5.0 * b
    flow = gradient_flow(tape, loss, {"first": w, "second": b}, ["w", "b"], target_name="loss")
    one, two = flow.variables
    assert (one.norm, one.mean, one.ratio) == (5, pytest.approx(7 / 3), 1)
    assert one.zeros == pytest.approx(1 / 3)
    assert one.typical == pytest.approx((25 / 2) ** 0.5)
    assert (two.norm, two.ratio) == (5, 2.5)
    assert flow.norm == pytest.approx(50**0.5)
    assert [layer.name for layer in flow.layers] == ["w", "b"]


def test_layers_come_from_keras_or_from_the_container():
    flow = flow_of(network(1, "relu"))
    assert [len(layer.variables) for layer in flow.layers] == [2, 2]
    assert flow.layers[0].name == flow.variables[0].name.rpartition("/")[0]
    assert [_layer(name) for name in ("w", "params['w']", "w[0]", "layers[1]['b']", "net[0][1]", "cell.w")] == [
        "w", "params", "w[0]", "layers[1]", "net[0]", "cell",
    ]  # fmt: skip


def test_thresholds_on_made_up_layers():
    def layer(name, typical, ratio):
        return LayerFlow(name, (), 1.0, 1.0, 1.0, 0.0, ratio, typical, finite=True)

    def verdicts(*made):
        return [(found.verdict, found.layers) for found in findings(made)]

    assert verdicts(layer("a", 1e-6, 1e-6), layer("b", 1.0, 1.0)) == [("vanishing", ("a",))]
    assert verdicts(layer("a", 1e-6, 1e-2), layer("b", 1.0, 1.0)) == [], "it would still learn"
    assert verdicts(layer("a", 1.0, 0.1), layer("b", 1e-6, 1e-6)) == [], "the last layer has nothing after it"
    assert verdicts(layer("a", 1.0, 1e4), layer("b", 1.0, 1.0)) == [("exploding", ("a",))]
    assert verdicts(layer("a", 1.0, 1e9)) == [], "one layer has no depth"

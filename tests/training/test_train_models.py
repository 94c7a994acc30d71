"""Keras models: what a training of ours learns is what Keras's own step learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError

RNG = np.random.default_rng(3)
X = RNG.normal(size=(48, 5)).astype(np.float32)
Y = (X @ RNG.normal(size=5) + 1).astype(np.float32)
LABELS = (Y.mean() < Y).astype(np.int32)

layers = keras.layers


class Custom(keras.Model):
    """A subclassed model with what makes training and use differ."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(8, "relu", kernel_regularizer="l2")
        self.norm = layers.BatchNormalization()
        self.drop = layers.Dropout(0.3, seed=7)
        self.last = layers.Dense(1)

    def call(self, inputs, training=False):
        return self.last(self.drop(self.norm(self.first(inputs), training=training), training=training))


def sequential(*middle):
    return keras.Sequential([keras.Input((5,)), layers.Dense(8, "tanh"), *middle, layers.Dense(1)])


def functional():
    inputs = keras.Input((5,))
    hidden = layers.Dense(6, "relu")(inputs)
    outputs = layers.Dense(1)(layers.Concatenate()([hidden, inputs]))
    return keras.Model(inputs, outputs)


MODELS = {
    "dense": sequential,
    "batch norm": lambda: sequential(layers.BatchNormalization()),
    "dropout": lambda: sequential(layers.Dropout(0.4, seed=5)),
    "dropout without a seed": lambda: sequential(layers.Dropout(0.4)),
    "functional": functional,
    "subclassed": Custom,
    "layer norm": lambda: sequential(layers.LayerNormalization()),
    "noise layer": lambda: sequential(layers.GaussianNoise(0.1, seed=2)),
}


def plain(model, optimizer, batches):
    """The custom loop of Keras's guide."""
    function, losses = keras.losses.MeanSquaredError(), []
    for inputs, targets in batches:
        with tf.GradientTape() as tape:
            predicted = model(inputs, training=True)
            value = tf.add_n([function(targets[:, None], predicted), *model.losses])
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(float(value))
    return np.array(losses)


@pytest.mark.parametrize("engine", ["auto", "graph"])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_learns_what_the_plain_loop_learns(name, engine):
    steps = 24
    keras.utils.set_random_seed(1)
    model = MODELS[name]()
    run = gm.train(
        gm.model_loss(model, "mse"),
        data=(X, Y),
        batch=16,
        shuffle=False,
        optimizer="adam",
        steps=steps,
        compile=engine,
        seed=1,
    )
    keras.utils.set_random_seed(1)
    other = MODELS[name]()
    other(X[:1])
    batches = [(tf.constant(X[i : i + 16]), tf.constant(Y[i : i + 16])) for i in (0, 16, 32) * (steps // 3)]
    keras.utils.set_random_seed(1)
    losses = plain(other, keras.optimizers.Adam(0.01), batches)
    assert run.engine == ("xla" if engine == "auto" else "graph")
    assert np.allclose(run.history.loss, losses, rtol=1e-4)
    for ours, theirs in zip(model.variables, other.variables, strict=True):
        assert np.allclose(ours, theirs, rtol=1e-3, atol=1e-5), ours.path
    assert np.allclose(model(X), other(X), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("loss", "targets", "units", "activation"),
    [
        ("mse", Y, 1, None),
        ("mae", Y, 1, None),
        ("huber", Y, 1, None),
        ("binary_crossentropy", LABELS, 1, "sigmoid"),
        ("sparse_categorical_crossentropy", LABELS, 2, "softmax"),
        ("categorical_crossentropy", np.eye(2, dtype=np.float32)[LABELS], 2, "softmax"),
        (keras.losses.MeanSquaredError(), Y, 1, None),
        (lambda targets, predicted: tf.reduce_mean(tf.abs(targets - predicted)), Y, 1, None),
    ],
)
def test_losses_are_those_of_keras(loss, targets, units, activation):
    keras.utils.set_random_seed(2)
    model = keras.Sequential([layers.Dense(units, activation)])
    model(X)
    wanted = targets[:, None] if units == 1 else targets
    if isinstance(loss, str):
        expected = float(np.mean(keras.losses.get(loss)(tf.constant(wanted), model(X))))
    else:
        expected = float(loss(tf.constant(wanted), model(X)))
    assert float(gm.model_loss(model, loss)(tf.constant(X), tf.constant(targets))) == pytest.approx(
        expected, rel=1e-5
    )
    run = gm.train(gm.model_loss(model, loss), data=(X, targets), learning_rate=0.05, steps=60)
    assert run.history.loss[0] == pytest.approx(expected, rel=1e-5)
    assert run.loss < expected


def test_targets_of_shape_n_and_n_1_are_the_same():
    found = []
    for targets in (Y, Y[:, None]):
        keras.utils.set_random_seed(2)
        model = keras.Sequential([layers.Dense(1)])
        run = gm.train(gm.model_loss(model, "mse"), data=(X, targets), steps=20)
        found.append(run.history.loss)
    assert np.array_equal(*found)


def test_frozen_layers_stay():
    model = sequential()
    model.layers[0].trainable = False
    before = model.layers[0].get_weights()
    gm.train(gm.model_loss(model, "mse"), data=(X, Y), steps=20)
    assert all(np.array_equal(*pair) for pair in zip(before, model.layers[0].get_weights(), strict=True))


def test_batch_statistics_survive_verification():
    """Trying a program out must not move the running averages twice."""
    moved = []
    for engine in ("off", "auto"):
        keras.utils.set_random_seed(1)
        model = sequential(layers.BatchNormalization())
        gm.train(gm.model_loss(model, "mse"), data=(X, Y), steps=7, compile=engine)
        moved.append(model.layers[1].moving_mean.numpy())
    assert np.allclose(*moved, rtol=1e-4, atol=1e-6)


def test_a_policy_of_mixed_precision_is_kept():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = sequential()
        run = gm.train(gm.model_loss(model, "mse"), data=(X, Y), steps=30, learning_rate=0.05)
    finally:
        keras.config.set_dtype_policy(before)
    assert all(variable.dtype == "float32" for variable in model.trainable_variables)
    assert model(X).dtype == tf.bfloat16
    assert run.loss < run.history.loss[0]


@pytest.mark.parametrize(
    ("model", "loss", "said"),
    [("a model", "mse", "str"), (None, "msee", "mse"), (None, 3, "3"), (None, "", "mse")],
)
def test_what_is_no_model_or_no_loss(model, loss, said):
    with pytest.raises(ArgumentError, match=said):
        gm.model_loss(model or sequential(), loss)


def test_the_wrong_shape_of_data_is_kerass_own_error():
    with pytest.raises(Exception, match="shape"):
        gm.train(gm.model_loss(sequential(), "mse"), data=(X[:, :3], Y), steps=3)

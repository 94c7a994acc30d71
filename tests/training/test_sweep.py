"""Many trainings as one program: each lane is the training that would have been made alone."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, GradmagicError, LossError
from gradmagic.training import optimizer_names

RATES = [0.001, 0.002, 0.005, 0.01]


def problem():
    a, b = tf.Variable(2.0, name="a"), tf.Variable([1.0, -1.0], name="b")
    return a, b, lambda: 1 + (a - 1) ** 2 + tf.reduce_sum(tf.constant([1.0, 3.0]) * (b * a - 0.5) ** 2)


def alone(row, **options):
    a, b, loss = problem()
    run = gm.train(loss, [a, b], **{**options, **row})
    return run.history.loss, run.loss, a.numpy(), b.numpy()


def test_whose_loss_is_shown_as_the_lowest_is_marked_and_digits_that_nobody_sees_decide_nothing():
    w = tf.Variable(3.0)
    rates = [0.01, 0.25, 0.25000003, 1e3]
    text = str(gm.sweep(lambda: 1 + (w - 1) ** 2, w, over={"learning_rate": rates}, steps=60))
    assert [line.count("✓") for line in text.splitlines()] == [0, 0, 0, 1, 1, 0]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "rmsprop", "adagrad", "lion"])
def test_every_lane_is_the_training_alone(optimizer):
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": RATES}, optimizer=optimizer, steps=120)
    assert sweep.engine == "vectorised"
    assert (float(a), b.numpy().tolist()) == (2.0, [1.0, -1.0])  # left as they were
    for lane, rate in enumerate(RATES):
        losses, final, end_a, end_b = alone({"learning_rate": rate}, optimizer=optimizer, steps=120)
        assert np.allclose(sweep.losses[lane], losses, rtol=1e-4)
        assert sweep.final[lane] == pytest.approx(final, rel=1e-4)
        assert np.allclose(sweep.parameters["a"][lane], end_a, rtol=1e-3, atol=1e-5)
        assert np.allclose(sweep.parameters["b"][lane], end_b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", sorted(optimizer_names()))
def test_every_optimizer_by_name(name):
    """Vectorised or one after another, the numbers are the same."""
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": [0.002, 0.02]}, optimizer=name, steps=25)
    for lane, rate in enumerate([0.002, 0.02]):
        losses = alone({"learning_rate": rate}, optimizer=name, steps=25)[0]
        assert np.allclose(sweep.losses[lane], losses, rtol=1e-4), sweep.reason


def test_every_combination_in_order():
    a, b, loss = problem()
    sweep = gm.sweep(
        loss,
        [a, b],
        over={"learning_rate": [0.002, 0.01], "momentum": [0.0, 0.5, 0.9]},
        optimizer="momentum",
        steps=50,
    )
    assert [tuple(row.values()) for row in sweep.settings] == [
        (rate, momentum) for rate in (0.002, 0.01) for momentum in (0.0, 0.5, 0.9)
    ]
    for lane, row in enumerate(sweep.settings):
        optimizer = keras.optimizers.SGD(row["learning_rate"], momentum=row["momentum"])
        losses = alone({}, optimizer=optimizer, steps=50)[0]
        assert np.allclose(sweep.losses[lane], losses, rtol=1e-4)


def test_other_hyperparameters_of_keras():
    a, b, loss = problem()
    sweep = gm.sweep(
        loss, [a, b], over={"beta_1": [0.5, 0.9]}, optimizer="adam", learning_rate=0.05, steps=40
    )
    for lane, beta in enumerate([0.5, 0.9]):
        losses = alone({}, optimizer=keras.optimizers.Adam(0.05, beta_1=beta), steps=40)[0]
        assert np.allclose(sweep.losses[lane], losses, rtol=1e-4)


@pytest.mark.parametrize(
    "options",
    [{"schedule": "cosine"}, {"schedule": "step:0.5,20"}, {"clip_norm": 0.5}, {"weight_decay": 0.01}],
)
def test_other_options_of_train(options):
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": [0.01, 0.05]}, steps=60, **options)
    for lane, rate in enumerate([0.01, 0.05]):
        losses = alone({"learning_rate": rate}, steps=60, **options)[0]
        assert np.allclose(sweep.losses[lane], losses, rtol=1e-4), sweep.reason


def test_seeds_go_one_after_another_and_it_says_so():
    x = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    w = tf.Variable([1.0, 1.0])

    def loss(rows):
        return tf.reduce_mean((tf.linalg.matvec(rows, w) - 1) ** 2)

    sweep = gm.sweep(loss, w, over={"seed": [1, 2, 1]}, data=x, batch=5, steps=30)
    assert sweep.engine == "one after another"
    assert "batch" in sweep.reason
    assert np.array_equal(sweep.losses[0], sweep.losses[2])
    assert not np.array_equal(sweep.losses[0], sweep.losses[1])


def test_a_lane_that_diverges_is_a_gap_and_the_others_go_on():
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": [0.01, 50.0]}, steps=100)
    assert np.isfinite(sweep.losses[0]).all()
    assert np.isnan(sweep.losses[1]).any()
    assert not np.isfinite(sweep.final[1])
    assert sweep.best == 0


def test_all_diverge():
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": [50.0, 60.0]}, steps=100)
    with pytest.raises(GradmagicError):
        _ = sweep.best
    assert "nan" in repr(sweep).lower() or "diverged" in repr(sweep)


def test_keep_gives_the_variables_the_best_values():
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": RATES}, steps=100)
    kept = sweep.keep()
    assert kept == sweep.settings[sweep.best]
    assert float(loss()) == pytest.approx(sweep.final.min(), rel=1e-5)
    sweep.keep(0)
    assert float(loss()) == pytest.approx(sweep.final[0], rel=1e-5)


def test_a_loss_with_effects_is_not_vectorised():
    a, b, loss = problem()
    said = []

    def talking():
        said.append(1)
        return loss()

    sweep = gm.sweep(talking, [a, b], over={"learning_rate": [0.01, 0.02]}, steps=10)
    assert sweep.engine == "one after another"
    assert np.allclose(sweep.losses[0], alone({"learning_rate": 0.01}, steps=10)[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({}, "over"),
        (None, "over"),
        ({"learning_rate": []}, "learning_rate"),
        ({"learning_rate": [0.1, -1.0]}, "-1"),
        ({"learning_rate": [float("nan")]}, "nan"),
        ({"learning_rate": ["fast"]}, "fast"),
        ({"momentun": [0.1]}, "momentun"),
        ({"learning_rate": list(np.linspace(0.1, 1, 5000))}, "4096"),
    ],
)
def test_what_cannot_be_swept(over, said):
    a, b, loss = problem()
    with pytest.raises(ArgumentError) as caught:
        gm.sweep(loss, [a, b], over=over, steps=5)
    assert said.replace(",", "") in str(caught.value).replace(",", "")


def test_a_loss_that_is_none():
    with pytest.raises(LossError):
        gm.sweep(lambda: None, tf.Variable(1.0), over={"learning_rate": [0.1]}, steps=5)


def test_the_text_and_the_picture():
    a, b, loss = problem()
    sweep = gm.sweep(loss, [a, b], over={"learning_rate": RATES}, steps=30)
    text = repr(sweep)
    assert all(f"{rate:g}" in text for rate in RATES)
    figure = sweep.plot()
    lines = [line for axes in figure.axes for line in axes.lines if len(line.get_xdata()) > 2]
    assert len(lines) >= len(RATES)
    import matplotlib.pyplot as plt

    plt.close(figure)
    pandas = pytest.importorskip("pandas")
    frame = sweep.to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["learning_rate"].tolist() == RATES

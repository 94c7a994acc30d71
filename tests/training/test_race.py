"""A race: the numbers of `train`, one start for all, and a surface whose values are the loss's own."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, LossError
from gradmagic.training import model_loss
from gradmagic.training.races import _surface
from gradmagic.training.races._plane import filter_normalised

X = np.array([0.0, 0.25, 0.5, 0.75, 1.0], np.float32)
Y = np.array([0.0, 0.36, 0.55, 0.82, 1.0], np.float32)


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch):
    """A surface has as many points as there can be, however busy the machine is."""
    monkeypatch.setattr(_surface, "_SECONDS", math.inf)


@pytest.fixture
def line():
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    return a, b, lambda: 0.5 * tf.reduce_sum((a * X + b - Y) ** 2)


@pytest.fixture
def network():
    keras.utils.set_random_seed(3)
    layers = [keras.Input((3,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
    data = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    return keras.Sequential(layers), (data, np.sin(data[:, :1]))


def test_each_racer_has_the_numbers_of_train(line):
    a, b, loss = line
    race = gm.race(loss, [a, b], ["sgd", "adam:0.05"], learning_rate=0.1, steps=60)
    assert (float(a), float(b)) == (0, 0)
    for racer, optimizer, rate in zip(race, ("sgd", "adam"), (0.1, 0.05), strict=True):
        run = gm.train(loss, [a, b], optimizer=optimizer, learning_rate=rate, steps=60)
        assert np.array_equal(racer.history.loss, run.history.loss)
        assert racer.loss == run.loss
        a.assign(0.0)
        b.assign(0.0)
    assert race["adam 0.05"].learning_rate == 0.05
    assert race.keep("sgd").parameters["a"] == a.numpy()


def test_the_same_batches_for_all(network):
    model, data = network
    race = gm.race(
        model_loss(model, "mse"), None, {"one": "sgd", "two": "sgd"}, data=data, batch=8, steps=20, seed=4
    )
    assert np.array_equal(race["one"].history.loss, race["two"].history.loss)


def test_who_arrives_first(line):
    a, b, loss = line
    race = gm.race(loss, [a, b], learning_rate=0.05, steps=300)
    assert [racer.label for racer in race] == ["sgd", "momentum", "nesterov", "adam"]
    start = race[0].history.loss[0]
    lowest = min(min(racer.history.loss.min(), racer.loss) for racer in race)
    step = race.arrival("sgd")
    limit = start - 0.99 * (start - lowest)
    assert race["sgd"].history.loss[step] <= limit < race["sgd"].history.loss[step - 1]
    assert race.arrival("momentum") < step
    assert race[race.best].loss == min(racer.loss for racer in race)


def test_a_surface_of_two_numbers_is_the_loss_itself(line):
    a, b, loss = line
    race = gm.race(loss, [a, b], ["sgd", "momentum"], surface=("a", "b"), learning_rate=0.05, steps=50)
    surface = race.surface
    for row, column in ((0, 0), (7, 41), (60, 60)):
        a.assign(surface.x[column])
        b.assign(surface.y[row])
        assert surface.loss[row, column] == pytest.approx(float(loss()), rel=1e-5)
    for racer in race:
        assert np.array_equal(racer.path[:-1, 0], racer.history.parameters["a"])
        assert np.array_equal(racer.path[-1], [racer.parameters["a"], racer.parameters["b"]])
        assert (racer.path.min(axis=0) > [surface.x[0], surface.y[0]]).all()
        assert (racer.path.max(axis=0) < [surface.x[-1], surface.y[-1]]).all()


@pytest.mark.parametrize(("milliseconds", "count"), [(0.01, 61), (1, 61), (6, 31), (60, 10), (1000, 9)])
def test_a_slow_loss_has_a_coarser_surface(monkeypatch, milliseconds, count):
    """In 6 seconds all points; the time of one is measured on some of a row."""
    now = [5.0]

    def evaluate(points):
        now[0] += 1e-3 * milliseconds * len(points)
        return np.zeros(len(points))

    monkeypatch.setattr(_surface, "_SECONDS", 6.0)
    monkeypatch.setattr(_surface, "perf_counter", lambda: now[0])
    found = _surface._resolution(evaluate, [(0.0, 1.0), (0.0, 1.0)])
    assert found == count
    assert count in (9, 61) or count**2 * milliseconds <= 6000


def test_elements_of_an_array(line):
    w = tf.Variable([0.0, 0.0, 1.0])
    race = gm.race(
        lambda: tf.reduce_sum((w - [1.0, 2.0, 3.0]) ** 2), w, ["sgd"], surface=("w[0]", "w[-1]"), steps=20
    )
    assert np.array_equal(race[0].path[:-1], race[0].history.parameters["w"][:, [0, 2]])


@pytest.mark.parametrize("kind", ["pca", "random"])
def test_a_surface_of_a_network(network, kind):
    model, data = network
    loss = model_loss(model, "mse")
    before = model.get_weights()
    race = gm.race(loss, None, ["sgd", "adam"], surface=kind, data=data, batch=10, steps=40)
    assert all(np.array_equal(one, two) for one, two in zip(before, model.get_weights(), strict=True))
    best = race[race.best]
    assert np.allclose(best.path[-1], 0, atol=1e-5), "the plane goes through the best end"
    surface = race.surface
    assert surface.x[0] < 0 < surface.x[-1]
    middle = surface.loss[np.abs(surface.y).argmin(), np.abs(surface.x).argmin()]
    assert middle == pytest.approx(best.loss, rel=0.3)
    assert all(len(racer.path) == len(racer.steps) > 20 for racer in race)


def test_filters_get_the_norms_of_the_model(network):
    model, data = network
    loss = model_loss(model, "mse")
    problem = gm.train(loss, None, data=data, steps=1)._training.problem
    random = np.random.default_rng(1)
    direction = [random.normal(size=tuple(tensor.shape)) for tensor in problem.tensors]
    weights = [tensor.numpy().astype(float) for tensor in problem.tensors]
    centre = np.concatenate([part.reshape(-1) for part in weights])
    found, at = filter_normalised(direction, problem, centre), 0
    for part in weights:
        mine = found[at : at + part.size].reshape(part.shape)
        at += part.size
        axis = 0 if part.ndim == 2 else None  # a column of a dense kernel leads to one output
        assert np.allclose(np.linalg.norm(mine, axis=axis), np.linalg.norm(part, axis=axis))


def test_directions_of_ones_own(line):
    a, b, loss = line
    race = gm.race(loss, [a, b], ["sgd"], surface=([1.0, 0.0], [0.0, 1.0]), learning_rate=0.1, steps=30)
    assert race.surface.kind == "chosen"
    with pytest.raises(ArgumentError, match="span no plane"):
        gm.race(loss, [a, b], ["sgd"], surface=([1.0, 1.0], [2.0, 2.0]), steps=3)
    with pytest.raises(ArgumentError, match="one array for each variable"):
        gm.race(loss, [a, b], ["sgd"], surface=([1.0], [2.0]), steps=3)


def test_a_racer_that_diverges_does_not_blow_the_picture_up(line):
    a, b, loss = line
    race = gm.race(loss, [a, b], ["sgd:0.05", "sgd:5"], surface=("a", "b"), steps=200)
    assert [racer.status for racer in race] == ["finished", "diverged"]
    assert race.best == 0
    assert race.surface.x[-1] - race.surface.x[0] < 10
    assert "diverged" in repr(race)


def test_principal_directions_are_not_those_of_who_diverged(network):
    model, data = network
    loss = model_loss(model, "mse")
    race = gm.race(loss, None, ["sgd:0.1", "adam", "sgd:1e4"], surface="pca", data=data, steps=40)
    assert race[2].status == "diverged"
    assert race.surface.x[-1] - race.surface.x[0] < 20
    calm = gm.race(loss, None, ["sgd:0.1", "adam"], surface="pca", data=data, steps=40)
    assert np.allclose(race[0].path[0], calm[0].path[0], rtol=1e-3)


def test_a_loss_with_effects_has_no_surface_and_stays_as_it_was(line):
    a, b, loss = line
    calls = []

    def counted():
        calls.append(1)
        return loss()

    with pytest.raises(LossError, match="No surface can be drawn"):
        gm.race(counted, [a, b], ["sgd", "adam"], surface=("a", "b"), steps=7)
    assert len(calls) < 20
    assert (float(a), float(b)) == (0, 0)
    assert len(gm.race(counted, [a, b], ["sgd"], steps=3)) == 1


def test_a_loss_that_branches_in_python(line):
    a, b, loss = line
    race = gm.race(lambda: loss() if a < 0.5 else 2 * loss(), [a, b], ["sgd"], surface=("a", "b"), steps=30)
    left = race.surface.loss[30, np.abs(race.surface.x - 0.0).argmin()]
    assert np.isfinite(left)


class Plain:
    def __init__(self, rate):
        self.rate, self.calls = rate, 0

    def step(self, gradients, variables):
        self.calls += 1
        for gradient, variable in zip(gradients, variables, strict=True):
            variable.assign_sub(self.rate * gradient)


def test_an_optimizer_of_ones_own_is_put_back(line):
    a, b, loss = line
    mine = Plain(0.1)
    race = gm.race(loss, [a, b], {"mine": mine, "sgd": "sgd"}, learning_rate=0.1, steps=20)
    assert np.allclose(race["mine"].history.loss, race["sgd"].history.loss, rtol=1e-5)
    assert mine.calls == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"optimizers": ["sdg"]}, "Did you mean"),
        ({"optimizers": ["sgd", "sgd"]}, "runs twice"),
        ({"optimizers": []}, "1 to 8"),
        ({"optimizers": ["sgd:fast"]}, "fast"),
        ({"surface": ("a", "c")}, "Its variables: a, b"),
        ({"surface": ("a", "a")}, "two axes"),
        ({"surface": "a"}, "two axes"),
        ({"checkpoint": "x.npz"}, "not for a race"),
    ],
)
def test_what_cannot_be_raced(line, options, said):
    a, b, loss = line
    with pytest.raises(ArgumentError, match=said):
        gm.race(loss, [a, b], **{"steps": 3, "optimizers": ["sgd"], **options})
    assert (float(a), float(b)) == (0, 0)


def test_whose_loss_is_shown_as_the_lowest_is_marked_and_digits_that_nobody_sees_decide_nothing(line):
    a, b, loss = line
    text = str(gm.race(loss, [a, b], ["sgd:0.3", "sgd:0.30000001", "sgd:0.01"], steps=400))
    assert [line.count("✓") for line in text.splitlines()] == [0, 0, 1, 1, 0, 0]


def test_the_text_and_the_page(line):
    a, b, loss = line
    race = gm.race(loss, [a, b], ["sgd", "adam"], surface=("a", "b"), learning_rate=0.05, steps=40)
    bundle = race._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[0].startswith("2 optimizers, 40 steps each, all from loss")
    assert "✓" in bundle["text/plain"]
    assert "3,721 points" in bundle["text/plain"]
    assert bundle["text/html"].count("<svg") == 1
    again = gm.race(loss, [a, b], ["sgd", "adam"], surface=("a", "b"), learning_rate=0.05, steps=40)
    assert again._repr_mimebundle_() == bundle

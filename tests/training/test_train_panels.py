"""Steering: single steps, a pace, a new start; the whole training again; the newest wish alone."""

import threading
import time

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.errors import ArgumentError
from gradmagic.training import Explorer, train
from gradmagic.training.steering import Newest, curves, knobs, run_curves

# Seconds after which a wait is given up: they end a hang, and pass no judgement on speed.
PATIENCE = 120.0


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_single_steps_from_the_start(house):
    run = train(house.loss, [house.a, house.b], learning_rate=1e-3, steps=1000, background=True).wait()
    losses = run.history.loss
    run.reset()
    until(lambda: run.status == "paused")
    assert (run.steps, house.a.numpy(), house.b.numpy()) == (0, 0, 0)
    run.step()
    until(lambda: run.steps == 1)
    run.step(2)
    until(lambda: run.steps == 3)
    time.sleep(0.1)
    assert (run.steps, run.status) == (3, "paused")
    run.resume().wait()
    assert np.allclose(run.history.loss, losses, rtol=1e-5)
    run.reset(learning_rate=1e-2, paused=False).wait()
    assert run.history.learning_rate[0] == pytest.approx(1e-2)
    assert run.loss < losses[-1]


@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_a_count_of_steps_that_is_none(house, count):
    run = train(house.loss, [house.a, house.b], steps=5)
    with pytest.raises(ArgumentError, match=r"run\.step\(10\)"):
        run.step(count)


def test_a_pace_is_kept_and_changes_no_number(house):
    quick = train(house.loss, [house.a, house.b], learning_rate=1e-3, steps=400)
    house.a.assign(0.0)
    house.b.assign(0.0)
    run = train(house.loss, [house.a, house.b], learning_rate=1e-3, steps=400, background=True)
    run.reset().pace(1000)
    until(lambda: run.status == "paused")
    began = time.monotonic()
    run.resume().wait()
    assert time.monotonic() - began > 0.3  # each rest by itself: `test_pace.py`
    assert np.array_equal(run.history.loss, quick.history.loss)
    with pytest.raises(ArgumentError, match=r"run\.pace"):
        run.pace(0)


def test_a_momentum_of_zero_can_be_moved_without_tracing(house):
    plain = train(house.loss, [house.a, house.b], learning_rate=1e-3, steps=3000)
    house.a.assign(0.0)
    house.b.assign(0.0)
    run = train(
        house.loss, [house.a, house.b], learning_rate=1e-3, steps=3000, movable=True, background=True
    ).wait()
    assert np.allclose(run.history.loss, plain.history.loss, rtol=1e-6)
    assert run.hyperparameters["momentum"] == 0
    again = run._training.again()
    made = again.make({"momentum": 0.9}, steps=3000, seed=0, start_noise=0)
    house.a.assign(0.0)
    house.b.assign(0.0)
    same = train(house.loss, [house.a, house.b], learning_rate=1e-3, momentum=0.9, steps=3000)
    assert np.allclose(made.history.loss, same.history.loss, rtol=1e-5)
    assert again.choice.program.traces == 1


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "rmsprop"])
def test_exploring_gives_the_numbers_of_training(house, optimizer):
    explorer = Explorer(house.loss, [house.a, house.b], optimizer=optimizer, learning_rate=1e-3, steps=500)
    traced = explorer.traces
    for rate, steps, seed, noise in [(1e-3, 500, 0, 0.0), (1e-2, 800, 3, 0.7), (3e-3, 100, 1, 0.0)]:
        made = explorer.make({"learning_rate": rate, "steps": steps, "seed": seed, "start_noise": noise})
        assert (house.a.numpy(), house.b.numpy()) == (0, 0)
        run = train(
            house.loss,
            [house.a, house.b],
            optimizer=optimizer,
            learning_rate=rate,
            steps=steps,
            seed=seed,
            start_noise=noise or None,
        )
        assert np.allclose(made.history.loss, run.history.loss, rtol=1e-4, atol=1e-7)
        assert np.allclose(made.parameters["a"], house.a, rtol=1e-4, atol=1e-6)
        house.a.assign(0.0)
        house.b.assign(0.0)
    assert explorer.traces == traced


def test_exploring_batches():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60).astype("float32")
    w = tf.Variable(0.0)

    def loss(x, y):
        return tf.reduce_mean((w * x - y) ** 2)

    options = {"learning_rate": 0.01, "steps": 100}
    explorer = Explorer(loss, w, data=(x, 3 * x + 1), batch=16, **options)
    for batch, seed in [(16, 0), (16, 4), (32, 4)]:
        made = explorer.make({"batch": batch, "seed": seed})
        run = train(loss, w, data=(x, 3 * x + 1), batch=batch, seed=seed, **options)
        assert np.allclose(made.history.loss, run.history.loss, rtol=1e-5)
        w.assign(0.0)
    with pytest.raises(ArgumentError, match="learning_rate"):
        explorer.make({"rate": 1.0})


def test_a_position_that_diverges(house):
    explorer = Explorer(house.loss, [house.a, house.b], learning_rate=1e-3, steps=2000)
    made = explorer.make({"learning_rate": 2.0})
    assert made.status == "diverged"
    assert np.isfinite(made.history.loss).all()
    assert explorer.make({}).status == "finished"
    assert explorer.make({}, given_up=lambda: True) is None


def test_the_newest_wish_wins():
    done, gate = [], threading.Event()

    def do(wish):
        gate.wait(PATIENCE)
        done.append(wish)

    worker = Newest(do)
    for wish in range(1000):
        worker.ask(wish)
    gate.set()
    assert worker.settle(PATIENCE)
    assert done[-1] == 999
    assert len(done) <= 2
    worker.close()
    worker.close()
    assert not worker._thread.is_alive()


def test_a_long_record_in_few_points():
    values = np.zeros(1_000_003, np.float32)
    values[123_457], values[-2] = 5.0, -3.0
    (curve,) = curves(len(values), values)
    assert len(curve.step) <= 404
    assert {5.0, -3.0} <= set(curve.value)
    assert curve.step[-1] == len(values) - 1
    assert (np.diff(curve.step) > 0).all()
    (short,) = curves(3, np.array([1.0, 2.0, 3.0, 4.0]))
    assert list(short.value) == [1, 2, 3]


def test_the_curves_of_a_run(house):
    run = train(house.loss, [house.a, house.b], steps=2000)
    loss, norm = run_curves(run)
    assert loss.value[0] == run.history.loss[0]
    assert norm.value[-1] == pytest.approx(run.history.grad_norm[-1])


def test_ranges():
    found = {
        knob.name: knob for knob in knobs({"beta_2": 0.999, "learning_rate": 1e-3, "ema_momentum": 0.99})
    }
    assert list(found) == ["learning_rate", "beta_2"]
    assert found["learning_rate"].scale == "log"
    assert found["learning_rate"].low == pytest.approx(1e-6)
    assert found["beta_2"].scale == "near one"

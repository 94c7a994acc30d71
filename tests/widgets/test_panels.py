"""The panels that steer, without a browser: what their traits do to the run, and what they leave behind."""

from __future__ import annotations

import threading
import time
import tracemalloc
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
import tensorflow as tf

from gradmagic import messages
from gradmagic.errors import GradmagicError
from gradmagic.training import Explorer, train
from gradmagic.widgets import ExplorePanel, LivePanel

WIDGET = "application/vnd.jupyter.widget-view+json"


def scaled(values):
    values = np.asarray(values, np.float32)
    return (values - values.min()) / (values.max() - values.min())


@pytest.fixture(autouse=True)
def english():
    messages.use_language("en")
    yield
    messages.use_language(None)


@pytest.fixture
def house():
    x, y = scaled([2013, 2014, 2015, 2016, 2017]), scaled([12000, 14000, 15000, 16500, 17500])
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    return SimpleNamespace(a=a, b=b, loss=lambda: 0.5 * tf.reduce_sum((a * x + b - y) ** 2))


# Seconds after which a wait is given up: they end a hang, and pass no judgement on speed.
PATIENCE = 120.0


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def line(values):
    return f"%train loss --learning-rate {values['learning_rate']:g}"


def begun(house, speed=2000.0, **options):
    """A panel of a run that lasts 100 seconds: longer than any test looks at it, unless its speed is moved."""
    options = {"learning_rate": 1e-3, "steps": 200_000, **options}
    run = train(house.loss, [house.a, house.b], background=True, movable=True, pace=speed, **options)
    return LivePanel(run, line, speed=speed)


@pytest.fixture
def live(house):
    panel = begun(house)
    yield panel
    panel.close()


@pytest.fixture
def explored(house):
    panel = ExplorePanel(Explorer(house.loss, [house.a, house.b], learning_rate=1e-3, steps=10_000), line)
    yield panel
    panel.close()


def loss_curve(panel):
    return np.frombuffer(panel.front.frame["curves"][0]["value"], np.float32)


def test_pausing_and_going_on(live):
    until(lambda: live.front.frame["steps"] > 50)
    live.press("play")
    until(lambda: live.run.status == "paused")
    until(lambda: live.front.frame["status"] == "paused")
    assert live.front.frame["buttons"]["play"]["label"] == "Play"
    steps = live.run.steps
    live.press("step")
    until(lambda: live.run.steps == steps + 1)
    until(lambda: live.front.frame["steps"] == steps + 1)
    live._told(None, {"do": "play"})
    until(lambda: live.run.steps > steps + 50)
    assert live.front.frame["buttons"]["play"]["label"] == "Pause"


def test_a_knob_acts_on_the_run_and_is_marked_and_traces_nothing(live):
    until(lambda: live.run.steps > 100)
    live.values = {"learning_rate": 0.01, "momentum": 0.9}
    until(lambda: live.run.hyperparameters["momentum"] == pytest.approx(0.9))
    until(lambda: live.front.frame["marks"])
    assert {mark["text"] for mark in live.front.frame["marks"]} <= {"learning rate 0.01", "momentum 0.9"}
    assert live.line == "%train loss --learning-rate 0.01"
    live.values = {"speed": 1e9}
    live.run.wait()
    assert live.run._training._choice.program.traces == 1


def test_stop_reset_and_play_again(house, live):
    until(lambda: live.run.steps > 100)
    live.press("stop")
    live.run.wait()
    until(lambda: live.front.frame["status"] == "stopped")
    assert live.front.frame["buttons"]["stop"]["disabled"]
    live.press("reset")
    until(lambda: live.front.frame["status"] == "paused")
    assert (live.run.steps, float(house.a.numpy())) == (0, 0.0)
    live.values = {"learning_rate": 0.1, "speed": 1e9}
    live.press("play")
    live.run.wait()
    assert live.run.history.learning_rate[-1] == pytest.approx(0.1)
    until(lambda: live.front.frame["status"] == "finished")
    live.press("play")
    live.run.wait()
    assert live.run.history.learning_rate[0] == pytest.approx(0.1)


def test_live_gives_the_numbers_of_train(house):
    panel = begun(house, speed=1e6, steps=10_000)
    panel.run.wait()
    losses = panel.run.history.loss
    panel.close()
    house.a.assign(0.0)
    house.b.assign(0.0)
    plain = train(house.loss, [house.a, house.b], learning_rate=1e-3, steps=10_000)
    assert np.allclose(losses, plain.history.loss, rtol=1e-5)
    assert f"{plain.loss:.6g}" == f"{panel.run.loss:.6g}"


def test_exploring_redraws_and_keeps_ghosts(house, explored):
    first = loss_curve(explored)
    explored.front.asked = 7
    explored.values = {"learning_rate": 0.01}
    assert explored.settle(PATIENCE)
    assert explored.front.frame["asked"] == 7
    assert not np.array_equal(loss_curve(explored), first)
    assert len(explored.front.ghosts) == 1
    assert np.array_equal(np.frombuffer(explored.front.ghosts[0][0]["value"], np.float32), first)
    for place in range(12):
        explored.press("settle")
        explored.values = {"seed": place, "start_noise": 0.5}
        assert explored.settle(PATIENCE)
    assert len(explored.front.ghosts) == 8
    explored.press("clear")
    assert explored.front.ghosts == []
    explored.press("back")
    assert explored.settle(PATIENCE)
    assert np.array_equal(loss_curve(explored), first)
    assert (house.a.numpy(), house.b.numpy()) == (0, 0)
    assert explored.explorer.traces == 1


def test_a_thousand_events_wait_for_no_training(explored, monkeypatch):
    """Each of them returns while one training is held up; then the newest is trained on, and none between."""
    make, held, go, asked = explored.explorer.make, threading.Event(), threading.Event(), []

    def slow(values, given_up):
        asked.append(values["learning_rate"])
        held.set()
        assert go.wait(PATIENCE)
        return make(values, given_up)

    monkeypatch.setattr(explored.explorer, "make", slow)
    rates = [float(rate) for rate in np.geomspace(1e-4, 0.99, 1000)]
    for place, rate in enumerate(rates):
        explored.front.asked = place + 1
        explored.values = {"learning_rate": rate}
        assert held.wait(PATIENCE)
    go.set()
    assert explored.settle(PATIENCE)
    assert asked == [rates[0], rates[-1]]
    assert explored.front.frame["asked"] == 1000
    assert explored.explorer.last.values["learning_rate"] == rates[-1]


def test_a_thousand_events_keep_no_memory(explored):
    """Every fifth of them is trained on to its end."""
    assert explored.settle(PATIENCE)
    rates, sizes = np.geomspace(1e-4, 1.0, 1000), []
    tracemalloc.start()
    try:
        for place, rate in enumerate(rates):
            explored.front.asked = place + 1
            explored.values = {"learning_rate": float(rate)}
            if place % 5 == 4:
                assert explored.settle(PATIENCE)
                assert explored.explorer.last.values["learning_rate"] == rate
            if place % 250 == 249:
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert explored.front.frame["asked"] == 1000
    assert sizes[-1] - sizes[0] < 2_000_000


def test_a_long_run_is_sent_in_few_points(house):
    panel = begun(house, speed=None, steps=1_000_000, learning_rate=1e-4)
    panel.run.wait()
    until(lambda: panel.front.frame["status"] == "finished")
    frame = panel.front.frame
    assert sum(len(part) for curve in frame["curves"] for part in curve.values()) < 20_000
    assert len(panel.run.history) == 1_000_000
    panel.close()


def test_ten_panels(house):
    problems = [(tf.Variable(float(place)),) for place in range(10)]
    panels = []
    for (w,) in problems:
        run = train(lambda w=w: (w - 3) ** 2, w, steps=300, background=True, movable=True, learning_rate=1e-2)
        panels.append(LivePanel(run, line))
    for panel in panels:
        panel.run.wait()
        until(lambda panel=panel: panel.front.frame["status"] == "finished")
        panel.close()


def leavings():
    threads = {thread.name for thread in threading.enumerate() if thread.name.startswith("gradmagic")}
    return len(ipywidgets.widgets.widget._instances), threads


def test_closing_leaves_nothing(house):
    before = leavings()
    for _ in range(3):
        live = begun(house)
        live.close()
        live.close()
        assert live.run.status == "stopped"
        assert live.run._control._listeners == []
        explored = ExplorePanel(Explorer(house.loss, [house.a, house.b], steps=50), line)
        explored.values = {"learning_rate": 0.1}
        explored.close()
        explored.close()
    assert leavings() == before


@pytest.mark.parametrize("kind", ["live", "explored"])
def test_the_bundle_shows_the_picture_without_a_kernel(kind, request):
    panel = request.getfixturevalue(kind)
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {WIDGET, "text/plain", "text/html"}
    assert "<svg" in bundle["text/html"]
    assert "gradient norm" in bundle["text/html"]
    assert bundle["text/plain"]


NAMES = {
    "live": ["learning_rate", "momentum", "speed", "seed"],
    "explored": ["learning_rate", "momentum", "steps", "start_noise", "seed"],
}


@pytest.mark.parametrize("kind", NAMES)
def test_every_control_has_a_name(kind, request):
    panel = request.getfixturevalue(kind)
    spec = panel.front.spec
    assert all(knob["label"] for knob in spec["knobs"])
    assert all(button["label"] and button["hint"] for button in spec["buttons"])
    assert all(panel.front.frame["descriptions"])
    assert {knob["name"] for knob in spec["knobs"]} == set(panel.front.values)
    assert list(panel.front.values) == NAMES[kind]


def test_all_of_adams_hyperparameters(house):
    panel = begun(house, optimizer="adam", clip_norm=1.0, weight_decay=0.01)
    names = {"learning_rate", "beta_1", "beta_2", "epsilon", "clip_norm", "weight_decay"}
    assert names <= set(panel.front.values)
    scales = {knob["name"]: knob["scale"] for knob in panel.front.spec["knobs"]}
    assert {scales[name] for name in ("learning_rate", "weight_decay", "clip_norm")} == {"log"}
    panel.close()


def test_in_chinese(house):
    messages.use_language("zh")
    panel = begun(house)
    until(lambda: panel.front.frame["steps"] > 10)  # a frame of the training's own thread
    assert panel.front.spec["knobs"][0]["label"] == "学习率"
    assert panel.front.frame["state"] == "运行中"
    panel.close()


def test_without_anywidget(house, monkeypatch):
    import sys

    monkeypatch.delitem(sys.modules, "gradmagic.widgets._front", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    run = train(house.loss, [house.a, house.b], steps=5)
    with pytest.raises(GradmagicError, match="pip install anywidget"):
        LivePanel(run, line)


def test_a_live_run_on_mini_batches_has_a_knob_for_their_size():
    rows = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    w = tf.Variable(tf.zeros(2))
    run = train(
        lambda x: tf.reduce_mean((tf.linalg.matvec(x, w) - 1) ** 2),
        w,
        data=(rows,),
        batch=8,
        steps=2_000_000,
        learning_rate=1e-6,
        background=True,
        movable=True,
    )
    panel = LivePanel(run, lambda values: f"--batch {values['batch']:g}")
    (knob,) = [knob for knob in panel.front.spec["knobs"] if knob["name"] == "batch"]
    assert (knob["scale"], knob["low"], knob["high"]) == ("powers", 1, 64)
    panel.values = {"batch": 32}
    until(lambda: run.batch == 32)
    until(lambda: any("32" in mark["text"] for mark in panel.front.frame["marks"]))
    assert panel.line == "--batch 32"
    panel.close()

"""The panel of a race: what it sends is what was recorded."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from gradmagic.training import race
from gradmagic.widgets import RacePanel

from .test_panels import WIDGET, leavings


def floats(part):
    return np.frombuffer(part, np.float32)


def raced(**options):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    return race(lambda: (a - 1) ** 2 + 4 * (b - 2) ** 2, {"a": a, "b": b}, ["sgd", "momentum"], **options)


def test_what_is_sent_is_what_was_recorded():
    found = raced(surface=("a", "b"), steps=3000)
    before = leavings()
    panel = RacePanel(found, "%train loss --race sgd")
    spec = panel.front.spec
    steps = floats(spec["steps"]).astype(int)
    assert (steps[0], steps[-1]) == (0, 3000)
    assert len(steps) <= 501
    for sent, racer in zip(spec["racers"], found, strict=True):
        inside = steps[:-1]
        assert np.array_equal(floats(sent["loss"])[:-1], racer.history.loss[inside])
        assert floats(sent["loss"])[-1] == np.float32(racer.loss)
        assert np.array_equal(floats(sent["x"])[:-1], racer.history.parameters["a"][inside])
        assert np.array_equal(floats(sent["y"])[-1:], racer.parameters["b"].reshape(1))
    assert spec["line"] == "%train loss --race sgd"
    assert floats(spec["surface"]["grid"]).size == spec["surface"]["rows"] * spec["surface"]["columns"]
    assert {racer["colour"] for racer in spec["racers"]} == {"--gm-racer-0", "--gm-racer-1"}
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {WIDGET, "text/plain", "text/html"}
    panel.close()
    panel.close()
    assert leavings() == before


def test_without_a_surface_and_to_a_step_that_not_all_reached():
    a = tf.Variable(0.0)
    found = race(lambda: (a - 1) ** 2, a, {"right": "sgd:0.1", "wild": "sgd:50"}, steps=60)
    panel = RacePanel(found, "%train loss --race sgd")
    assert panel.front.spec["surface"] is None
    wild = panel.front.spec["racers"][1]
    assert wild["diverged"]
    assert floats(wild["last"]).max() == len(found["wild"].history)
    assert "diverged at step" in wild["ending"]
    assert "lowest at the end" in panel.front.spec["racers"][0]["ending"]
    assert panel.front.spec["ceiling"] == 100, "the axis does not follow what diverges"
    panel.close()

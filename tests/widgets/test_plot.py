"""The panel of a function's plot: what its traits do, from TensorFlow's values."""

from __future__ import annotations

import pytest
import tensorflow as tf

from gradmagic import messages
from gradmagic.errors import ArgumentError
from gradmagic.tape import curve
from gradmagic.widgets import PlotPanel

from .test_panels import WIDGET, leavings


def quartic(x):
    return x**4 - 3 * x**2 + x


@pytest.fixture
def panel():
    messages.use_language("en")
    panel = PlotPanel(curve(quartic, -2.0, 2.0))
    yield panel
    panel.close()
    messages.use_language(None)


def test_a_tangent_is_tensorflows(panel):
    for x in (-1.7, 0.0, 0.3, 5.0):
        point = panel.curve.tangent(x)
        assert (point.value, point.slope, point.curvature) == pytest.approx(
            (quartic(x), 4 * x**3 - 6 * x + 1, 12 * x**2 - 6)
        )
    with pytest.raises(ArgumentError, match="finite number"):
        panel.curve.tangent(float("nan"))
    assert curve(lambda x: 2.0 * x, 0, 1).tangent(0.5).newton is None
    assert curve(lambda x: 3.0, 0, 1).tangent(0.5).slope is None


def test_dragging_computes_there(panel):
    panel.front.asked = 3
    panel.values = {"x": 0.7123}
    assert panel.settle(10)
    frame = panel.front.frame
    assert (frame["asked"], frame["x"]) == (3, 0.7123)
    assert frame["slope"] == pytest.approx(4 * 0.7123**3 - 6 * 0.7123 + 1)


def test_steps_follow_their_formulas(panel):
    x = panel.point.x
    panel.values = {"learning_rate": 0.05}
    panel.press("descent")
    assert panel.values["x"] == panel.point.x == pytest.approx(x - 0.05 * (4 * x**3 - 6 * x + 1))
    for _ in range(6):
        panel.press("newton")
    assert panel.point.slope == pytest.approx(0, abs=1e-9)
    assert panel.front.frame["trail"][0][0] == x
    assert len(panel.front.frame["trail"]) == 7
    panel.press("back")
    assert (panel.point.x, panel.trail) == (x, [])


def test_a_movement_begins_a_new_trail(panel):
    panel.press("descent")
    panel.values = {"x": 0.0}
    assert panel.settle(10)
    assert panel.front.frame["trail"] == []


def test_no_newton_step_without_curvature_and_one_uphill(panel):
    panel.values = {"x": 0.3}
    panel.settle(10)
    panel.press("newton")
    assert "which is up" in panel.front.frame["note"]
    straight = PlotPanel(curve(lambda x: 2.0 * x, -1.0, 1.0))
    straight.press("newton")
    assert "No Newton step" in straight.front.frame["note"]
    assert straight.trail == []
    straight.close()


def test_leaving_the_interval_and_the_numbers():
    panel = PlotPanel(curve(tf.math.log, 0.1, 1.0))
    panel.values = {"learning_rate": 10.0}
    panel.press("descent")
    assert "no step from here" in panel.front.frame["note"]
    assert panel.trail == []
    panel.close()
    panel = PlotPanel(curve(lambda x: x**2, 1.0, 2.0))
    panel.press("newton")
    assert panel.point.x == pytest.approx(0)
    assert "outside the interval" in panel.front.frame["note"]
    panel.close()


def test_every_control_has_a_name_and_the_picture_stays(panel):
    spec = panel.front.spec
    assert all(knob["label"] for knob in spec["knobs"])
    assert all(button["label"] and button["hint"] for button in spec["buttons"])
    assert "slope" in panel.front.frame["description"]
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {WIDGET, "text/plain", "text/html"}
    assert "<svg" in bundle["text/html"]


def test_closing_leaves_nothing():
    before = leavings()
    panel = PlotPanel(curve(quartic, -2.0, 2.0))
    panel.values = {"x": 0.1}
    panel.close()
    panel.close()
    assert leavings() == before

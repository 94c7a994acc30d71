"""The stepper without a browser: what its controls do to the model, and what it leaves behind."""

from __future__ import annotations

import threading

import ipywidgets
import nbformat
import pytest
import tensorflow as tf
from nbconvert import HTMLExporter

import gradmagic as gm
from gradmagic import messages
from gradmagic.tape import Steps
from gradmagic.widgets import Stepper, stepper

WIDGET = "application/vnd.jupyter.widget-view+json"


def passes(count: int) -> Steps:
    x = tf.Variable(0.5)
    with gm.Tape() as tape:
        y = x
        for _ in range(count):
            y = tf.sin(y)
    return tape.steps(y)


@pytest.fixture
def panel() -> Stepper:
    return stepper(passes(4))


def shown(panel: Stepper) -> str:
    return str(panel._panel.value)


def test_the_buttons_walk(panel: Stepper) -> None:
    assert panel.index == 0
    panel._next.click()
    panel._next.click()
    assert panel.index == 2
    assert "step 3 of 4" in shown(panel)
    panel._previous.click()
    assert panel.index == 1
    panel._last.click()
    assert panel.index == 3
    assert "Result" in shown(panel)
    panel._first.click()
    assert panel.index == 0


def test_the_ends_hold(panel: Stepper) -> None:
    assert panel._first.disabled
    assert panel._previous.disabled
    assert not panel._next.disabled
    panel._previous.click()
    assert panel.index == 0
    panel.index = 99
    assert panel.index == 3
    assert panel._next.disabled
    assert panel._last.disabled
    assert not panel._first.disabled


def test_the_slider_and_the_play_button_agree(panel: Stepper) -> None:
    panel._slider.value = 2
    assert panel._play.value == 2
    assert "step 3 of 4" in shown(panel)


def test_playing_stops_at_the_end_and_leaves_no_thread(panel: Stepper) -> None:
    threads = threading.active_count()
    panel._play.playing = True
    for value in (1, 2):  # the front end counts
        panel._play.value = value
        assert panel.playing
    panel._play.value = 3
    assert not panel.playing
    assert panel.index == 3
    assert threading.active_count() == threads


def test_playing_again_begins_again(panel: Stepper) -> None:
    panel.index = 3
    panel._play.playing = True
    assert panel.index == 0
    assert panel.playing


def test_a_button_stops_the_playing(panel: Stepper) -> None:
    panel._play.playing = True
    panel._next.click()
    assert not panel.playing
    assert panel.index == 1


def test_every_control_is_named_and_can_be_reached(panel: Stepper) -> None:
    for button in (panel._first, panel._previous, panel._next, panel._last):
        assert button.tooltip
        assert button.description
        assert not button.icon, "a screen reader would read the icon's letter"
        assert button.tabbable is not False
    assert panel._slider.description == "Step"
    assert panel._toggle.description == "Play"
    assert panel._play.layout.display == "none", "its buttons have no names"


def test_the_play_button_says_what_it_does_next(panel: Stepper) -> None:
    panel._toggle.value = True
    assert panel.playing
    assert panel._toggle.description == "Pause"
    panel._next.click()
    assert not panel.playing
    assert (panel._toggle.value, panel._toggle.description) == (False, "Play")


def test_the_bundle_has_the_static_forms() -> None:
    panel = stepper(passes(3))
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", WIDGET}
    assert bundle["text/plain"] == repr(panel.steps)
    assert "<table>" in bundle["text/html"]


def test_closing_leaves_nothing() -> None:
    def models() -> int:
        return len(ipywidgets.widgets.widget._instances)

    stepper(passes(3)).close()
    before = models()
    for _ in range(3):
        panel = stepper(passes(3))
        panel.close()
        panel.close()
    assert models() == before


@pytest.mark.parametrize("count", [0, 1])
def test_a_pass_with_nothing_to_step_through(count: int) -> None:
    panel = stepper(passes(count))
    assert panel._next.disabled
    assert panel._play.disabled
    panel._next.click()
    assert panel.index == 0
    panel.close()


def test_in_chinese() -> None:
    messages.use_language("zh")
    try:
        panel = stepper(passes(2))
    finally:
        messages.use_language(None)
    assert panel._next.tooltip == "下一步"


def test_a_saved_notebook_shows_the_table() -> None:
    """A notebook stored without the widgets' state, as JupyterLab and nbval store it by default."""
    bundle = stepper(passes(3))._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", bundle)
    cell = nbformat.v4.new_code_cell("tape.steps(y)", outputs=[output])
    html, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert 'class="gm-steps"' in html
    assert "$\\displaystyle \\bar{x}" in html
    assert ".gm-steps .gm-tex{display:none}" in html
    assert "widget-view" not in html.partition("<body")[2]


def test_an_exported_notebook_has_the_table_inside_the_panel() -> None:
    panel = stepper(passes(3))
    assert "<details>" in panel._table.value
    assert "<table>" in panel._table.value

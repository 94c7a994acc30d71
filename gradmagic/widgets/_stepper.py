"""`Stepper`: the backward pass one step at a time, with buttons, a slider and the keyboard."""

from __future__ import annotations

from typing import Any

import ipywidgets

from gradmagic.display import step_panel, steps_bundle, steps_html
from gradmagic.messages import say
from gradmagic.tape import Steps

__all__ = ["Stepper", "stepper"]

# Milliseconds between two steps when playing.
INTERVAL = 1500


class Stepper:
    """A panel that shows one step of a backward pass at a time.

    Every control can be reached with Tab; Space and Enter press a button, the arrow keys move the slider.
    Playing counts in the front end, so that nothing runs in the kernel. The buttons of ipywidgets' own
    `Play` have no name that a screen reader could say: it is hidden, and one with a word on it works it.
    The buttons have words, not icons: an icon is a letter of its own font, and that is what would be read.

    Args:
        steps: what `Tape.steps` returned.

    Attributes:
        steps: the same.
        widget: the ipywidgets box, to be put beside others.
    """

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        last = max(0, len(steps) - 1)
        self._slider = ipywidgets.IntSlider(
            min=0,
            max=last,
            readout=False,
            description=say("steps-slider"),
            disabled=last == 0,
            layout=ipywidgets.Layout(flex="1 1 160px", width="auto", min_width="120px"),
        )
        self._play = ipywidgets.Play(
            min=0,
            max=last,
            interval=INTERVAL,
            show_repeat=False,
            disabled=last == 0,
            layout=ipywidgets.Layout(display="none"),
        )
        self._toggle = ipywidgets.ToggleButton(
            description=say("steps-play"),
            tooltip=say("steps-play-all"),
            disabled=last == 0,
            layout=_word(),
        )
        self._first = self._button("steps-first", lambda: 0)
        self._previous = self._button("steps-previous", lambda: self.index - 1)
        self._next = self._button("steps-next", lambda: self.index + 1)
        self._last = self._button("steps-last", lambda: last)
        self._panel = ipywidgets.HTMLMath()
        self._table = ipywidgets.HTMLMath(
            f"<details><summary>{say('steps-all')}</summary>{steps_html(steps)}</details>"
        )
        controls = [
            self._first,
            self._previous,
            self._toggle,
            self._next,
            self._last,
            self._slider,
            self._play,
        ]
        self._bar = ipywidgets.HBox(
            controls, layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        )
        self.widget = ipywidgets.VBox([self._bar, self._panel, self._table] if len(steps) else [self._panel])
        self._links = [
            ipywidgets.link((self._play, "value"), (self._slider, "value")),
            ipywidgets.link((self._toggle, "value"), (self._play, "playing")),
        ]
        self._slider.observe(self._show, "value")
        self._play.observe(self._start, "playing")
        self._show()

    @property
    def index(self) -> int:
        """Which step is shown, from 0; assign another one to go there."""
        return int(self._slider.value)

    @index.setter
    def index(self, index: int) -> None:
        self._slider.value = min(max(0, index), self._slider.max)

    @property
    def playing(self) -> bool:
        """Whether the front end is walking on by itself."""
        return bool(self._play.playing)

    def close(self) -> None:
        """Take the panel away, with everything it is made of; a second time is harmless."""
        self._play.playing = False
        for link in self._links:
            link.unlink()
        self._links.clear()
        parts: list[Any] = [*self._bar.children, self._panel, self._table, self._bar, self.widget]
        for part in parts:
            part.unobserve_all()
            for model in (part.layout, getattr(part, "style", None), part):
                if model is not None:
                    model.close()

    def _button(self, key: str, goal: Any) -> ipywidgets.Button:
        button = ipywidgets.Button(
            description=say(key), tooltip=say(f"{key}-step"), layout=_word(), disabled=len(self.steps) < 2
        )

        def go(_: object) -> None:
            self._play.playing = False
            self.index = goal()

        button.on_click(go)
        return button

    def _show(self, _: object = None) -> None:
        index = self.index
        last = max(0, len(self.steps) - 1)
        self._panel.value = step_panel(self.steps, index)
        self._first.disabled = self._previous.disabled = index == 0
        self._next.disabled = self._last.disabled = index == last
        if index == last:
            self._play.playing = False

    def _start(self, change: Any) -> None:
        self._toggle.description = say("steps-pause" if change["new"] else "steps-play")
        if change["new"] and self.index == self._slider.max:
            self.index = 0  # played to its end: from the beginning again

    def __repr__(self) -> str:
        return repr(self.steps)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        static = steps_bundle(self.steps)
        live = self.widget._repr_mimebundle_() or {}
        return {**live, **static}


def _word() -> ipywidgets.Layout:
    return ipywidgets.Layout(width="auto", min_width="72px")


def stepper(steps: Steps) -> Stepper:
    """Return a panel for a backward pass; display it in a notebook."""
    return Stepper(steps)

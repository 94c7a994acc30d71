"""What the panels have in common: a front, a display that is kept up to date, an end that leaves nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from IPython.display import display

from gradmagic.display import knob_label
from gradmagic.errors import GradmagicError
from gradmagic.messages import catalogue, say

if TYPE_CHECKING:
    from gradmagic.training.steering import Curve, Knob

__all__ = ["LineOf", "Panel", "SteeringPanel", "described", "knob_spec", "line_words", "packed"]

WIDGET = "application/vnd.jupyter.widget-view+json"

# From the values of the knobs to the line that trains with them.
LineOf = Callable[[Mapping[str, float]], str]


class Panel(ABC):
    """A panel on the page.

    Attributes:
        front: Its state, an ipywidgets widget; to be put beside others.
        closed: Whether it is gone.
    """

    def __init__(self, kind: str, spec: Mapping[str, Any], values: Mapping[str, float]) -> None:
        """Make the front.

        Args:
            kind: One of `FRONTS`.
            spec: What does not change.
            values: Of the knobs.

        Raises:
            GradmagicError: anywidget is not installed.
        """
        try:
            from gradmagic.widgets._front import FRONTS
        except ModuleNotFoundError as error:
            raise GradmagicError(say("steer-needs-anywidget")) from error
        # What another thread says is said in the language, and belongs to the cell, of this thread.
        self._context = copy_context()
        self._handle: Any = None
        self.closed = False
        self.front = FRONTS[kind](spec=dict(spec), values=dict(values))
        self.front.observe(self._moved, "values")
        self.front.on_msg(self._told)

    @property
    def values(self) -> dict[str, float]:
        """`{name: value}` of the knobs; assign to move them."""
        return dict(self.front.values)

    @values.setter
    def values(self, values: Mapping[str, float]) -> None:
        self.front.values = {**self.front.values, **values}
        self.front.values_from_kernel += 1

    def show(self) -> None:
        """Display the panel in the cell that is running."""
        self._handle = display(self._repr_mimebundle_(), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def press(self, button: str) -> None:  # noqa: B027  # the browser's own buttons ask nothing
        """Do what a button does; one that only the browser knows does nothing here."""

    @abstractmethod
    def static(self) -> dict[str, str]:
        """Return the last picture, for a notebook without a kernel."""

    def end(self) -> None:  # noqa: B027  # a race has ended already
        """End what runs, without a word to the browser: the kernel is going."""

    def close(self) -> None:
        """End what runs and take the panel away; its last picture stays. A second time is harmless."""
        if self.closed:
            return
        self.closed = True
        self.end()
        self.front.unobserve_all()
        self.front.on_msg(self._told, remove=True)
        if self._handle is not None:
            self._handle.update(self.static(), raw=True)
        self.front.layout.close()
        self.front.close()

    def _renew(self) -> None:
        """Renew the picture in the notebook, so that it is the last one when that is saved."""
        if self._handle is not None and not self.closed:
            self._handle.update(self._repr_mimebundle_(), raw=True)

    def _moved(self, change: Any) -> None:  # noqa: B027  # a race has no knobs
        """A knob was moved."""

    def _told(self, _front: object, content: Any, _buffers: object = None) -> None:
        if content.get("do") != "nudge":  # see common.js
            self.press(str(content.get("do")))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 1, "model_id": self.front.model_id}
        return {WIDGET: view, **self.static()}


class SteeringPanel(Panel):
    """A panel with a knob for each hyperparameter, two curves, and the line that trains so."""

    def __init__(self, kind: str, knobs: Sequence[Knob], buttons: Sequence[str], line: LineOf) -> None:
        """Make the front.

        Args:
            kind: `"live"` or `"explore"`.
            knobs: What can be moved.
            buttons: Their names, in the order of the keyboard.
            line: Gives the line to copy.
        """
        self._line = line
        self._first = {knob.name: knob.value for knob in knobs}
        spec = {
            "title": say(f"steer-title-{kind}"),
            "knobs": [knob_spec(knob) for knob in knobs],
            "buttons": [
                {"name": name, "label": say(f"steer-button-{name}"), "hint": say(f"steer-hint-{name}")}
                for name in buttons
            ],
            "charts": [
                {"label": say("display-loss"), "colour": "--gm-loss", "ghostColour": "--gm-ghost"},
                {"label": say("steer-norm"), "colour": "--gm-norm", "ghostColour": "--gm-ghost"},
            ],
            "words": {
                "step": say("display-step"),
                "knobs": say("steer-knobs"),
                "parameters": say("steer-parameters"),
                **line_words(),
            },
        }
        super().__init__("steer", spec, self._first)

    @property
    def line(self) -> str:
        """The line that trains with the values as they are."""
        return self._line(self.values)


def line_words() -> dict[str, str]:
    """Return the words of the line to copy."""
    return {
        "line": say("steer-line"),
        "copy": say("steer-copy"),
        "copied": say("steer-copied"),
        "selected": say("steer-selected"),
    }


def knob_spec(knob: Knob) -> dict[str, Any]:
    """Return a knob as the browser takes it."""
    name, known = knob.name, catalogue()
    return {
        "name": name,
        "label": knob_label(name),
        "scale": knob.scale,
        "low": knob.low,
        "high": knob.high,
        **({"hint": say(f"knob-hint-{name}")} if f"knob-hint-{name}" in known else {}),
        **({"full": say(f"knob-full-{name}")} if f"knob-full-{name}" in known else {}),
    }


def described(name: str, curve: Curve, steps: str) -> str:
    """Return a curve in words, for who does not see it."""
    if not len(curve.value):
        return say("steer-describe-none", name=name)
    first, last = (f"{float(value):.4g}" for value in (curve.value[0], curve.value[-1]))
    return say("steer-describe", name=name, first=first, last=last, steps=steps)


def packed(curve: Curve) -> dict[str, bytes]:
    """Return a curve as the browser takes it: float32, four bytes each."""
    return {"step": curve.step.tobytes(), "value": curve.value.tobytes()}

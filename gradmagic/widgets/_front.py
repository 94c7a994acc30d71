"""The part of a panel that lives in the browser: its state, and the scripts that draw it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import anywidget
import traitlets

__all__ = ["FRONTS", "Front"]

# The scripts that every panel needs, and those of each kind; each uses what stands before it.
_SHARED = ("scales.js", "chart.js", "controls.js", "common.js")


def _read(*names: str) -> str:
    folder = files("gradmagic.widgets") / "front"
    return "\n".join((folder / name).read_text("utf-8") for name in names)


class Front(anywidget.AnyWidget):
    """A panel's state, kept the same in the kernel and in every view.

    Attributes:
        spec: What does not change: knobs, buttons, charts, words.
        values: `{name: value}` of the knobs; the browser and the kernel both set them.
        asked: How often the learner has moved a knob.
        values_from_kernel: How often the kernel has.
        frame: What is shown now.
        ghosts: The curves of earlier positions.
    """

    _esm = _read(*_SHARED, "panel.js")
    _css = _read("panel.css")

    spec: Any = traitlets.Dict().tag(sync=True)
    values: Any = traitlets.Dict().tag(sync=True, echo_update=False)
    asked: Any = traitlets.Int().tag(sync=True, echo_update=False)
    values_from_kernel: Any = traitlets.Int().tag(sync=True)
    frame: Any = traitlets.Dict().tag(sync=True)
    ghosts: Any = traitlets.List().tag(sync=True)


class RaceFront(Front):
    """The state of a race: all of it in `spec`; `asked` is the place of the slider, from 1, 0 for its end."""

    _esm = _read(*_SHARED, "surface.js", "race.js")


class PlotFront(Front):
    """The state of a function's plot, with a point on it."""

    _esm = _read(*_SHARED, "plot.js")


FRONTS: Mapping[str, type[Front]] = MappingProxyType({"steer": Front, "race": RaceFront, "plot": PlotFront})

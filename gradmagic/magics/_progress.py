"""The progress bar of a training: a widget in a notebook, tqdm's own bar in a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from gradmagic.messages import say

__all__ = ["progress"]

Report = Callable[[int, int, float], None]

# A training that is over before anybody could read a bar shows none.
DELAY_SECONDS = 0.5
WIDGET = "application/vnd.jupyter.widget-view+json"


@contextmanager
def progress(shell: InteractiveShell) -> Iterator[bool | Report]:
    """Give `train` what it reports its progress to, and clear it away at the end."""
    if not hasattr(shell, "kernel"):
        yield True
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.close()


class _Bar:
    """A bar that leaves no trace: closed, it vanishes from the page, and nbval does not compare widgets."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._box: Any = None
        self._bar: Any = None
        self._text: Any = None

    def __call__(self, done: int, total: int, loss: float) -> None:
        elapsed = time.monotonic() - self._began
        if elapsed < DELAY_SECONDS:
            return
        if self._box is None:
            self._show(total)
        from tqdm import tqdm

        self._bar.value = done
        self._text.value = tqdm.format_meter(
            done, total, elapsed, unit="step", unit_scale=True, postfix=f"loss={loss:.6g}", bar_format=_FORMAT
        )

    def close(self) -> None:
        """Take the bar away."""
        if self._box is not None:
            for widget in (self._bar, self._text, self._box):
                widget.close()

    def _show(self, total: int) -> None:
        import ipywidgets

        label = say("train-bar")
        self._bar = ipywidgets.IntProgress(0, 0, total, tooltip=label, layout={"width": "40%"})
        self._text = ipywidgets.Label()
        self._box = ipywidgets.HBox([self._bar, self._text])
        view = {"version_major": 2, "version_minor": 0, "model_id": self._box.model_id}
        display({WIDGET: view}, raw=True)  # type: ignore[no-untyped-call] # IPython's


_FORMAT = "{percentage:.0f}%  {n_fmt}/{total_fmt}  [{elapsed}<{remaining}, {rate_fmt}{postfix}]"

"""How a notebook shows what needs more than one form: a panel beside its table, a picture below its text.

The objects show themselves, with what text and HTML can hold. What a kernel can do besides is registered
with IPython's formatters while gradmagic is loaded, so that it is the same however an object is displayed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.display import display

if TYPE_CHECKING:
    from gradmagic.tape import CompareReport, Steps

__all__ = ["Displays"]

# By name: looking the classes up would import NumPy when gradmagic is loaded.
STEPS = "gradmagic.tape.steps._steps.Steps"
COMPARISON = "gradmagic.tape.compare._report.CompareReport"


class Displays:
    """The displays added to one shell; nothing is added to a shell without a kernel, which shows text."""

    def __init__(self, shell: Any) -> None:
        self._formatter = shell.display_formatter
        self._kernel = hasattr(shell, "kernel")
        self._before: list[tuple[Any, str, Any]] = []

    def add(self) -> None:
        """Register the displays."""
        if self._kernel:
            self._register(self._formatter.mimebundle_formatter, STEPS, _steps)
            self._register(self._formatter.ipython_display_formatter, COMPARISON, _comparison)

    def remove(self) -> None:
        """Take them away, and put back what was there."""
        while self._before:
            formatter, kind, before = self._before.pop()
            if before is None:
                formatter.pop(kind, None)
            else:
                formatter.for_type(kind, before)

    def _register(self, formatter: Any, kind: str, function: Callable[..., Any]) -> None:
        self._before.append((formatter, kind, formatter.for_type(kind, function)))


def _steps(steps: Steps) -> Any:
    from gradmagic.widgets import stepper  # ipywidgets is not needed before

    return stepper(steps)._repr_mimebundle_()


def _comparison(report: CompareReport) -> None:
    from gradmagic.display import compare_picture  # NumPy is not needed before

    bundle, metadata = compare_picture(report)
    display(report._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call] # IPython's
    display(bundle, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]

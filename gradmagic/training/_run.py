"""The result of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradmagic._views import view
from gradmagic.training._history import History
from gradmagic.training._names import Name
from gradmagic.training._settings import Settings
from gradmagic.training._source import program_source

__all__ = ["Run"]


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What came of a training.

    Attributes:
        status: `"finished"`; `"interrupted"`, by Ctrl-C or the interrupt button: the variables and
            the history are as they were after the last finished chunk; or `"diverged"`: the loss was
            not finite, and the variables hold the last values that gave a finite one.
        engine: `"xla"`, `"graph"` or `"eager"`.
        reason: One line: why this engine, and at which step a divergence began.
        history: The loss, gradient norm, learning rate and small parameters at each step.
        variables: The variables that were trained, as they were given or in order of first use.
        loss: The loss that the variables have now, after the last update. A loss whose Python does
            something visible at each call is not called once more for it: this is then the loss
            before the last update.
        steps: The number of steps in the history.
        seconds: The time that the training took, compilation included.
        settings: What was asked for.
    """

    status: str
    engine: str
    reason: str
    history: History
    variables: Sequence[Any]
    loss: float
    steps: int
    seconds: float
    settings: Settings
    names: tuple[Name, ...] = field(default=())
    loss_name: str = "loss"
    optimizer_code: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """`{name: value}` of the trained variables now, as NumPy arrays of their shapes."""
        values = (variable.numpy() for variable in self.variables)
        return {name.shown: value for name, value in zip(self.names, values, strict=True)}

    def plot(self) -> Any:
        """Return a Matplotlib figure of the loss at each step."""
        return view("plot_run", self)

    def to_python(self, loss_source: str | None = None) -> str:
        """Return a plain TensorFlow program that does the same training, step by step.

        Args:
            loss_source: Python that defines the loss and its variables; without it the program
                continues a script or notebook that has defined them.
        """
        return program_source(self.settings, self.names, self.loss_name, self.optimizer_code, loss_source)

    def __repr__(self) -> str:
        """Return the text that a notebook shows."""
        return str(view("run_text", self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return every form that a notebook can show."""
        return view("run_bundle", self)

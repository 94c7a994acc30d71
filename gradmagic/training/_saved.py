"""A run read from a file: what was made, without the learner's code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradmagic.training._checkpoint import read_checkpoint
from gradmagic.training._history import History, Recorder
from gradmagic.training._rows import Recorded, RowLayout

__all__ = ["SavedRun"]


@dataclass(frozen=True, eq=False)
class SavedRun:
    """What a file holds of a run.

    Attributes:
        history: The record of it.
        parameters: `{name: value}` of the trained variables, NumPy arrays.
        steps: The steps made.
        settings: What was asked for, as plain numbers and texts.
    """

    history: History
    parameters: Mapping[str, Any]
    steps: int
    settings: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> SavedRun:
        """Read a file that `Run.save` or a checkpoint wrote.

        Raises:
            GradmagicError: There is no such file, or it cannot be read.
        """
        found = read_checkpoint(path)
        layout = dict(found.facts["layout"])
        layout["recorded"] = tuple(
            Recorded(**{**entry, "shape": tuple(entry["shape"])}) for entry in layout["recorded"]
        )
        recorder = Recorder(RowLayout(**layout), max(found.steps, 1))
        recorder.add(found.rows)
        parameters = dict(zip(found.facts["names"], found.state, strict=False))
        return cls(recorder.history(), parameters, found.steps, found.facts["settings"])

    def restore(self, variables: Mapping[str, Any]) -> None:
        """Give variables the values that they had, by name.

        Args:
            variables: `{name: variable}`; the shapes must be those of `parameters`.
        """
        for name, variable in variables.items():
            variable.assign(self.parameters[name])

    def __repr__(self) -> str:
        """Return one line."""
        return f"SavedRun({self.steps} steps, {', '.join(self.parameters)}; {self.history!r})"

"""Save a training and load it again: numbers and text only, in NumPy's own format; nothing is unpickled."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError, GradmagicError
from gradmagic.messages import say
from gradmagic.training._history import Recorder
from gradmagic.training._problem import Problem
from gradmagic.training._settings import Settings
from gradmagic.training.update import Update

__all__ = ["Checkpoint", "Keeper", "read_checkpoint"]

_FORMAT = "gradmagic-run-1"

# How often a running training is saved.
_SECONDS = 10.0


@dataclass(frozen=True)
class Checkpoint:
    """A training at one moment.

    Attributes:
        rows: The history, shape `(steps, width)`.
        state: The value of every variable.
        python: What the optimizer kept in Python, by path.
        facts: What else is to be known, as JSON: names, settings, status.
    """

    rows: Any
    state: tuple[Any, ...]
    python: Mapping[str, Any]
    facts: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        variables: Sequence[Any],
        update: Update,
        recorder: Recorder,
        settings: Settings,
        problem: Problem,
    ) -> Checkpoint:
        """Return the present state of a training, which these variables hold."""
        facts = {
            "format": _FORMAT,
            "names": [name.shown for name in problem.names],
            "dtypes": [variable.dtype.name for variable in variables],
            "settings": _settings(settings),
            "layout": asdict(recorder.layout),
        }
        values = tuple(np.asarray(variable.read_value()) for variable in variables)
        numbers = {path: np.asarray(value) for path, value in update.numbers().items()}
        return cls(recorder.rows(), values, numbers, facts)

    @property
    def steps(self) -> int:
        """The steps made."""
        return len(self.rows)

    @property
    def needs_python_state(self) -> bool:
        """Whether the optimizer keeps something in Python."""
        return bool(self.python)

    def put(self, variables: Sequence[Any], update: Update, recorder: Recorder, problem: Problem) -> None:
        """Let a training go on from here; `variables` as for `of`.

        Raises:
            ArgumentError: It is another training.
        """
        names = [name.shown for name in problem.names]
        shapes = [tuple(variable.shape) for variable in variables]
        if names != self.facts["names"] or shapes != [value.shape for value in self.state]:
            raise ArgumentError(say("train-checkpoint-other", names=", ".join(self.facts["names"])))
        if self.steps > recorder.total or self.rows.shape[1] != recorder.layout.width:
            raise ArgumentError(say("train-checkpoint-steps", steps=self.steps, total=recorder.total))
        for variable, value in zip(variables, self.state, strict=True):
            variable.assign(value)
        update.put_numbers(self.python)
        recorder.add(self.rows)

    def write(self, path: Path) -> None:
        """Write a file: whole, or not at all.

        Raises:
            OSError: The disk is full, or the place cannot be written.
        """
        arrays = {"rows": self.rows}
        arrays |= {f"state/{place}": _plain(value) for place, value in enumerate(self.state)}
        arrays |= {f"python/{place}": value for place, value in enumerate(self.python.values())}
        facts = {**self.facts, "python": list(self.python)}
        arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **arrays)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def read_checkpoint(path: Path) -> Checkpoint:
    """Read what `Checkpoint.write` wrote.

    Raises:
        GradmagicError: There is no such file, or it is damaged, or something else.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            facts = json.loads(file["facts"].tobytes())
            if facts.get("format") != _FORMAT:
                raise ValueError(facts.get("format"))
            names = facts.pop("python")
            state = tuple(
                _typed(file[f"state/{place}"], dtype) for place, dtype in enumerate(facts["dtypes"])
            )
            python = {name: file[f"python/{place}"] for place, name in enumerate(names)}
            return Checkpoint(file["rows"], state, python, facts)
    except FileNotFoundError as error:
        raise GradmagicError(say("train-checkpoint-missing", path=str(path))) from error
    except (OSError, ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise GradmagicError(
            say("train-checkpoint-unreadable", path=str(path), error=type(error).__name__)
        ) from error


class Keeper:
    """Keeps a running training on disk.

    Attributes:
        found: The checkpoint to go on from, if there is one.
        trouble: Why the last one could not be written, in words; empty if it could.
    """

    def __init__(self, path: Any, *, resume: bool) -> None:
        """Look whether there is something to go on from.

        Raises:
            GradmagicError: There is, and it cannot be read; or there is no such folder.
        """
        self._path = Path(path)
        if not self._path.parent.is_dir():
            raise ArgumentError(say("train-checkpoint-folder", path=str(self._path.parent)))
        self.found = read_checkpoint(self._path) if resume and self._path.exists() else None
        self.trouble = ""
        self._last = monotonic()

    def is_due(self) -> bool:
        """Whether it is time to save again."""
        return monotonic() - self._last >= _SECONDS

    def write(self, checkpoint: Checkpoint) -> None:
        """Save; a full disk does not end the training, and the checkpoint before stays."""
        self._last = monotonic()
        try:
            checkpoint.write(self._path)
            self.trouble = ""
        except OSError as error:
            self.trouble = say("train-checkpoint-failed", path=str(self._path), error=error.strerror or "")


def _settings(settings: Settings) -> dict[str, Any]:
    """The settings as JSON can hold them: an object by the name of its type."""
    kept: dict[str, Any] = {}
    for name, value in asdict(replace(settings, optimizer=None, schedule=None, validation=None)).items():
        kept[name] = value
    for name in ("optimizer", "schedule"):
        value = getattr(settings, name)
        kept[name] = value if value is None or isinstance(value, str) else type(value).__name__
    return kept


def _plain(value: Any) -> Any:
    """bfloat16 and its like have no place in NumPy's format: their bits have."""
    return value if value.dtype.kind in "fiub" else value.view(f"u{value.dtype.itemsize}")


def _typed(value: Any, dtype: str) -> Any:
    from gradmagic.tape import tensorflow

    kind = tensorflow().as_dtype(dtype).as_numpy_dtype
    return value if value.dtype == kind else value.view(kind)

"""Which checks a learner means: by name, by exercise, or by the notebook that is open."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gradmagic.course.checking._exercise import Exercise
from gradmagic.course.checking._library import all_exercises, check_named, exercise_named
from gradmagic.course.checking._run import Desk
from gradmagic.errors import OptionError
from gradmagic.messages import say

__all__ = ["chosen_checks", "open_exercise"]


def chosen_checks(
    words: Sequence[str], desk: Desk, namespace: Mapping[str, Any]
) -> tuple[Exercise, list[str]]:
    """Return the exercise and the names of its checks that are meant.

    Args:
        words: names of checks or of an exercise; none for all checks of the open exercise.
        desk: what the session remembers.
        namespace: the learner's, where front ends leave the notebook's path.

    Raises:
        OptionError: a name that is unknown, names of two exercises, or no telling which exercise.
    """
    if not words:
        exercise = open_exercise(desk, namespace)
        return exercise, list(exercise.checks)
    found: Exercise | None = None
    names: list[str] = []
    for word in words:
        exercise_meant = exercise_named(word)
        if exercise_meant is not None:
            owner, wanted = exercise_meant, list(exercise_meant.checks)
        else:
            owner, check = check_named(word)
            wanted = [check.name]
        if found is not None and owner is not found:
            raise OptionError(say("exercise-two", one=found.name, other=owner.name))
        found = owner
        names += [name for name in wanted if name not in names]
    assert found is not None
    return found, names


def open_exercise(desk: Desk, namespace: Mapping[str, Any]) -> Exercise:
    """Return the exercise that the session is about.

    It is the one that was last checked; else the one that the open notebook says it is, in its metadata,
    which survives a new name; else the one whose name the file has.

    Raises:
        OptionError: nothing says which.
    """
    names = [desk.exercise] if desk.exercise else []
    for path in _paths(namespace):
        names += [*_written_in(path), path.name]
    for name in names:
        exercise = exercise_named(name)
        if exercise is not None:
            return exercise
    known = list(all_exercises())
    raise OptionError(say("exercise-which", example=known[0], exercises=", ".join(known)))


def _paths(namespace: Mapping[str, Any]) -> list[Path]:
    # Jupyter Server names a kernel's notebook in its environment; Visual Studio Code leaves a variable.
    left = [os.environ.get("JPY_SESSION_NAME"), namespace.get("__vsc_ipynb_file__")]
    return [Path(path) for path in left if isinstance(path, str) and path.endswith(".ipynb")]


def _written_in(path: Path) -> list[str]:
    try:
        metadata = json.loads(path.read_text("utf-8"))["metadata"]
        return [str(metadata["gradmagic"]["exercise"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # not there, not saved yet, or not one of ours: its name may still tell

"""The exercises whose checks come with the package, and finding one from what a learner typed."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import os
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gradmagic.course.checking._exercise import Check, Exercise
from gradmagic.errors import OptionError
from gradmagic.messages import say

__all__ = ["all_exercises", "check_named", "exercise_named"]

PACKAGE = "gradmagic.course.checks"

# Folders of a teacher's own checks, besides those of the package.
FOLDERS = "GRADMAGIC_CHECKS"
MODULE = re.compile(r"e\d\d_\w+")


@cache
def all_exercises() -> dict[str, Exercise]:
    """Return every exercise by name, in order: those of the package, then a teacher's own.

    A module `e02_higher_derivatives` has an `exercise`, named `02-higher-derivatives`. A teacher's
    modules lie in the folders, with full paths, that the environment's GRADMAGIC_CHECKS lists.

    Raises:
        ValueError: two checks of the course have one name; an author's mistake, so it keeps its traceback.
    """
    found = {}
    owners: dict[str, str] = {}
    for module in (*_modules(), *_own_modules()):
        exercise: Exercise = module.exercise
        for check in exercise.checks:
            if check in owners:
                raise ValueError(f"{exercise.name} and {owners[check]} both have a check {check!r}")
            owners[check] = exercise.name
        found[exercise.name] = exercise
    return found


def exercise_named(word: str) -> Exercise | None:
    """Return an exercise by its name, by the notebook's file name, or by its number alone."""
    stem = word.removesuffix(".ipynb").rpartition("/")[2]
    for name, exercise in all_exercises().items():
        if stem == name or stem == name.partition("-")[0]:
            return exercise
    return None


def check_named(word: str) -> tuple[Exercise, Check]:
    """Return a check and its exercise.

    Raises:
        OptionError: there is no such check; names that are close are offered.
    """
    for exercise in all_exercises().values():
        if word in exercise.checks:
            return exercise, exercise.checks[word]
    names = [name for exercise in all_exercises().values() for name in (exercise.name, *exercise.checks)]
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        raise OptionError(say("exercise-unknown-close", name=word, close=close[0]))
    raise OptionError(say("exercise-unknown", name=word, exercises=", ".join(all_exercises())))


def _modules() -> Iterator[Any]:
    package = importlib.import_module(PACKAGE)
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        if MODULE.fullmatch(name):
            yield importlib.import_module(f"{PACKAGE}.{name}")


def _own_modules() -> Iterator[Any]:
    folders = [Path(folder) for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        if MODULE.fullmatch(path.stem):
            spec = importlib.util.spec_from_file_location(f"gradmagic_checks_{path.stem}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            yield module

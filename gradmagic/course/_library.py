"""The exercises that come with the package, and a learner's copy of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from gradmagic.errors import GradmagicError
from gradmagic.messages import say


def exercises_folder() -> Path:
    """Where the exercises are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "_exercises", package.parent / "exercises"):
        if folder.is_dir():
            return folder
    raise GradmagicError(say("course-no-exercises", folder=package))


def copy_exercises(folder: Path) -> tuple[list[str], list[str]]:
    """Copy into `folder` each exercise that is not there yet.

    Returns:
        The names that were copied, and the names that were kept because a learner has changed them.
    """
    if folder.exists() and not folder.is_dir():
        raise GradmagicError(say("course-not-a-folder", path=folder))
    copied, kept = [], []
    for source in sorted(exercises_folder().rglob("*")):
        # Jupyter leaves .ipynb_checkpoints where someone has looked at the originals.
        if not source.is_file() or ".ipynb_checkpoints" in source.parts:
            continue
        name = source.relative_to(exercises_folder())
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            copied.append(str(name))
        elif target.read_bytes() != source.read_bytes():
            kept.append(str(name))
    return copied, kept

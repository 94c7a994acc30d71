"""`SUBMISSIONS/<student>/<exercise>.ipynb`, found without following a link out of the folder."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gradmagic.errors import GradmagicError
from gradmagic.grading._score import WorkItem
from gradmagic.grading._submission import MOST_BYTES, Unreadable
from gradmagic.messages import say

__all__ = ["Found", "SubmissionError", "find_submissions", "read_bytes"]

LONGEST_NAME = 200


class SubmissionError(GradmagicError):
    """A folder of submissions that cannot be graded."""


@dataclass(frozen=True)
class Found:
    """What lies in a folder of submissions.

    Attributes:
        items: one for each student and exercise, in order; missing ones too, with their `problem`.
        ignored: what is no submission, with the reason: paths below the folder.
    """

    items: tuple[WorkItem, ...]
    ignored: tuple[str, ...]


def find_submissions(folder: Path, exercises: Iterable[str], *, asked: Iterable[str] = ()) -> Found:
    """Look for the submissions of every student.

    Hidden folders and files are passed over. An exercise that one student handed in and another did not is
    `missing` for the other; name exercises in `asked` to have those that nobody handed in counted as well.

    Args:
        folder: the folder of submissions.
        exercises: the names of all exercises that can be graded.
        asked: grade these alone.

    Raises:
        SubmissionError: there is no such folder, or no submission in it.
    """
    known, wanted = set(exercises), sorted(set(asked))
    students: dict[str, dict[str, WorkItem]] = {}
    ignored = []
    try:
        entries = sorted(os.listdir(folder))
    except OSError as error:
        raise SubmissionError(say("grading-no-folder", folder=folder, reason=error.strerror)) from None
    for student in entries:
        if student.startswith("."):
            continue
        if not _speakable(student):
            ignored.append(ascii(student))
            continue
        try:
            handle = os.open(folder / student, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno == errno.ELOOP or os.path.islink(folder / student):
                students[student] = {
                    name: WorkItem(student, name, f"{student}/{name}.ipynb", problem="symbolic-link")
                    for name in wanted
                }
            ignored.append(student)  # a file beside the folders, a link, or a folder that may not be entered
            continue
        try:
            found = dict(_exercises(handle, student, ignored, known))
        finally:
            os.close(handle)
        students[student] = {name: item for name, item in found.items() if not wanted or name in wanted}
    names = wanted or sorted({name for found in students.values() for name in found})
    if not names or not students:
        raise SubmissionError(
            say("grading-no-submissions", folder=folder, example=min(known, default="02-name"))
        )
    items = [
        students[student].get(name, WorkItem(student, name, f"{student}/{name}.ipynb", problem="missing"))
        for student in students
        for name in names
    ]
    return Found(tuple(items), tuple(ignored))


def read_bytes(folder: Path, path: str) -> tuple[bytes, float]:
    """Return a submission's bytes, and when it was changed (seconds since 1970).

    Raises:
        Unreadable: `missing`, `symbolic-link`, `not-a-file`, `too-large`, `no-permission`.
    """
    student, _, name = path.partition("/")
    if not name or "/" in name or student in ("", ".", ".."):
        raise Unreadable("missing")
    try:
        handle = os.open(folder / student, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise Unreadable(_why(error)) from None
    try:
        return _contents(handle, name)
    finally:
        os.close(handle)


def _exercises(
    handle: int, student: str, ignored: list[str], known: set[str]
) -> Iterator[tuple[str, WorkItem]]:
    for name in sorted(os.listdir(handle)):
        exercise = name.removesuffix(".ipynb")
        if name.startswith("."):
            continue
        if exercise == name or exercise not in known:
            ignored.append(ascii(f"{student}/{name}")[1:-1])
            continue
        path = f"{student}/{name}"
        try:
            content, modified = _contents(handle, name)
        except Unreadable as problem:
            yield exercise, WorkItem(student, exercise, path, problem=problem.status)
        else:
            digest = hashlib.sha256(content).hexdigest()
            yield exercise, WorkItem(student, exercise, path, digest, modified)


def _contents(folder: int, name: str) -> tuple[bytes, float]:
    try:
        # Not blocking: a pipe under this name would wait for a writer for ever.
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise Unreadable(_why(error)) from None
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode) or state.st_size > MOST_BYTES:
        os.close(handle)
        raise Unreadable("too-large" if stat.S_ISREG(state.st_mode) else "not-a-file")
    with os.fdopen(handle, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable("too-large")
    return content, state.st_mtime


def _why(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "symbolic-link"
    if error.errno in (errno.ENXIO, errno.ENOTDIR, errno.EISDIR):
        return "not-a-file"
    return "no-permission" if error.errno in (errno.EACCES, errno.EPERM) else "missing"


def _speakable(name: str) -> bool:
    """Whether a name can stand in a table and be a folder's name again."""
    return len(name) <= LONGEST_NAME and name.isprintable()

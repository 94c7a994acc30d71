"""Files of an export: names that stay inside the folder, whole or not at all, each with its fingerprint."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from unicodedata import category

from gradmagic.grading.book._store import GradebookError
from gradmagic.messages import say

__all__ = ["OWN", "Folder", "safe_name"]

# What an export or the gradebook calls its own files: a student of that name gets another folder.
OWN = ("grades.csv", "grades.json", "junit.xml", "summary.html", "SHA256SUMS", "gradebook.seal")
RESERVED = {name.casefold() for name in OWN} | {"con", "prn", "aux", "nul"}
MARKS = '/\\:*?"<>|%'
LONGEST = 180


def safe_name(name: str) -> str:
    """Return a file name for a student or an exercise: the name itself wherever it can be one.

    Anything that could leave the folder, hide, or mean something to a system is written as `%` and
    hexadecimal digits, as in an address; two names never give the same file name.
    """
    last = len(name) - 1
    text = "".join(
        _escaped(mark)
        if mark in MARKS
        or category(mark)[0] == "C"
        or (mark == "." and place in (0, last))
        or (mark == " " and place in (0, last))
        else mark
        for place, mark in enumerate(name)
    )
    if text.partition(".")[0].casefold() in RESERVED or text.casefold() in RESERVED:
        text = _escaped(text[0]) + text[1:]
    if text.casefold().startswith("gradebook."):
        text = _escaped(text[0]) + text[1:]
    if len(text.encode("utf-8")) <= LONGEST:
        return text
    start = text.encode("utf-8")[: LONGEST - 40].decode("utf-8", "ignore")
    return f"{start}%-{hashlib.sha256(name.encode('utf-8')).hexdigest()[:32]}"


class Folder:
    """A folder that an export is written to.

    Attributes:
        path: the folder.
        sums: the SHA-256 of each file that was written, by its path below the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sums: dict[str, str] = {}
        self._made: set[Path] = set()
        with _told(path):
            path.mkdir(parents=True, exist_ok=True)

    def write(self, text: str, *parts: str) -> None:
        """Write a file whole; one that is there already with the same content is left alone."""
        content = text.encode("utf-8")
        target = self._target(parts)
        with _told(target):
            if not _same(target, content):
                draft = target.with_name(f".{target.name}.{os.getpid()}")
                draft.write_bytes(content)
                os.replace(draft, target)
        self.sums["/".join(parts)] = hashlib.sha256(content).hexdigest()

    @contextmanager
    def stream(self, *parts: str) -> Iterator[IO[str]]:
        """Write a file piece by piece; it takes its place when the block ends, if it ends well."""
        target = self._target(parts)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with _told(target):
            try:
                with draft.open("w", encoding="utf-8", newline="") as file:
                    yield file
                os.replace(draft, target)
            finally:
                draft.unlink(missing_ok=True)
            with target.open("rb") as written:
                self.sums["/".join(parts)] = hashlib.file_digest(written, "sha256").hexdigest()

    def _target(self, parts: tuple[str, ...]) -> Path:
        place = self.path
        for part in parts[:-1]:
            place = place / part
            if place in self._made:
                continue
            # Files are replaced, never followed; a folder that leads elsewhere is somebody's trick.
            if place.is_symlink():
                raise GradebookError(say("export-link", path=place))
            with _told(place):
                place.mkdir(exist_ok=True)
            self._made.add(place)
        return place / parts[-1]


def _escaped(mark: str) -> str:
    return "".join(f"%{byte:02X}" for byte in mark.encode("utf-8"))


def _same(target: Path, content: bytes) -> bool:
    try:
        if target.is_symlink() or target.stat().st_size != len(content):
            return False
        return target.read_bytes() == content
    except FileNotFoundError:
        return False


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GradebookError(say("export-failed", path=path, reason=error.strerror or error)) from error

"""The gradebook: what is to be graded, who is at it, every run, and what counts now."""

from __future__ import annotations

import platform
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from gradmagic.errors import ArgumentError
from gradmagic.grading._score import Graded, WorkItem
from gradmagic.grading.book import _claims, _planning
from gradmagic.grading.book._audit import Audit, audit
from gradmagic.grading.book._chain import GENESIS, Chain, Entry
from gradmagic.grading.book._holder import new_holder
from gradmagic.grading.book._key import Key
from gradmagic.grading.book._log import COLUMNS, Log, named_key, trusted
from gradmagic.grading.book._result import Claim, Progress, Result, merged
from gradmagic.grading.book._schema import VERSION
from gradmagic.grading.book._store import GradebookError, Store
from gradmagic.messages import say

__all__ = ["LEASE", "Gradebook"]

# Seconds that a claim holds without `renew`: longer than any submission may run.
LEASE = 600.0


class Gradebook:
    """A SQLite file with a signed log of everything that was planned and graded.

    Several graders may work on one gradebook at once, each with a `Gradebook` of its own. Whatever is killed
    at whatever point: what `record` has returned for is kept, and the rest is still due.

    Use `Gradebook.open`; close it, or use it as a context manager.
    """

    def __init__(self, store: Store, key: Key, versions: Mapping[str, str]) -> None:
        self._store = store
        self.key = key
        self._chain = Chain(key)
        self._versions = dict(versions)
        self._claimed = False
        self.holder = new_holder()

    @classmethod
    def open(
        cls, path: Path | str, key: Key, *, readonly: bool = False, versions: Mapping[str, str] | None = None
    ) -> Self:
        """Open a gradebook, or make one.

        Args:
            path: the file.
            key: the teacher's; the one that the gradebook was made with.
            readonly: for a gradebook that is there already.
            versions: of the programs that grade, kept with each run beside gradmagic's and Python's.

        Raises:
            GradebookError: the file, its folder or its disk does not allow it, it is broken or not a
                gradebook, a newer gradmagic made it, it was signed with another key, or its end was edited.
        """
        path = Path(path)
        own = {"gradmagic": version("gradmagic"), "python": platform.python_version()}
        book = cls(Store(path, readonly=readonly), key, own | dict(versions or {}))
        try:
            book._begin(key)
        except BaseException:
            book.close()
            raise
        return book

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    def plan(self, items: Iterable[WorkItem], rubrics: Mapping[str, str], checks: Iterable[str] = ()) -> int:
        """Ask for what has to be graded: what is new, has changed, or failed by itself the last time.

        Planning the same again adds nothing. Results of submissions that are not among the items stay.

        Args:
            items: the submissions, each student and exercise once.
            rubrics: for each exercise, the fingerprint that its results will carry.
            checks: ask only these of submissions that have been graded before and have not changed since
                (a regrade, whether or not the rubric changed). A regrade that was interrupted is carried on.

        Returns:
            How many submissions this adds to those that are due.
        """
        with self._logging() as log:
            asked = tuple(sorted(set(checks)))
            return _planning.plan(log.connection, log, items, rubrics, asked)

    def claim(self, count: int = 1, *, lease: float = LEASE) -> list[Claim]:
        """Take up to `count` submissions that are due and that no living grader holds.

        An empty list means that there is nothing to take now: `progress().held` says whether others are
        still at work, whose claims may lapse.

        Args:
            count: at most so many.
            lease: seconds until others may take them; `renew` begins anew. The claims of a process on this
                machine that has ended are free at once.
        """
        with self._store.writing() as connection:
            claims = _claims.hold(connection, self.holder, count, lease)
            for claim in claims:
                if not trusted(self._chain, connection, claim.planned):
                    raise GradebookError(say("book-edited", path=self.path))
        self._claimed = self._claimed or bool(claims)
        return claims

    def renew(self, *, lease: float = LEASE) -> int:
        """Hold all of this grader's claims for another `lease` seconds; return how many it has."""
        with self._store.writing() as connection:
            return _claims.renew(connection, self.holder, lease)

    def release(self, claims: Iterable[Claim]) -> None:
        """Give claims back without a result."""
        with self._store.writing() as connection:
            _claims.release(connection, claims)

    def record(self, graded: Graded, claim: Claim) -> int | None:
        """Keep a result; when this returns, it is on the disk.

        Returns:
            The number of its entry in the log, or None if it was not needed any more: another grader was
            faster after the lease had lapsed, or the submission has been planned anew since.
        """
        return self.record_all([(graded, claim)])[0]

    def record_all(self, results: Iterable[tuple[Graded, Claim]]) -> list[int | None]:
        """Keep several results, all or none of them; the same as `record` for each."""
        with self._logging() as log:
            return [self._record(log, graded, claim) for graded, claim in results]

    def set_late(self, student: str, exercise: str, late_seconds: float, penalty: float) -> int | None:
        """Record another lateness for what is already graded; nothing is run again, the raw points stay.

        Returns:
            The number of the entry; None if nothing changes.
        """
        with self._logging() as log:
            former = self._latest(log.connection, student, exercise)
            if former is None:
                raise ArgumentError(say("book-not-graded", student=student, exercise=exercise))
            graded = replace(former.graded, late_seconds=late_seconds, penalty=penalty)
            if graded == former.graded:
                return None
            kept = {score.check: former.origin(score.check) for score in graded.scores}
            row = {"checks": list(former.checks), "kept": kept, "versions": dict(former.versions)}
            # An entry of another kind: what was due is still due.
            return log.append("late", student, exercise, {"graded": graded.to_json(), **row})

    def progress(self) -> Progress:
        """How far grading has come."""
        with self._store.reading() as connection:
            items, due = connection.execute(
                "SELECT count(*), coalesce(sum(graded < planned), 0) FROM items"
            ).fetchone()
            held = _claims.held_by_others(connection, self.holder)
        return Progress(items, due, held)

    def current(self) -> Iterator[Result]:
        """What counts now: the last result of each submission, by student and exercise."""
        rows = self._store.read(
            "SELECT max(seq) FROM entries WHERE kind IN ('graded', 'late') GROUP BY student, exercise"
            " ORDER BY student, exercise"
        )
        numbers = [row[0] for row in rows]
        for start in range(0, len(numbers), 500):  # a few at a time: all of them need not fit into memory
            part = numbers[start : start + 500]
            marks = ", ".join("?" * len(part))
            found = self._store.read(
                f"SELECT seq, at, body FROM entries WHERE seq IN ({marks}) ORDER BY student, exercise", part
            )
            for row in found:
                yield Result.from_row(*row)

    def pending(self) -> list[tuple[str, str]]:
        """The students and exercises that were planned and never graded."""
        rows = self._store.read("SELECT student, exercise FROM items WHERE graded = 0")
        return [(student, exercise) for student, exercise in rows]

    def history(self, student: str, exercise: str) -> list[Result]:
        """Every run of a submission and every change of its lateness, the first one first."""
        rows = self._store.read(
            "SELECT seq, at, body FROM entries"
            " WHERE kind IN ('graded', 'late') AND student = ? AND exercise = ? ORDER BY seq",
            (student, exercise),
        )
        return [Result.from_row(*row) for row in rows]

    def audit(self, *, seal: str = "") -> Audit:
        """Check every row; see `audit`."""
        return audit(self.path, self.key, seal=seal)

    def close(self) -> None:
        """Close the file; what this grader still holds is free for others at once."""
        # A disk that is full or a file that is broken has been reported by now: the lease will end by itself.
        with suppress(GradebookError):
            if self._claimed:
                with self._store.writing() as connection:
                    _claims.release_all(connection, self.holder)
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, key: Key) -> None:
        first = self._store.read(f"SELECT {COLUMNS} FROM entries ORDER BY seq LIMIT 1")
        if not first and not self._store.readonly:
            with self._logging() as log:
                if log.head is None:  # another process may have been faster
                    body = {"book": secrets.token_hex(16), "key": key.name, "versions": self._versions}
                    log.append("opened", "", "", {**body, "schema": VERSION})
            first = self._store.read(f"SELECT {COLUMNS} FROM entries ORDER BY seq LIMIT 1")
        if not first:
            raise GradebookError(say("book-edited", path=self.path))
        entry = Entry(*first[0])
        theirs = named_key(str(entry.body))
        if theirs and theirs != key.name:
            raise GradebookError(say("book-other-key", path=self.path, theirs=theirs, yours=key.name))
        if not self._chain.holds(entry, GENESIS):
            raise GradebookError(say("book-edited", path=self.path))

    def _record(self, log: Log, graded: Graded, claim: Claim) -> int | None:
        student, exercise = claim.item.student, claim.item.exercise
        if (graded.student, graded.exercise, graded.rubric) != (student, exercise, claim.rubric):
            raise ArgumentError(
                say(
                    "book-other-item",
                    came=f"{graded.student}, {graded.exercise}",
                    asked=f"{student}, {exercise}",
                )
            )
        connection = log.connection
        # This claim is over in any case.
        connection.execute(
            "DELETE FROM claims WHERE student = ? AND exercise = ? AND holder = ?",
            (student, exercise, claim.holder),
        )
        asked = connection.execute(
            "SELECT planned, graded FROM items WHERE student = ? AND exercise = ?", (student, exercise)
        ).fetchone()
        if asked is None or asked[0] != claim.planned or asked[1] > asked[0]:
            return None
        kept: dict[str, int] = {}
        former = self._latest(connection, student, exercise) if claim.checks else None
        if former is not None:
            graded, kept = merged(former, graded, claim.checks)
        body = {
            "graded": graded.to_json(),
            "checks": list(claim.checks),
            "kept": kept,
            "versions": self._versions,
        }
        seq = log.append("graded", student, exercise, body)
        connection.execute(
            "UPDATE items SET graded = ? WHERE student = ? AND exercise = ?", (seq, student, exercise)
        )
        connection.execute("DELETE FROM claims WHERE student = ? AND exercise = ?", (student, exercise))
        return seq

    def _latest(self, connection: sqlite3.Connection, student: str, exercise: str) -> Result | None:
        row = connection.execute(
            "SELECT seq, at, body FROM entries WHERE student = ? AND exercise = ?"
            " AND kind IN ('graded', 'late') ORDER BY seq DESC LIMIT 1",
            (student, exercise),
        ).fetchone()
        return None if row is None else Result.from_row(*row)

    @contextmanager
    def _logging(self) -> Iterator[Log]:
        with self._store.writing() as connection:
            log = Log(self.path, self._chain, connection)
            yield log
            log.finish()

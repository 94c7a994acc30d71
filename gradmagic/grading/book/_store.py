"""The file of a gradebook: opened, brought up to date, read and written; its troubles are named."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from gradmagic.errors import GradmagicError
from gradmagic.grading.book import _schema
from gradmagic.messages import say

__all__ = ["GradebookError", "Store"]

# How long a writer waits for another one, in seconds. A transaction takes milliseconds, a large plan seconds.
PATIENCE = 60.0


class GradebookError(GradmagicError):
    """A gradebook that cannot be opened, read, written, or trusted."""


class Store:
    """A gradebook's SQLite file; may be used by several threads and, each with its own, several processes.

    Args:
        path: the file; made if it is not there, unless `readonly`.
        readonly: nothing is written, and a folder that cannot be written is enough.
        trusting: open it also if its tables are not as they were made; for who looks into that.
    """

    def __init__(self, path: Path, *, readonly: bool = False, trusting: bool = False) -> None:
        self.path = path
        self.readonly = readonly
        self._trusting = trusting
        self._lock = threading.RLock()
        self._process = os.getpid()
        with self._told():
            self._connection = self._connect()
            try:
                self._examine()
                if not readonly:
                    self._update()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; the last one to close it leaves a single file behind."""
        with self._lock:
            self._connection.close()

    def read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._using() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give one state of the file to several queries, whatever others write meanwhile."""
        with self._using() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction: all of it is kept, on the disk when the block ends, or nothing."""
        if self.readonly:
            raise GradebookError(say("book-readonly", path=self.path))
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def layout(self) -> tuple[int, list[tuple[str, str]]]:
        """Return the version that the file says it has, and its definitions."""
        with self._using() as connection:
            return _pragma(connection, "user_version"), _schema.layout(connection)

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        if os.getpid() != self._process:
            # SQLite's locks belong to the process that opened the file: a forked child would break them.
            raise RuntimeError("a gradebook is opened again in a forked process, not carried over")
        with self._lock, self._told():
            yield self._connection

    def _connect(self) -> sqlite3.Connection:
        target: str = self.path.resolve().as_uri()
        writable = os.access(self.path.parent, os.W_OK)
        if self.readonly and writable and os.access(self.path, os.W_OK):
            # A connection that may not write at all could not tidy up SQLite's side files after it.
            target += "?mode=rw"
        elif self.readonly:
            # Where no side files can be made (a mounted archive, say), SQLite is told that nobody writes.
            alone = not writable and not _beside(self.path, "-wal").exists()
            target += "?mode=ro" + ("&immutable=1" if alone else "")
        else:
            # Grades are private: the file, and with it SQLite's side files, are the owner's alone.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            target += "?mode=rw"
        connection = sqlite3.connect(
            target, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        # Views and triggers of a file that came from elsewhere may call no function with side effects.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        if self.readonly:
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _examine(self) -> None:
        # One transaction: another process may be making the tables at this moment.
        self._connection.execute("BEGIN")
        application = _pragma(self._connection, "application_id")
        version = _pragma(self._connection, "user_version")
        layout = _schema.layout(self._connection)
        self._connection.execute("ROLLBACK")
        if not layout and application == 0 and version == 0 and not self.readonly:
            return
        if application != _schema.APPLICATION:
            raise GradebookError(say("book-another-file", path=self.path))
        if version > _schema.VERSION:
            raise GradebookError(say("book-newer", path=self.path, version=version, known=_schema.VERSION))
        if not self._trusting and layout != _schema.expected_layout(version):
            raise GradebookError(say("book-layout", path=self.path))

    def _update(self) -> None:
        connection = self._connection
        _patiently(connection, "PRAGMA journal_mode = WAL")
        # FULL: a row that was acknowledged is on the disk, even when the power fails in the next moment.
        connection.execute("PRAGMA synchronous = FULL")
        if _pragma(connection, "user_version") == _schema.VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Asked again: another process may have done it while this one waited.
            for step in _schema.STEPS[_pragma(connection, "user_version") :]:
                step(connection)
            connection.execute(f"PRAGMA application_id = {_schema.APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_schema.VERSION}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite and the system say into a sentence about this file."""
        try:
            yield
        except sqlite3.Error as error:
            raise GradebookError(self._sentence(error)) from error
        except OSError as error:
            if error.filename is None or Path(error.filename) != self.path:
                raise
            raise GradebookError(say("book-closed", path=self.path, reason=error.strerror)) from error

    def _sentence(self, error: sqlite3.Error) -> str:
        name = str(getattr(error, "sqlite_errorname", ""))
        values = {"path": self.path, "folder": self.path.parent}
        if name.startswith("SQLITE_FULL"):
            return say("book-full", **values)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return say("book-busy", seconds=int(PATIENCE), **values)
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
            return say("book-closed", reason=error, **values)
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")):
            return say("book-broken", reason=error, **values)
        if name.startswith("SQLITE_IOERR"):
            return say("book-disk", reason=f"{error}, {name}", **values)
        raise error  # anything else is a bug of ours, and keeps its traceback


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Execute a statement that SQLite refuses at once, without waiting, while another process is at it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with closing(connection.execute(statement)) as cursor:
                cursor.fetchall()
            return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_BUSY" or time.monotonic() > end:
                raise
            time.sleep(0.02)

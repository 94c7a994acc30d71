"""The log: entries are appended below the head, signed; nothing in it is ever changed."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gradmagic.grading.book._chain import GENESIS, Chain, Entry, Head
from gradmagic.grading.book._store import GradebookError
from gradmagic.messages import say

__all__ = ["COLUMNS", "Log", "named_key", "trusted"]

COLUMNS = "seq, at, kind, student, exercise, body, mac"


class Log:
    """Appends to the log within a transaction that the caller has begun.

    Args:
        path: the gradebook's, for messages.
        chain: signs.
        connection: in a writing transaction.

    Raises:
        GradebookError: the end of the log is not as it was signed; nothing is added to an edited gradebook.
    """

    def __init__(self, path: Path, chain: Chain, connection: sqlite3.Connection) -> None:
        self._chain = chain
        self.connection = connection
        self._head = _trusted_head(path, chain, connection)

    @property
    def head(self) -> Head | None:
        """The end of the log; None before the first entry."""
        return self._head

    def append(self, kind: str, student: str, exercise: str, body: dict[str, Any]) -> int:
        """Add an entry and return its number."""
        above = self._head.mac if self._head else GENESIS
        entry = self._chain.signed(
            Entry(
                seq=(self._head.entries if self._head else 0) + 1,
                at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                kind=kind,
                student=student,
                exercise=exercise,
                body=json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            ),
            above,
        )
        self.connection.execute(f"INSERT INTO entries ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", entry)
        self._head = self._chain.head(entry.seq, entry.mac)
        return entry.seq

    def finish(self) -> None:
        """Write the new end of the log; call it once, before the transaction ends."""
        if self._head is not None:
            self.connection.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?)", self._head)


def named_key(body: str) -> str:
    """Return the name of the key that a log's first entry gives, or `""`."""
    found = re.search(r'"key":"([0-9a-f]{12})"', body)
    return found[1] if found else ""


def trusted(chain: Chain, connection: sqlite3.Connection, seq: int) -> bool:
    """Whether an entry is as it was signed, below the one that stands above it."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM entries WHERE seq IN (?, ?) ORDER BY seq", (seq - 1, seq)
    ).fetchall()
    return len(rows) == 2 and chain.holds(Entry(*rows[1]), rows[0][-1])


def _trusted_head(path: Path, chain: Chain, connection: sqlite3.Connection) -> Head | None:
    rows = connection.execute("SELECT entries, mac, signature FROM head").fetchall()
    last = connection.execute("SELECT seq, mac FROM entries ORDER BY seq DESC LIMIT 1").fetchall()
    if not rows and not last:
        return None
    if len(rows) == 1 and chain.head_holds(head := Head(*rows[0])) and last == [(head.entries, head.mac)]:
        return head
    raise GradebookError(say("book-edited", path=path))

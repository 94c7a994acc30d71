"""Who grades what: claims with a lease, so that two graders share the work and a dead one's work goes on."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable

from gradmagic.grading._score import WorkItem
from gradmagic.grading.book._holder import holder_gone
from gradmagic.grading.book._result import Claim

__all__ = ["held_by_others", "hold", "release", "renew"]

# A claim is written only for as long as someone works; results do not depend on it, so it is not signed.
_UNTOUCHED = """SELECT i.student, i.exercise, i.planned, 0 FROM items AS i
WHERE i.graded < i.planned AND NOT EXISTS (
  SELECT 1 FROM claims AS c
  WHERE c.student = i.student AND c.exercise = i.exercise AND c.planned = i.planned
)
ORDER BY i.planned LIMIT ?"""

_LAPSED = """SELECT c.student, c.exercise, c.planned, c.attempt
FROM claims AS c JOIN items AS i USING (student, exercise)
WHERE i.graded < i.planned AND c.planned = i.planned AND (c.until < ? OR c.holder IN ({gone}))
ORDER BY c.attempt, c.planned LIMIT ?"""


def hold(connection: sqlite3.Connection, holder: str, count: int, lease: float) -> list[Claim]:
    """Take up to `count` submissions; those that were tried before come last."""
    now = time.time()
    rows = connection.execute(_UNTOUCHED, (count,)).fetchall()
    if len(rows) < count:
        gone = _gone(connection)
        query = _LAPSED.format(gone=", ".join("?" * len(gone)))
        rows += connection.execute(query, (now, *gone, count - len(rows))).fetchall()
    return [_held(connection, holder, now + lease, *row) for row in rows]


def _held(
    connection: sqlite3.Connection,
    holder: str,
    until: float,
    student: str,
    exercise: str,
    planned: int,
    tried: int,
) -> Claim:
    connection.execute(
        "INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?, ?)",
        (student, exercise, planned, tried + 1, holder, until),
    )
    (body,) = connection.execute("SELECT body FROM entries WHERE seq = ?", (planned,)).fetchone()
    row = json.loads(body)
    return Claim(
        item=WorkItem.from_json(row["item"]),
        rubric=row["rubric"],
        checks=tuple(row["checks"]),
        attempt=tried + 1,
        planned=planned,
        holder=holder,
    )


def renew(connection: sqlite3.Connection, holder: str, lease: float) -> int:
    """Begin the lease of all claims of a holder anew, and return how many it has."""
    return connection.execute(
        "UPDATE claims SET until = ? WHERE holder = ?", (time.time() + lease, holder)
    ).rowcount


def release(connection: sqlite3.Connection, claims: Iterable[Claim]) -> None:
    """Give submissions back ungraded: at once free for others, and not counted as tried."""
    for claim in claims:
        connection.execute(
            "UPDATE claims SET until = 0, attempt = attempt - 1"
            " WHERE student = ? AND exercise = ? AND holder = ? AND planned = ?",
            (claim.item.student, claim.item.exercise, claim.holder, claim.planned),
        )


def release_all(connection: sqlite3.Connection, holder: str) -> None:
    """Give back all that a holder has left."""
    connection.execute("UPDATE claims SET until = 0, attempt = attempt - 1 WHERE holder = ?", (holder,))


def held_by_others(connection: sqlite3.Connection, holder: str) -> int:
    """Return how many submissions other living graders hold."""
    gone = _gone(connection)
    query = (
        "SELECT count(*) FROM claims AS c JOIN items AS i USING (student, exercise)"
        " WHERE i.graded < i.planned AND c.planned = i.planned AND c.until >= ? AND c.holder <> ?"
        f" AND c.holder NOT IN ({', '.join('?' * len(gone))})"
    )
    return int(connection.execute(query, (time.time(), holder, *gone)).fetchone()[0])


def _gone(connection: sqlite3.Connection) -> list[str]:
    """The holders that have certainly ended."""
    holders = [row[0] for row in connection.execute("SELECT DISTINCT holder FROM claims")]
    return [holder for holder in holders if holder_gone(holder)]

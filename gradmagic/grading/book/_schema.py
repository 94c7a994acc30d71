"""The tables of a gradebook, made and brought up to date by steps that are never changed afterwards.

`entries` is the log, the only truth: what was planned and what was graded, each row signed. `items` is an
index into it, for speed, and can be made again from it. `claims` says who is grading what at this moment. The
views are for people who ask with SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

__all__ = ["APPLICATION", "STEPS", "VERSION", "expected_layout", "layout"]

# In the file's header: "GMgb", so that `file` and SQLite's own tools can tell what it is.
APPLICATION = 0x474D6762

FIRST = (
    """CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  student TEXT NOT NULL,
  exercise TEXT NOT NULL,
  body TEXT NOT NULL,
  mac BLOB NOT NULL
)""",
    "CREATE INDEX entries_by_item ON entries (student, exercise, kind, seq)",
    """CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  entries INTEGER NOT NULL,
  mac BLOB NOT NULL,
  signature BLOB NOT NULL
)""",
    """CREATE TABLE items (
  student TEXT NOT NULL,
  exercise TEXT NOT NULL,
  planned INTEGER NOT NULL,
  graded INTEGER NOT NULL,
  PRIMARY KEY (student, exercise)
) WITHOUT ROWID""",
    "CREATE INDEX items_due ON items (planned) WHERE graded < planned",
    """CREATE TABLE claims (
  student TEXT NOT NULL,
  exercise TEXT NOT NULL,
  planned INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  holder TEXT NOT NULL,
  until REAL NOT NULL,
  PRIMARY KEY (student, exercise)
) WITHOUT ROWID""",
    """CREATE VIEW grades AS
SELECT student, exercise,
  json_extract(body, '$.graded.points') AS points,
  json_extract(body, '$.graded.max_points') AS max_points,
  json_extract(body, '$.graded.penalty') AS penalty,
  json_extract(body, '$.graded.status') AS status,
  json_extract(body, '$.graded.tier') AS tier,
  seq AS entry
FROM entries AS e
WHERE kind IN ('graded', 'late') AND seq = (
  SELECT max(seq) FROM entries AS f
  WHERE f.kind IN ('graded', 'late') AND f.student = e.student AND f.exercise = e.exercise
)""",
    """CREATE VIEW scores AS
SELECT g.student AS student, g.exercise AS exercise,
  json_extract(s.value, '$.check') AS "check",
  json_extract(s.value, '$.state') AS state,
  json_extract(s.value, '$.points') AS points,
  json_extract(s.value, '$.possible') AS possible,
  json_extract(s.value, '$.reason') AS reason,
  g.entry AS entry
FROM grades AS g JOIN entries AS e ON e.seq = g.entry, json_each(e.body, '$.graded.scores') AS s""",
)


def _first(connection: sqlite3.Connection) -> None:
    for statement in FIRST:
        connection.execute(statement)


# Step n takes a gradebook of version n to version n + 1; version 0 is an empty file.
STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first,)
VERSION = len(STEPS)


def layout(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the names and definitions of all tables, indexes, views and triggers."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    return [(str(name), str(sql)) for name, sql in rows]


def expected_layout(version: int) -> list[tuple[str, str]]:
    """Return what `layout` gives for a gradebook of a version, made in memory."""
    connection = sqlite3.connect(":memory:")
    try:
        for step in STEPS[:version]:
            step(connection)
        return layout(connection)
    finally:
        connection.close()

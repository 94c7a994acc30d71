"""What is to be graded: submissions compared with what the log already has for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gradmagic.errors import ArgumentError
from gradmagic.grading._score import WorkItem
from gradmagic.grading.book._log import Log
from gradmagic.grading.book._result import FAILED_TO_GRADE
from gradmagic.messages import say

__all__ = ["plan"]


class _Known(NamedTuple):
    """What the log has about a submission."""

    planned: int
    graded: int
    planned_for: tuple[str, str]  # digest, rubric
    checks: tuple[str, ...]  # those that were planned
    graded_for: tuple[str | None, str | None]
    status: str | None

    @property
    def due(self) -> bool:
        return self.graded < self.planned


def plan(
    connection: sqlite3.Connection,
    log: Log,
    items: Iterable[WorkItem],
    rubrics: Mapping[str, str],
    checks: tuple[str, ...],
) -> int:
    """Ask in the log for what has to be graded, and return how many submissions that adds."""
    wanted = list(items)
    seen = set()
    for item in wanted:
        _refuse_odd(item)
        if (item.student, item.exercise) in seen:
            raise ArgumentError(say("book-twice", student=item.student, exercise=item.exercise))
        seen.add((item.student, item.exercise))
    known = _known(connection)
    # A regrading that was interrupted is carried on, and what it has done is not done again.
    open_round = any(
        one.due and one.checks == checks
        for item in wanted
        if (one := known.get((item.student, item.exercise))) is not None
    )
    added = 0
    for item in wanted:
        rubric = rubrics[item.exercise]
        asked = _asked(known.get((item.student, item.exercise)), (item.digest, rubric), checks, open_round)
        if asked is None:
            continue
        seq = log.append(
            "planned",
            item.student,
            item.exercise,
            {"item": item.to_json(), "rubric": rubric, "checks": list(asked)},
        )
        connection.execute(
            "INSERT INTO items VALUES (?, ?, ?, 0)"
            " ON CONFLICT (student, exercise) DO UPDATE SET planned = excluded.planned",
            (item.student, item.exercise, seq),
        )
        added += 1
    return added


def _asked(
    known: _Known | None, now: tuple[str, str], checks: tuple[str, ...], open_round: bool
) -> tuple[str, ...] | None:
    """Return the checks to ask for (`()`: all of them), or None if there is nothing to do."""
    if known is None:
        return ()
    same_file = known.graded_for[0] == now[0] and known.status != FAILED_TO_GRADE
    if known.due:
        if known.planned_for == now and (not known.checks or set(checks) <= set(known.checks)):
            return None
        return tuple(sorted({*known.checks, *checks})) if checks and known.checks and same_file else ()
    if not same_file:
        return ()
    if checks:
        return None if open_round else checks
    return None if known.graded_for == now else ()


def _known(connection: sqlite3.Connection) -> dict[tuple[str, str], _Known]:
    rows = connection.execute(
        "SELECT i.student, i.exercise, i.planned, i.graded,"
        " json_extract(p.body, '$.item.digest'), json_extract(p.body, '$.rubric'),"
        " json_extract(p.body, '$.checks'), json_extract(g.body, '$.graded.digest'),"
        " json_extract(g.body, '$.graded.rubric'), json_extract(g.body, '$.graded.status')"
        " FROM items AS i JOIN entries AS p ON p.seq = i.planned LEFT JOIN entries AS g ON g.seq = i.graded"
    )
    return {
        (student, exercise): _Known(planned, graded, (d, r), tuple(json.loads(checks)), (gd, gr), status)
        for student, exercise, planned, graded, d, r, checks, gd, gr, status in rows
    }


def _refuse_odd(item: WorkItem) -> None:
    """Names become columns, folders and headings: they are text, and not empty."""
    for name in (item.student, item.exercise):
        if not name or "\0" in name or not _is_text(name):
            raise ArgumentError(say("book-odd-name", name=ascii(name), path=ascii(item.path)))


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

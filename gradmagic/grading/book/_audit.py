"""Is a gradebook as gradmagic wrote it? Each row is checked, and those that are not are named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gradmagic.grading.book._chain import GENESIS, Chain, Entry, Head
from gradmagic.grading.book._key import Key
from gradmagic.grading.book._log import COLUMNS, named_key
from gradmagic.grading.book._schema import expected_layout
from gradmagic.grading.book._store import GradebookError, Store
from gradmagic.messages import say

__all__ = ["Audit", "Finding", "audit", "seal_of"]

# Digits of a signature in a seal: 128 bits.
SEAL_DIGITS = 32


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was signed.

    Attributes:
        kind: `"edited"`, `"missing"`, `"extra"`, `"end"`, `"index"`, `"layout"`, `"file"` or `"seal"`.
        sentence: what it is, and where.
        entries: the first and the last entry of the log that it is about; None if it is about none.
    """

    kind: str
    sentence: str
    entries: tuple[int, int] | None = None


@dataclass(frozen=True)
class Audit:
    """What `audit` found.

    Attributes:
        entries: how many entries the log has.
        results: how many of them are results.
        seal: of the log as it stands: keep it where nobody can change it.
        findings: what is not as it was signed.
    """

    entries: int
    results: int
    seal: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was signed."""
        return not self.findings


def audit(path: Path, key: Key, *, seal: str = "") -> Audit:
    """Check every row of a gradebook.

    Args:
        path: the file.
        key: the one it was signed with.
        seal: what an earlier `audit` or `gradmagic grade` gave: the log must begin with what it had then.
            Only a seal shows that the whole file was put back to an earlier copy of itself.

    Raises:
        GradebookError: the file is no gradebook, is of a newer version, was signed with another key, or
            cannot be read.
    """
    store = Store(path, readonly=True, trusting=True)
    try:
        with store.reading() as connection:
            if theirs := _other_key(connection, key):
                raise GradebookError(say("book-other-key", path=path, theirs=theirs, yours=key.name))
            return _Auditor(connection, Chain(key)).audit(store.layout(), seal)
    finally:
        store.close()


def seal_of(entries: int, mac: bytes) -> str:
    """Return a log's number of entries and the beginning of its last signature."""
    return f"{entries}-{mac.hex()[:SEAL_DIGITS]}"


def _other_key(connection: sqlite3.Connection, key: Key) -> str:
    """Return the name of the key that the gradebook was signed with if it is another one, else `""`."""
    try:
        rows = connection.execute("SELECT body FROM entries WHERE seq = 1").fetchall()
        ends = connection.execute("SELECT entries, mac, signature FROM head").fetchall()
    except sqlite3.DatabaseError:
        return ""  # the audit will say what is wrong with the tables
    named = named_key(str(rows[0][0])) if rows else ""
    # One valid signature shows that the key is right, and that its name in the first entry was edited.
    ours = any(Chain(key).head_holds(Head(*row)) for row in ends)
    return named if named != key.name and not ours else ""


class _Auditor:
    def __init__(self, connection: sqlite3.Connection, chain: Chain) -> None:
        self._connection = connection
        self._chain = chain
        self._found: list[Finding] = []
        self._last = Head(0, GENESIS, b"")
        self._results = 0

    def audit(self, layout: tuple[int, list[tuple[str, str]]], seal: str) -> Audit:
        self._layout(*layout)
        try:
            self._file()
            self._log(seal)
            self._end()
            self._index()
        except (sqlite3.DatabaseError, OverflowError) as error:
            # A table that is gone, a page that is torn: what could be read before it has been checked.
            self._add("file", say("audit-file", problem=error))
        return Audit(
            entries=self._last.entries,
            results=self._results,
            seal=seal_of(self._last.entries, self._last.mac),
            findings=tuple(_joined(self._found)),
        )

    def _file(self) -> None:
        for (text,) in self._connection.execute("PRAGMA integrity_check(10)"):
            if text != "ok":
                self._add("file", say("audit-file", problem=text))

    def _layout(self, version: int, came: list[tuple[str, str]]) -> None:
        right = set(expected_layout(version))
        for name in sorted({name for name, _ in right ^ set(came)}):
            self._add("layout", say("audit-layout", name=name))

    def _log(self, seal: str) -> None:
        """Walk down the log.

        A row is right below the signature that stands above it, or below the one that should stand there:
        so an edited signature makes one row wrong and not two.
        """
        number = seal.partition("-")[0]
        sealed = int(number) if number.isdecimal() else 0
        right_seal = not seal
        expected, above = 1, [GENESIS]
        for row in self._connection.execute(f"SELECT {COLUMNS} FROM entries ORDER BY seq"):
            entry = Entry(*row)
            if entry.seq < expected:
                self._add("extra", "", entry.seq)
                continue
            if entry.seq > expected:
                last = entry.seq - 1
                self._add("missing", "", expected, last)
                above = []  # what the next row stood below is gone, so it cannot be checked
            mac = entry.mac if isinstance(entry.mac, bytes) else b""
            right = [self._chain.mac(entry, one) for one in above] if _well_typed(entry) else []
            if above and mac not in right:
                self._add("edited", _about(entry), entry.seq)
                above = [mac, *right[:1]]
            else:
                above = [mac]
            expected = entry.seq + 1
            self._last = Head(entry.seq, mac, b"")
            self._results += entry.kind == "graded"
            right_seal = right_seal or (entry.seq == sealed and seal_of(entry.seq, mac) == seal)
        if not right_seal:
            self._add("seal", say("audit-seal", seal=seal, entries=self._last.entries))

    def _end(self) -> None:
        rows = self._connection.execute("SELECT entries, mac, signature FROM head").fetchall()
        if len(rows) != 1 or not self._chain.head_holds(head := Head(*rows[0])):
            self._add("end", say("audit-end"))
        elif head.entries > self._last.entries:
            self._add("missing", "", self._last.entries + 1, head.entries)
        elif head.entries < self._last.entries:
            self._add("extra", "", head.entries + 1, self._last.entries)

    def _index(self) -> None:
        right: dict[tuple[str, str], list[int]] = {}
        for seq, kind, student, exercise in self._connection.execute(
            "SELECT seq, kind, student, exercise FROM entries"
            " WHERE kind IN ('planned', 'graded') ORDER BY seq"
        ):
            right.setdefault((student, exercise), [0, 0])[kind == "graded"] = seq
        for student, exercise, planned, graded in self._connection.execute(
            "SELECT student, exercise, planned, graded FROM items"
        ):
            if right.pop((student, exercise), None) != [planned, graded]:
                self._add("index", say("audit-index", student=student, exercise=exercise))
        for student, exercise in right:
            self._add("index", say("audit-index", student=student, exercise=exercise))

    def _add(self, kind: str, sentence: str, first: int | None = None, last: int | None = None) -> None:
        entries = None if first is None else (first, first if last is None else last)
        self._found.append(Finding(kind, sentence, entries))


def _joined(found: list[Finding]) -> Iterator[Finding]:
    """Make one finding of entries of one kind that follow each other, and word those about entries."""
    runs: list[Finding] = []
    for one in found:
        last = runs[-1] if runs else None
        if (
            last is not None
            and last.entries is not None
            and one.entries is not None
            and one.kind == last.kind
            and one.entries[0] == last.entries[1] + 1
        ):
            runs[-1] = Finding(one.kind, last.sentence, (last.entries[0], one.entries[1]))
        else:
            runs.append(one)
    for one in runs:
        if one.entries is None:
            yield one
            continue
        first, last_number = one.entries
        span = str(first) if first == last_number else f"{first}-{last_number}"
        yield Finding(one.kind, say(f"audit-{one.kind}", entries=span, about=one.sentence), one.entries)


def _about(entry: Entry) -> str:
    return ", ".join(str(part) for part in (entry.kind, entry.student, entry.exercise) if part)


def _well_typed(entry: Entry) -> bool:
    return all(isinstance(text, str) for text in entry[1:-1])

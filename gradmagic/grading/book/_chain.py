"""Signatures over the gradebook: each entry signs itself and the signature of the one before it.

An entry's signature is HMAC-SHA256 (RFC 2104) over its fields and the signature above it, so that nothing can
be edited, put in, taken out or moved without the key. What a chain alone cannot show is that its end was cut
off: the head, signed too, says how many entries there are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import NamedTuple

from gradmagic.grading.book._key import Key

__all__ = ["GENESIS", "Chain", "Entry", "Head"]

# What stands in place of a signature above the first entry.
GENESIS = b"\0" * 32


class Entry(NamedTuple):
    """A row of the gradebook's log.

    Attributes:
        seq: its number, from 1 without a gap.
        at: when it was written, ISO 8601 in UTC.
        kind: `"opened"`, `"planned"`, `"graded"` or `"late"` (another lateness for what was graded).
        student, exercise: whom and what it is about; `""` for `"opened"`.
        body: JSON.
        mac: its signature, 32 bytes.
    """

    seq: int
    at: str
    kind: str
    student: str
    exercise: str
    body: str
    mac: bytes = b""


class Head(NamedTuple):
    """The end of the log: the number of entries, the last one's signature, and a signature of both."""

    entries: int
    mac: bytes
    signature: bytes


class Chain:
    """Signs entries and heads with keys of their own, derived from the teacher's."""

    def __init__(self, key: Key) -> None:
        self._entries = key.derive("gradebook entries")
        self._heads = key.derive("gradebook head")

    def mac(self, entry: Entry, above: bytes) -> bytes:
        """Return the signature that an entry must have below the signature `above`."""
        # JSON strings end where they end, so no two different rows give the same text.
        text = json.dumps([above.hex(), *entry[:-1]], ensure_ascii=True, separators=(",", ":"))
        return hmac.digest(self._entries, text.encode("ascii"), hashlib.sha256)

    def signed(self, entry: Entry, above: bytes) -> Entry:
        """Return the entry with its signature."""
        return entry._replace(mac=self.mac(entry, above))

    def holds(self, entry: Entry, above: bytes) -> bool:
        """Whether an entry is as it was signed, and stands below `above`."""
        return isinstance(entry.mac, bytes) and hmac.compare_digest(self.mac(entry, above), entry.mac)

    def head(self, entries: int, mac: bytes) -> Head:
        """Return the signed end of a log."""
        text = f"{entries}:{mac.hex()}"
        return Head(entries, mac, hmac.digest(self._heads, text.encode("ascii"), hashlib.sha256))

    def head_holds(self, head: Head) -> bool:
        """Whether the end of a log is as it was signed."""
        if not (isinstance(head.entries, int) and isinstance(head.mac, bytes)):
            return False
        return isinstance(head.signature, bytes) and hmac.compare_digest(
            self.head(head.entries, head.mac).signature, head.signature
        )

    def sign(self, text: str) -> str:
        """Return a signature of a text outside the log, in hexadecimal."""
        return hmac.digest(self._heads, b"text " + text.encode("utf-8"), hashlib.sha256).hex()

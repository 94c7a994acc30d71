"""Hints, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradmagic.course.checking._exercise import Check
from gradmagic.course.checking._report import coded
from gradmagic.course.checking._run import Desk
from gradmagic.course.checking._words import told
from gradmagic.messages import say

__all__ = ["Hint", "next_hint"]


@dataclass(frozen=True)
class Hint:
    """A hint that was given.

    Attributes:
        check: the check's name.
        number: which hint it is, from 1; 0 where there is none.
        count: how many there are.
        text: what the learner reads.
    """

    check: str
    number: int
    count: int
    text: str

    @property
    def metadata(self) -> dict[str, Any]:
        """What is kept with the output in the notebook: how many hints had been given."""
        return {"gradmagic": {"hint": {"check": self.check, "given": self.number, "of": self.count}}}

    def __repr__(self) -> str:
        if not self.count:
            return say("exercise-no-hints", name=self.check)
        return say("exercise-hint", name=self.check, number=self.number, count=self.count, text=self.text)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"text/plain": repr(self), "text/html": f"<div>{coded(repr(self))}</div>"}, self.metadata


def next_hint(check: Check, desk: Desk) -> Hint:
    """Return the next hint and count it; after the last, the last again."""
    count = len(check.hints)
    number = min(desk.hints.get(check.name, 0) + 1, count)
    desk.hints[check.name] = number
    return Hint(check.name, number, count, told(check.hints[number - 1]) if count else "")

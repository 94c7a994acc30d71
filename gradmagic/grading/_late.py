"""What lateness costs: a part of the points for each day, or hour, that has begun."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from gradmagic.errors import OptionError
from gradmagic.grading._score import Graded, WorkItem
from gradmagic.messages import say

__all__ = ["Lateness", "read_due", "read_penalty", "read_times"]

UNITS = {"day": 86_400.0, "hour": 3_600.0}
PENALTY = re.compile(r"(?P<percent>\d+(?:\.\d+)?)%?/(?P<unit>day|hour)(?:,(?P<most>\d+(?:\.\d+)?)%?)?")


@dataclass(frozen=True)
class Lateness:
    """When submissions were due, and what each begun day or hour after it costs.

    Attributes:
        due: seconds since 1970; `None` if nothing is ever late.
        part: of the points, for each unit of time that has begun.
        unit: seconds.
        most: the part that may be taken at most.
        times: when each was handed in, by student and exercise (`""`: all of a student's), in seconds since
            1970. What is not there came when its file was last changed.
    """

    due: float | None = None
    part: float = 0.0
    unit: float = UNITS["day"]
    most: float = 1.0
    times: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def of(self, item: WorkItem) -> tuple[float, float]:
        """Return how many seconds late a submission is, and the part of the points that this costs."""
        handed_in = self.times.get((item.student, item.exercise), self.times.get((item.student, "")))
        handed_in = item.modified if handed_in is None else handed_in
        if self.due is None or not handed_in or handed_in <= self.due:
            return 0.0, 0.0
        late = handed_in - self.due
        return round(late, 3), round(min(self.part * math.ceil(late / self.unit), self.most, 1.0), 6)

    def applied(self, graded: Graded, item: WorkItem) -> Graded:
        """Return the result with its lateness."""
        seconds, penalty = self.of(item)
        return replace(graded, late_seconds=seconds, penalty=penalty)


def read_due(text: str) -> float:
    """Return a time of ISO 8601 as seconds since 1970; without a zone it is this machine's.

    Raises:
        OptionError: it is no time.
    """
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise OptionError(say("grading-bad-time", text=text)) from None


def read_penalty(text: str) -> tuple[float, float, float]:
    """Return part, seconds and most of `10/day`, `1%/hour`, `10/day,50`.

    Raises:
        OptionError: it is none of these.
    """
    found = PENALTY.fullmatch(text.replace(" ", ""))
    if found is None:
        raise OptionError(say("grading-bad-penalty", text=text))
    most = float(found["most"]) if found["most"] else 100.0
    return float(found["percent"]) / 100, UNITS[found["unit"]], min(most, 100.0) / 100


def read_times(path: Path) -> dict[tuple[str, str], float]:
    """Return the times of a table with the columns `student`, `time` and, if wanted, `exercise`.

    Raises:
        OptionError: it cannot be read, or a column or a time is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OptionError(say("grading-bad-times", path=path, reason=error)) from None
    if rows and not {"student", "time"} <= rows[0].keys():
        raise OptionError(say("grading-bad-times", path=path, reason=", ".join(map(str, rows[0]))))
    return {(row["student"], row.get("exercise") or ""): read_due(row["time"] or "") for row in rows}

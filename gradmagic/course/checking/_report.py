"""The outcomes of checks, and how a notebook shows them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any
from unicodedata import east_asian_width

from gradmagic.messages import say

__all__ = ["BLOCKED", "FAILED", "PASSED", "Outcome", "Progress", "Report"]

PASSED, FAILED, BLOCKED = "passed", "failed", "could-not-run"

BAR = 20
COLOURS = {PASSED: "#1a7f37", FAILED: "#cf222e", BLOCKED: "#9a6700"}
SIGNS = {PASSED: "✓", FAILED: "✗", BLOCKED: "–"}


@dataclass(frozen=True)
class Outcome:
    """What became of one check.

    Attributes:
        name: the check.
        state: `"passed"`, `"failed"`, or `"could-not-run"`.
        points: what it gives now.
        possible: what it can give.
        asked: what was asked, in the language of the run.
        reason: a word for a program: the mistake's name, the rule's, or the kind of problem; `""` if passed.
        lines: what a learner reads: a label and a sentence each.
    """

    name: str
    state: str
    points: int
    possible: int
    asked: str
    reason: str = ""
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far the whole exercise has come in this session."""

    passed: int
    checks: int
    points: int
    possible: int

    def __str__(self) -> str:
        bar = "█" * round(BAR * self.points / max(self.possible, 1))
        return say(
            "exercise-progress",
            bar=bar.ljust(BAR, "░"),
            passed=self.passed,
            checks=self.checks,
            points=self.points,
            possible=self.possible,
        )


@dataclass(frozen=True)
class Report:
    """The result of `%check`: an outcome for each check that was asked for, in order.

    Attributes:
        exercise: its name.
        outcomes: one for each check.
        progress: of all checks of the exercise, in this session.
        hints: how many hints are left for each check.
    """

    exercise: str
    outcomes: tuple[Outcome, ...]
    progress: Progress
    hints: tuple[tuple[str, int], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all of them passed."""
        return all(outcome.state == PASSED for outcome in self.outcomes)

    @property
    def points(self) -> int:
        """The points that they give."""
        return sum(outcome.points for outcome in self.outcomes)

    def __getitem__(self, name: str) -> Outcome:
        return next(outcome for outcome in self.outcomes if outcome.name == name)

    def __repr__(self) -> str:
        return report_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": report_text(self), "text/html": report_html(self)}


def report_text(report: Report) -> str:
    """Return the report as text: a table, then what is to be said about each check that did not pass."""
    rows = [_row(outcome) for outcome in report.outcomes]
    if len(rows) > 1:
        rows.insert(0, _header())
    parts = ["\n".join(_aligned(rows))]
    for outcome in report.outcomes:
        lines = _lines(report, outcome)
        if not lines:
            continue
        heading = f"{SIGNS[outcome.state]} {outcome.name}: {outcome.asked}"
        parts.append("\n".join([heading, *(f"  {row}" for row in _aligned(lines))]))
    return "\n\n".join([*parts, str(report.progress)])


def report_html(report: Report) -> str:
    """Return the report as HTML; states are said in words and signs, colour only helps."""
    cell = 'style="text-align:left;padding:2px 12px 2px 0"'
    header = "".join(f'<th scope="col" {cell}>{escape(word)}</th>' for word in _header())
    rows = "".join(
        f'<tr><th scope="row" {cell}><code style="background:none">{escape(outcome.name)}</code></th>'
        f'<td {cell}><span style="color:{COLOURS[outcome.state]};font-weight:600">'
        f"{SIGNS[outcome.state]} {escape(_state(outcome))}</span></td>"
        f"<td {cell}>{outcome.points}/{outcome.possible}</td></tr>"
        for outcome in report.outcomes
    )
    table = (
        f'<table style="margin:6px 0;border-collapse:collapse"><thead><tr style="opacity:.7">{header}</tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )
    blocks = "".join(_block(report, outcome) for outcome in report.outcomes)
    progress = f'<div style="opacity:.7;margin:4px 0">{escape(str(report.progress))}</div>'
    return f'<div style="max-width:46em">{table}{blocks}{progress}</div>'


def _block(report: Report, outcome: Outcome) -> str:
    lines = _lines(report, outcome)
    if not lines:
        return ""
    items = "".join(
        f'<div style="display:flex;gap:1em"><span style="flex:0 0 6em;opacity:.7">{escape(label)}</span>'
        f"<span>{coded(text)}</span></div>"
        for label, text in lines
    )
    return (
        f'<div style="border-left:3px solid {COLOURS[outcome.state]};padding-left:10px;margin:8px 0">'
        f'<div><code style="background:none">{escape(outcome.name)}</code>: {coded(outcome.asked)}</div>'
        f"{items}</div>"
    )


def _lines(report: Report, outcome: Outcome) -> list[list[str]]:
    lines = [list(line) for line in outcome.lines]
    left = dict(report.hints).get(outcome.name, 0)
    if outcome.state != PASSED and left and outcome.reason != "needs":
        lines.append([say("exercise-line-hint"), say("exercise-hints-left", name=outcome.name, left=left)])
    return lines


def coded(text: str) -> str:
    """Escape a sentence, its `code` as code."""
    parts = escape(text).split("`")
    return "".join(
        f'<code style="background:none">{part}</code>' if place % 2 else part
        for place, part in enumerate(parts)
    )


def _header() -> list[str]:
    return [say("exercise-table-check"), say("exercise-table-result"), say("exercise-table-points")]


def _state(outcome: Outcome) -> str:
    return {
        PASSED: say("exercise-state-passed"),
        FAILED: say("exercise-state-failed"),
        BLOCKED: say("exercise-state-could-not-run"),
    }[outcome.state]


def _row(outcome: Outcome) -> list[str]:
    return [
        outcome.name,
        f"{SIGNS[outcome.state]} {_state(outcome)}",
        f"{outcome.points}/{outcome.possible}",
    ]


def _aligned(rows: list[list[str]]) -> list[str]:
    """Pad columns; a Chinese character is two places wide."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text + " " * (places - _width(text)) for text, places in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

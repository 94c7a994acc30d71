"""Show a `CheckReport`: the verdict, the worst entry, the mistake and where it was made."""

from __future__ import annotations

import math
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from gradmagic.display._columns import padded, width
from gradmagic.display._numbers import count, number
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import CheckReport
    from gradmagic.tape.check._measure import Comparison

__all__ = ["bounded", "check_bundle", "check_text", "coded"]

# Non-smooth entries that are listed; the others are counted.
LISTED = 4
RIGHT, WRONG = "#3a9a5b", "#d3553b"


def check_text(report: CheckReport) -> str:
    """Return the verdict, what is wrong, a line for each source, and how it was found out."""
    return "\n".join([_verdict(report), *_findings(report), *_table(report), *_remarks(report)])


def check_bundle(report: CheckReport) -> dict[str, str]:
    """Return the text, and the same as HTML."""
    mark, colour = ("✓", RIGHT) if report.ok else ("✗", WRONG)
    head = (
        f'<div style="margin:4px 0"><span style="color:{colour}" aria-hidden="true">{mark}</span> '
        f"<strong>{escape(_verdict(report))}</strong></div>"
    )
    findings = "".join(f'<div style="margin:2px 0">{coded(line)}</div>' for line in _findings(report))
    cell = (
        'style="text-align:left;padding:1px 14px 1px 0;font-weight:normal;font-variant-numeric:tabular-nums"'
    )
    header, *rows = _rows(report)
    table = (
        '<table style="margin:6px 0;border-collapse:collapse"><thead><tr style="opacity:.7">'
        + "".join(f'<th scope="col" {cell}>{escape(name)}</th>' for name in header)
        + "</tr></thead><tbody>"
        + "".join(
            f'<tr><th scope="row" {cell}><code style="background:none">{escape(row[0])}</code></th>'
            + "".join(f"<td {cell}>{escape(entry)}</td>" for entry in row[1:])
            + "</tr>"
            for row in rows
        )
        + "</tbody></table>"
    )
    remarks = "".join(
        f'<div style="opacity:.7;margin:2px 0">{coded(line)}</div>' for line in _remarks(report)
    )
    return {
        "text/plain": check_text(report),
        "text/html": f'<div style="max-width:46em">{head}{findings}{table}{remarks}</div>',
    }


def _verdict(report: CheckReport) -> str:
    if report.ok:
        return say("check-right" if report.order == 1 else "check-right-second", target=report.target)
    failed = [comparison for comparison in report.comparisons if not comparison.ok]
    if all(comparison.kind == "not-finite" for comparison in failed):
        return say("check-not-finite", target=report.target)
    second = all(comparison.order == 2 for comparison in failed)
    return say("check-wrong-second" if second else "check-wrong", target=report.target)


def _findings(report: CheckReport) -> list[str]:
    """The worst entry, the mistake, and the entries where the function is not smooth."""
    lines = []
    worst = report.worst
    if worst is not None and not worst.ok:
        lines.append(
            say(
                "check-worst",
                entry=_entry(worst),
                automatic=number(worst.automatic),
                numeric=_measured(worst),
                error=_short(worst.relative_error),
            )
        )
        if worst.kind != "not-finite":
            lines += _mistake(report)
    special = [comparison for comparison in report.comparisons if comparison.kind in ("kink", "jump", "edge")]
    lines += [_special(comparison) for comparison in special[:LISTED]]
    if len(special) > LISTED:
        lines.append(say("check-more", count=count(len(special) - LISTED)))
    return lines


def _mistake(report: CheckReport) -> list[str]:
    blame = report.blame
    if blame is None:
        return []
    mistake = blame.mistake
    code = mistake.code or "none"
    if code == "missing-term" and mistake.term:
        code = "missing-part"
    if mistake.elements is not None:
        code = "elements"
    sentence = say(
        f"check-mistake-{code}",
        factor=_factor(mistake.factor),
        count=mistake.elements,
        term=mistake.term,
    )
    if blame.place is not None and blame.place.line:
        return [
            say("check-where", line=blame.place.line, expression=blame.place.expression, mistake=sentence)
        ]
    return [say("check-mistake-here", mistake=sentence)] if mistake.code else []


def _special(comparison: Comparison) -> str:
    return say(
        {"kink": "check-smooth-not", "jump": "check-jump", "edge": "check-edge"}[comparison.kind],
        entry=_entry(comparison),
        left=_rounded(comparison.left),
        right=_rounded(comparison.right),
        automatic=number(comparison.automatic),
    )


def _table(report: CheckReport) -> list[str]:
    rows = _rows(report)
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(padded(cell, places) for cell, places in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _rows(report: CheckReport) -> list[list[str]]:
    names = ("source", "compared", "wrong", "error")
    rows = [[say(f"check-column-{name}") for name in names]]
    for source, size in zip(report.sources, report.sizes, strict=True):
        own = [comparison for comparison in report.comparisons if comparison.source == source]
        entries = {comparison.index for comparison in own if comparison.index is not None}
        compared = say("check-entries", count=count(len(entries)), size=count(size))
        directions = sum(comparison.index is None for comparison in own)
        if directions:
            compared += " + " + say("check-directions", count=directions)
        failed = {comparison.index for comparison in own if not comparison.ok}
        errors = [comparison.relative_error for comparison in own if comparison.kind == "smooth"]
        rows.append([source, compared, count(len(failed)), _largest(errors, bool(failed))])
    return rows


def _remarks(report: CheckReport) -> list[str]:
    how = say(
        "check-how",
        precision=report.precision,
        step=number(report.step),
        evaluations=count(report.evaluations),
    )
    incomplete = [] if report.complete else [say("check-incomplete")]
    return [*report.notes, *incomplete, how]


def _entry(comparison: Comparison) -> str:
    if comparison.index is None:
        entry = say("check-entry-direction", source=comparison.source)
    else:
        index = ", ".join(map(str, comparison.index))
        part = f".{comparison.part}" if comparison.part else ""
        entry = f"{comparison.source}[{index}]{part}" if index else f"{comparison.source}{part}"
    return say("check-entry-second", entry=entry) if comparison.order == 2 else entry


def _measured(comparison: Comparison) -> str:
    """Return the central difference, without digits that are only its own noise."""
    if abs(comparison.numeric) <= 4 * comparison.uncertainty:
        return "0"
    return number(comparison.numeric)


def _rounded(slope: float) -> str:
    """Return a one-sided slope, which is good to fewer digits than a central one."""
    return f"{slope:.4g}" if abs(slope) > 1e-4 else "0"


def _short(error: float) -> str:
    return f"{error:.3g}"


def _largest(errors: list[float], failed: bool) -> str:
    if not errors:
        return "–"
    largest = max(errors, key=lambda error: math.inf if math.isnan(error) else error)
    if failed:
        return _short(largest)
    return bounded(largest)


def bounded(error: float) -> str:
    """Return how small an error is at least; how much smaller is the machine's affair."""
    bound = next((bound for bound in (1e-8, 1e-6, 1e-4, 1e-2, 1.0) if error < bound), None)
    return f"{error:.3g}" if bound is None else say("check-below", bound=f"{bound:g}")


def _factor(factor: float | None) -> str:
    if factor is None:
        return ""
    simple = Fraction(factor).limit_denominator(10**6)
    if abs(float(simple) - factor) < 1e-9 * abs(factor) and (
        simple.denominator <= 4 or abs(simple.numerator) == 1
    ):
        return str(simple)
    return f"{factor:.4g}"


def coded(line: str) -> str:
    """Escape a sentence, its `code` as code."""
    parts = escape(line).split("`")
    code = '<code style="background:none">'
    return "".join(f"{code}{part}</code>" if index % 2 else part for index, part in enumerate(parts))

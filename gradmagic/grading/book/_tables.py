"""Results as CSV, JSON, Gradescope's `results.json` and JUnit XML: functions from records to text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gradmagic.grading._score import FAILED, GRADED, PASSED, Graded, Score
from gradmagic.grading.book._result import Result

__all__ = ["CSV_HEADER", "csv_row", "gradescope", "json_row", "junit", "number", "output_text"]

CSV_HEADER = "student,exercise,points,max_points,status\n"
# A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
FORMULA = "=+-@\t\r\n＝＋－＠"
# Characters that XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(value: float) -> str:
    """Return points as text: no more digits than they have."""
    return f"{value:.10g}"


def csv_row(student: str, exercise: str, graded: Graded | None) -> str:
    """Return a line of `grades.csv`; without a result the points are empty and the status is `pending`."""
    points = ["", "", "pending"]
    if graded is not None:
        points = [number(graded.points), number(graded.max_points), _guarded(graded.status)]
    cells = [_guarded(student), _guarded(exercise), *points]
    # As RFC 4180 asks; Python's writer leaves a lone carriage return unquoted, which its reader refuses.
    return ",".join(f'"{_doubled(cell)}"' if set(cell) & set(',"\r\n') else cell for cell in cells) + "\n"


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run, and before an apostrophe, to be taken off."""
    begins = (text[:1], text.lstrip()[:1])
    return f"'{text}" if any(mark in ("'", *FORMULA) for mark in begins) else text


def json_row(result: Result) -> str:
    """Return everything that the gradebook has about a result, as one line of JSON."""
    row = {
        **result.graded.to_json(),
        "earned": result.graded.earned,
        "entry": result.entry,
        "recorded": result.at,
        "versions": dict(result.versions),
        "kept": dict(result.kept),
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def gradescope(results: Sequence[Result]) -> str:
    """Return a student's results as Gradescope's `results.json`.

    The fields are those of gradescope-autograders.readthedocs.io, "Autograder Specifications". The score at
    the top is what counts there: it has the late penalty in it, and those of the tests are raw.
    """
    tests = [
        _gradescope_test(result.graded, score, f"{first}.{second}")
        for first, result in enumerate(results, 1)
        for second, score in enumerate(result.graded.scores, 1)
    ]
    output = [f"{one.graded.exercise}: {one.graded.status}" for one in results if one.graded.status != GRADED]
    penalties = {
        one.graded.exercise: {
            "earned": one.graded.earned,
            "late_seconds": one.graded.late_seconds,
            "penalty": one.graded.penalty,
        }
        for one in results
        if one.graded.penalty
    }
    row = {
        "score": round(sum(one.graded.points for one in results), 6),
        "execution_time": round(sum(one.graded.seconds for one in results), 3),
        "output": "\n".join(output),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"late": penalties, "entries": [one.entry for one in results]},
        "tests": tests,
    }
    return json.dumps(row, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _gradescope_test(graded: Graded, score: Score, place: str) -> dict[str, Any]:
    return {
        "score": score.points,
        "max_score": score.possible,
        "status": "passed" if score.state == PASSED else "failed",
        "name": f"{graded.exercise}: {score.check}",
        "name_format": "text",
        "number": place,
        "output": output_text(score),
        "output_format": "text",
        "tags": [graded.exercise, *([score.reason] if score.reason else [])],
        "visibility": "visible",
        "extra_data": {"state": score.state, "reason": score.reason},
    }


def junit(result: Result) -> str:
    """Return a submission as a `<testsuite>` of JUnit XML; what could not run is skipped, not failed."""
    graded = result.graded
    cases = [_case(graded, score) for score in graded.scores]
    states = [score.state for score in graded.scores]
    errors = 0
    if not graded.scores:
        status = _attribute(graded.status)
        case = f"<testcase classname={_attribute(graded.exercise)} name={status}>"
        cases, errors = [f"  {case}<error type={status} message={status}/></testcase>\n"], 1
    head = {
        "name": f"{graded.student}/{graded.exercise}",
        "tests": len(cases),
        "failures": states.count(FAILED),
        "skipped": len(states) - states.count(FAILED) - states.count(PASSED),
        "errors": errors,
        "time": f"{graded.seconds:.3f}",
        "timestamp": graded.began,
    }
    attributes = " ".join(f"{name}={_attribute(value)}" for name, value in head.items())
    facts = {
        "status": graded.status,
        "points": number(graded.points),
        "max_points": number(graded.max_points),
    }
    facts |= {"penalty": number(graded.penalty), "tier": graded.tier, "entry": str(result.entry)}
    properties = "".join(f"<property name={_attribute(n)} value={_attribute(v)}/>" for n, v in facts.items())
    return (
        f"<testsuite {attributes}>\n  <properties>{properties}</properties>\n{''.join(cases)}</testsuite>\n"
    )


def _case(graded: Graded, score: Score) -> str:
    head = (
        f"<testcase classname={_attribute(graded.exercise)} name={_attribute(score.check)}"
        f' time="{score.seconds:.3f}"'
    )
    if score.state == PASSED:
        return f"  {head}/>\n"
    inside = (
        f"<failure type={_attribute(score.reason)} message={_attribute(score.asked)}>"
        f"{escape(_plain(output_text(score)))}</failure>"
        if score.state == FAILED
        else f"<skipped message={_attribute(output_text(score))}/>"
    )
    return f"  {head}>{inside}</testcase>\n"


def output_text(score: Score) -> str:
    """Return what a learner reads about a check, as text."""
    return "\n".join([score.asked, *(f"{label}: {text}" for label, text in score.lines)])


def _attribute(value: object) -> str:
    return quoteattr(_plain(str(value)))


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)

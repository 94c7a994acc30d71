"""CSV that no spreadsheet runs, Gradescope's fields, JUnit XML that any parser reads."""

import csv
import dataclasses
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradmagic.grading import Graded, Score
from gradmagic.grading.book import Claim, Result
from gradmagic.grading.book import _tables as tables

from .fakes import EXERCISES, graded, work_item

# The documented fields: gradescope-autograders.readthedocs.io/en/latest/specs
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
        "leaderboard": {"type": "array"},
    },
}
TEXT = st.text(max_size=40)


def result(student="s1", exercise=EXERCISES[0], **settings):
    claim = Claim(work_item(student, exercise), "rubric", (), 1, 2, "me")
    return Result(graded(claim, **settings), entry=7, at="2026-11-21T20:00:00.000+00:00")


def unfit(text, reason="number"):
    """A result in which every text is this one."""
    score = Score(text, "failed", 0, 1, reason, text, ((text, text),))
    blocked = Score(text, "could-not-run", 0, 1, text, text, ((text, text),))
    return Result(
        Graded(text, text, text, "", "graded", (score, blocked)), 1, "2026-11-21T20:00:00.000+00:00"
    )


# CSV


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "＝1", "'=1"]
)
def test_what_a_spreadsheet_would_run_is_text(name):
    (row,) = csv.reader(io.StringIO(tables.csv_row(name, name, result().graded), newline=""))
    assert row[0] == row[1] == f"'{name}"


@settings(deadline=None)
@given(TEXT, TEXT)
def test_a_cell_never_begins_a_formula_and_the_name_can_be_had_back(student, exercise):
    text = tables.csv_row(student, exercise, None)
    (row,) = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert len(row) == 5
    for cell, name in zip(row, (student, exercise), strict=False):
        assert cell.lstrip()[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
        assert cell == name or cell == f"'{name}"
        assert not name.startswith("'") or cell == f"'{name}"


def test_points_have_the_digits_that_they_have():
    assert tables.csv_row("s", "e", result(right=True, penalty=0.1).graded) == "s,e,5.4,6,graded\n"
    assert tables.csv_row("s", "e", result(right=True, penalty=1 / 3).graded) == "s,e,4,6,graded\n"
    assert tables.number(2.0) == "2"


# Gradescope


@pytest.mark.parametrize("penalty", [0.0, 0.25])
def test_gradescope_finds_its_documented_fields(penalty):
    row = json.loads(tables.gradescope([result(penalty=penalty), result(exercise=EXERCISES[1], right=True)]))
    jsonschema.validate(row, RESULTS)
    first = result(penalty=penalty).graded
    assert row["score"] == first.points + 6
    assert [test["number"] for test in row["tests"]] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
    assert sum(test["max_score"] for test in row["tests"]) == 12
    assert (EXERCISES[0] in row["extra_data"]["late"]) == bool(penalty)


def test_gradescope_is_told_why_there_is_no_score():
    nothing = dataclasses.replace(result().graded, status="not-json", scores=())
    row = json.loads(tables.gradescope([Result(nothing, 1, "")]))
    jsonschema.validate(row, RESULTS)
    assert (row["score"], row["tests"], row["output"]) == (0, [], f"{EXERCISES[0]}: not-json")


@settings(deadline=None)
@given(TEXT)
def test_gradescope_takes_any_text(text):
    jsonschema.validate(json.loads(tables.gradescope([unfit(text)])), RESULTS)


# JUnit


def test_junit_has_a_case_for_each_check():
    suite = ElementTree.fromstring(tables.junit(result()))
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["first", "second", "third"]
    states = [score.state for score in result().graded.scores]
    assert int(suite.get("tests")) == 3
    assert int(suite.get("failures")) == states.count("failed") == len(suite.findall("testcase/failure"))
    assert (
        int(suite.get("skipped")) == states.count("could-not-run") == len(suite.findall("testcase/skipped"))
    )
    assert suite.find("properties/property[@name='tier']").get("value") == "full"


def test_junit_says_that_a_submission_could_not_be_graded():
    nothing = dataclasses.replace(result().graded, status="too-large", scores=())
    suite = ElementTree.fromstring(tables.junit(Result(nothing, 1, "")))
    assert suite.get("errors") == "1"
    assert suite.find("testcase/error").get("type") == "too-large"


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_junit_is_xml_whatever_is_in_it(text):
    suite = ElementTree.fromstring(tables.junit(unfit(text)).encode("utf-8"))
    assert len(suite.findall("testcase")) == 2


def test_junit_replaces_what_xml_cannot_hold():
    text = tables.junit(unfit("\x00\x08\x1b[31m\ufffe ]]> <!-- & \"'"))
    ElementTree.fromstring(text.encode("utf-8"))
    assert not set(text) & {"\x00", "\x08", "\x1b", "\ufffe"}

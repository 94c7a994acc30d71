"""The records of grading go to JSON and come back as they were."""

import json

from gradmagic.grading import GRADED, PASSED, Graded, Note, Score, WorkItem


def graded(penalty=0.0):
    return Graded(
        student="s1",
        exercise="02-higher-derivatives",
        path="s1/02-higher-derivatives.ipynb",
        digest="ab" * 32,
        status=GRADED,
        scores=(
            Score("one", PASSED, 2, 2, seed="f00d"),
            Score("two", "failed", 0, 3, reason="number", lines=(("came", "1.5"), ("why", "`x` <b>"))),
        ),
        tier="full",
        notes=(Note("duplicate-cell", "answer-1", "two cells say so"),),
        penalty=penalty,
    )


def test_a_result_comes_back_from_json_as_it_was():
    there = graded(0.25)
    assert Graded.from_json(json.loads(there.to_text())) == there
    item = WorkItem("s1", "02", "s1/02.ipynb", "ab", 12.5)
    assert WorkItem.from_json(json.loads(json.dumps(item.to_json()))) == item


def test_points_are_those_of_the_checks_less_the_late_penalty():
    assert (graded().points, graded().max_points) == (2, 5)
    assert graded(0.25).points == 1.5
    assert graded(0.25).earned == 2
    assert graded()["two"].reason == "number"

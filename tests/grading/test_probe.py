"""A probe has the question and not the answer; what comes back is numbers or nothing."""

import json

import pytest

from gradmagic.course.checking import ANSWERS, all_exercises
from gradmagic.grading._answers import answers_in
from gradmagic.grading._rubric import RubricError, read_rubrics
from gradmagic.grading._shake import shaken
from tests.grading.notebooks import ROOT, SOLUTIONS

CHECKS = [check for exercise in all_exercises().values() for check in exercise.checks.values()]


@pytest.fixture(scope="module")
def rubrics():
    return read_rubrics(SOLUTIONS, b"a secret")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_probe_tells_nothing_of_what_is_expected(check, rubrics):
    source = rubrics[check.exercise].question(check, "ann").source
    for word in ("expect", "Mistake", "hints", "between", "measure", "rules", "exercise.check", "Polynomial"):
        assert word not in source, word
    for mistake in check.mistakes:
        assert mistake.name not in source
    for sentences in check.hints:
        assert all(sentence not in source for sentence in sentences)


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if not check.numbers], ids=lambda check: check.name
)
def test_a_shaken_body_is_complete(check):
    names = {}
    exec(compile(shaken(check.body), "probe", "exec"), names)
    assert callable(names[check.body.__name__])
    assert "gradmagic.course.checks" not in shaken(check.body)


def test_inputs_are_the_learners_own_and_come_again(rubrics):
    rubric = rubrics["02-higher-derivatives"]
    check = rubric.exercise.checks["nested_tapes"]
    ann, again, bob = (rubric.question(check, name) for name in ("ann", "ann", "bob"))
    assert ann == again
    assert ann.cases != bob.cases
    assert ann.cases != tuple(check.cases_for("ann"))
    other = read_rubrics(SOLUTIONS, b"another secret")["02-higher-derivatives"]
    assert other.question(check, "ann").cases != ann.cases
    assert other.fingerprint != rubric.fingerprint
    assert other.question(check, "ann").seed != ann.seed


def test_a_check_whose_inputs_would_tell_the_answer_gives_others(rubrics):
    rubric = rubrics["06-polynomial-and-puzzle"]
    question = rubric.question(rubric.exercise.checks["recovered"], "ann")
    coefficients = question.cases[0]["p"]
    assert all(str(number) not in question.source for number in coefficients)


def test_solutions_without_checks_are_refused(tmp_path):
    with pytest.raises(RubricError, match="--solutions"):
        read_rubrics(tmp_path, b"")
    (tmp_path / "02-higher-derivatives.ipynb").write_text("{")
    with pytest.raises(RubricError, match="cannot be graded by"):
        read_rubrics(tmp_path, b"")
    released = (ROOT / "exercises" / "03-linear-regression.ipynb").read_text("utf-8")
    (tmp_path / "02-higher-derivatives.ipynb").write_text(released, "utf-8")
    with pytest.raises(RubricError, match="derivative_1"):
        read_rubrics(tmp_path, b"")


def output(answers, **more):
    data = {"answers": answers, "seen": {"gradients": 1, "operations": ["Mul"]}, **more}
    return {"output_type": "execute_result", "data": {ANSWERS: data, "text/plain": "answers"}}


RIGHT = json.dumps([{"value": {"shape": [], "numbers": [2.5]}, "problem": "", "detail": [], "printed": 0}])


def test_one_well_formed_answer_is_read():
    received = answers_in([output(RIGHT)], 1)
    assert float(received.answers[0].value.values) == 2.5
    assert received.seen.operations == {"Mul"}


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [output(RIGHT), output(RIGHT)],
        [{"output_type": "stream", "text": RIGHT}],
        [{"output_type": "display_data", "data": {ANSWERS: RIGHT}}],
        [{"output_type": "display_data", "data": [ANSWERS]}],
        [output("")],
        [output("[]")],
        [output("{}")],
        [output(5)],
        [output(RIGHT, seen=[])],
        [output("[" * 5000)],
        [output(json.dumps([{"value": None}]))],
        [output(RIGHT.replace('""', '"surprise"'))],
        [output(RIGHT.replace('""', '"raised"'))],
        [output(RIGHT.replace("[]", "[1e999]", 1))],
        [output(RIGHT.replace("[2.5]", f"[1{'0' * 400}]"))],
        [output(RIGHT.replace("[2.5]", '["x"]'))],
        [output(RIGHT.replace('"printed": 0', '"printed": -5'))],
        [output(RIGHT.replace('"printed": 0', '"printed": 1e999'))],
        [output(json.dumps(json.loads(RIGHT) * 2))],
        [output(RIGHT + " " * 3_000_000)],
        [output(json.dumps([{"value": {"names": []}, "problem": "", "detail": [], "printed": 0}]))],
    ],
)
def test_anything_else_is_no_answer(outputs):
    assert answers_in(outputs, 1) is None

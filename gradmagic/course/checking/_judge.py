"""From answers to an outcome: right or not, and if not, what a tutor would say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradmagic.course.checking._answer import Answer, Leaf, Numbers, as_numbers, inputs_of
from gradmagic.course.checking._compare import Miss, compare
from gradmagic.course.checking._exercise import Check
from gradmagic.course.checking._mistake import bare, recognise
from gradmagic.course.checking._report import BLOCKED, FAILED, PASSED, Outcome
from gradmagic.course.checking._tell import came_text, off_text, tried_text
from gradmagic.course.checking._words import told
from gradmagic.messages import say

__all__ = ["judge", "right_answers"]

# Nothing can be said about an answer before there is one.
UNANSWERED = ("missing", "unanswered")


def right_answers(check: Check, cases: Sequence[Mapping[str, Any]]) -> list[Numbers]:
    """Return what the check's own reference gives for each case; an error in it is ours and is raised."""
    if check.expect is None:
        return []
    return [as_numbers(check.expect(**inputs_of(case, exact=True))) for case in cases]


def judge(
    check: Check,
    cases: Sequence[Mapping[str, Any]],
    answers: Sequence[Answer],
    right: Sequence[Numbers],
    breaches: Sequence[tuple[str, str]] = (),
    *,
    hidden: bool = False,
) -> Outcome:
    """Compare what came with what is right; no code of the learner's is run.

    Args:
        check: the check.
        cases: the inputs.
        answers: what came, at most one for each case.
        right: what is right for each case: the reference's, or the solution's; ignored by `between`.
        breaches: the rules that were broken.
        hidden: leave out how far off an answer is, by which the right one could be found.
    """
    problem = next((answer for answer in answers if answer.problem), None)
    if problem is not None:
        case = cases[list(answers).index(problem)]
        return _without_numbers(check, case, problem)
    if len(answers) < len(cases):
        return _without_numbers(check, cases[0], Answer(problem="missing", detail=check.asks[:1]))
    if check.measure is not None:
        answers = [
            replace(answer, value=_measured(check, answer.value, case))
            for answer, case in zip(answers, cases, strict=True)
        ]
    misses = [
        _outside(check, answer.value)
        if check.between is not None
        else compare(answer.value, right[place], check.closeness)
        for place, answer in enumerate(answers)
    ]
    place = next((place for place, miss in enumerate(misses) if miss is not None), None)
    if place is not None:
        return _missed(check, cases, answers, right, place, misses[place], hidden)
    if breaches:
        lines = [(say("exercise-line-rule"), sentence) for _, sentence in breaches]
        return _outcome(check, FAILED, breaches[0][0], lines)
    return _outcome(check, PASSED, "", _printed(answers))


def _missed(
    check: Check,
    cases: Sequence[Mapping[str, Any]],
    answers: Sequence[Answer],
    right: Sequence[Numbers],
    place: int,
    miss: Miss | None,
    hidden: bool,
) -> Outcome:
    """The message of a wrong answer: what was tried, what came, how far off, and the mistake if known."""
    assert miss is not None
    lines = [
        (say("exercise-line-tried"), tried_text(check, cases[place])),
        (say("exercise-line-came"), came_text(answers[place].value, miss)),
    ]
    off = (say("exercise-line-off"), off_text(miss))
    reason = miss.kind
    mistake = None
    if check.between is None:
        tried = [
            (inputs_of(case, exact=True), answer.value, ours)
            for case, answer, ours in zip(cases, answers, right, strict=True)
        ]
        mistake = recognise(check.mistakes, tried, check.closeness)
    if not hidden and (
        mistake is None or miss.kind == "number"
    ):  # what a shape or a None might mean is known better now
        lines.append(off)
    if mistake is not None:
        reason = mistake.name
        lines.append((say("exercise-line-mistake"), str(mistake)))
    return _outcome(check, FAILED, reason, [*lines, *_printed(answers)])


def _without_numbers(check: Check, case: Mapping[str, Any], answer: Answer) -> Outcome:
    """The message when there is no answer to compare."""
    detail = answer.detail
    if answer.problem in UNANSWERED:
        # `say` by a whole key: a name is missing, or its task is still to be done.
        sentence = (
            say("exercise-missing", name=detail[0])
            if answer.problem == "missing"
            else say("exercise-unanswered", name=detail[0])
        )
        return _outcome(check, BLOCKED, answer.problem, [(say("exercise-line-why"), sentence)])
    if answer.problem == "not-function":
        sentence = say("exercise-not-function", name=detail[0], kind=detail[1])
        return _outcome(check, FAILED, answer.problem, [(say("exercise-line-why"), sentence)])
    lines = [(say("exercise-line-tried"), tried_text(check, case))]
    if answer.problem == "raised":
        lines.append(
            (
                say("exercise-line-came"),
                say("exercise-raised", kind=detail[0], text=detail[1])
                if detail[1]
                else say("exercise-raised-bare", kind=detail[0]),
            )
        )
        if len(detail) > 2:
            lines.append(
                (say("exercise-line-where"), say("exercise-raised-at", line=detail[2], text=detail[3]))
            )
    elif answer.problem == "slow":
        lines.append((say("exercise-line-came"), say("exercise-slow", seconds=detail[0])))
    elif answer.problem == "large":
        lines.append((say("exercise-line-came"), say("exercise-large", limit=detail[0])))
    else:
        lines.append((say("exercise-line-came"), say("exercise-type", kind=detail[0])))
    return _outcome(check, FAILED, answer.problem, [*lines, *_printed([answer])])


def _measured(check: Check, value: Numbers, case: Mapping[str, Any]) -> Numbers:
    """What `between` bounds; an answer of a shape that cannot be measured counts as not finite."""
    assert check.measure is not None
    if value is None:
        return None
    try:
        return as_numbers(check.measure(bare(value), **inputs_of(case, exact=True)))
    except (ValueError, TypeError, IndexError):
        return Leaf(np.asarray(math.nan))


def _outside(check: Check, value: Numbers) -> Miss | None:
    assert check.between is not None
    if value is None:
        return Miss("none")
    if not isinstance(value, Leaf) or value.values.size != 1:
        return Miss("shape", came=value.shape if isinstance(value, Leaf) else (len(value),), right=())
    number, (low, high) = float(np.ravel(value.values)[0]), check.between
    if low <= number <= high:
        return None
    if not math.isfinite(number):
        return Miss("not-finite", came=number, right=low)
    return Miss(
        "too-small" if number < low else "too-large", came=number, right=low if number < low else high
    )


def _printed(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    count = sum(answer.printed for answer in answers)
    # A line or two is a learner looking; more is worth a remark.
    return [(say("exercise-line-note"), say("exercise-printed", count=f"{count:,}"))] if count > 1000 else []


def _outcome(check: Check, state: str, reason: str, lines: list[tuple[str, str]]) -> Outcome:
    return Outcome(
        name=check.name,
        state=state,
        points=check.points if state == PASSED else 0,
        possible=check.points,
        asked=told(check.words),
        reason=reason,
        lines=tuple(lines),
    )

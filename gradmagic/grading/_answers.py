"""What came out of a probe cell: numbers within limits, or no answer at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic.course.checking import ANSWERS, Answer, Seen, from_json

__all__ = ["MOST_ANSWER_BYTES", "Received", "answers_in"]

MOST_ANSWER_BYTES = 2_000_000
OPERATIONS = 2000

# The problems that an answer may have, and how many words of detail its message needs.
PROBLEMS = {
    "": 0,
    "missing": 1,
    "unanswered": 1,
    "not-function": 2,
    "raised": 2,
    "slow": 1,
    "type": 1,
    "large": 1,
}


@dataclass(frozen=True)
class Received:
    """The answers to one probe, and what the learner's process says it saw."""

    answers: list[Answer]
    seen: Seen


def answers_in(outputs: Sequence[Mapping[str, Any]], cases: int) -> Received | None:
    """Return the answers among a cell's outputs; `None` if there are none, two, or what is malformed.

    Args:
        outputs: of the probe cell's own execution, as nbval collects them.
        cases: how many cases were asked: there may be no more answers.
    """
    found = [
        output["data"][ANSWERS]
        for output in outputs
        if output.get("output_type") in ("execute_result", "display_data")
        and isinstance(output.get("data"), dict)
        and ANSWERS in output["data"]
    ]
    if len(found) != 1 or not isinstance(found[0], dict):
        return None
    sent, seen = found[0].get("answers"), found[0].get("seen")
    if not isinstance(sent, str) or len(sent) > MOST_ANSWER_BYTES or not isinstance(seen, dict):
        return None
    try:
        answers = from_json(sent)
    except ValueError:
        return None
    if not 1 <= len(answers) <= cases or not all(map(_well_formed, answers)):
        return None
    return Received(answers, _seen(seen))


def _well_formed(answer: Answer) -> bool:
    if answer.problem not in PROBLEMS or len(answer.detail) < PROBLEMS[answer.problem]:
        return False
    return answer.printed >= 0


def _seen(value: Mapping[str, Any]) -> Seen:
    gradients, operations = value.get("gradients"), value.get("operations")
    words = operations if isinstance(operations, list) else []
    return Seen(
        gradients if isinstance(gradients, int) else 0,
        {word for word in words[:OPERATIONS] if isinstance(word, str)},
    )

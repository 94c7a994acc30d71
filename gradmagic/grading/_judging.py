"""From what came out of a probe to a score; no code of the learner's is run here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradmagic.course.checking import Answer, Leaf, Outcome, Seen, ask, blocked, judge
from gradmagic.grading._answers import Received
from gradmagic.grading._closure import program_of
from gradmagic.grading._names import NO_PYTHON
from gradmagic.grading._patience import TooLong, within
from gradmagic.grading._rubric import Question, Rubric
from gradmagic.grading._score import BLOCKED, FAILED, Score
from gradmagic.messages import language, say

__all__ = ["NO_ANSWER", "needs_another", "scored", "without_answer"]

# Why there is no answer: nothing or nonsense came; the kernel ended; the submission's time was up; nothing
# was asked, because the submission could not be read.
NO_ANSWER, KILLED, OUT_OF_TIME, NOT_READ = "no-answer", "killed", "out-of-time", "not-read"
# Characters of one sentence; what a submission sends may be megabytes.
LONGEST_LINE = 2000


def scored(
    rubric: Rubric, question: Question, received: Received, sources: Sequence[str], seconds: float = 0.0
) -> Score:
    """Judge the answers to one question.

    Args:
        rubric: the exercise's.
        question: what was asked.
        received: what came.
        sources: the texts of the learner's cells, for the rules.
        seconds: how long it took.
    """
    check, cases = question.check, list(question.cases)
    answers = received.answers
    if check.numbers and not answers[0].problem:
        answers = ask(check, _plain(answers[0]), cases)
    breaches = _breaches(question, received.seen, sources) if check.rules else []
    outcome = judge(check, cases, answers, rubric.right(question), breaches, hidden=True)
    return _score(outcome, question.seed, seconds)


def needs_another(question: Question, needed: str) -> Score:
    """The score of a check that needs another one which did not pass."""
    return _score(blocked(question.check, needed), question.seed, 0.0)


def without_answer(question: Question, reason: str, seconds: float = 0.0) -> Score:
    """The score of a check to which no answer came."""
    state = FAILED if reason == KILLED else BLOCKED
    line = (say("exercise-line-why"), say(f"grading-why-{reason}"))
    words = question.check.words[language() == "zh"]
    outcome = Outcome(question.check.name, state, 0, question.check.points, words, reason, (line,))
    return _score(outcome, question.seed, seconds)


def _score(outcome: Outcome, seed: str, seconds: float) -> Score:
    return Score(
        outcome.name,
        outcome.state,
        float(outcome.points),
        float(outcome.possible),
        outcome.reason,
        outcome.asked,
        tuple((label, _kept(text)) for label, text in outcome.lines),
        seed,
        round(seconds, 4),
    )


def _kept(text: str) -> str:
    """A sentence as the gradebook can keep it: not endless, and without halves of characters."""
    cut = text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]} …"
    return cut.encode("utf-8", "replace").decode("utf-8")


def _breaches(question: Question, seen: Seen, sources: Sequence[str]) -> list[tuple[str, str]]:
    try:
        with within():
            program = program_of(sources, question.check.asks)
            found = [(rule.name, rule.breach_in_text(program, seen)) for rule in question.check.rules]
    except (*NO_PYTHON, TooLong):  # so deep or so long that it cannot be read, and it was run all the same
        return [("unreadable", say("rule-unreadable", name="…"))]
    return [(name, sentence) for name, sentence in found if sentence is not None]


def _plain(answer: Answer) -> dict[str, Any]:
    """The names and numbers that came, for the check's own body."""
    value = answer.value
    return {name: _bare(part) for name, part in value.items()} if isinstance(value, dict) else {}


def _bare(value: Any) -> Any:
    if isinstance(value, Leaf):
        return value.values if value.shape else float(value.values)
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items()}
    return None if value is None else [_bare(part) for part in value]

"""Run checks on what a learner has defined: the dependencies first, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradmagic.course.checking._ask import ask_all
from gradmagic.course.checking._draw import learner_in_force
from gradmagic.course.checking._exercise import Check, Exercise
from gradmagic.course.checking._judge import judge, right_answers
from gradmagic.course.checking._report import BLOCKED, PASSED, Outcome, Progress, Report
from gradmagic.course.checking._words import told
from gradmagic.messages import say

__all__ = ["Desk", "blocked", "run_check", "run_checks"]


@dataclass
class Desk:
    """What one session remembers of a learner's work: the outcomes so far, and the hints given.

    Attributes:
        exercise: the name of the exercise that was last asked about.
        outcomes: the last outcome of each check.
        hints: how many hints of each check have been given.
        learner: who learns, if `--learner` has said so.
    """

    exercise: str | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    learner: str | None = None

    def progress(self, exercise: Exercise) -> Progress:
        """Return how far an exercise has come."""
        known = [self.outcomes[name] for name in exercise.checks if name in self.outcomes]
        return Progress(
            sum(outcome.state == PASSED for outcome in known),
            len(exercise.checks),
            sum(outcome.points for outcome in known),
            exercise.points,
        )


def run_checks(
    exercise: Exercise,
    namespace: Mapping[str, Any],
    names: Iterable[str] | None = None,
    *,
    learner: str | None = None,
    desk: Desk | None = None,
) -> Report:
    """Run an exercise's public checks.

    Args:
        exercise: the exercise.
        namespace: what the learner has defined.
        names: the checks to report on; all of them if left out. What they need is run as well.
        learner: whose inputs to draw; the environment's GRADMAGIC_LEARNER if left out.
        desk: what the session remembers; it is brought up to date.
    """
    desk = Desk() if desk is None else desk
    desk.exercise = exercise.name
    asked = list(exercise.checks) if names is None else list(dict.fromkeys(names))
    who = learner_in_force(learner)
    found: dict[str, Outcome] = {}
    for name in asked:
        _settle(exercise, exercise.checks[name], namespace, who, found)
    desk.outcomes.update(found)
    return Report(
        exercise.name,
        tuple(found[name] for name in asked),
        desk.progress(exercise),
        tuple((name, len(exercise.checks[name].hints) - desk.hints.get(name, 0)) for name in asked),
    )


def run_check(check: Check, namespace: Mapping[str, Any], learner: str = "") -> Outcome:
    """Run one check by itself, whatever it needs."""
    cases = check.cases_for(learner)
    answers, breaches = ask_all(check, namespace, cases, check.seed(learner))
    return judge(check, cases, answers, right_answers(check, cases), breaches)


def _settle(
    exercise: Exercise, check: Check, namespace: Mapping[str, Any], learner: str, found: dict[str, Outcome]
) -> Outcome:
    if check.name not in found:
        needed = [_settle(exercise, exercise.checks[name], namespace, learner, found) for name in check.needs]
        failed = [outcome.name for outcome in needed if outcome.state != PASSED]
        found[check.name] = blocked(check, failed[0]) if failed else run_check(check, namespace, learner)
    return found[check.name]


def blocked(check: Check, needed: str) -> Outcome:
    """Return the outcome of a check that needs another one which did not pass."""
    line = (say("exercise-line-why"), say("exercise-needs", name=needed))
    return Outcome(check.name, BLOCKED, 0, check.points, told(check.words), "needs", (line,))

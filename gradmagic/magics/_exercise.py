"""What `%check` and `%hint` ask for, done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from IPython.utils.capture import capture_output

from gradmagic.errors import OptionError
from gradmagic.magics._session import Session
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.course.checking import Desk, Hint, Report

__all__ = ["check_report", "hint_for", "known_names"]


def check_report(options: argparse.Namespace, session: Session) -> Report:
    """Run the checks that were asked for, on what the learner has defined."""
    from gradmagic.course import checking

    desk = _desk(session)
    exercise, names = checking.chosen_checks(options.checks, desk, session.namespace)
    if options.all:
        names = list(exercise.checks)
    if options.learner is not None:
        desk.learner = options.learner
    # A learner's function that displays would put its output between the question and the answer.
    with capture_output(stdout=False, stderr=False, display=True):
        report = checking.run_checks(exercise, session.namespace, names, learner=desk.learner, desk=desk)
    checking.tell_nbgrader(report)
    return report


def hint_for(options: argparse.Namespace, session: Session) -> Hint:
    """Return the next hint."""
    from gradmagic.course import checking

    desk = _desk(session)
    if not options.checks:
        exercise = checking.open_exercise(desk, session.namespace)
        raise OptionError(say("exercise-hint-which", example=next(iter(exercise.checks))))
    _, check = checking.check_named(options.checks[0])
    return checking.next_hint(check, desk)


def known_names() -> list[str]:
    """Every exercise and check, to complete."""
    from gradmagic.course import checking

    exercises = checking.all_exercises()
    return [*(name for exercise in exercises.values() for name in exercise.checks), *exercises]


def _desk(session: Session) -> Desk:
    from gradmagic.course.checking import Desk

    if session.desk is None:
        session.desk = Desk()
    return session.desk

"""Checks: what an exercise asks, how an answer is judged, and what a tutor would say about it."""

from gradmagic.course.checking._answer import Answer, Leaf, as_numbers, from_json, to_json
from gradmagic.course.checking._ask import ask
from gradmagic.course.checking._compare import Closeness, Miss
from gradmagic.course.checking._draw import Draw, learner_in_force
from gradmagic.course.checking._exercise import Check, Exercise
from gradmagic.course.checking._hint import Hint, next_hint
from gradmagic.course.checking._judge import judge, right_answers
from gradmagic.course.checking._library import all_exercises, check_named, exercise_named
from gradmagic.course.checking._mistake import Mistake
from gradmagic.course.checking._nbgrader import CheckFailed, tell_nbgrader
from gradmagic.course.checking._probe import ANSWERS
from gradmagic.course.checking._report import Outcome, Progress, Report
from gradmagic.course.checking._rule import Avoids, Rule, Seen, UsesOperation, UsesTape
from gradmagic.course.checking._run import Desk, blocked, run_check, run_checks
from gradmagic.course.checking._which import chosen_checks, open_exercise

__all__ = [
    "ANSWERS",
    "Answer",
    "Avoids",
    "Check",
    "CheckFailed",
    "Closeness",
    "Desk",
    "Draw",
    "Exercise",
    "Hint",
    "Leaf",
    "Miss",
    "Mistake",
    "Outcome",
    "Progress",
    "Report",
    "Rule",
    "Seen",
    "UsesOperation",
    "UsesTape",
    "all_exercises",
    "as_numbers",
    "ask",
    "blocked",
    "check_named",
    "chosen_checks",
    "exercise_named",
    "from_json",
    "judge",
    "learner_in_force",
    "next_hint",
    "open_exercise",
    "right_answers",
    "run_check",
    "run_checks",
    "tell_nbgrader",
    "to_json",
]

"""What an exercise asks of one learner, and what is right: everything that stays outside the sandbox."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from gradmagic.course import ReleaseError, cut, in_language
from gradmagic.course.checking import Check, Exercise, all_exercises, right_answers
from gradmagic.errors import GradmagicError
from gradmagic.grading._shake import shaken
from gradmagic.messages import LANGUAGES, say

__all__ = ["PATIENCE", "Question", "Rubric", "RubricError", "read_rubrics"]

# A machine that grades is busier than a learner's: a check may take so many times its seconds.
PATIENCE = 2.0


class RubricError(GradmagicError):
    """Solutions that nothing can be graded by."""


@dataclass(frozen=True)
class Question:
    """A check put to one learner.

    Attributes:
        check: the check.
        cases: the inputs, drawn for this learner from the teacher's secret.
        source: the probe cell's text: the body and what it is given, and nothing of what is expected.
        seed: a fingerprint of the inputs.
        seconds: what the kernel is told to allow.
    """

    check: Check
    cases: tuple[Mapping[str, Any], ...]
    source: str
    seed: str
    seconds: float


@dataclass(frozen=True)
class Rubric:
    """One exercise, as it is graded.

    Attributes:
        exercise: its checks.
        released: the notebook that learners got, by language.
        secret: bytes from which inputs are drawn.
        fingerprint: changes with the checks, the notebook, the secret, and the version of gradmagic.
    """

    exercise: Exercise
    released: Mapping[str, NotebookNode]
    secret: bytes
    fingerprint: str
    _right: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The exercise's."""
        return self.exercise.name

    @property
    def asks(self) -> dict[str, tuple[str, ...]]:
        """The names that each check asks for."""
        return {name: check.asks for name, check in self.exercise.checks.items()}

    def with_needed(self, names: Sequence[str]) -> list[str]:
        """The checks of these names and those that they need, in the exercise's order."""
        wanted = set(names)
        for check in reversed(list(self.exercise.checks.values())):
            if check.name in wanted:
                wanted |= set(check.needs)
        return [name for name in self.exercise.checks if name in wanted]

    def question(self, check: Check, student: str) -> Question:
        """Return the question for one learner: the same at every grading with the same secret."""
        salt = self._digest("inputs", student, self.name, check.name)
        cases = tuple(check.cases_for(student, salt))
        text = json.dumps(cases, sort_keys=True)
        seconds = max(check.seconds * PATIENCE, 1.0)
        if check.numbers:
            names = ", ".join(check.asks)
            body, source = "read", f"def read({names}):\n    return dict({_pairs(check.asks)})"
            given: list[dict[str, Any]] = [{}]
        else:
            body, source = check.body.__name__, _source(check)
            given = [check.question(case) for case in cases]
        watch = "operations" if any(rule.watches_operations for rule in check.rules) else ""
        question = {
            "source": source,
            "body": body,
            "asks": check.asks,
            "cases": given,
            "seed": check.seed(student, salt),
            "seconds": seconds,
            "watch": watch or ("tapes" if check.rules else ""),
        }
        packed = json.dumps(question, separators=(",", ":"))
        cell = (
            f"# {check.name}\n"
            '__import__("gradmagic.course.checking._probe", fromlist=["run"])'
            f".run({packed!r}, globals())"
        )
        seed = self._digest("cases", student, self.name, check.name, text)[:16]
        return Question(check, cases, cell, seed, seconds)

    def right(self, question: Question) -> list[Any]:
        """Return what is right for the question; found once for each check and inputs."""
        key = f"{question.check.name} {json.dumps(question.cases, sort_keys=True)}"
        if key not in self._right:
            if len(self._right) > 1000:
                self._right.clear()  # learners have inputs of their own: few come again
            self._right[key] = right_answers(question.check, question.cases)
        return list(self._right[key])

    def _digest(self, *words: str) -> str:
        return hmac.digest(self.secret, "\0".join(words).encode(), hashlib.sha256).hex()


def read_rubrics(solutions: Path, secret: bytes) -> dict[str, Rubric]:
    """Return the rubric of each solution that has checks, by the exercise's name, in order.

    Raises:
        RubricError: there is no such folder, none of its notebooks has checks, or one cannot be read.
    """
    exercises = all_exercises()
    paths = [path for path in sorted(solutions.glob("*.ipynb")) if path.stem in exercises]
    if not paths:
        raise RubricError(say("grading-no-solutions", folder=solutions))
    return {path.stem: _rubric(path, exercises[path.stem], secret) for path in paths}


def _rubric(path: Path, exercise: Exercise, secret: bytes) -> Rubric:
    content = path.read_bytes()
    try:
        solution: NotebookNode = nbformat.reads(content.decode("utf-8"), as_version=4)
        released = {code: cut(in_language(solution, code, path.name), path.name, code) for code in LANGUAGES}
    except (ValueError, nbformat.ValidationError, ReleaseError) as error:
        raise RubricError(say("grading-bad-solution", path=path, reason=str(error).splitlines()[0])) from None
    marked = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in solution.cells}
    lost = [name for name in exercise.checks if name not in marked]
    if lost:
        raise RubricError(say("grading-no-cell-for-check", path=path, name=lost[0]))
    told = hashlib.sha256(content)
    for module in _modules(exercise):
        told.update(inspect.getsource(sys.modules[module]).encode())
    told.update(version("gradmagic").encode())
    told.update(hmac.digest(secret, b"rubric", hashlib.sha256))
    return Rubric(exercise, released, secret, told.hexdigest()[:32])


def _modules(exercise: Exercise) -> list[str]:
    """The modules of the exercise's checks, and those of the same package that they may use."""
    own = {check.body.__module__ for check in exercise.checks.values()}
    packages = {f"{module.rpartition('.')[0]}._" for module in own if "." in module}
    shared = [name for name in sys.modules if name.startswith(tuple(packages))] if packages else []
    return sorted({*own, *shared})


def _source(check: Check) -> str:
    return shaken(check.body)


def _pairs(names: Sequence[str]) -> str:
    return ", ".join(f"{name}={name}" for name in names)

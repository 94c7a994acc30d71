"""Known wrong answers: a file of cells, each with the check that must fail and the reason it must find."""

from __future__ import annotations

import json
import linecache
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gradmagic.course.checking import Check, Exercise, Outcome, all_exercises, run_check, run_checks
from gradmagic.errors import GradmagicError
from gradmagic.messages import LANGUAGES, in_language, say

__all__ = ["Told", "WrongAnswer", "points_in", "read_wrong_answers", "told_in", "try_wrong_answers"]

HEAD = re.compile(r"^# %% (?P<check>\w+): (?P<reason>[\w-]+)(?P<remark> .*)?$")

# An endless loop among the wrong answers need not be waited for as long as a learner's.
SECONDS = 3.0

# Before the results, in what a kernel prints.
MARK = "gradmagic-results "


class WrongAnswerError(GradmagicError):
    """A file of wrong answers that cannot be read."""


@dataclass(frozen=True)
class WrongAnswer:
    """Code that is wrong, the check that must fail, and the reason it must find."""

    check: str
    reason: str
    source: str
    line: int


@dataclass(frozen=True)
class Told:
    """What became of a wrong answer: the state and reason found, and the message in each language."""

    state: str
    reason: str
    messages: dict[str, str]


def read_wrong_answers(path: Path) -> list[WrongAnswer]:
    """Read a file of cells `# %% check: reason`; no file, no answers.

    Raises:
        WrongAnswerError: code before the first cell, or a head that cannot be read.
    """
    if not path.exists():
        return []
    answers: list[WrongAnswer] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        head = HEAD.match(line)
        if head is not None:
            answers.append(WrongAnswer(head["check"], head["reason"], "", number))
        elif line.startswith("# %%"):
            raise WrongAnswerError(say("verify-bad-head", path=path.name, line=number, text=line))
        elif answers:
            answers[-1] = replace(answers[-1], source=f"{answers[-1].source}{line}\n")
    return [replace(answer, source=answer.source.strip("\n") + "\n") for answer in answers]


def try_wrong_answers(exercise: str, path: str, namespace: Mapping[str, Any]) -> None:
    """Print what each wrong answer is told; run in the kernel of a solution, whose names `namespace` has.

    Each is run in a copy of the names, so that none disturbs another.
    """
    known = all_exercises()[exercise]
    rows = [asdict(_tried(known, answer, namespace)) for answer in read_wrong_answers(Path(path))]
    print(MARK + json.dumps(rows))


def points_in(exercise: str, namespace: Mapping[str, Any]) -> None:
    """Print the points, the checks and their states, for what `namespace` has."""
    report = run_checks(all_exercises()[exercise], namespace)
    states = {outcome.name: [outcome.state, outcome.points, outcome.reason] for outcome in report.outcomes}
    print(MARK + json.dumps({"points": report.points, "states": states}))


def told_in(text: str) -> Any:
    """Return what the last of these functions printed."""
    line = next(line for line in reversed(text.splitlines()) if line.startswith(MARK))
    return json.loads(line.removeprefix(MARK))


def _tried(exercise: Exercise, answer: WrongAnswer, namespace: Mapping[str, Any]) -> Told:
    names = dict(namespace)
    name = f"<wrong answer of line {answer.line}>"
    # Where tracebacks and inspect look for a function's text.
    linecache.cache[name] = (len(answer.source), None, answer.source.splitlines(keepends=True), name)
    exec(compile(answer.source, name, "exec"), names)
    check = exercise.checks[answer.check]
    outcome, messages = _in_each_language(replace(check, seconds=min(check.seconds, SECONDS)), names)
    return Told(outcome.state, outcome.reason, messages)


def _in_each_language(check: Check, names: Mapping[str, Any]) -> tuple[Outcome, dict[str, str]]:
    messages = {}
    for code in LANGUAGES:
        with in_language(code):
            outcome = run_check(check, names)
            messages[code] = "\n".join(f"{label}: {text}" for label, text in outcome.lines)
    return outcome, messages

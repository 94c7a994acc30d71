"""Put a check's question to the learner's code; only numbers come back."""

from __future__ import annotations

import ast
import copy
import linecache
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradmagic.course.checking._answer import Answer, NotNumbers, as_numbers, inputs_of
from gradmagic.course.checking._exercise import Check
from gradmagic.course.checking._limits import OutOfTime, quietly, seeded, within
from gradmagic.course.checking._rule import sources_of, watching

__all__ = ["ask", "ask_all"]


def ask_all(
    check: Check, namespace: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], seed: int = 0
) -> tuple[list[Answer], list[tuple[str, str]]]:
    """Return the answers, up to the first that could not be had, and the rules that were broken.

    Args:
        check: the check.
        namespace: what the learner has defined.
        cases: the inputs.
        seed: for the random numbers that the learner's code may draw.

    Returns:
        The answers; and of each broken rule its name and its sentence.
    """
    missing = [name for name in check.asks if name not in namespace]
    if missing:
        return [Answer(problem="missing", detail=(missing[0],))], []
    asked = {name: namespace[name] for name in check.asks}
    empty = [name for name, thing in asked.items() if thing is None or thing is ...]
    if empty:
        return [Answer(problem="unanswered", detail=(empty[0],))], []
    answers: list[Answer] = []
    with watching(any(rule.watches_operations for rule in check.rules)) as seen:
        left = check.seconds
        for case in cases:
            began = time.monotonic()
            answers.append(_one(check, asked, namespace, case, max(left, 0.01), seed))
            left -= time.monotonic() - began
            if answers[-1].problem:
                break
    if answers[-1].detail[:1] == ("NotImplementedError",):  # what nbgrader's own release puts there
        return [Answer(problem="unanswered", detail=(check.asks[0],))], []
    untouched = any(isinstance(thing, type) and _has_empty_method(thing) for thing in asked.values())
    if untouched or any(answer.problem or _empty(answer.value) for answer in answers):
        stub = next((name for name, thing in asked.items() if _is_stub(thing)), None)
        if stub is not None:
            return [Answer(problem="unanswered", detail=(stub,))], []
    if answers[-1].problem:
        plain = next((name for name, thing in asked.items() if not callable(thing)), None)
        if plain is not None and "is not callable" in "".join(answers[-1].detail[1:2]):
            # Its own name was given to something else: a common slip, and Python's words for it are hard.
            return [Answer(problem="not-function", detail=(plain, type(asked[plain]).__name__))], []
        return answers, []
    broken = [(rule.name, rule.breach(asked, seen)) for rule in check.rules]
    return answers, [(name, sentence) for name, sentence in broken if sentence is not None]


def ask(
    check: Check, namespace: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], seed: int = 0
) -> list[Answer]:
    """Return the answers alone: what a grader's probe cell runs, on a submission and on the solution."""
    return ask_all(check, namespace, cases, seed)[0]


def _one(
    check: Check,
    asked: Mapping[str, Any],
    namespace: Mapping[str, Any],
    case: Mapping[str, Any],
    seconds: float,
    seed: int,
) -> Answer:
    inputs = inputs_of(copy.deepcopy(check.question(case)))
    answer = Answer()
    printed = None
    try:
        with seeded(seed), quietly() as printed, within(seconds):
            began = time.monotonic()
            value = check.body(*asked.values(), **inputs)
            if time.monotonic() - began > seconds:
                raise OutOfTime
            answer = Answer(as_numbers(value))
    except OutOfTime:
        answer = Answer(problem="slow", detail=(f"{check.seconds:g}",))
    except NotNumbers as reason:
        answer = Answer(problem=reason.problem, detail=reason.detail)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a learner's code may raise anything
        answer = Answer(problem="raised", detail=_raised(error, namespace))
    return replace(answer, printed=printed.count if printed is not None else 0)


def _raised(error: BaseException, namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """What was raised, and the learner's own line that it came from: kind, text, line number, line."""
    lines = str(error).strip().splitlines() or [""]
    kind = type(error).__name__
    if kind == "InvalidArgumentError" and "{{" in lines[0]:
        lines[0] = lines[0].split("}}")[-1].strip()  # TensorFlow's names of nodes help nobody
    place: tuple[str, ...] = ()
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is namespace or frame.f_globals.get("__name__") == "__main__":
            text = linecache.getline(frame.f_code.co_filename, number).strip()
            place = (str(number), text) if text else ()
    return (kind, lines[0], *place)


def _is_stub(thing: Any) -> bool:
    """Whether a function, or a method of a class, still has the `...` of the released exercise in it."""
    return any(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
        for tree in _own_trees(thing)
        for node in ast.walk(tree)
    )


def _has_empty_method(thing: type) -> bool:
    """Whether a method does nothing but `...`: the numbers that it leaves alone look like an answer."""
    return any(
        isinstance(node, ast.FunctionDef)
        and all(isinstance(line, ast.Expr) for line in node.body)
        and ast.unparse(node.body[-1]) == "..."
        for tree in _own_trees(thing)
        for node in ast.walk(tree)
    )


def _own_trees(thing: Any) -> list[ast.AST]:
    """The function's tree, or those of the class's methods; not those of what they call."""
    found = list(sources_of(thing))
    if isinstance(thing, type):
        methods = list(vars(thing).values())
        return [tree for function, tree in found if function in methods]
    return [tree for _, tree in found[:1]]


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_empty, value)))

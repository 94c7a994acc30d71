"""What may stand at the end of a magic's line: options, their values, and the learner's names that fit."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gradmagic import training
from gradmagic.errors import OptionError
from gradmagic.magics._exercise import known_names
from gradmagic.magics._line import is_negative, split
from gradmagic.magics._names import learners_names
from gradmagic.magics._options import MAGICS, OPTIONS, Magic, Option
from gradmagic.tape import Tape, is_tensor

__all__ = ["KINDS", "Candidate", "candidates"]

# `%grad y x`, `g = %grad y x`, and `grad y x` where a sign is not needed; the rest of the line apart.
_LINE = re.compile(r"\s*(?P<assigned>[^=%\"'#]+=\s*)?(?P<sign>%{0,2})(?P<name>[a-z]+)\s(?P<rest>.*)$")
# How far into lists of lists the tensors are looked for, and how many there may be.
_DEPTH, _WIDTH = 3, 1000


@dataclass(frozen=True)
class Candidate:
    """A word to complete to, and what it is: `param`, `keyword`, `function` or `instance`."""

    text: str
    kind: str


def candidates(
    line: str, namespace: Mapping[str, Any], automagic: bool = True
) -> tuple[str, tuple[Candidate, ...]]:
    """Return the end of the line that is being typed, and what it can become.

    Args:
        line: up to the cursor.
        namespace: the learner's names.
        automagic: whether a magic can be written without its sign.
    """
    found = _LINE.match(line)
    magic = None if found is None else _magic(found, namespace, automagic)
    if found is None or magic is None:
        return "", ()
    rest = found["rest"]
    try:
        words = split(rest)
    except OptionError:  # inside a bracket or a string: Python's own completion knows more
        return "", ()
    typed = words.pop() if words and not rest[-1].isspace() else ""
    if not line.endswith(typed):  # a quoted expression
        return "", ()
    flags = {flag: OPTIONS[name] for name in magic.options for flag in OPTIONS[name].flags}
    flag, equals, value = typed.partition("=")
    if equals and flag in flags:
        return _of_option(flags[flag], value, namespace)
    if words and words[-1] in flags and flags[words[-1]].metavar is not None:
        return _of_option(flags[words[-1]], typed, namespace)
    if typed.startswith("-"):
        return typed, _flags(magic, typed, words)
    operand = _operand(magic, words, flags)
    named = () if operand is None else _of_operand(operand, typed, words, namespace)
    return typed, named or (() if typed else _flags(magic, "--", words))


def _magic(found: re.Match[str], namespace: Mapping[str, Any], automagic: bool) -> Magic | None:
    sign, name = found["sign"], found["name"]
    if not sign and (not automagic or found["assigned"] or name in namespace or found["rest"][:1] == "="):
        return None
    if sign != "%%":
        return MAGICS.get(name)
    return next((magic for magic in MAGICS.values() if magic.written == f"%%{name}"), None)


def _flags(magic: Magic, typed: str, words: list[str]) -> tuple[Candidate, ...]:
    """The options not given yet that nothing given excludes."""
    given = {
        name for name in magic.options if set(OPTIONS[name].flags) & {w.partition("=")[0] for w in words}
    }
    excluded = given | {name for group in magic.groups if given & set(group) for name in group}
    left = [OPTIONS[name] for name in magic.options if name not in excluded]
    return _starting(typed, (flag for option in left for flag in option.flags), "param")


def _of_option(option: Option, typed: str, namespace: Mapping[str, Any]) -> tuple[str, tuple[Candidate, ...]]:
    if option.metavar is None:
        return "", ()
    before, separator, last = typed.rpartition(option.separator) if option.separator else ("", "", typed)
    used = set(before.split(option.separator)) if separator else set()
    values = [value for value in option.values() if value not in used and not (separator and "," in value)]
    found = (
        *_fitting(option.suits, last, namespace, used),
        *_starting(last, values, "keyword"),
    )
    if not found and not typed and not option.values():
        found = (Candidate(option.example, "keyword"),)  # how a value is written
    return last, found


def _operand(magic: Magic, words: list[str], flags: Mapping[str, Option]) -> Option | None:
    """The operand whose turn it is after these words."""
    given, takes = 0, False
    for word in words:
        if takes:
            takes = False
        elif word.startswith("-") and not is_negative(word):
            takes = word in flags and flags[word].metavar is not None
        else:
            given += 1
    operands = [OPTIONS[name] for name in magic.operands]
    if given < len(operands):
        return operands[given]
    return operands[-1] if operands and operands[-1].nargs == "*" else None


def _of_operand(
    operand: Option, typed: str, words: list[str], namespace: Mapping[str, Any]
) -> tuple[Candidate, ...]:
    if operand is OPTIONS["checks"]:
        return _starting(typed, (name for name in known_names() if name not in words), "keyword")
    if not operand.suits:
        return ()
    found = _fitting(operand.suits, typed, namespace, set(words))
    # Nothing of the kind: what else there is may be an expression's beginning.
    others = (name for name in learners_names(namespace) if name not in words)
    return found or _starting(typed, sorted(others), "instance")


def _fitting(
    kinds: Iterable[str], typed: str, namespace: Mapping[str, Any], used: set[str]
) -> tuple[Candidate, ...]:
    """The learner's names of these kinds, sorted."""
    return tuple(
        Candidate(name, "function" if KINDS["function"](namespace[name]) else "instance")
        for name in sorted(learners_names(namespace))
        if name.startswith(typed) and name not in used and any(KINDS[kind](namespace[name]) for kind in kinds)
    )


def _starting(typed: str, words: Iterable[str], kind: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(word, kind) for word in words if word.startswith(typed))


def _is_tensors(value: Any, depth: int = _DEPTH) -> bool:
    """A tensor, a Keras model or layer, or lists and dicts of such."""
    if isinstance(value, (list, tuple, dict)):
        parts = list(value.values() if isinstance(value, dict) else value)
        return 0 < len(parts) <= _WIDTH and depth > 0 and all(_is_tensors(part, depth - 1) for part in parts)
    # Asked of the class: a property of the learner's is not run by pressing a key.
    return _has(value, "trainable_variables") or ("tensorflow" in sys.modules and is_tensor(value))


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type)


def _is_data(value: Any) -> bool:
    return _has(value, "shape") or _has(value, "element_spec")


def _has(value: Any, *names: str) -> bool:
    return not isinstance(value, type) and all(hasattr(type(value), name) for name in names)


# What a learner's name can stand for.
KINDS: Mapping[str, Callable[[Any], bool]] = {
    "tensors": _is_tensors,
    "function": _is_function,
    "optimizer": lambda value: training.is_optimizer(value),
    "tape": lambda value: isinstance(value, Tape),
    "data": _is_data,
    "strategy": lambda value: _has(value, "scope", "num_replicas_in_sync"),
}

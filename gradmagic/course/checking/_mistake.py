"""Mistakes that can be recognised: from the inputs and the right answer to the wrong one that came."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.course.checking._answer import Leaf, Numbers, as_numbers
from gradmagic.course.checking._compare import Closeness, close, compare, leaves_of
from gradmagic.course.checking._words import Words, told
from gradmagic.messages import say

__all__ = ["COMMON", "Mistake", "recognise"]


# More numbers than these are an array, not parts.
FEW = 8


@dataclass(frozen=True)
class Mistake:
    """One mistake with a name.

    Attributes:
        name: how a file of wrong answers calls it; a common one's sentence is known by it.
        wrong: gives the wrong answer. Its parameters are named: `right` is the right answer (a float, an
            array, or a list of them; float64), the others are inputs of the case. It may return `None`, or
            a list with a `None` in it, for a gradient that is missing.
        words: what the learner reads, in both languages; a common mistake's name brings its own.
    """

    name: str
    wrong: Callable[..., Any]
    words: Words | None = None

    def __str__(self) -> str:
        return say(f"mistake-{self.name}") if self.words is None else told(self.words)

    def answer(self, right: Numbers, inputs: Mapping[str, Any]) -> Numbers:
        """Return the wrong answer for one case."""
        known = {"right": bare(right), **inputs}
        parameters = inspect.signature(self.wrong).parameters
        return as_numbers(self.wrong(**{name: known[name] for name in parameters}))


def recognise(
    mistakes: Sequence[Mistake],
    tried: Sequence[tuple[Mapping[str, Any], Numbers, Numbers]],
    closeness: Closeness,
) -> Mistake | None:
    """Return the mistake that explains every case, or `None`.

    One that gives the whole answer comes before one that gives a part of it while the others are right.

    Args:
        mistakes: what is looked for, in this order.
        tried: inputs, what came, and what is right, of each case.
        closeness: the check's.
    """
    for explains in (_explains_all, _explains_parts):
        for mistake in (*mistakes, *COMMON):
            shown = False
            for inputs, came, right in tried:
                wrong = mistake.answer(right, inputs)
                fits, shows = explains(came, wrong, right, closeness)
                if not fits:
                    break
                shown = shown or shows
            else:
                if shown:
                    return mistake
    return None


def _explains_all(came: Numbers, wrong: Numbers, right: Numbers, closeness: Closeness) -> tuple[bool, bool]:
    """Tell whether a wrong answer is what came, and whether it differs from the right one in this case."""
    return compare(came, wrong, closeness) is None, compare(wrong, right, closeness) is not None


def _explains_parts(came: Numbers, wrong: Numbers, right: Numbers, closeness: Closeness) -> tuple[bool, bool]:
    """The same, part by part: each is right, or is wrong in this way."""
    came_leaves, wrong_leaves, right_leaves = _parts(came), _parts(wrong), _parts(right)
    if not 1 < len(came_leaves) == len(wrong_leaves) == len(right_leaves):
        return False, False
    shows = False
    for theirs, mistaken, ours in zip(came_leaves, wrong_leaves, right_leaves, strict=True):
        if _same(theirs, ours, closeness):
            continue
        if not _same(theirs, mistaken, closeness):
            return False, False
        shows = True
    # A case that is right where the mistake would have shown speaks against it.
    return shows or compare(wrong, right, closeness) is None, shows


def _parts(value: Numbers) -> list[Leaf | None]:
    """Return the leaves; a few numbers in a row may be parts as well, and count one by one."""
    if isinstance(value, Leaf) and len(value.shape) == 1 and value.values.size <= FEW:
        return [Leaf(number) for number in value.values]
    return leaves_of(value)


def _same(one: Leaf | None, other: Leaf | None, closeness: Closeness) -> bool:
    if one is None or other is None:
        return one is other
    return close(one, other, closeness)


def bare(value: Numbers) -> Any:
    """Return plain numbers and arrays: what an author's function computes with."""
    if isinstance(value, Leaf):
        return value.values if value.shape else float(value.values)
    if isinstance(value, dict):
        return {name: bare(part) for name, part in value.items()}
    return None if value is None else [bare(part) for part in value]


def _each(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Apply a change to every leaf of the right answer."""

    def wrong(right: Any) -> Any:
        if right is None:
            return None
        if isinstance(right, dict):
            return {name: wrong(part) for name, part in right.items()}
        return [wrong(part) for part in right] if isinstance(right, list) else change(right)

    return wrong


def _swapped(right: Any) -> Any:
    return right[::-1] if isinstance(right, list) else np.flip(right, 0) if np.ndim(right) == 1 else right


# Looked for in every check, after its own.
COMMON = (
    Mistake("sign-flipped", _each(lambda leaf: -leaf)),
    Mistake("twice-too-large", _each(lambda leaf: 2 * leaf)),
    Mistake("half", _each(lambda leaf: leaf / 2)),
    Mistake("transposed", _each(np.transpose)),
    Mistake("column-for-row", _each(lambda leaf: np.reshape(leaf, (-1, 1)) if np.ndim(leaf) == 1 else leaf)),
    Mistake("row-for-column", _each(lambda leaf: np.ravel(leaf) if np.shape(leaf)[1:] == (1,) else leaf)),
    Mistake("swapped", _swapped),
)

"""Tell what kind of mistake a wrong derivative is: its sign, a factor, a transpose, a missing term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from gradmagic.tape.recording._source import place
from gradmagic.tape.replay._replay import Replay

__all__ = ["MISTAKES", "Array", "Mistake", "compare_values", "name_mistake"]

Array = np.ndarray[Any, Any]

MISTAKES = ("sign", "factor", "transpose", "missing-term", "chain-rule")


@dataclass(frozen=True)
class Mistake:
    """A wrong derivative, described.

    Attributes:
        code: one of `MISTAKES`, or `None` where it is like none of them.
        factor: for `"factor"`, what the derivative is a multiple of the right one by.
        elements: the number of elements that the factor (or its reciprocal) is, as when a sum was
            taken for a mean; `None` when it is none.
        term: for `"missing-term"` and `"chain-rule"`, the expression whose part is missing, if known.
    """

    code: str | None
    factor: float | None = None
    elements: int | None = None
    term: str = ""


def name_mistake(replay: Replay, adjoint: Array, claimed: Array, close: float) -> Mistake | None:
    """Compare a vector-Jacobian product with the measured one; say what is wrong with it.

    Args:
        replay: of one target by one source.
        adjoint: the vector, in the shape of the target.
        claimed: the product as it was given, in the shape of the source.
        close: the relative error up to which two numbers count as the same.

    Returns:
        The mistake; `None` when the product is right.
    """
    jacobian = _jacobian(replay)
    found = adjoint.ravel() @ jacobian
    flat = claimed.ravel()
    if _same(flat, found, close):
        return None
    sizes = [*claimed.shape, claimed.size, *adjoint.shape, adjoint.size]
    mistake = compare_values(flat, found, close, claimed.shape, sizes)
    if mistake.code == "factor" and flat.size == 1:
        # One number is a multiple of any other: a missing term explains more.
        return _term(replay, adjoint, flat, close) or mistake
    if mistake.code is not None:
        return mistake
    if jacobian.shape[0] == jacobian.shape[1] and _same(flat, jacobian @ adjoint.ravel(), close):
        return Mistake("transpose")
    return _term(replay, adjoint, flat, close) or _inner(replay, adjoint, flat, close) or mistake


def compare_values(
    given: Array, right: Array, close: float, shape: Sequence[int] = (), sizes: Sequence[int] = ()
) -> Mistake:
    """Name a mistake by the derivatives alone.

    Args:
        given: the derivatives as given, flat.
        right: the right ones, flat.
        close: see `name_mistake`.
        shape: the source's, when all its entries are there: a transposed matrix can then be told.
        sizes: numbers of elements that a factor may turn out to be.
    """
    if not (np.all(np.isfinite(given)) and np.all(np.isfinite(right))):
        return Mistake(None)
    scale = float(np.max(np.abs(right), initial=0.0))
    if scale == 0.0:
        return Mistake(None)
    if np.max(np.abs(given)) <= close * close * scale:
        return Mistake("missing-term")
    if _same(given, -right, close):
        return Mistake("sign")
    factor = float(np.dot(given, right) / np.dot(right, right))
    if _same(given, factor * right, close):
        plain = _plain(factor)
        # One number is a multiple of any other: only a simple multiple says something.
        if plain is not None or np.count_nonzero(np.abs(right) > close * scale) > 1:
            return Mistake("factor", plain or factor, _elements(factor, sizes))
        return Mistake(None)
    if len(shape) == 2 and _same(given, right.reshape(shape).T.ravel(), close):
        return Mistake("transpose")
    wrong = np.abs(given - right) > close * np.maximum(np.abs(given), np.abs(right)) + close * close * scale
    if np.all(np.abs(given[wrong]) <= close * close * scale):
        return Mistake("missing-term")
    return Mistake(None)


def _jacobian(replay: Replay) -> Array:
    """The target's Jacobian by central differences, `(target.size, source.size)`."""
    point = replay.points[0]
    step = _step(replay)
    columns = []
    for index in range(point.size):
        shift = np.zeros(point.size)
        shift[index] = step
        above, below = (
            np.asarray(replay.run([point + sign * shift.reshape(point.shape)])[0].numpy()).ravel()
            for sign in (1, -1)
        )
        columns.append((above - below) / (2 * step))
    return np.stack(columns, axis=1)


def _term(replay: Replay, adjoint: Array, flat: Array, close: float) -> Mistake | None:
    """Measure what each operation that reads the source contributes; look for contributions left out."""
    number = replay.numbers[0]
    readers = [
        step
        for step in replay.steps
        if any(origin == number for _, origin in step.inputs if isinstance(origin, int))
    ]
    if not 2 <= len(readers) <= 6:
        return None
    parts = [_contribution(replay, adjoint, step.index) for step in readers]
    for count in range(len(parts) - 1, 0, -1):
        for kept in combinations(range(len(parts)), count):
            if _same(flat, np.sum([parts[index] for index in kept], axis=0), close):
                missing = next(step for index, step in enumerate(readers) if index not in kept)
                return Mistake("missing-term", term=_expression(missing))
    return None


def _contribution(replay: Replay, adjoint: Array, only: int) -> Array:
    point = replay.points[0]
    step = _step(replay)
    found = np.zeros(point.size)
    for index in range(point.size):
        shift = np.zeros(point.size)
        shift[index] = step
        above, below = (
            np.asarray(replay.run([point + sign * shift.reshape(point.shape)], only=(0, only))[0].numpy())
            for sign in (1, -1)
        )
        found[index] = np.sum(adjoint * (above - below)) / (2 * step)
    return found


def _inner(replay: Replay, adjoint: Array, flat: Array, close: float) -> Mistake | None:
    """Look for a step whose adjoint was given for the source's: the inner derivative is missing."""
    for step in replay.steps[:-1][:8]:
        tensor = step.entry[3][0] if step.outputs else None
        if tensor is None or not tensor.dtype.is_floating or flat.size != int(np.prod(tuple(tensor.shape))):
            continue
        inner = replay.by([tensor])
        if _same(flat, adjoint.ravel() @ _jacobian(inner), close):
            return Mistake("chain-rule", term=_expression(step))
    return None


def _expression(step: Any) -> str:
    code, instruction = step.entry[4:6]
    return "" if code is None else place(code, instruction).expression


def _step(replay: Replay) -> float:
    eps = float(np.finfo(np.float32 if replay.narrow else np.float64).eps)
    scale = max(1.0, float(np.max(np.abs(replay.points[0]), initial=0.0)))
    return float(eps ** (1 / 3) * scale)


def _same(given: Array, right: Array, close: float) -> bool:
    if not (np.all(np.isfinite(given)) and np.all(np.isfinite(right))):
        return False
    scale = float(np.max(np.abs(right), initial=0.0))
    allowed = close * np.maximum(np.abs(given), np.abs(right)) + close * close * scale
    return bool(np.all(np.abs(given - right) <= allowed))


def _plain(factor: float) -> float | None:
    """Return the simple fraction that a measured factor is, within its error; `None` if it is none."""
    for whole in (factor, 1 / factor):
        if 0.999 < abs(whole) < 1e6 and abs(whole - round(whole)) <= 1e-3:
            return float(round(whole)) if whole == factor else 1 / round(whole)
    simple = Fraction(factor).limit_denominator(4)
    return float(simple) if simple and abs(float(simple) - factor) <= 5e-4 * abs(factor) else None


def _elements(factor: float, sizes: Sequence[int]) -> int | None:
    for size in sorted({size for size in sizes if size > 2}):
        if math.isclose(factor, size, rel_tol=1e-3) or math.isclose(factor, 1 / size, rel_tol=1e-3):
            return size
    return None

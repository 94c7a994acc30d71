"""The plane on which the loss is drawn, and where the racers are on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._problem import Problem
from gradmagic.training.races._racer import Ran, vector

__all__ = ["Plane", "coordinates", "plane_for"]

Array = npt.NDArray[Any]

# Of a random direction; a training draws from other streams of the same seed.
_STREAM = 3 << 96


@dataclass(frozen=True, eq=False)
class Plane:
    """All points `origin + x * across + y * up`.

    Attributes:
        kind: `"variables"`, `"pca"`, `"random"` or `"chosen"`.
        labels: What the two axes are called.
        origin: One number for each number of the model.
        across: Of the same shape.
        up: Of the same shape.
        paths: For each racer the steps, shape `(places,)`, and the places, shape `(places, 2)`.
    """

    kind: str
    labels: tuple[str, str]
    origin: Array
    across: Array
    up: Array
    paths: Sequence[tuple[Array, Array]]


def coordinates(words: Any) -> bool:
    """Whether a surface is asked for by the names of two numbers."""
    return isinstance(words, tuple | list) and all(isinstance(word, str) for word in words)


def plane_for(surface: Any, ran: Sequence[Ran], best: int, seed: int | None) -> Plane:
    """Return the plane that was asked for.

    Args:
        surface: Two names, `"pca"`, `"random"`, or two directions: lists of arrays, one for each variable.
        ran: The racers at their ends.
        best: Which of them came lowest.
        seed: For random directions.

    Raises:
        ArgumentError: A name is none of a number that is recorded, or a direction does not fit.
    """
    problem, centre = ran[best].problem, ran[best].end
    if coordinates(surface):
        return _of_numbers(surface, ran, problem, centre)
    if surface == "pca":
        labels = (say("race-first-component"), say("race-second-component"))
        across, up = _components(ran, centre)
        return Plane("pca", labels, centre, across, up, _projected(ran, centre, across, up))
    if surface == "random":
        random = np.random.Generator(np.random.Philox(key=_STREAM + int(seed or 0)))
        drawn = [[random.normal(size=tuple(tensor.shape)) for tensor in problem.tensors] for _ in range(2)]
        labels = (say("race-first-random"), say("race-second-random"))
    else:
        drawn = [_checked(direction, problem) for direction in surface]
        labels = (say("race-first-direction"), say("race-second-direction"))
    across, up = (filter_normalised(direction, problem, centre) for direction in drawn)
    kind = surface if isinstance(surface, str) else "chosen"
    return Plane(kind, labels, centre, across, up, _projected(ran, centre, across, up))


def filter_normalised(direction: Sequence[Array], problem: Problem, centre: Array) -> Array:
    """Give each filter of a direction the norm that the filter of the model has.

    A filter is what leads to one output: all numbers with one last index. A variable of one axis or none,
    such as a bias, counts as one filter (Li et al. 2018, Visualizing the loss landscape of neural nets,
    section 4).

    Args:
        direction: One array for each variable, of its shape.
        problem: Whose variables.
        centre: Their numbers one after another, shape `(numbers,)`.
    """
    found, at = [], 0
    for part in direction:
        weights = centre[at : at + part.size].reshape(part.shape)
        at += part.size
        axes = tuple(range(part.ndim - 1)) if part.ndim > 1 else None
        own = np.sqrt(np.sum(part**2, axis=axes, keepdims=True))
        wanted = np.sqrt(np.sum(weights**2, axis=axes, keepdims=True))
        found.append(part * np.divide(wanted, own, out=np.zeros_like(own), where=own > 0))
    return vector(found)


def _of_numbers(words: Sequence[str], ran: Sequence[Ran], problem: Problem, centre: Array) -> Plane:
    if len(words) != 2 or words[0] == words[1]:
        raise ArgumentError(say("race-surface-two", value=",".join(words)))
    axes = [_number(word, problem) for word in words]
    origin, units = centre.copy(), []
    for place, _, _ in axes:
        unit = np.zeros_like(centre)
        origin[place], unit[place] = 0.0, 1.0
        units.append(unit)
    paths = []
    for one in ran:
        history = one.racer.history
        columns = []
        for _, name, index in axes:
            if name not in history.parameters:
                raise ArgumentError(say("race-surface-large", name=name))
            end = np.asarray(one.racer.parameters[name])[index]
            element: Any = (slice(None), *index)
            columns.append(np.append(history.parameters[name][element], end))
        path = np.stack(columns, axis=-1).astype(np.float64)
        paths.append((np.arange(len(path)), path))
    return Plane("variables", (words[0], words[1]), origin, units[0], units[1], paths)


def _number(word: str, problem: Problem) -> tuple[int, str, tuple[int, ...]]:
    """The place of a number among all, the name of its variable, and its index there."""
    found = re.fullmatch(r"(.*?)((?:\[-?\d+(?:\s*,\s*-?\d+)*\])?)", word.strip())
    assert found is not None
    at = 0
    for name, tensor in zip(problem.names, problem.tensors, strict=True):
        shape = tuple(tensor.shape)
        names = {name.shown, name.expression}
        # A list's `w[0]` is a name of its own; an array's is a name and an index.
        if word.strip() in names or found[1] in names:
            whole = word.strip() in names
            index = () if whole or not found[2] else tuple(map(int, re.findall(r"-?\d+", found[2])))
            if whole and int(np.prod(shape)) == 1:
                index = (0,) * len(shape)
            if len(index) != len(shape) or any(
                not -size <= i < size for i, size in zip(index, shape, strict=True)
            ):
                raise ArgumentError(say("race-surface-number", word=word, name=name.shown, shape=shape))
            index = tuple(i % size for i, size in zip(index, shape, strict=True))
            return at + (int(np.ravel_multi_index(index, shape)) if shape else 0), name.shown, index
        at += int(np.prod(shape))
    known = ", ".join(name.shown for name in problem.names)
    raise ArgumentError(say("race-surface-unknown", word=word, known=known))


def _checked(direction: Any, problem: Problem) -> list[Array]:
    parts = direction if isinstance(direction, list | tuple) else [direction]
    found = [np.asarray(part, np.float64) for part in parts]
    wanted = [tuple(tensor.shape) for tensor in problem.tensors]
    came = [part.shape for part in found]
    if came != wanted or not any(part.any() for part in found):
        raise ArgumentError(say("race-surface-direction", came=came, wanted=wanted))
    return found


def _components(ran: Sequence[Ran], centre: Array) -> tuple[Array, Array]:
    """The two directions along which the places of all racers vary most, of length 1.

    One that diverged would point both along its own way: it counts only where all did.
    """
    kept = [one for one in ran if one.racer.status != "diverged"] or ran
    moved = np.concatenate([_finite(one)[1] for one in kept]) - centre
    # Few places of many numbers: the small matrix of their products has the same directions.
    values, columns = np.linalg.eigh(moved @ moved.T)
    found = []
    for place in (-1, -2):
        if len(values) < 2 or values[place] <= 1e-12 * max(values[-1], 1e-300):
            raise ArgumentError(say("race-surface-flat"))
        direction = moved.T @ columns[:, place]
        direction /= np.linalg.norm(direction)
        # The sign is nobody's: the largest number is made positive.
        found.append(direction * np.sign(direction[np.argmax(np.abs(direction))]))
    return found[0], found[1]


def _projected(ran: Sequence[Ran], centre: Array, across: Array, up: Array) -> list[tuple[Array, Array]]:
    """The foot of each place on the plane, by least squares."""
    plane = np.stack([across, up], axis=-1)
    if np.linalg.matrix_rank(plane) < 2:
        raise ArgumentError(say("race-surface-parallel"))
    back = np.linalg.pinv(plane)
    return [(steps, (places - centre) @ back.T) for steps, places in map(_finite, ran)]


def _finite(one: Ran) -> tuple[Array, Array]:
    places = one.places.astype(np.float64)
    whole = np.isfinite(places).all(axis=1)
    return one.steps[whole], places[whole]

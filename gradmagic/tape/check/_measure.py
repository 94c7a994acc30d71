"""Set automatic derivatives against central differences: coordinate by coordinate, or along directions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradmagic.tape.replay._slope import Slope, measure_slope

__all__ = ["Array", "Comparison", "Problem", "examine", "flat_size", "judge"]

Array = np.ndarray[Any, Any]

# A source of up to this many numbers is checked in every one of them, if the evaluations allow it.
EVERY = 64
DIRECTIONS = 8
SAMPLE = 16
# Other steps, tried when the first says no: closer for a kink nearby, wider for a noisy function.
_OTHER_STEPS = (1 / 32, 1 / 1024, 32.0)


@dataclass(frozen=True)
class Comparison:
    """One derivative, as TensorFlow gives it and as differences measure it.

    Attributes:
        source: the name of the source.
        index: the entry of the source; `None` for a derivative along a random direction.
        part: `"real"` or `"imag"` for an entry of a complex source, else empty.
        order: 1, or 2 for an entry of the Hessian times a random vector.
        automatic: TensorFlow's value; 0 where it gives None.
        numeric: the central difference.
        uncertainty: of the central difference.
        relative_error: `|automatic - numeric|` over the larger of the two, or over what the uncertainty
            of the difference could be told from, if that is larger still.
        kind: what the function is like here, see `Slope.kind`; `"triangle"` where a symmetric matrix is read
            by one triangle only.
        left: the slope to the left.
        right: the slope to the right.
        step: the step of the difference.
        ok: whether the two agree within their uncertainties.
    """

    source: str
    index: tuple[int, ...] | None
    part: str
    order: int
    automatic: float
    numeric: float
    uncertainty: float
    relative_error: float
    kind: str
    left: float
    right: float
    step: float
    ok: bool


@dataclass
class Problem:
    """A scalar function of arrays, with the derivatives that somebody claims it has.

    Attributes:
        evaluate: from one array for each source to the function's value.
        points: where it is examined, float64 or complex128.
        automatic: the claimed derivative by each source, `None` for zero.
        names: of the sources.
        order: put into each comparison.
        eps: the precision of `evaluate`, relative to `magnitude`.
        tolerance: the relative error that the dtype of the claim allows.
        magnitude: the size of what `evaluate` adds up.
        limit: how many evaluations are allowed; counted in `evaluations`.
        excuse: an absolute error for each entry of a source that rounding explains; asked when in doubt.
    """

    evaluate: Callable[[Sequence[Array]], float]
    points: Sequence[Array]
    automatic: Sequence[Array | None]
    names: Sequence[str]
    order: int
    eps: float
    tolerance: float
    magnitude: float
    limit: int
    excuse: Callable[[int], Array | None] = lambda _: None
    evaluations: int = 0
    directions: int = 0
    complete: bool = True
    middle: float | None = field(default=None)

    @property
    def spent(self) -> bool:
        """Whether the evaluations are used up."""
        return self.evaluations >= self.limit

    def slope(self, place: int, direction: Array, factor: float = 1.0) -> Slope:
        """Measure the slope along `direction` (flat, see `flat_size`) of one source."""
        point = self.points[place]
        moved = np.abs(_flat(point))[direction != 0]
        scale = max(1.0, float(moved.max())) / max(1.0, float(np.abs(direction).max()))
        step = 2 * self.eps ** (1 / 3) * scale * factor
        # A step that the dtype holds exactly: x + h - x is h.
        step = 2.0 ** round(math.log2(step))

        def line(distance: float) -> float:
            if distance == 0.0 and self.middle is not None:
                return self.middle
            self.evaluations += 1
            points = list(self.points)
            points[place] = _unflat(_flat(point) + distance * direction, point)
            value = self.evaluate(points)
            if distance == 0.0:
                self.middle = value
            return value

        return measure_slope(line, step, 4 * self.eps * self.magnitude)


def examine(problem: Problem, seed: int) -> list[Comparison]:
    """Compare every source; `problem` then says how many evaluations that took, and whether all was done."""
    random = np.random.default_rng(seed)
    sizes = [flat_size(point) for point in problem.points]
    found: list[Comparison] = []
    for place, size in enumerate(sizes):
        # Every source gets its share of what is left; some is kept back for second looks.
        share = (problem.limit - problem.evaluations) // (len(sizes) - place)
        if size <= EVERY and 5 * size <= share:
            work = _coordinates(problem, place, range(size))
        else:
            work = _directions(problem, place, size, random, share // 10)
        for comparison in work:
            found.append(comparison)
            if problem.spent:
                problem.complete = False
                return found
    return found


def judge(problem: Problem, place: int, direction: Array, index: int | None) -> Comparison:
    """Compare along one direction of one source; `index` is the entry, when it is one."""
    claimed = problem.automatic[place]
    with np.errstate(invalid="ignore"):  # NaN is a finding here, not an accident
        automatic = 0.0 if claimed is None else float(np.dot(_flat(claimed), direction))
    first = problem.slope(place, direction)
    found = _compared(problem, place, automatic, first, index)
    if found.ok or first.kind in ("kink", "jump") or not math.isfinite(automatic):
        return found
    for factor in _OTHER_STEPS:
        other = _compared(problem, place, automatic, problem.slope(place, direction, factor), index)
        if (other.kind == "smooth" and other.uncertainty < found.uncertainty) or other.kind != found.kind:
            found = other
    if not found.ok:
        excuse = problem.excuse(place)
        if excuse is not None:
            rounding = 4 * float(np.dot(_flat(excuse), np.abs(direction)))
            error = abs(automatic - found.numeric)
            size = max(abs(automatic), abs(found.numeric), rounding / problem.tolerance)
            if error <= rounding:
                found = replace(found, ok=True, relative_error=error / size)
    return found


def _compared(problem: Problem, place: int, automatic: float, slope: Slope, index: int | None) -> Comparison:
    error = abs(automatic - slope.value)
    # What is lost in the difference's own uncertainty is no error.
    size = max(abs(automatic), abs(slope.value), 4 * slope.uncertainty / problem.tolerance)
    allowed = problem.tolerance * size
    ok = bool(error <= allowed)
    if slope.kind == "kink":
        low, high = sorted((slope.left, slope.right))
        ok = low - allowed <= automatic <= high + allowed
    elif slope.kind == "jump":
        ok = math.isfinite(automatic)
    point = problem.points[place]
    entry, part = None, ""
    if index is not None:
        entry = tuple(int(axis) for axis in np.unravel_index(index % max(point.size, 1), point.shape))
        part = ("real" if index < point.size else "imag") if np.iscomplexobj(point) else ""
    return Comparison(
        source=problem.names[place],
        index=entry,
        part=part,
        order=problem.order,
        automatic=automatic,
        numeric=slope.value,
        uncertainty=slope.uncertainty,
        relative_error=error / size if size > 0 else (0.0 if error == 0 else math.nan),
        kind=slope.kind if math.isfinite(automatic) else "not-finite",
        left=slope.left,
        right=slope.right,
        step=slope.step,
        ok=ok,
    )


def _coordinates(problem: Problem, place: int, indices: Sequence[int]) -> Iterator[Comparison]:
    for index in indices:
        direction = np.zeros(flat_size(problem.points[place]))
        direction[index] = 1.0
        yield judge(problem, place, direction, index)


def _directions(problem: Problem, place: int, size: int, random: Any, most: int) -> Iterator[Comparison]:
    """At most `most` random directions, which every entry takes part in, and as many entries or so."""
    bisected = False
    for _ in range(max(1, min(DIRECTIONS, most))):
        direction = random.choice([-1.0, 1.0], size) / math.sqrt(size)
        problem.directions += 1
        comparison = judge(problem, place, direction, None)
        yield comparison
        if not comparison.ok and not bisected and math.isfinite(comparison.numeric):
            bisected = True
            yield from _bisect(problem, place, direction)
    claimed = problem.automatic[place]
    half = min(SAMPLE, most) // 2
    chosen = list(map(int, random.choice(size, min(size, half), replace=False)))
    if claimed is not None:  # the largest derivatives are where a wrong one matters most
        chosen += map(int, np.argsort(-np.abs(_flat(claimed)), kind="stable")[:half])
    yield from _coordinates(problem, place, list(dict.fromkeys(chosen)))


def _bisect(problem: Problem, place: int, direction: Array) -> Iterator[Comparison]:
    """Halve the direction that failed, following the half that is further off, down to one entry."""
    support = np.flatnonzero(direction)
    while len(support) > 1 and not problem.spent:
        halves = np.array_split(support, 2)
        errors = []
        for half in halves:
            part = np.zeros_like(direction)
            part[half] = direction[half]
            slope = problem.slope(place, part)
            claimed = problem.automatic[place]
            automatic = 0.0 if claimed is None else float(np.dot(_flat(claimed), part))
            errors.append(abs(automatic - slope.value))
        support = halves[int(np.nanargmax([*errors, -1.0])) % 2]
    yield from _coordinates(problem, place, [int(support[0])])


def flat_size(point: Array) -> int:
    """Return how many real numbers an array has: a complex one has two an entry."""
    return int(point.size * (2 if np.iscomplexobj(point) else 1))


def _flat(array: Array) -> Array:
    flat = np.ravel(array)
    return np.concatenate([flat.real, flat.imag]) if np.iscomplexobj(flat) else flat


def _unflat(flat: Array, like: Array) -> Array:
    if np.iscomplexobj(like):
        flat = flat[: like.size] + 1j * flat[like.size :]
    return flat.reshape(like.shape)

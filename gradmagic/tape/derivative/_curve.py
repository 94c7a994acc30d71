"""`Curve`: a function of one number and its derivatives over an interval, with its zeros and extremes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic._views import view
from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import check_order, check_target, is_tensor
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.derivative._tangent import Tangent

__all__ = ["Critical", "Curve", "curve"]

Array = np.ndarray[Any, Any]
# Values and derivatives of each order at some points; None for an order that is not computed.
Levels = list[Array | None]

# Points at which a whole vector must give what single numbers give, to be trusted with all of them.
TRIED = 5
# A zero is narrowed down by cutting its stretch into so many parts, so many times: to a 400,000th.
PARTS, ROUNDS = 20, 4
# Zeros and extremes looked for; a wave has too many to list.
MOST = 8


@dataclass(frozen=True)
class Critical:
    """A point where the derivative is zero or jumps over it, as that of `abs` does.

    Attributes:
        x: where it is.
        value: of the function there.
        kind: `"minimum"`, `"maximum"` or `"flat"`.
        corner: whether the derivative jumps there.
    """

    x: float
    value: float
    kind: str
    corner: bool


@dataclass(frozen=True, eq=False)
class Curve:
    """A function of one number over an interval.

    Attributes:
        name: of the function.
        x: the points, of shape `(points,)`.
        orders: its values and its derivatives of each order from 1, of shape `(points,)` each; `None`
            for an order that does not depend on `x` any more, which TensorFlow does not compute.
        zeros: where the function is zero, at most `MOST` places.
        critical: where its derivative is, at most `MOST` places.
        more: whether there are more of either.
        elementwise: whether all points were computed at once, in one vector.
        function: what was drawn.
    """

    name: str
    x: Array
    orders: tuple[Array | None, ...]
    zeros: tuple[float, ...]
    critical: tuple[Critical, ...]
    more: bool
    elementwise: bool
    function: Callable[[Any], Any]

    @property
    def order(self) -> int:
        """The highest order that was asked for."""
        return len(self.orders) - 1

    def tangent(self, x: float) -> Tangent:
        """Return value, slope and curvature at a point, inside the interval or not, from TensorFlow.

        Raises:
            ArgumentError: `x` is not a finite number.
        """
        if isinstance(x, bool) or not isinstance(x, int | float) or not math.isfinite(x):
            raise ArgumentError(say("plot-point", value=repr(x)))
        dtype = _dtype(self.function, float(x))
        value, slope, curvature = _levels(self.function, tensorflow().constant(float(x), dtype), 2)
        return Tangent(
            float(x),
            _or_nan(value),
            None if slope is None else float(slope),
            None if curvature is None else float(curvature),
        )

    def __repr__(self) -> str:
        return str(view("curve_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("curve_bundle", self))


def curve(
    f: Callable[[Any], Any], low: float, high: float, order: int = 1, points: int = 401, *, name: str = ""
) -> Curve:
    """Compute a function and its derivatives over an interval.

    A function that works on each number by itself is computed on all points at once; whether it does is
    tried out against single points first. float64 is used unless the function insists on float32.

    Args:
        f: takes a scalar tensor and returns one.
        low: where the interval begins.
        high: where it ends.
        order: the highest derivative.
        points: how many points, 2 or more.
        name: how the function is called in what is shown; its own name by default.

    Raises:
        ArgumentError: the interval is empty or not finite, or there are fewer than two points.
        TargetError: `f` is not callable, or does not return a number.
    """
    check_order(order)
    if not callable(f):
        raise TargetError(say("plot-callable", kind=type(f).__name__))
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ArgumentError(say("plot-interval", low=low, high=high))
    if points < 2:
        raise ArgumentError(say("plot-points", points=points))
    x = np.linspace(low, high, points)
    evaluate, elementwise = _evaluator(f, x, order)
    orders = evaluate(x)
    zeros, _, more_zeros = _zeros(lambda at: evaluate(at)[0], x, orders[0])
    flat, jumps, more_flat = _zeros(lambda at: evaluate(at)[1], x, orders[1])
    step = (high - low) / (points - 1)
    critical = [_critical(evaluate, at, step, corner=False) for at in flat]
    critical += [
        _critical(evaluate, at, step, corner=True) for at in jumps if _continuous(evaluate, at, step)
    ]
    return Curve(
        name=name or getattr(f, "__name__", "f"),
        x=x,
        orders=tuple(orders),
        zeros=tuple(zeros),
        critical=tuple(sorted(critical, key=lambda point: point.x)),
        more=more_zeros or more_flat,
        elementwise=elementwise,
        function=f,
    )


def _evaluator(f: Callable[[Any], Any], x: Array, order: int) -> tuple[Callable[[Array], Levels], bool]:
    """Return the function that computes all orders at an array of points, and whether it does so at once."""
    tf = tensorflow()
    dtype = _dtype(f, float(x[len(x) // 2]))

    def together(at: Array) -> Levels:
        return _levels(f, tf.constant(at, dtype), order)

    def singly(at: Array) -> Levels:
        found = [_levels(f, tf.constant(float(one), dtype), order) for one in at]
        return [
            None if all(level is None for level in levels) else np.array([_or_nan(level) for level in levels])
            for levels in zip(*found, strict=True)
        ]

    tried = x[np.linspace(0, len(x) - 1, min(TRIED, len(x))).astype(int)]
    try:
        every = together(x)
    except (ValueError, TypeError, TargetError, tf.errors.OpError):
        return singly, False  # an `if` on a whole vector, a matrix product, ...
    alone, same = singly(tried), together(tried)
    shapes = all(level is None or level.shape == x.shape for level in every)
    return (together, True) if shapes and _agree(alone, same, dtype) else (singly, False)


def _levels(f: Callable[[Any], Any], x: Any, order: int) -> Levels:
    tape = Tape.without_records()
    with tape:
        tape.watch(x)
        y = f(x)
    if not is_tensor(y):
        # A Python number: a function that does not depend on its argument.
        if isinstance(y, (int, float)):
            return [np.full(x.shape, float(y)), *([None] * order)]
        raise TargetError(say("plot-result", kind=type(y).__name__))
    check_target(y, say("tape-result"))
    if y.shape != x.shape:
        raise TargetError(say("plot-shape", shape=tuple(y.shape)))
    derivatives = tape.gradients(y, x, order) if tape.watches(x) else [None] * order
    return [_array(y), *(None if level is None else _array(level) for level in derivatives)]


def _dtype(f: Callable[[Any], Any], at: float) -> str:
    """Return float64, unless only float32 works: what `f` closes over may be of that dtype."""
    tf = tensorflow()
    try:
        f(tf.constant(at, "float64"))
    except (ValueError, TypeError, tf.errors.OpError):
        return "float32"
    return "float64"


def _agree(first: Levels, second: Levels, dtype: str) -> bool:
    close = 1e-9 if dtype == "float64" else 1e-4
    for one, other in zip(first, second, strict=True):
        if one is None or other is None:
            if one is not other:
                return False
        elif one.shape != other.shape or not np.allclose(one, other, rtol=close, atol=close, equal_nan=True):
            return False
    return True


def _zeros(
    f: Callable[[Array], Array | None], x: Array, y: Array | None
) -> tuple[list[float], list[float], bool]:
    """Return where a function comes to zero, where it jumps over it, and whether there is more.

    Stretches of zeros, such as half of a ReLU, are no places.
    """
    if y is None or np.all(y == 0):
        return [], [], False
    found = []
    for index in range(len(x)):
        if y[index] == 0:
            if 0 not in (*y[max(index - 1, 0) : index], *y[index + 1 : index + 2]):
                found.append((x[index], x[index]))
        elif index and y[index - 1] * y[index] < 0:
            found.append((x[index - 1], x[index]))
    zeros: list[float] = []
    jumps: list[float] = []
    for left, right in found[:MOST]:
        place, reached = _narrow(f, left, right) if left < right else (float(left), _crosses(f, left, x))
        (zeros if reached else jumps).append(place)
    return zeros, jumps, len(found) > MOST


def _narrow(f: Callable[[Array], Array | None], left: float, right: float) -> tuple[float, bool]:
    """Narrow a change of sign down; False where the function jumps over zero, as 1/x does."""
    size = 0.0
    ends = np.zeros(2)
    for _ in range(ROUNDS):
        at = np.linspace(left, right, PARTS + 1)
        y = f(at)
        if y is None or not np.isfinite(y).all():
            return (left + right) / 2, False
        size = size or float(np.abs(y[[0, -1]]).max())
        hits = np.flatnonzero(y == 0)
        if len(hits):
            return float(at[hits[0]]), True
        changes = np.flatnonzero(y[:-1] * y[1:] < 0)
        if not len(changes):
            return (left + right) / 2, False
        left, right, ends = at[changes[0]], at[changes[0] + 1], y[[changes[0], changes[0] + 1]]
    if np.abs(ends).max() > size / PARTS:
        return (left + right) / 2, False  # it does not come near zero: a jump or a pole
    return float(left - ends[0] * (right - left) / (ends[1] - ends[0])), True


def _crosses(f: Callable[[Array], Array | None], at: float, x: Array) -> bool:
    """Tell whether a zero is approached: the derivative of `abs` is 0 at 0 and 1 right beside it."""
    step = (x[-1] - x[0]) / (len(x) - 1)
    y = f(np.clip([at - step, at - step / PARTS, at + step / PARTS, at + step], x[0], x[-1]))
    if y is None or not np.isfinite(y).all():
        return True
    return bool(np.abs(y[1:3]).max() <= 0.5 * np.abs(y[[0, 3]]).max())


def _continuous(evaluate: Callable[[Array], Levels], at: float, step: float) -> bool:
    """Tell whether a function stays with its neighbours where its derivative jumps: a corner, not a pole."""
    value = evaluate(np.array([at - step, at - step / PARTS, at, at + step / PARTS, at + step]))[0]
    if value is None or not np.isfinite(value).all():
        return False
    return bool(np.abs(np.diff(value[1:4])).max() <= np.abs(value[[1, 3]] - value[[0, 4]]).max())


def _critical(evaluate: Callable[[Array], Levels], at: float, step: float, *, corner: bool) -> Critical:
    value, slope = evaluate(np.array([at - step / 2, at, at + step / 2]))[:2]
    if value is None or slope is None:
        return Critical(at, math.nan, "flat", corner)
    before, after = slope[0], slope[2]
    kind = "minimum" if before < 0 < after else "maximum" if before > 0 > after else "flat"
    return Critical(at, float(value[1]), kind, corner)


def _array(tensor: Any) -> Array:
    array: Array = tensorflow().convert_to_tensor(tensor).numpy()
    if np.iscomplexobj(array):
        raise TargetError(say("plot-result", kind=array.dtype.name))
    return array.astype(np.float64)


def _or_nan(level: Array | None) -> float:
    return math.nan if level is None else float(level)

"""Checks of `02-higher-derivatives`: y = x^4 + 2x^3 - 3x^2 + 4x - 5, to its third derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.polynomial import Polynomial

from gradmagic.course.checking import Draw, Exercise, Mistake, UsesTape

exercise = Exercise("02-higher-derivatives", ("Higher derivatives", "高阶导数"))

Y = Polynomial([-5, 4, -3, 2, 1])
_PLUS = Polynomial([5, 4, 3, 2, 1])


def _of_order(order: int) -> Callable[[float], float]:
    """The reference: NumPy differentiates the coefficients."""
    return lambda x: float(Y.deriv(order)(x))


def _powers_kept(order: int) -> Callable[[float], float]:
    """Each term n c x^n in place of n c x^(n-1), of the derivative below."""
    lower = Y.deriv(order - 1) if order > 1 else Y
    return lambda x: sum(n * c * x**n for n, c in enumerate(lower.coef.tolist()))


def _factors_lost(order: int) -> Callable[[float], float]:
    """Each term c x^(n-1) in place of n c x^(n-1), of the derivative below."""
    lower = Y.deriv(order - 1) if order > 1 else Y
    return lambda x: sum(c * x ** (n - 1) for n, c in enumerate(lower.coef.tolist()) if n)


def _by_hand(order: int) -> dict[str, Any]:
    """What the checks of the three formulas share."""
    lower = Y.deriv(order - 1) if order > 1 else Y
    return {
        "points": 1,
        "expect": _of_order(order),
        "draw": lambda draw: {"x": draw.number(-3, 3, apart_from=(-1, 0, 1))},
        "always": ({"x": 2.0},),
        "mistakes": (
            Mistake("order-too-low", lambda x: float(lower(x))),
            Mistake("order-too-high", lambda x: float(Y.deriv(order + 1)(x))),
            Mistake(
                "sign-of-square",
                lambda x: float(_PLUS.deriv(order)(x)),
                (
                    "a plus where f has a minus: the sign of a term goes into its derivative.",
                    "f 中的减号变成了加号：每一项的符号要带进导数。",
                ),
            ),
            Mistake("constant-kept", lambda right, x: right + float(lower.coef[0])),
            Mistake("power-not-lowered", _powers_kept(order)),
            Mistake("factor-not-brought-down", _factors_lost(order)),
        ),
    }


POWER_RULE = (
    "differentiate one term at a time: the exponent comes down as a factor, and goes down by one. A constant gives 0.",
    "逐项求导：指数写到前面作为因子，幂次减一；常数项的导数为 0。",
)


@exercise.check(
    **_by_hand(1),
    hints=(
        POWER_RULE,
        (
            "`x**4` gives `4 * x**3`, and `2 * x**3` gives `6 * x**2`.",
            "`x**4` 得 `4 * x**3`，`2 * x**3` 得 `6 * x**2`。",
        ),
        ("`-3 * x**2` gives `-6 * x`, and `4 * x` gives `4`.", "`-3 * x**2` 得 `-6 * x`，`4 * x` 得 `4`。"),
    ),
)
def derivative_1(first: Any, *, x: float) -> Any:
    """`first(x)` is the first derivative of f.

    `first(x)` 是 f 的一阶导数。
    """
    return first(x)


@exercise.check(
    **_by_hand(2),
    needs=("derivative_1",),
    hints=(
        ("the second derivative is the derivative of `first`.", "二阶导数就是 `first` 的导数。"),
        POWER_RULE,
    ),
)
def derivative_2(second: Any, *, x: float) -> Any:
    """`second(x)` is the second derivative of f.

    `second(x)` 是 f 的二阶导数。
    """
    return second(x)


@exercise.check(
    **_by_hand(3),
    needs=("derivative_2",),
    hints=(
        (
            "the third derivative is the derivative of `second`: a straight line.",
            "三阶导数是 `second` 的导数：一条直线。",
        ),
        POWER_RULE,
    ),
)
def derivative_3(third: Any, *, x: float) -> Any:
    """`third(x)` is the third derivative of f.

    `third(x)` 是 f 的三阶导数。
    """
    return third(x)


def _cubic(draw: Draw) -> dict[str, Any]:
    return {
        "c": [draw.number(-2, 2, apart_from=(0,)) for _ in range(4)],
        "x": draw.number(-2, 2, apart_from=(0,)),
    }


@exercise.check(
    points=2,
    draw=_cubic,
    expect=lambda c, x: [float(Polynomial(c).deriv(order)(x)) for order in (1, 2)],
    rtol=1e-3,
    atol=1e-4,
    tried=(
        "two_derivatives(g, {x}) of the cubic g with the coefficients {c}",
        "two_derivatives(g, {x})，三次函数 g 的系数为 {c}",
    ),
    mistakes=(
        Mistake("not-watched", lambda: [None, None]),
        Mistake(
            "outer-not-watched",
            lambda right: [right[0], None],
            (
                "the second derivative is None: the first must be taken inside the outer tape, which has to watch `x` too.",
                "二阶导数为 None：一阶导数须在外层磁带之内求出，而且外层磁带也要监视 `x`。",
            ),
        ),
        Mistake("value-for-derivative", lambda right, c, x: [float(Polynomial(c)(x)), right[0]]),
        Mistake(
            "first-twice",
            lambda right: [right[0], right[0]],
            (
                "the first derivative came back twice: the outer tape must differentiate `once`, not `y`.",
                "两次返回的都是一阶导数：外层磁带应对 `once` 求导，而不是对 `y`。",
            ),
        ),
        Mistake(
            "first-only",
            lambda right: right[0],
            (
                "this is the first derivative alone: return both, `once, twice`.",
                "这里只有一阶导数：请两个都返回，`once, twice`。",
            ),
        ),
        Mistake(
            "squared",
            lambda right: [right[0], right[0] ** 2],
            (
                "the second value is the square of the first: a second derivative is a derivative of the derivative.",
                "第二个值是第一个值的平方：二阶导数是导数的导数。",
            ),
        ),
    ),
    rules=(UsesTape(),),
    hints=(
        (
            "two tapes, one inside the other: what the inner one computes is recorded by the outer one as long as it is open.",
            "两个磁带，一个套一个：只要外层还开着，内层所做的运算就会被外层记录。",
        ),
        (
            "`x` is a constant: both tapes must be told to watch it.",
            "`x` 是常量：两个磁带都要监视它。",
        ),
        (
            "inside `outer`, below the inner block, `once = inner.gradient(y, x)`; below both, `twice = outer.gradient(once, x)`.",
            "在 `outer` 之内、内层代码块之后写 `once = inner.gradient(y, x)`；两层之后写 `twice = outer.gradient(once, x)`。",
        ),
    ),
)
def nested_tapes(two_derivatives: Any, *, c: Any, x: float) -> Any:
    """`two_derivatives(function, x)` returns the first and the second derivative of any function.

    `two_derivatives(function, x)` 返回任意函数的一阶导数和二阶导数。
    """
    c0, c1, c2, c3 = (float(one) for one in c)
    return two_derivatives(lambda t: c0 + t * (c1 + t * (c2 + t * c3)), x)


def _parabola(draw: Draw) -> dict[str, Any]:
    return {"a": draw.number(0.5, 3), "m": draw.number(0, 4), "x": draw.number(5, 20)}


def _g(a: float, m: float, x: float) -> tuple[float, float, float]:
    """x, the slope and the curvature of g(t) = a (t - m)^2 + t^4 / 50."""
    return x, 2 * a * (x - m) + 2 * x**3 / 25, 2 * a + 6 * x**2 / 25


@exercise.check(
    points=2,
    needs=("nested_tapes",),
    draw=_parabola,
    expect=lambda a, m, x: x - _g(a, m, x)[1] / _g(a, m, x)[2],
    rtol=1e-3,
    tried=(
        "newton_step(g, {x}) with g(t) = {a}·(t - {m})² + t⁴/50",
        "newton_step(g, {x})，其中 g(t) = {a}·(t - {m})² + t⁴/50",
    ),
    mistakes=(
        Mistake("uphill", lambda right, x: 2 * x - right),
        Mistake(
            "step-alone",
            lambda right, x: x - right,
            (
                "this is the step alone, slope over curvature: subtract it from `x`.",
                "这只是步长，即斜率除以曲率：还要从 `x` 中减去它。",
            ),
        ),
        Mistake(
            "upside-down",
            lambda a, m, x: x - _g(a, m, x)[2] / _g(a, m, x)[1],
            (
                "the fraction is upside down: the slope is divided by the curvature.",
                "分数颠倒了：应以斜率除以曲率。",
            ),
        ),
        Mistake(
            "multiplied",
            lambda a, m, x: x - _g(a, m, x)[1] * _g(a, m, x)[2],
            ("the slope was multiplied by the curvature: divide by it.", "斜率乘上了曲率：应当除以曲率。"),
        ),
        Mistake(
            "curvature-missing",
            lambda a, m, x: x - _g(a, m, x)[1],
            (
                "a step by the whole slope, as in gradient descent with learning rate 1: divide it by the second derivative.",
                "直接走了整个斜率的长度，相当于学习率为 1 的梯度下降：应除以二阶导数。",
            ),
        ),
        Mistake(
            "value-for-slope",
            lambda a, m, x: x - (a * (x - m) ** 2 + x**4 / 50) / _g(a, m, x)[1],
            (
                "this finds where the function itself is zero, f over f'; its lowest place is where the slope is zero, f' over f''.",
                "这是在找函数本身的零点（f 除以 f'）；求最低点要找斜率的零点，即 f' 除以 f''。",
            ),
        ),
        Mistake("applied-twice", lambda a, m, x: _again(a, m, x)),
    ),
    hints=(
        (
            "`two_derivatives(function, x)` gives the two numbers that the formula needs.",
            "`two_derivatives(function, x)` 给出公式所需的两个数。",
        ),
        ("`x - once / twice`.", "`x - once / twice`。"),
    ),
)
def newton(newton_step: Any, *, a: float, m: float, x: float) -> Any:
    """`newton_step(function, x)` is the next x of Newton's method for the lowest place.

    `newton_step(function, x)` 是用牛顿法求最低点时的下一个 x。
    """
    return newton_step(lambda t: a * (t - m) ** 2 + t**4 / 50, x)


def _again(a: float, m: float, x: float) -> float:
    for _ in range(2):
        x, slope, curvature = _g(a, m, x)
        x -= slope / curvature
    return x

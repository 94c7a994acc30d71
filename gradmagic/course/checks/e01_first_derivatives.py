"""Checks of `01-first-derivatives`: one input, several, constants, several questions, what is not recorded."""

from __future__ import annotations

from typing import Any

from numpy.polynomial import Polynomial

from gradmagic.course.checking import Draw, Exercise, Mistake, UsesTape

exercise = Exercise("01-first-derivatives", ("First derivatives", "一阶导数"))

NOTHING_RECORDED = (
    "None. Is there a `return`? Then the tape saw no way from input to result: compute the function inside the `with` block, from a "
    "Variable, and ask in this order, `tape.gradient(y, x)`.",
    "得到 None。写了 `return` 吗？若写了，就是磁带没有看到从输入到结果的路径：函数要在 `with` 代码块之内、由变量算出，"
    "提问的次序是 `tape.gradient(y, x)`。",
)


def _cubic(c: Any, t: Any) -> Any:
    """c0 + c1 t + c2 t^2 + c3 t^3 of numbers, tensors or Variables."""
    c0, c1, c2, c3 = (float(one) for one in c)
    return c0 + t * (c1 + t * (c2 + t * c3))


def _coefficients(draw: Draw) -> list[float]:
    return [draw.number(-2, 2, apart_from=(0,)) for _ in range(4)]


def _slope(c: Any, x: float) -> float:
    """The reference: NumPy differentiates the coefficients."""
    return float(Polynomial(c).deriv()(x))


@exercise.check(
    points=2,
    draw=lambda draw: {"c": _coefficients(draw), "x": draw.number(-2, 2, apart_from=(0,))},
    expect=_slope,
    rtol=1e-3,
    atol=1e-4,
    tried=(
        "slope(g, {x}) of the cubic g with the coefficients {c}",
        "slope(g, {x})，三次函数 g 的系数为 {c}",
    ),
    rules=(UsesTape(),),
    mistakes=(
        Mistake("nothing-recorded", lambda: None, NOTHING_RECORDED),
        Mistake("value-for-derivative", lambda c, x: float(Polynomial(c)(x))),
        Mistake("order-too-high", lambda c, x: float(Polynomial(c).deriv(2)(x))),
        Mistake(
            "divided-by-x",
            lambda c, x: float(Polynomial(c)(x)) / x,
            (
                "the value divided by `x`: the derivative is the slope at `x`, not that of the line from the origin.",
                "函数值除以了 `x`：导数是曲线在 `x` 处的斜率，而不是从原点出发的直线的斜率。",
            ),
        ),
        Mistake(
            "times-value",
            lambda right, c, x: right * float(Polynomial(c)(x)),
            (
                "the derivative came multiplied by the value: ask the tape for the gradient of `y`, not of its square.",
                "导数乘上了函数值：应对 `y` 求导，而不是对它的平方。",
            ),
        ),
    ),
    hints=(
        (
            "`x` is a plain number, which no tape can watch: begin with `x = tf.Variable(x)`.",
            "`x` 是普通的数，磁带无法监视：先写 `x = tf.Variable(x)`。",
        ),
        (
            "compute `y = function(x)` inside `with tf.GradientTape() as tape:`.",
            "在 `with tf.GradientTape() as tape:` 之内计算 `y = function(x)`。",
        ),
        (
            "after the block, `return tape.gradient(y, x)`.",
            "代码块之后写 `return tape.gradient(y, x)`。",
        ),
    ),
)
def slope_at(slope: Any, *, c: Any, x: float) -> Any:
    """`slope(function, x)` is the derivative of any function at the number x.

    `slope(function, x)` 是任意函数在数 x 处的导数。
    """
    return slope(lambda t: _cubic(c, t), x)


def _plane(draw: Draw) -> dict[str, Any]:
    return {
        "p": draw.number(0.5, 3),
        "q": draw.number(0.5, 3),
        "a": draw.number(0.5, 2),
        "b": draw.number(2.5, 4),
    }


@exercise.check(
    points=2,
    needs=("slope_at",),
    draw=_plane,
    # Of g(a, b) = p a^2 b - q b^3, on paper.
    expect=lambda p, q, a, b: [2 * p * a * b, p * a**2 - 3 * q * b**2],
    rtol=1e-3,
    tried=(
        "partial(g, {a}, {b}) with g(a, b) = {p}·a²b - {q}·b³",
        "partial(g, {a}, {b})，其中 g(a, b) = {p}·a²b - {q}·b³",
    ),
    rules=(UsesTape(),),
    mistakes=(
        Mistake("nothing-recorded", lambda: [None, None], NOTHING_RECORDED),
        Mistake(
            "one-not-watched",
            lambda right: [right[0], None],
            (
                "the derivative by `b` is None: `b` has to be a Variable as well, made before the recording begins.",
                "对 `b` 的导数为 None：`b` 也必须是变量，并在记录开始之前建立。",
            ),
        ),
        Mistake(
            "first-only",
            lambda right: right[0],
            (
                "this is the derivative by `a` alone: give the tape both, `tape.gradient(y, [a, b])`.",
                "这里只有对 `a` 的导数：请把两个都交给磁带，`tape.gradient(y, [a, b])`。",
            ),
        ),
        Mistake(
            "first-twice",
            lambda right: [right[0], right[0]],
            ("both are the derivative by `a`.", "两个都是对 `a` 的导数。"),
        ),
        Mistake(
            "added-up",
            lambda right: right[0] + right[1],
            (
                "the two derivatives have been added up: return them one beside the other.",
                "两个导数被加在了一起：应分别返回。",
            ),
        ),
    ),
    hints=(
        (
            "as in `slope`, with two Variables and one tape.",
            "与 `slope` 相同，只是有两个变量，磁带还是一个。",
        ),
        (
            "`tape.gradient(y, [a, b])` answers with a list, in the order that you asked in.",
            "`tape.gradient(y, [a, b])` 按提问的次序返回一个列表。",
        ),
    ),
)
def partial_derivatives(partial: Any, *, p: float, q: float, a: float, b: float) -> Any:
    """`partial(function, a, b)` returns the derivatives by a and by b, from one recording.

    `partial(function, a, b)` 由一份记录返回对 a 和对 b 的导数。
    """
    answer = partial(lambda s, t: p * s**2 * t - q * t**3, a, b)
    # A dictionary or a tuple will do: what is asked for is two numbers in this order.
    return tuple(answer.values()) if isinstance(answer, dict) else answer


@exercise.check(
    points=2,
    needs=("slope_at",),
    draw=lambda draw: {"k": draw.number(0.5, 2), "w": draw.number(1, 3), "x": draw.number(-3, -1)},
    # Of g(w, x) = k w^2 x^3, on paper.
    expect=lambda k, w, x: 3 * k * w**2 * x**2,
    rtol=1e-3,
    tried=(
        "input_slope(g, {w}, {x}) with g(w, x) = {k}·w²x³, w a Variable and x a constant",
        "input_slope(g, {w}, {x})，其中 g(w, x) = {k}·w²x³，w 为变量，x 为常量",
    ),
    rules=(UsesTape(),),
    mistakes=(
        Mistake("not-watched", lambda: None),
        Mistake(
            "by-the-weight",
            lambda k, w, x: 2 * k * w * x**3,
            (
                "this is the derivative by the weight `w`: the derivative by the input `x` was asked for.",
                "这是对权重 `w` 的导数：题目要求的是对输入 `x` 的导数。",
            ),
        ),
        Mistake("value-for-derivative", lambda k, w, x: k * w**2 * x**3),
        Mistake(
            "both",
            lambda right, k, w, x: [2 * k * w * x**3, right],
            (
                "both derivatives came: return the one by `x` alone.",
                "两个导数都返回了：请只返回对 `x` 的那一个。",
            ),
        ),
    ),
    hints=(
        (
            "the tape watches `w` by itself, but has to be told about `x`.",
            "磁带自动监视 `w`，而 `x` 需要您来说明。",
        ),
        (
            "`tape.watch(x)` comes first in the `with` block, before `function(w, x)`.",
            "`tape.watch(x)` 放在 `with` 代码块的第一行，在 `function(w, x)` 之前。",
        ),
    ),
)
def watched_constant(input_slope: Any, *, k: float, w: float, x: float) -> Any:
    """`input_slope(function, w, x)` is the derivative by the constant x, beside a Variable w.

    `input_slope(function, w, x)` 是对常量 x 的导数，此外还有一个变量 w。
    """
    from gradmagic.tape import tensorflow

    tf = tensorflow()
    return input_slope(lambda s, t: k * s**2 * t**3, tf.Variable(w), tf.constant(x))


def _two_cubics(draw: Draw) -> dict[str, Any]:
    return {
        "c": _coefficients(draw),
        "d": _coefficients(draw),
        "x": draw.number(-1.5, 1.5, apart_from=(0,)),
    }


def _stages(c: Any, d: Any, x: float) -> list[float]:
    """dz/dy and dz/dx: the chain rule on the coefficients."""
    outer = _slope(d, float(Polynomial(c)(x)))
    return [outer, outer * _slope(c, x)]


@exercise.check(
    points=2,
    needs=("slope_at",),
    draw=_two_cubics,
    always=({"c": [0.0, 0.0, 1.0, 0.0], "d": [0.0, 0.0, 1.0, 0.0], "x": 3.0},),
    expect=_stages,
    rtol=2e-3,
    atol=1e-3,
    tried=(
        "stages(g, h, {x}), two cubics with the coefficients {c} and {d}",
        "stages(g, h, {x})，两个三次函数的系数为 {c} 与 {d}",
    ),
    rules=(UsesTape(),),
    mistakes=(
        Mistake("nothing-recorded", lambda: [None, None], NOTHING_RECORDED),
        Mistake(
            "inner-for-outer",
            lambda right, c, d, x: [_slope(c, x), right[1]],
            (
                "the first is dy/dx: dz/dy was asked for, how the outer function's result moves with its own input.",
                "第一个是 dy/dx：题目要求的是 dz/dy，即外层函数的结果随其自身输入的变化。",
            ),
        ),
        Mistake("chain-factor-missing", lambda right: [right[0], right[0]]),
        Mistake(
            "whole-twice",
            lambda right: [right[1], right[1]],
            ("both are dz/dx: ask for `y` first.", "两个都是 dz/dx：请先对 `y` 提问。"),
        ),
        Mistake(
            "outer-at-x",
            lambda right, c, d, x: [_slope(d, x), right[1]],
            (
                "the outer function was differentiated at `x`: it is to be differentiated at `y`, where it is used.",
                "外层函数是在 `x` 处求导的：应在它实际被使用的 `y` 处求导。",
            ),
        ),
        Mistake(
            "link-broken",
            lambda right: [right[0], None],
            (
                "dz/dx is None: between `x` and `z` the recording is broken. Compute both in one `with` block, from Variable to result.",
                "dz/dx 为 None：从 `x` 到 `z` 的记录中断了。两步都应在同一个 `with` 代码块中计算。",
            ),
        ),
    ),
    hints=(
        (
            "both stages belong into one `with` block: `y = inner(x)`, then `z = outer(y)`.",
            "两步都放在同一个 `with` 代码块中：先 `y = inner(x)`，再 `z = outer(y)`。",
        ),
        (
            "a tape that is to answer twice is opened as `tf.GradientTape(persistent=True)`.",
            "要回答两次的磁带须用 `tf.GradientTape(persistent=True)` 打开。",
        ),
        (
            "`return tape.gradient(z, y), tape.gradient(z, x)`.",
            "`return tape.gradient(z, y), tape.gradient(z, x)`。",
        ),
    ),
)
def two_stages(stages: Any, *, c: Any, d: Any, x: float) -> Any:
    """`stages(inner, outer, x)` returns dz/dy and dz/dx for y = inner(x) and z = outer(y).

    `stages(inner, outer, x)` 返回 dz/dy 与 dz/dx，其中 y = inner(x)，z = outer(y)。
    """
    return stages(lambda t: _cubic(c, t), lambda t: _cubic(d, t), x)


@exercise.check(
    points=2,
    draw=lambda draw: {"v": draw.number(2, 12)},
    always=({"v": 10.0},),
    expect=lambda v: [0.2 * v**3 + 5 * v, 0.6 * v**2 + 5],
    tried=(
        "power({v}) and its derivative there, by a tape",
        "power({v}) 以及由磁带求得的在该处的导数",
    ),
    mistakes=(
        Mistake(
            "air-not-recorded",
            lambda right, v: [right[0], 0.2 * v**2 + 5],
            (
                "the power is right, its derivative is not: the air's drag still leaves TensorFlow, so the tape takes it for a constant.",
                "功率正确，导数不对：空气阻力仍离开了 TensorFlow，磁带把它当成了常数。",
            ),
        ),
        Mistake(
            "only-tyres",
            lambda right: [right[0], 5],
            (
                "the power is right, but the tape sees the tyres alone: the whole term of the air leaves TensorFlow.",
                "功率正确，但磁带只看到轮胎一项：空气一项整个离开了 TensorFlow。",
            ),
        ),
        Mistake(
            "nothing-recorded",
            lambda right: [right[0], None],
            (
                "the power is right, but no tape saw it: keep to `v` itself, with no `.numpy()`, `float()` or NumPy function on the way.",
                "功率正确，但磁带什么也没看到：请直接使用 `v`，途中不要出现 `.numpy()`、`float()` 或 NumPy 函数。",
            ),
        ),
        Mistake(
            "square-for-cube",
            lambda v: [0.2 * v**2 + 5 * v, 0.4 * v + 5],
            (
                "the air takes `0.2 * v**2` as a *force*; its power is that times `v`.",
                "`0.2 * v**2` 是空气的*阻力*；功率还要再乘以 `v`。",
            ),
        ),
    ),
    hints=(
        ("which part of `power_as_found` is not TensorFlow?", "`power_as_found` 的哪一部分不是 TensorFlow？"),
        ("`v` can be squared as it is: `0.2 * v**2`.", "`v` 可以直接平方：`0.2 * v**2`。"),
    ),
)
def whole_recording(power: Any, *, v: float) -> Any:
    """`power(v)` is the cyclist's power, and a tape sees all of it.

    `power(v)` 是骑行者的功率，且磁带能看到全部计算。
    """
    from gradmagic.tape import tensorflow

    tf = tensorflow()
    speed = tf.Variable(v)
    with tf.GradientTape() as tape:
        watts = power(speed)
    if watts is None:
        return None
    # Asked of a NumPy number, a tape would raise: it has no derivative.
    return watts, tape.gradient(watts, speed) if tf.is_tensor(watts) else None

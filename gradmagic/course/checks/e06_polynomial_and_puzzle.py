"""Checks of `06-polynomial-and-puzzle`: coefficients from points, four equations, and their free direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import Polynomial

from gradmagic.course.checking import Avoids, Draw, Exercise, Mistake, UsesTape

exercise = Exercise("06-polynomial-and-puzzle", ("A polynomial and a puzzle", "多项式与谜题"))

# The four equations, M v = R, of v = (A, B, C, D).
M = np.array([[1, 1, 0, 0], [0, 0, 1, -1], [1, 0, 1, 0], [0, 1, 0, -1]], float)
R = np.array([9, 1, 8, 2], float)


def _points(draw: Draw) -> dict[str, Any]:
    return {"p": draw.vector(3, 0.5, 2), "x": draw.vector(5, -3, 3), "y": draw.vector(5, 10, 15)}


def _error(p: Any, x: Any, y: Any) -> Any:
    return Polynomial(p[::-1])(x) - y


@exercise.check(
    points=2,
    draw=_points,
    expect=lambda p, x, y: float(_error(p, x, y) @ _error(p, x, y) / len(x)),
    rtol=1e-3,
    tried=("fit_loss({p}, x, y), x = {x}, y = {y}", "fit_loss({p}, x, y)，x = {x}，y = {y}"),
    mistakes=(
        Mistake("sum-for-mean", lambda right, x: right * len(x)),
        Mistake(
            "order-reversed",
            lambda p, x, y: float(np.mean(_error(p[::-1], x, y) ** 2)),
            (
                "the coefficients are the wrong way round: `p[0]` belongs to the square, `p[2]` is the constant.",
                "系数的次序反了：`p[0]` 属于平方项，`p[2]` 是常数项。",
            ),
        ),
        Mistake(
            "not-squared",
            lambda p, x, y: float(np.mean(_error(p, x, y))),
            (
                "the errors are averaged without being squared, so that positive and negative ones cancel.",
                "误差没有平方就求了平均，正负会相互抵消。",
            ),
        ),
        Mistake(
            "absolute",
            lambda p, x, y: float(np.mean(np.abs(_error(p, x, y)))),
            ("this is the mean *absolute* error: square the errors.", "这是平均*绝对*误差：应取平方。"),
        ),
        Mistake(
            "halved",
            lambda right: right / 2,
            ("there is a factor 1/2 in it that was not asked for.", "多了题目没有要求的因子 1/2。"),
        ),
        Mistake(
            "not-averaged",
            lambda p, x, y: _error(p, x, y) ** 2,
            (
                "one number for each point: a loss is one number, `tf.reduce_mean` makes it.",
                "得到的是每个点各一个数：损失是一个数，可用 `tf.reduce_mean` 求得。",
            ),
        ),
        Mistake(
            "square-missing",
            lambda p, x, y: float(np.mean((p[0] * x + p[1] * x + p[2] - y) ** 2)),
            ("`p[0]` is to be multiplied by `x**2`.", "`p[0]` 应乘以 `x**2`。"),
        ),
        Mistake(
            "constant-forgotten",
            lambda p, x, y: float(np.mean((_error(p, x, y) - p[2]) ** 2)),
            ("the constant `p[2]` does not come into it.", "没有用到常数项 `p[2]`。"),
        ),
    ),
    hints=(
        (
            "the polynomial at all points at once: `p[0] * x**2 + p[1] * x + p[2]`.",
            "一次算出所有点上的多项式：`p[0] * x**2 + p[1] * x + p[2]`。",
        ),
        ("subtract `y`, square, `tf.reduce_mean`.", "减去 `y`，平方，再用 `tf.reduce_mean`。"),
    ),
)
def polynomial_loss(fit_loss: Any, *, p: Any, x: Any, y: Any) -> Any:
    """`fit_loss(p, x, y)` is the mean squared error of the polynomial with the coefficients p.

    `fit_loss(p, x, y)` 是系数为 p 的多项式的均方误差。
    """
    return fit_loss(p, x, y)


@exercise.check(
    points=3,
    needs=("polynomial_loss",),
    draw=lambda draw: {
        "p": [draw.number(0.5, 2), draw.number(-3, -1), draw.number(2, 4)],
        "x": draw.vector(20, -6, 6),
    },
    cases=1,
    # The function is not to be handed the very coefficients that it is to find.
    given=lambda p, x: {"x": x, "y": p[0] * x**2 + p[1] * x + p[2]},
    expect=lambda p, x: p,
    rtol=0.01,
    seconds=30,
    tried=(
        "recover(x, y) with twenty points of a parabola, coefficients {p}",
        "recover(x, y)，一条抛物线的二十个点，系数为 {p}",
    ),
    rules=(
        UsesTape(
            (
                "the numbers are right, but nothing was trained: let `gm.train`, or a tape and steps of your own, find them.",
                "数值正确，但没有经过训练：请用 `gm.train`，或用磁带和您自己的步子来求。",
            )
        ),
        Avoids(("numpy.polyfit", "numpy.linalg", "numpy.polynomial", "tensorflow.linalg", "scipy")),
    ),
    mistakes=(
        Mistake(
            "order-reversed",
            lambda right: right[::-1],
            (
                "the right coefficients in the wrong order: the square's comes first, the constant last.",
                "系数正确，但次序反了：平方项的在前，常数项在后。",
            ),
        ),
        Mistake(
            "notebook-points",
            lambda: [1.0, 2.0, 3.0],
            (
                "these are the coefficients of the notebook's own points: use the `x` and `y` that the function is given.",
                "这是笔记本自带的那些点的系数：请使用函数收到的 `x` 和 `y`。",
            ),
        ),
        Mistake(
            "not-trained",
            lambda: [0.0, 0.0, 0.0],
            (
                "the coefficients are still at zero: has anything been trained, and is it the Variable that you return?",
                "系数仍为零：训练了吗？返回的是被训练的那个变量吗？",
            ),
        ),
        Mistake(
            "constant-late",
            lambda right: [right[0], right[1], 0.0],
            ("the constant has not moved.", "常数项没有变化。"),
        ),
    ),
    hints=(
        (
            "a Variable of three numbers, and a loss without arguments: `lambda: fit_loss(p, x, y)`.",
            "一个含三个数的变量，和一个不带参数的损失：`lambda: fit_loss(p, x, y)`。",
        ),
        (
            "if the constant has not arrived: more steps, or a larger learning rate. Nadam at 0.03 needs some thousand steps.",
            "如果常数项还没到位：增加步数，或加大学习率。学习率为 0.03 的 Nadam 需要几千步。",
        ),
    ),
)
def recovered(recover: Any, *, x: Any, y: Any) -> Any:
    """`recover(x, y)` finds the coefficients of a parabola from twenty of its points, by training.

    `recover(x, y)` 通过训练，由二十个点求出抛物线的系数。
    """
    return recover(x, y)


def _unknowns(draw: Draw) -> dict[str, Any]:
    return {name: draw.number(-3, 3) for name in "ABCD"}


def _missed(A: float, B: float, C: float, D: float) -> Any:  # the puzzle's own names
    return M @ np.array([A, B, C, D]) - R


@exercise.check(
    points=2,
    draw=_unknowns,
    expect=lambda A, B, C, D: float(np.linalg.norm(_missed(A, B, C, D)) ** 2),
    tried=("puzzle_loss({A}, {B}, {C}, {D})", "puzzle_loss({A}, {B}, {C}, {D})"),
    mistakes=(
        Mistake(
            "not-squared",
            lambda A, B, C, D: float(np.sum(_missed(A, B, C, D))),
            (
                "the misses are added up as they are, and can cancel: square each one.",
                "直接把差相加，正负会相互抵消：应把每个差平方。",
            ),
        ),
        Mistake(
            "absolute",
            lambda A, B, C, D: float(np.sum(np.abs(_missed(A, B, C, D)))),
            (
                "absolute values: zero in the right places, but with a corner there on which descent jumps to and fro. Square instead.",
                "用的是绝对值：零点没错，但那里是尖角，下降法会来回跳。请改用平方。",
            ),
        ),
        Mistake(
            "mean-for-sum",
            lambda right: right / 4,
        ),
        Mistake(
            "squared-sum",
            lambda A, B, C, D: float(np.sum(_missed(A, B, C, D)) ** 2),
            (
                "the misses were added up first and squared afterwards: they cancel. Square each, then add.",
                "先相加后平方，差会相互抵消：应先逐个平方，再相加。",
            ),
        ),
        Mistake(
            "right-sides-missing",
            lambda A, B, C, D: float(np.sum((M @ np.array([A, B, C, D])) ** 2)),
            (
                "the right-hand sides are missing: `A + B - 9`, and so on.",
                "漏了方程的右边：应为 `A + B - 9` 等。",
            ),
        ),
        Mistake(
            "all-plus",
            lambda A, B, C, D: float(np.sum((np.abs(M) @ np.array([A, B, C, D]) - R) ** 2)),
            (
                "the second and the fourth equation have a minus: `C - D`, `B - D`.",
                "第二个和第四个方程里是减号：`C - D`、`B - D`。",
            ),
        ),
        Mistake(
            "one-equation-short",
            lambda A, B, C, D: float(np.sum(_missed(A, B, C, D)[:3] ** 2)),
            ("the fourth equation is missing.", "漏了第四个方程。"),
        ),
        Mistake(
            "not-added",
            lambda A, B, C, D: _missed(A, B, C, D) ** 2,
            ("four numbers came: a loss is their sum.", "得到了四个数：损失是它们的和。"),
        ),
    ),
    hints=(
        ("the first equation misses by `A + B - 9`.", "第一个方程的差为 `A + B - 9`。"),
        ("`(A + B - 9) ** 2 + ...`, four terms.", "`(A + B - 9) ** 2 + ...`，共四项。"),
    ),
)
def puzzle_as_loss(puzzle_loss: Any, *, A: float, B: float, C: float, D: float) -> Any:
    """`puzzle_loss(A, B, C, D)` is the sum of the squares by which the four equations are missed.

    `puzzle_loss(A, B, C, D)` 是四个方程的差的平方和。
    """
    return puzzle_loss(A, B, C, D)


@exercise.check(
    points=2,
    numbers=True,
    expect=lambda: [0.0, 0.0, 0.0, 0.0],
    atol=1e-3,
    tried=(
        "a step of length 1 along `direction`: how the four left-hand sides change",
        "沿 `direction` 走一步（长度为 1）：四个方程左边的变化",
    ),
    mistakes=(
        Mistake(
            "all-together",
            lambda: M @ np.ones(4) / 2,
            (
                "all four grow together: then `A + B` grows. If `A` grows, `B` has to shrink.",
                "四个数一起变大，于是 `A + B` 也变大。`A` 增大时，`B` 必须减小。",
            ),
        ),
        Mistake(
            "signs-alternate",
            lambda: M @ np.array([1, -1, -1, 1]) / 2,
            (
                "`C - D` and `B - D` change: `D` must go the way of `B` and `C`.",
                "`C - D` 和 `B - D` 变了：`D` 应与 `B`、`C` 同向变化。",
            ),
        ),
        Mistake(
            "solution-for-direction",
            lambda: R / np.sqrt(66),  # the length of (4, 5, 4, 3)
            (
                "that is a solution, not a direction: what may be *added* to a solution?",
                "这是一个解，而不是方向：可以给一个解*加上*什么？",
            ),
        ),
    ),
    hints=(
        (
            "`A + B` stays: if `A` grows by 1, `B` shrinks by 1. Likewise `A + C`.",
            "`A + B` 不变：`A` 增加 1，`B` 就减少 1；`A + C` 同理。",
        ),
        ("`C - D` stays: `D` does what `C` does.", "`C - D` 不变：`D` 与 `C` 变化相同。"),
    ),
)
def free_direction(direction: Any) -> Any:
    """`direction` is a way to walk on which all four equations stay true.

    沿 `direction` 走，四个方程始终成立。
    """
    way = np.asarray([float(part) for part in direction])
    # A direction of no length has none: 0/0 is told as not finite.
    with np.errstate(invalid="ignore"):
        return M @ (way / np.linalg.norm(way))


def _settled(start: Any) -> Any:
    """Where descent ends: the solution nearest to the start, by the pseudo-inverse."""
    start = np.asarray(start, float)
    return start - np.linalg.pinv(M) @ (M @ start - R)


@exercise.check(
    points=1,
    numbers=True,
    needs=("free_direction",),
    expect=lambda: 7.0,
    rtol=1e-3,
    tried=("A, where plain descent ends from `good_start`", "普通梯度下降从 `good_start` 出发所到之处的 A"),
    mistakes=(
        Mistake(
            "from-zero",
            lambda: float(_settled([0, 0, 0, 0])[0]),
            (
                "this is where descent ends from zero, and from wherever else differs from it by no step along the free direction.",
                "这是从零出发的终点；凡是与零点之间没有沿自由方向位移的起点，都会到这里。",
            ),
        ),
        Mistake(
            "only-first",
            lambda: float(_settled([7, 0, 0, 0])[0]),
            (
                "setting `A` alone to 7 is not enough: the equations pull it back. Start on the line of solutions, all four numbers.",
                "只把 `A` 设为 7 不够：方程会把它拉回来。请从解的直线上出发，四个数都要给对。",
            ),
        ),
    ),
    hints=(
        ("a solution stays where it is: its slope is zero.", "解会停在原处：那里斜率为零。"),
        (
            "with A = 7: B = 9 - 7, C = 8 - 7, and D from the second equation.",
            "A = 7 时：B = 9 - 7，C = 8 - 7，D 由第二个方程得出。",
        ),
    ),
)
def start_decides(good_start: Any) -> Any:
    """`good_start` is a start from which plain descent solves the puzzle with A = 7.

    `good_start` 是一个起点，普通梯度下降从它出发解出的答案满足 A = 7。
    """
    a, b, c, d = (float(part) for part in good_start)
    return float(_settled([a, b, c, d])[0])

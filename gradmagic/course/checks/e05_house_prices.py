"""Checks of `05-house-prices`: one regression, by hand in NumPy and by TensorFlow."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Draw, Exercise, Mistake, UsesTape

exercise = Exercise("05-house-prices", ("House prices", "房价"))

PRICES = np.array([12000, 14000, 15000, 16500, 17500], float)
X = np.linspace(0, 1, 5)
Y = (PRICES - PRICES[0]) / (PRICES[-1] - PRICES[0])

# The loss is the quadratic |M p - Y|² / 2 of p = (a, b): its gradient is a matrix times p, less a vector.
M = np.stack([X, np.ones(5)], axis=1)


def _gradient(a: float, b: float) -> Any:
    """The reference: the normal equations, M'M p - M'Y."""
    return M.T @ M @ np.array([a, b]) - M.T @ Y


def _loss(a: float, b: float) -> float:
    return float(np.sum((M @ np.array([a, b]) - Y) ** 2) / 2)


def _point(draw: Draw) -> dict[str, Any]:
    return {"a": draw.number(-3, 3), "b": draw.number(-3, 3)}


@exercise.check(
    points=3,
    draw=_point,
    always=({"a": 0.0, "b": 0.0},),
    expect=lambda a, b: list(_gradient(a, b)),
    rtol=1e-3,
    atol=1e-4,
    mistakes=(
        Mistake("mean-for-sum", lambda right: right / 5),
        Mistake(
            "chain-factor-missing",
            lambda right: [right[1], right[1]],
            (
                "both are the sum of the errors: by the chain rule, the derivative by `a` has the factor `X` besides.",
                "两个都是误差之和：按链式法则，对 `a` 的导数还要乘上 `X`。",
            ),
        ),
        Mistake(
            "factor-in-both",
            lambda right: [right[0], right[0]],
            (
                "both have the factor `X`: it belongs to `a` alone, since `b` stands by itself.",
                "两个都乘了 `X`：只有 `a` 带这个因子，`b` 是单独的一项。",
            ),
        ),
        Mistake("value-for-derivative", lambda a, b: [_loss(a, b), _loss(a, b)]),
        Mistake(
            "not-summed",
            lambda a, b: [(M @ np.array([a, b]) - Y) * X, M @ np.array([a, b]) - Y],
            (
                "one number for each house came: the loss is a sum, so its derivative is one, too. `np.sum` adds them up.",
                "得到的是每所房子各一个数：损失是总和，导数也是总和。可用 `np.sum` 相加。",
            ),
        ),
        Mistake(
            "squared",
            lambda a, b: [
                np.sum((M @ np.array([a, b]) - Y) ** 2 * X),
                np.sum((M @ np.array([a, b]) - Y) ** 2),
            ],
            (
                "the errors are still squared: the exponent comes down as a factor, and goes down by one.",
                "误差仍是平方：指数写到前面作为因子，幂次减一。",
            ),
        ),
        Mistake(
            "target-added",
            lambda a, b: list(M.T @ (M @ np.array([a, b]) + Y)),
            (
                "the prices were added to the line: the error is `a * X + b - y`.",
                "把房价加到了直线上：误差应为 `a * X + b - y`。",
            ),
        ),
        Mistake(
            "target-forgotten",
            lambda a, b: list(M.T @ M @ np.array([a, b])),
            (
                "the prices do not come into it: the error is `a * X + b - y`.",
                "没有用到房价：误差应为 `a * X + b - y`。",
            ),
        ),
    ),
    hints=(
        ("give the error a name: `error = a * X + b - y`.", "先给误差取个名字：`error = a * X + b - y`。"),
        (
            "the chain rule: the derivative of `error**2 / 2` by `a` is `error` times the derivative of `error` by `a`.",
            "链式法则：`error**2 / 2` 对 `a` 的导数，等于 `error` 乘以 `error` 对 `a` 的导数。",
        ),
        (
            "by `a` it is `np.sum(error * X)`; by `b`, the inner derivative is 1.",
            "对 `a` 为 `np.sum(error * X)`；对 `b`，内层导数是 1。",
        ),
    ),
)
def price_gradient(gradient_by_hand: Any, *, a: float, b: float) -> Any:
    """`gradient_by_hand(a, b)` returns the derivatives of the loss by a and by b.

    `gradient_by_hand(a, b)` 返回损失对 a 和对 b 的导数。
    """
    return gradient_by_hand(a, b)


def _start(draw: Draw) -> dict[str, Any]:
    return {**_point(draw), "rate": draw.number(0.05, 0.4)}


def _stepped(a: float, b: float, rate: float) -> Any:
    return np.array([a, b]) - rate * _gradient(a, b)


def _stepped_again(point: Any, rate: float) -> Any:
    return _stepped(point[0], point[1], rate)


@exercise.check(
    points=3,
    needs=("price_gradient",),
    draw=_start,
    expect=lambda a, b, rate: list(_stepped(a, b, rate)),
    rtol=1e-3,
    atol=1e-4,
    tried=(
        "one step from a = {a}, b = {b}, with the learning rate {rate}",
        "从 a = {a}、b = {b} 出发走一步，学习率 {rate}",
    ),
    rules=(UsesTape(),),
    mistakes=(
        Mistake("not-applied", lambda a, b: [a, b]),
        Mistake("applied-twice", lambda a, b, rate: list(_stepped_again(_stepped(a, b, rate), rate))),
        Mistake("uphill", lambda a, b, rate: list(_stepped(a, b, -rate))),
        Mistake(
            "pairs-crossed",
            lambda a, b, rate: list(np.array([a, b]) - rate * _gradient(a, b)[::-1]),
            (
                "each variable went down the other's slope: gradients come in the order of the sources, and so must the variables.",
                "每个变量都沿着另一个的斜率走了：梯度按所给变量的次序返回，配对时次序也要一致。",
            ),
        ),
        Mistake(
            "half-missing",
            lambda a, b, rate: list(_stepped(a, b, 2 * rate)),
            ("a step twice as long: the loss has a factor 1/2.", "步子长了一倍：损失中有因子 1/2。"),
        ),
        Mistake(
            "mean-for-sum",
            lambda a, b, rate: list(_stepped(a, b, rate / 5)),
            (
                "a step a fifth as long: the loss is a sum here, not a mean.",
                "步长只有五分之一：这里的损失是总和，不是平均。",
            ),
        ),
        Mistake(
            "mean-without-half",
            lambda a, b, rate: list(_stepped(a, b, 2 * rate / 5)),
            (
                "this is the mean squared error: the loss here is half the *sum* of the squares.",
                "这是均方误差：这里的损失是平方*和*的一半。",
            ),
        ),
        Mistake(
            "one-left-out",
            lambda right, b: [right[0], b],
            ("`b` has not moved: give the optimizer both pairs.", "`b` 没有变化：请把两对都交给优化器。"),
        ),
    ),
    hints=(
        (
            "record the loss inside `with tf.GradientTape() as tape:`.",
            "在 `with tf.GradientTape() as tape:` 之内计算损失。",
        ),
        (
            "`grads = tape.gradient(loss, [a, b])` gives a list in that order.",
            "`grads = tape.gradient(loss, [a, b])` 按此次序返回列表。",
        ),
        (
            "`optimizer.apply_gradients(zip(grads, [a, b]))`.",
            "`optimizer.apply_gradients(zip(grads, [a, b]))`。",
        ),
    ),
)
def one_step(step: Any, *, a: float, b: float, rate: float) -> Any:
    """`step(optimizer, a, b)` takes one step of training.

    `step(optimizer, a, b)` 训练一步。
    """
    from gradmagic.tape import tensorflow

    tf = tensorflow()
    p, q = tf.Variable(a), tf.Variable(b)
    step(tf.keras.optimizers.SGD(learning_rate=rate), p, q)
    return p, q


def _same_path() -> float:
    """The rate at which a step without the half ends where one with it does."""
    with_half = _gradient(1.0, 1.0)
    without = 2 * M.T @ (M @ np.ones(2) - Y)
    return float(1e-3 * np.linalg.norm(with_half) / np.linalg.norm(without))


@exercise.check(
    points=1,
    numbers=True,
    expect=_same_path,
    rtol=1e-6,
    tried=("`rate`", "`rate`"),
    mistakes=(
        Mistake(
            "unchanged",
            lambda: 1e-3,
            (
                "the same rate takes steps twice as long, since the gradient without the half is twice as large.",
                "没有二分之一，梯度大一倍；学习率不变，步子就长了一倍。",
            ),
        ),
        Mistake(
            "wrong-way",
            lambda: 2e-3,
            (
                "the other way: the gradient has grown by 2, so the rate must shrink by 2.",
                "方向反了：梯度变为两倍，学习率应减为一半。",
            ),
        ),
    ),
    hints=(
        (
            "a step is the learning rate times the gradient. Which of the two has changed, and how?",
            "一步等于学习率乘以梯度。两者中哪个变了，怎么变的？",
        ),
        (
            "the gradient is twice as large: the product stays if the rate is half.",
            "梯度大了一倍：学习率减半，乘积就不变。",
        ),
    ),
)
def rate_without_half(rate: Any) -> Any:
    """`rate` is the learning rate that takes the loss without the half along the same path.

    `rate` 是去掉二分之一后仍走同一路径的学习率。
    """
    return rate

"""Checks of `07-logistic-regression`: two petal measurements, a probability, a line."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Avoids, Exercise, UsesOperation
from gradmagic.course.checks._iris import PETALS, VIRGINICA
from gradmagic.course.checks._logistic import (
    BOUNDARY_MISTAKES,
    ENTROPY_MISTAKES,
    GRADIENT_MISTAKES,
    SHARE_MISTAKES,
    STABLE_MISTAKES,
    entropy,
    flowers,
    from_logits,
    gradient,
    line,
    logits,
    probabilities,
    share,
)
from gradmagic.tape import grad

exercise = Exercise("07-logistic-regression", ("Logistic regression", "逻辑回归"))


@exercise.check(
    points=1,
    draw=probabilities,
    expect=entropy,
    mistakes=ENTROPY_MISTAKES,
    rules=(
        UsesOperation(
            ("Log", "Log1p"),
            (
                "the number is right, but NumPy computed it, and no tape can record that. Use `tf.math.log` and `tf.reduce_mean`.",
                "数值是对的，但它由 NumPy 算出，磁带无法记录。请用 `tf.math.log` 和 `tf.reduce_mean`。",
            ),
            name="left-tensorflow",
        ),
    ),
    hints=(
        (
            "`y` is 0 or 1, so of the two terms one is zero for every flower: write both and add them.",
            "`y` 非 0 即 1，所以对每朵花，两项中总有一项为零：两项都写出来，相加即可。",
        ),
        (
            "`-tf.reduce_mean(...)` of `y * tf.math.log(p)` plus the same for `1 - y` and `1 - p`.",
            "对 `y * tf.math.log(p)` 加上 `1 - y` 与 `1 - p` 的同样一项，取 `-tf.reduce_mean(...)`。",
        ),
    ),
)
def cross_entropy_loss(cross_entropy: Any, *, p: Any, y: Any) -> Any:
    """`cross_entropy(p, y)` is the mean binary cross-entropy, computed with TensorFlow.

    `cross_entropy(p, y)` 是二元交叉熵的平均值，用 TensorFlow 计算。
    """
    return cross_entropy(p, y)


@exercise.check(
    points=3,
    draw=line,
    expect=gradient,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "gradient_by_hand(w, b, X, y) with w = {w}, b = {b} and six flowers",
        "gradient_by_hand(w, b, X, y)，其中 w = {w}，b = {b}，六朵花",
    ),
    mistakes=GRADIENT_MISTAKES,
    rules=(
        Avoids(
            ("tensorflow.GradientTape", "gradmagic"),
            (
                "the numbers are right, but a tape found them: here the formula is asked for, in NumPy.",
                "数值是对的，但它们是由磁带求得的：这里要的是公式，用 NumPy 写。",
            ),
        ),
    ),
    hints=(
        (
            "by `p`, the slope of one flower's loss is (p - y) / (p(1 - p)); the slope of `p` by `z` is p(1 - p).",
            "一朵花的损失对 `p` 的导数是 (p - y) / (p(1 - p))，`p` 对 `z` 的导数是 p(1 - p)。",
        ),
        (
            "so by `z` it is `p - y`. `z` depends on `w` with the factor `X`, on `b` with the factor 1.",
            "所以对 `z` 的导数是 `p - y`。`z` 对 `w` 的导数是 `X`，对 `b` 的导数是 1。",
        ),
        (
            "`X.T @ (p - y) / len(y)` adds over the flowers and keeps the two measurements apart.",
            "`X.T @ (p - y) / len(y)` 对花相加，两项测量各归各。",
        ),
    ),
)
def logistic_gradient(gradient_by_hand: Any, *, w: Any, b: float, X: Any, y: Any) -> Any:
    """`gradient_by_hand(w, b, X, y)` returns the gradient of the mean cross-entropy by w and by b, from a formula.

    `gradient_by_hand(w, b, X, y)` 用公式返回平均交叉熵对 w 和对 b 的梯度。
    """
    return gradient_by_hand(w, b, X, y)


@exercise.check(
    points=1,
    draw=flowers,
    expect=share,
    tried=(
        "accuracy(w, b, X, y) with w = {w}, b = {b} and seven flowers",
        "accuracy(w, b, X, y)，其中 w = {w}，b = {b}，七朵花",
    ),
    mistakes=SHARE_MISTAKES,
    hints=(
        ("`X @ w + b > 0` is what the line says of each flower.", "`X @ w + b > 0` 就是直线对每朵花的判断。"),
        (
            "compare it with `y > 0.5`, and take the mean of what comes: True counts as 1.",
            "把它与 `y > 0.5` 比较，再取平均：True 算作 1。",
        ),
    ),
)
def share_right(accuracy: Any, *, w: Any, b: float, X: Any, y: Any) -> Any:
    """`accuracy(w, b, X, y)` is the share of the flowers that the line judges rightly.

    `accuracy(w, b, X, y)` 是直线判断正确的花所占的比例。
    """
    return accuracy(w, b, X, y)


@exercise.check(
    points=2,
    draw=lambda draw: {
        "w": [draw.number(0.2, 2), draw.number(2.5, 5)],
        "b": draw.number(-9, -4),
        "length": draw.number(2, 7),
    },
    # A 2 by 2 system: the point has that length, and its logit is zero.
    expect=lambda w, b, length: float(np.linalg.solve([[1.0, 0.0], w], [length, -b])[1]),
    mistakes=BOUNDARY_MISTAKES,
    hints=(
        (
            "p is one half where the logit is zero: `w[0] * length + w[1] * width + b = 0`.",
            "logit 为零时 p 为二分之一：`w[0] * length + w[1] * width + b = 0`。",
        ),
        (
            "solve for the width: the other two go to the right, and `w[1]` divides them.",
            "解出宽度：另外两项移到右边，再除以 `w[1]`。",
        ),
    ),
)
def boundary_width(boundary: Any, *, w: Any, b: float, length: float) -> Any:
    """`boundary(w, b, length)` is the petal width at which p is one half.

    `boundary(w, b, length)` 是 p 为二分之一时的花瓣宽度。
    """
    return boundary(w, b, length)


@exercise.check(
    points=2,
    needs=("cross_entropy_loss",),
    draw=logits,
    always=({"z": [0.5, -2.0, 100.0, -100.0], "y": [1.0, 0.0, 0.0, 1.0]},),
    expect=from_logits,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "loss_from_logit(z, y) and its gradient by z, with z = {z} and y = {y}",
        "loss_from_logit(z, y) 及其对 z 的梯度，其中 z = {z}，y = {y}",
    ),
    mistakes=STABLE_MISTAKES,
    hints=(
        (
            "-log p is log(1 + e^(-z)), which is `tf.nn.softplus(-z)`; and 1 - p is the sigmoid of -z.",
            "-log p 等于 log(1 + e^(-z))，即 `tf.nn.softplus(-z)`；而 1 - p 是 -z 的 S 形函数值。",
        ),
        (
            "so -log(1 - p) is `tf.nn.softplus(z)`. Put the two in place of the logarithms.",
            "所以 -log(1 - p) 是 `tf.nn.softplus(z)`。用这两个换掉原来的对数。",
        ),
    ),
)
def stable_loss(loss_from_logit: Any, *, z: Any, y: Any) -> Any:
    """`loss_from_logit(z, y)` is the mean cross-entropy, right and with a gradient however large a logit is.

    `loss_from_logit(z, y)` 是平均交叉熵；无论 logit 多大，值和梯度都正确。
    """
    return loss_from_logit(z, y), grad(lambda at: loss_from_logit(at, y))(z)


@exercise.check(
    points=1,
    numbers=True,
    needs=("share_right",),
    always=({"X": PETALS, "y": VIRGINICA},),
    between=(145.5 / 150, 1.0),
    tried=(
        "the share of the 150 flowers that `weights` and `bias` judge rightly",
        "`weights` 与 `bias` 在 150 朵花中判断正确的比例",
    ),
    hints=(
        (
            "long petals and wide petals both speak for virginica: try two positive weights, and a bias that puts the line between the crowds.",
            "花瓣长、花瓣宽都说明是维吉尼亚鸢尾：试试两个正的权重，再取一个偏置，使直线落在两群花之间。",
        ),
        (
            "fix a direction, such as length + 2 width, sort the flowers by it, and count for each threshold: a loop of a few lines.",
            "先定一个方向，例如 长 + 2 × 宽，把花按它排序，再逐个阈值计数：几行循环即可。",
        ),
    ),
)
def another_line(weights: Any, bias: Any, *, X: Any, y: Any) -> Any:
    """The line of `weights` and `bias` judges at least 146 of the 150 flowers rightly.

    由 `weights` 和 `bias` 确定的直线，在 150 朵花中至少判对 146 朵。
    """
    logits = X.astype(float) @ np.array(weights, float).reshape(2) + float(bias)
    return np.mean((logits > 0) == (y > 0.5))

"""Checks of `03-linear-regression`: the loss, one step, and the largest learning rate that converges."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Avoids, Draw, Exercise, Mistake, UsesTape

exercise = Exercise("03-linear-regression", ("Linear regression", "线性回归"))


def _line(draw: Draw) -> dict[str, Any]:
    return {
        "w": draw.number(1, 3),
        "b": draw.number(-3, -1),
        "x": draw.vector(5, 0.5, 3),
        "y": draw.vector(5, 4, 9),
    }


def _error(w: float, b: float, x: Any, y: Any) -> Any:
    return w * x + b - y


def _mse(w: float, b: float, x: Any, y: Any) -> float:
    """The reference: the squared length of the error vector, by the number of points."""
    error = _error(w, b, x, y)
    return float(error @ error / len(x))


@exercise.check(
    points=2,
    draw=_line,
    expect=_mse,
    tried=("mse({w}, {b}, x, y), x = {x}, y = {y}", "mse({w}, {b}, x, y)，x = {x}，y = {y}"),
    mistakes=(
        Mistake("sum-for-mean", lambda right, x: right * len(x)),
        Mistake(
            "halved",
            lambda right: right / 2,
            (
                "there is a factor 1/2 in it: some books have one, this loss has not.",
                "多了因子 1/2：有些书里有它，这里的损失没有。",
            ),
        ),
        Mistake(
            "rooted",
            lambda right: float(np.sqrt(right)),
            ("the root of the mean: leave the square root out.", "这是平均的平方根：请去掉开方。"),
        ),
        Mistake(
            "not-squared",
            lambda w, b, x, y: float(np.mean(_error(w, b, x, y))),
            (
                "the errors are averaged without being squared, so that positive and negative ones cancel.",
                "误差没有平方就求了平均，正负会相互抵消。",
            ),
        ),
        Mistake(
            "absolute",
            lambda w, b, x, y: float(np.mean(np.abs(_error(w, b, x, y)))),
            (
                "this is the mean *absolute* error: square the errors instead.",
                "这是平均*绝对*误差：应取平方而不是绝对值。",
            ),
        ),
        Mistake(
            "mean-squared",
            lambda w, b, x, y: float(np.mean(_error(w, b, x, y)) ** 2),
            (
                "the mean was taken first and squared afterwards: square each error, then average.",
                "先求了平均，后取平方：应先把每个误差平方，再求平均。",
            ),
        ),
        Mistake(
            "target-added",
            lambda w, b, x, y: float(np.mean((w * x + b + y) ** 2)),
            (
                "the targets were added to the line: the error is `w * x + b - y`.",
                "把目标值加到了直线上：误差是 `w * x + b - y`。",
            ),
        ),
        Mistake(
            "intercept-forgotten",
            lambda w, b, x, y: float(np.mean((w * x - y) ** 2)),
            ("`b` does not come into it.", "没有用到 `b`。"),
        ),
        Mistake(
            "not-averaged",
            lambda w, b, x, y: _error(w, b, x, y) ** 2,
            (
                "one number for each point: a loss is one number, `tf.reduce_mean` makes it.",
                "得到的是每个点各一个数：损失是一个数，可用 `tf.reduce_mean` 求得。",
            ),
        ),
    ),
    hints=(
        ("the errors are `w * x + b - y`, one for each point.", "误差为 `w * x + b - y`，每个点一个。"),
        ("`tf.reduce_mean(errors**2)`.", "`tf.reduce_mean(errors**2)`。"),
    ),
)
def mean_squared_error(mse: Any, *, w: float, b: float, x: Any, y: Any) -> Any:
    """`mse(w, b, x, y)` is the mean squared error of the line.

    `mse(w, b, x, y)` 是直线的均方误差。
    """
    return mse(w, b, x, y)


def _gradient(w: float, b: float, x: Any, y: Any) -> Any:
    """The reference: the normal equations, 2 (M'M p - M'y) / n."""
    matrix = np.stack([x, np.ones_like(x)], axis=1)
    return 2 * (matrix.T @ matrix @ np.array([w, b]) - matrix.T @ y) / len(x)


def _stepped(w: float, b: float, x: Any, y: Any, rate: float) -> Any:
    return np.array([w, b]) - rate * _gradient(w, b, x, y)


def _twice(w: float, b: float, x: Any, y: Any, rate: float) -> list[float]:
    w, b = _stepped(w, b, x, y, rate)
    return list(_stepped(w, b, x, y, rate))


def _one_after_the_other(w: float, b: float, x: Any, y: Any, rate: float) -> list[float]:
    w = w - rate * _gradient(w, b, x, y)[0]
    return [w, b - rate * _gradient(w, b, x, y)[1]]


@exercise.check(
    points=3,
    needs=("mean_squared_error",),
    draw=lambda draw: {**_line(draw), "rate": draw.number(0.02, 0.09)},
    expect=lambda w, b, x, y, rate: list(_stepped(w, b, x, y, rate)),
    rtol=1e-3,
    atol=1e-4,
    tried=(
        "one step from w = {w}, b = {b} with the learning rate {rate}, x = {x}, y = {y}",
        "从 w = {w}、b = {b} 出发走一步，学习率 {rate}，x = {x}，y = {y}",
    ),
    rules=(UsesTape(), Avoids(("keras.optimizers",))),
    mistakes=(
        Mistake(
            "not-applied",
            lambda w, b: [w, b],
            (
                "the Variables have not changed: `w = w - ...` only gives the name to something new; `w.assign_sub(...)` changes the Variable.",
                "变量没有变化：`w = w - ...` 只是让名称指向新的对象；`w.assign_sub(...)` 才会更改变量。",
            ),
        ),
        Mistake("uphill", lambda w, b, x, y, rate: list(_stepped(w, b, x, y, -rate))),
        Mistake("learning-rate-missing", lambda w, b, x, y: list(_stepped(w, b, x, y, 1.0))),
        Mistake(
            "applied-twice",
            _twice,
        ),
        Mistake(
            "one-after-the-other",
            _one_after_the_other,
            (
                "`b` was moved by a gradient taken after `w` had moved: take both derivatives first, from one recording.",
                "`b` 用的是 `w` 更新之后的梯度：应先由同一份记录求出两个导数，再一起更新。",
            ),
        ),
        Mistake(
            "pairs-crossed",
            lambda w, b, x, y, rate: list(np.array([w, b]) - rate * _gradient(w, b, x, y)[::-1]),
            (
                "each went down the other's slope: mind the order of the gradients.",
                "两者各走了对方的斜率：请注意梯度的次序。",
            ),
        ),
        Mistake(
            "one-left-out",
            lambda right, b: [right[0], b],
            ("`b` has not moved.", "`b` 没有变化。"),
        ),
        Mistake(
            "gradient-assigned",
            lambda w, b, x, y, rate: list(rate * _gradient(w, b, x, y)),
            (
                "the step itself was assigned: `assign` replaces the value, `assign_sub` subtracts from it.",
                "把步长本身赋给了变量：`assign` 是替换，`assign_sub` 才是减去。",
            ),
        ),
        Mistake(
            "sum-for-mean",
            lambda w, b, x, y, rate: list(_stepped(w, b, x, y, len(x) * rate)),
        ),
    ),
    hints=(
        (
            "the loss goes inside `with tf.GradientTape() as tape:`.",
            "损失在 `with tf.GradientTape() as tape:` 之内计算。",
        ),
        (
            "`dw, db = tape.gradient(loss, [w, b])`, below the block.",
            "代码块之后写 `dw, db = tape.gradient(loss, [w, b])`。",
        ),
        (
            "`w.assign_sub(learning_rate * dw)`, and the same for `b`.",
            "`w.assign_sub(learning_rate * dw)`，`b` 同理。",
        ),
    ),
)
def descent_step(descend: Any, *, w: float, b: float, x: Any, y: Any, rate: float) -> Any:
    """`descend(w, b, x, y, learning_rate)` moves both Variables one step downhill.

    `descend(w, b, x, y, learning_rate)` 使两个变量朝下坡走一步。
    """
    from gradmagic.tape import tensorflow

    tf = tensorflow()
    p, q = tf.Variable(w), tf.Variable(b)
    descend(p, q, x, y, rate)
    return p, q


def _eigenvalues(x: Any) -> tuple[float, float]:
    """The reference: the eigenvalues of 2 [[mean x², mean x], [mean x, 1]], by the quadratic formula."""
    a, c, d = 2 * float(np.mean(x**2)), 2 * float(np.mean(x)), 2.0
    middle, reach = (a + d) / 2, float(np.hypot((a - d) / 2, c))
    return middle - reach, middle + reach


def _bound(x: Any) -> float:
    return 2 / _eigenvalues(np.asarray(x, float))[1]


def _points() -> Any:
    """The hundred inputs of the notebook."""
    return np.random.default_rng(0).uniform(0, 3, 100)


@exercise.check(
    points=2,
    numbers=True,
    expect=lambda: _bound(_points()),
    rtol=0.01,
    tried=("`largest`", "`largest`"),
    mistakes=(
        Mistake(
            "best-not-largest",
            lambda: 0.1,
            (
                "0.1 converges, but so do larger ones: the largest that does is asked for.",
                "0.1 能收敛，但更大的也行：题目要求的是仍能收敛的最大值。",
            ),
        ),
        Mistake(
            "grid",
            lambda: 0.2,
            (
                "0.2 converges and 0.3 does not; look closer, between the two.",
                "0.2 收敛而 0.3 不收敛；请在两者之间细找。",
            ),
        ),
        Mistake(
            "first-diverging",
            lambda: 0.3,
            ("0.3 explodes already: the bound is below it.", "0.3 已经爆炸：界在它之下。"),
        ),
        Mistake(
            "slow-to-explode",
            lambda: 0.24,
            (
                "at 0.24 the loss grows, if slowly: more steps show it. Converging means that the loss goes down.",
                "在 0.24 处损失在变大，只是较慢：步数多了就看得出。收敛意味着损失下降。",
            ),
        ),
    ),
    hints=(
        (
            "0.2 converges, 0.3 does not. Halve the interval: does 0.25?",
            "0.2 收敛，0.3 不收敛。把区间对半分：0.25 呢？",
        ),
        (
            "`%train loss w b --steps 400 --sweep learning_rate=0.22,0.23,0.24`: where does the loss begin to grow?",
            "`%train loss w b --steps 400 --sweep learning_rate=0.22,0.23,0.24`：从哪里起损失开始变大？",
        ),
    ),
)
def largest_rate(largest: Any) -> Any:
    """`largest` is the largest learning rate that converges on the hundred points, to within one per cent.

    `largest` 是在那一百个点上仍能收敛的最大学习率，误差不超过百分之一。
    """
    return largest


@exercise.check(
    points=3,
    draw=lambda draw: {"x": draw.vector(8, 0.5, 4)},
    always=({"x": [1.0, 2.0, 3.0, 4.0, 5.0]},),
    expect=_bound,
    rtol=1e-3,
    tried=("rate_bound({x})", "rate_bound({x})"),
    mistakes=(
        Mistake(
            "eigenvalue-itself",
            lambda x: _eigenvalues(x)[1],
            ("this is the largest eigenvalue: divide 2 by it.", "这是最大的特征值：应以 2 除以它。"),
        ),
        Mistake(
            "smallest-eigenvalue",
            lambda x: 2 / _eigenvalues(x)[0],
            (
                "2 over the *smallest* eigenvalue: the steepest direction decides, and has the largest.",
                "用了*最小*的特征值：起决定作用的是最陡的方向，其特征值最大。",
            ),
        ),
        Mistake(
            "one-over",
            lambda right: right / 2,
            (
                "1 over the eigenvalue: that rate goes straight to the bottom; twice that is the bound.",
                "用 1 除以特征值：这个学习率恰好一步到底；它的两倍才是界。",
            ),
        ),
        Mistake(
            "half-curvature",
            lambda right: 2 * right,
            (
                "the curvature is half of what it should be: the square of the error brings down a 2.",
                "曲率只有应有的一半：误差的平方求导会带出因子 2。",
            ),
        ),
        Mistake("sum-for-mean", lambda right, x: right / len(x)),
        Mistake(
            "slope-alone",
            lambda x: 1 / float(np.mean(x**2)),
            (
                "this leaves `b` out: the Hessian of a line has two rows, one for `w` and one for `b`.",
                "漏掉了 `b`：直线的黑塞矩阵有两行，`w` 与 `b` 各一行。",
            ),
        ),
        Mistake(
            "trace",
            lambda x: 2 / sum(_eigenvalues(x)),
            (
                "2 over the sum of the eigenvalues: take the largest alone.",
                "用了特征值之和：只取最大的一个。",
            ),
        ),
        Mistake(
            "both-eigenvalues",
            lambda x: [2 / one for one in _eigenvalues(x)],
            (
                "a bound for each direction came: the smaller of the two holds for both.",
                "每个方向各得一个界：较小的那个对两者都成立。",
            ),
        ),
    ),
    hints=(
        (
            "a function of one vector p = (w, b): `tf.reduce_mean((p[0] * x + p[1]) ** 2)`.",
            "写成一个向量 p = (w, b) 的函数：`tf.reduce_mean((p[0] * x + p[1]) ** 2)`。",
        ),
        (
            "`gm.hessian(that)(tf.zeros(2))` is a matrix of two rows.",
            "`gm.hessian(该函数)(tf.zeros(2))` 是两行两列的矩阵。",
        ),
        ("`2 / np.linalg.eigvalsh(matrix)[-1]`.", "`2 / np.linalg.eigvalsh(matrix)[-1]`。"),
    ),
)
def rate_bound_of_data(rate_bound: Any, *, x: Any) -> Any:
    """`rate_bound(x)` is 2 / lambda_max for the mean squared error of a line on the data x.

    `rate_bound(x)` 是直线在数据 x 上的均方误差的 2 / lambda_max。
    """
    return rate_bound(x)

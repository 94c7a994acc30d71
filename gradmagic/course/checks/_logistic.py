"""The references of `07-logistic-regression`, what its inputs are drawn from, and the mistakes that are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Draw, Mistake

__all__ = [
    "BOUNDARY_MISTAKES",
    "ENTROPY_MISTAKES",
    "GRADIENT_MISTAKES",
    "SHARE_MISTAKES",
    "STABLE_MISTAKES",
    "entropy",
    "flowers",
    "from_logits",
    "gradient",
    "line",
    "logits",
    "probabilities",
    "share",
]


def probabilities(draw: Draw) -> dict[str, Any]:
    return {"p": draw.vector(5, 0.05, 0.95), "y": [1.0, 0.0, *(draw.one_of([0.0, 1.0]) for _ in range(3))]}


def entropy(p: Any, y: Any) -> float:
    """The reference: of each flower the probability that was given to what it is."""
    return float(-np.mean(np.log(np.where(y > 0.5, p, 1 - p))))


def line(draw: Draw) -> dict[str, Any]:
    return {
        "w": draw.vector(2, -1.5, 1.5),
        "b": draw.number(-1, 1),
        "X": draw.matrix(6, 2, -2, 3),
        "y": [1.0, 0.0, *(draw.one_of([0.0, 1.0]) for _ in range(4))],
    }


def _loss(w: Any, b: Any, X: Any, y: Any) -> Any:
    z = X @ w + b
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def gradient(w: Any, b: Any, X: Any, y: Any) -> list[Any]:
    """The reference: a complex step along each axis; it subtracts nothing, so it is exact."""
    h = 1e-30
    along = [_loss(w + 1j * h * axis, b, X, y).imag / h for axis in np.eye(2)]
    return [np.array(along), _loss(w, b + 1j * h, X, y).imag / h]


def _p(w: Any, b: Any, X: Any) -> Any:
    return 1 / (1 + np.exp(-(X @ w + b)))


def _with_error(error: Any, X: Any) -> list[Any]:
    """The gradient that another error than p - y would lead to."""
    return [X.T @ error / len(error), np.mean(error)]


def flowers(draw: Draw) -> dict[str, Any]:
    """Seven flowers: two logits between 0 and 1/2, where a threshold of one half would show."""
    w, b = [draw.number(0.5, 1.5), draw.number(0.5, 1.5)], draw.number(-1, 1)
    X = [[x, round((z - b - w[0] * x) / w[1], 3)] for x, z in zip(draw.vector(7), _LOGITS, strict=True)]
    return {"w": w, "b": b, "X": X, "y": [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, draw.one_of([0.0, 1.0])]}


_LOGITS = (-1.5, -0.7, 0.2, 0.3, 0.9, 1.4, 2.0)


def share(w: Any, b: float, X: Any, y: Any, above: float = 0.0) -> float:
    """The reference: flowers that lie on the side that their label, made -1 or 1, says."""
    return float(np.count_nonzero((X @ w + b - above) * (2 * y - 1) > 0) / len(y))


def logits(draw: Draw) -> dict[str, Any]:
    return {
        "z": [draw.number(-3, 3), draw.number(-3, 3), draw.number(30, 90), draw.number(-90, -30)],
        "y": [1.0, 0.0, draw.one_of([0.0, 1.0]), 1.0],
    }


def from_logits(z: Any, y: Any) -> list[Any]:
    """The reference: NumPy's own log(e^0 + e^z), and its slope by hyperbolic tangent."""
    return [float(np.mean(np.logaddexp(0, z) - y * z)), ((1 + np.tanh(z / 2)) / 2 - y) / z.size]


def _clipped(z: Any, y: Any, away: float = 1e-7) -> float:
    """What rounding the probability away from 0 and 1 gives, in float32."""
    p = np.clip(1 / (1 + np.exp(-z.astype("float32"))), np.float32(away), np.float32(1 - away))
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def _twice(z: Any, y: Any) -> list[Any]:
    p = (1 + np.tanh(z / 2)) / 2
    loss, slope = from_logits(p, y)
    return [loss, slope * p * (1 - p)]


ENTROPY_MISTAKES = (
    Mistake("sum-for-mean", lambda right, p: right * p.size),
    Mistake(
        "ones-alone",
        lambda p, y: -np.mean(y * np.log(p)),
        (
            "only the flowers with y = 1 count: the term (1 - y) log(1 - p) is missing.",
            "只算了 y = 1 的花：少了 (1 - y) log(1 - p) 这一项。",
        ),
    ),
    Mistake(
        "labels-exchanged",
        lambda p, y: entropy(p, 1 - y),
        (
            "y and 1 - y have changed places: log p belongs to y = 1.",
            "y 与 1 - y 的位置对调了：log p 应配 y = 1。",
        ),
    ),
    Mistake(
        "one-log",
        lambda p, y: -np.mean(y * np.log(p) + (1 - y) * (1 - p)),
        (
            "the second logarithm is missing: (1 - y) log(1 - p).",
            "第二个对数漏了：应为 (1 - y) log(1 - p)。",
        ),
    ),
    Mistake(
        "minus-on-first",
        lambda p, y: np.mean(-y * np.log(p) + (1 - y) * np.log(1 - p)),
        (
            "the minus sign stands before the first term alone: it belongs before both.",
            "负号只作用于第一项：它应当作用于整个括号。",
        ),
    ),
    Mistake(
        "squared-error",
        lambda p, y: np.mean((p - y) ** 2),
        (
            "this is the mean squared error: the cross-entropy is made of logarithms.",
            "这是均方误差：交叉熵由对数构成。",
        ),
    ),
    Mistake(
        "each-by-itself",
        lambda p, y: -np.log(np.where(y > 0.5, p, 1 - p)),
        (
            "one loss for each flower came: take their mean, `tf.reduce_mean`.",
            "得到的是每朵花各一个损失：请取平均，`tf.reduce_mean`。",
        ),
    ),
    Mistake(
        "base-ten",
        lambda right: right / np.log(10),
        (
            "this is the logarithm to base 10: the natural one is asked for.",
            "这是以 10 为底的对数：这里要用自然对数。",
        ),
    ),
    Mistake(
        "base-two",
        lambda right: right / np.log(2),
        (
            "this is the logarithm to base 2: the natural one is asked for.",
            "这是以 2 为底的对数：这里要用自然对数。",
        ),
    ),
)


GRADIENT_MISTAKES = (
    Mistake("sum-for-mean", lambda right, y: [part * y.size for part in right]),
    Mistake(
        "sigmoid-slope-kept",
        lambda w, b, X, y: _with_error((p := _p(w, b, X)) * (1 - p) * (p - y), X),
        (
            "there is a factor p(1 - p) too many: the slope of the logarithm, 1/(p(1 - p)), cancels it.",
            "多了一个因子 p(1 - p)：它与对数的导数 1/(p(1 - p)) 相消。",
        ),
    ),
    Mistake(
        "log-slope-kept",
        lambda w, b, X, y: _with_error((p := _p(w, b, X)) * 0 + (p - y) / (p * (1 - p)), X),
        (
            "this is the slope by p: multiply by p(1 - p), the slope of the sigmoid, and the fraction cancels.",
            "这是对 p 的导数：再乘以 S 形函数的导数 p(1 - p)，分式就消去了。",
        ),
    ),
    Mistake(
        "logit-for-probability",
        lambda w, b, X, y: _with_error(X @ w + b - y, X),
        (
            "the logit z stands where the probability p belongs: the error is p - y.",
            "该用概率 p 的地方用了 logit z：误差应为 p - y。",
        ),
    ),
    Mistake(
        "labels-forgotten",
        lambda w, b, X, y: _with_error(_p(w, b, X), X),
        (
            "the labels do not come into it: the error is p - y.",
            "没有用到标签：误差应为 p - y。",
        ),
    ),
    Mistake(
        "chain-factor-missing",
        lambda right: [np.full(2, right[1]), right[1]],
    ),
    Mistake(
        "factor-not-used",
        lambda right: [right[1], right[1]],
        (
            "both are the mean error: by the chain rule, the derivative by `w` has the factor `X` besides.",
            "两个都是平均误差：按链式法则，对 `w` 的导数还要乘上 `X`。",
        ),
    ),
    Mistake(
        "columns-averaged",
        lambda right: [np.mean(right[0]), right[1]],
        (
            "the derivative by `w` is a single number: average over the flowers alone (axis 0), and keep one number for each measurement.",
            "对 `w` 的导数只有一个数：只对花取平均（轴 0），每项测量各留一个数。",
        ),
    ),
    Mistake(
        "not-averaged",
        lambda w, b, X, y: [(_p(w, b, X) - y)[:, None] * X, _p(w, b, X) - y],
        (
            "one gradient for each flower came: the loss is a mean, so take the mean over the flowers.",
            "得到的是每朵花各一个梯度：损失是平均值，所以也要对花取平均。",
        ),
    ),
)


SHARE_MISTAKES = (
    Mistake(
        "count-for-share",
        lambda right, y: right * y.size,
        ("this is how many are right: divide by how many there are.", "这是对了多少朵：还要除以总朵数。"),
    ),
    Mistake(
        "error-share",
        lambda right: 1 - right,
        (
            "this is the share that is wrong: the share that is right is asked for.",
            "这是判错的比例：题目要的是判对的比例。",
        ),
    ),
    Mistake(
        "half-for-zero",
        lambda w, b, X, y: share(w, b, X, y, 0.5),
        (
            "the logit was compared with one half: where p is one half, the logit is 0.",
            "把 logit 与二分之一作比较了：p 为二分之一时，logit 是 0。",
        ),
    ),
    Mistake(
        "bias-forgotten",
        lambda w, X, y: share(w, 0.0, X, y),
        ("the bias is missing: the logit is `X @ w + b`.", "漏了偏置：logit 是 `X @ w + b`。"),
    ),
    Mistake(
        "ones-found",
        lambda w, b, X: np.mean(X @ w + b > 0),
        (
            "this is the share that is taken for virginica, rightly or wrongly: compare with `y`.",
            "这是判为维吉尼亚鸢尾的比例，不论对错：还要与 `y` 比较。",
        ),
    ),
    Mistake(
        "ones-among-right",
        lambda w, b, X, y: np.mean((X @ w + b > 0) & (y > 0.5)),
        (
            "only virginicas that were found count here: a flower that is rightly taken for another species is right, too.",
            "这里只数了找对的维吉尼亚鸢尾：正确地判为其他品种的花也算对。",
        ),
    ),
)


BOUNDARY_MISTAKES = (
    Mistake(
        "weights-exchanged",
        lambda w, b, length: -(w[1] * length + b) / w[0],
        (
            "the weights have changed places: `w[0]` goes with the length, `w[1]` with the width.",
            "两个权重用反了：`w[0]` 配长度，`w[1]` 配宽度。",
        ),
    ),
    Mistake(
        "bias-sign",
        lambda w, b, length: (b - w[0] * length) / w[1],
        (
            "the bias has the wrong sign: it goes to the other side as the length's term does.",
            "偏置的符号反了：它与长度那一项一样要移到等号另一边。",
        ),
    ),
    Mistake(
        "bias-forgotten",
        lambda w, length: -w[0] * length / w[1],
        (
            "the bias is missing: the logit is `w[0] * length + w[1] * width + b`.",
            "漏了偏置：logit 是 `w[0] * length + w[1] * width + b`。",
        ),
    ),
    Mistake(
        "half-for-zero",
        lambda w, b, length: (0.5 - w[0] * length - b) / w[1],
        (
            "the logit was set to one half: where p is one half, the logit is 0.",
            "令 logit 等于二分之一了：p 为二分之一时，logit 是 0。",
        ),
    ),
    Mistake(
        "not-divided",
        lambda w, b, length: -(w[0] * length + b),
        ("divide by `w[1]`, the weight of the width.", "还要除以宽度的权重 `w[1]`。"),
    ),
    Mistake(
        "logit-alone",
        lambda w, b, length: w[0] * length + b,
        (
            "this is a part of the logit: set the whole logit to zero, and solve for the width.",
            "这只是 logit 的一部分：请令整个 logit 等于零，解出宽度。",
        ),
    ),
)


STABLE_MISTAKES = (
    Mistake("sum-for-mean", lambda right, z: [part * z.size for part in right]),
    Mistake(
        "labels-exchanged",
        lambda z, y: from_logits(z, 1 - y),
        (
            "softplus(z) and softplus(-z) have changed places: a flower with y = 1 loses little where z is large.",
            "softplus(z) 与 softplus(-z) 的位置对调了：y = 1 的花，z 大时损失应当小。",
        ),
    ),
    Mistake(
        "ones-alone",
        lambda z, y: [np.mean(y * np.logaddexp(0, -z)), -y * (1 - np.tanh(z / 2)) / 2 / z.size],
        (
            "only the flowers with y = 1 count: add (1 - y) softplus(z).",
            "只算了 y = 1 的花：请加上 (1 - y) softplus(z)。",
        ),
    ),
    Mistake(
        "left-tensorflow",
        lambda right: [right[0], None],
        (
            "the value is right, but it has no gradient: NumPy computed it, and no tape can record that. Use `tf.nn.softplus`.",
            "值是对的，但没有梯度：它由 NumPy 算出，磁带无法记录。请用 `tf.nn.softplus`。",
        ),
    ),
    Mistake(
        "clipped",
        lambda z, y, right: [_clipped(z, y), right[1] * (np.abs(z) < 16)],
        (
            "a probability that is kept away from 0 and 1 gives a finite number, but not the loss, and its gradient is lost. Compute from the logit, without `p`.",
            "把概率限制在 0 与 1 之间，数是有限了，却不是真正的损失，梯度也没有了。请直接由 logit 计算，不要经过 `p`。",
        ),
    ),
    Mistake(
        "sigmoid-twice",
        lambda z, y: _twice(z, y),
        (
            "this takes the sigmoid of a sigmoid: a function that wants logits was given probabilities.",
            "这里做了两次 S 形函数：需要 logit 的函数，给的却是概率。",
        ),
    ),
)

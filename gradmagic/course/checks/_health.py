"""The references of `09-gradient-health`, what its inputs are drawn from, and the mistakes that are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Draw, Mistake

__all__ = [
    "CLIP_MISTAKES",
    "CULPRIT_MISTAKES",
    "DIFFERENCE_MISTAKES",
    "MENDED_MISTAKES",
    "SALIENCY_MISTAKES",
    "clipped",
    "cubic",
    "difference",
    "gradients",
    "mended_slope",
    "picture",
    "planted_slope",
    "slopes",
]

_FACTORS = np.array([1.0, -2.0, 0.5])


def cubic(x: Any) -> float:
    """A polynomial of three numbers; its differences are known, error included."""
    return float(np.sum(_FACTORS * x**3 + x**2) + x[0] * x[1])


def _slope(x: Any) -> Any:
    return 3 * _FACTORS * x**2 + 2 * x + np.array([x[1], x[0], 0.0])


def difference(x: Any, h: float) -> list[Any]:
    """The reference: the slope, and the error of a central difference, which for a cube is its factor times h squared."""
    return [_slope(x) + _FACTORS * h**2, x]


def _one_sided(x: Any, h: float, side: int) -> Any:
    return np.array([side * (cubic(x + side * h * axis) - cubic(x)) / h for axis in np.eye(3)])


DIFFERENCE_MISTAKES = (
    Mistake("sign-flipped", lambda right: [-right[0], right[1]]),
    Mistake(
        "forward-difference",
        lambda x, h: [_one_sided(x, h, 1), x],
        (
            "this is a one-sided difference: nudge both ways, and divide by 2h. Its error falls with the square of h.",
            "这是单侧差分：请向两边各挪一次，再除以 2h，误差便随 h 的平方下降。",
        ),
    ),
    Mistake(
        "backward-difference",
        lambda x, h: [_one_sided(x, h, -1), x],
        (
            "this is a one-sided difference: nudge both ways, and divide by 2h. Its error falls with the square of h.",
            "这是单侧差分：请向两边各挪一次，再除以 2h，误差便随 h 的平方下降。",
        ),
    ),
    Mistake(
        "two-missing",
        lambda right: [2 * right[0], right[1]],
        (
            "twice too large: from x - h to x + h it is 2h.",
            "大了一倍：从 x - h 到 x + h 的距离是 2h。",
        ),
    ),
    Mistake(
        "all-at-once",
        lambda x, h: [(cubic(x + h) - cubic(x - h)) / (2 * h), x],
        (
            "all coordinates were nudged at once, which gives one number: nudge one at a time.",
            "所有坐标一起挪了，只得到一个数：应一次只挪一个坐标。",
        ),
    ),
    Mistake(
        "all-at-once-repeated",
        lambda x, h: [np.full(3, (cubic(x + h) - cubic(x - h)) / (2 * h)), x],
        (
            "all coordinates were nudged at once, so all numbers are the same: nudge one at a time.",
            "所有坐标一起挪了，所以各个数都相同：应一次只挪一个坐标。",
        ),
    ),
    Mistake(
        "not-divided",
        lambda right, h: [2 * h * right[0], right[1]],
        ("this is how far f moves: divide by 2h.", "这是 f 的变化量：还要除以 2h。"),
    ),
    Mistake(
        "left-nudged",
        lambda right, x, h: [right[0], x - h],
        (
            "the gradient is right at first, but `x` was changed and not put back: nudge a copy, `x + nudge`.",
            "`x` 被改动后没有复原：请挪动副本，`x + nudge`。",
        ),
    ),
    Mistake(
        "left-nudged",
        lambda x, h: [_drifting(x, h), x - h],
        (
            "`x` was changed and not put back, so the later coordinates were measured elsewhere: nudge a copy, `x + nudge`.",
            "`x` 被改动后没有复原，后面的坐标是在别处测的：请挪动副本，`x + nudge`。",
        ),
    ),
)


def _drifting(x: Any, h: float) -> Any:
    """What comes if each coordinate stays where its lower nudge has put it."""
    x, found = x.copy(), []
    for i in range(x.size):
        x[i] += h
        above = cubic(x)
        x[i] -= 2 * h
        found.append((above - cubic(x)) / (2 * h))
    return np.array(found)


def _s(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


def planted_slope(x: Any) -> Any:
    """The wrong gradient that was planted: the second term of the product rule lacks its (1 - s)."""
    return _s(x) * (1 + x)


CULPRIT_MISTAKES = (
    Mistake(
        "healthy-softplus",
        lambda x: _s(x),
        (
            "the gradient of this function is right: examine the others.",
            "这个函数的梯度是对的：请检查另外两个。",
        ),
    ),
    Mistake(
        "healthy-bell",
        lambda x: -2 * x * np.exp(-(x**2)),
        (
            "the gradient of this function is right: examine the others.",
            "这个函数的梯度是对的：请检查另外两个。",
        ),
    ),
    Mistake(
        "already-mended",
        lambda x: _s(x) + x * _s(x) * (1 - _s(x)),
        (
            "this is the function that you have mended: name the one that was wrong.",
            "这是您改好的函数：请写出原来有错的那个。",
        ),
    ),
)


def mended_slope(x: Any, upstream: float) -> list[Any]:
    """The reference: x s, and the slope in the form (1 + tanh(x/2) + x / (2 cosh²(x/2))) / 2."""
    half = x / 2
    slope = (1 + np.tanh(half) + half / np.cosh(half) ** 2) / 2
    return [x * _s(x), upstream * slope]


MENDED_MISTAKES = (
    Mistake(
        "as-it-was",
        lambda right, x, upstream: [right[0], upstream * _s(x) * (1 + x)],
        (
            "this is the planted gradient again: the slope of s is s(1 - s), so its term is x · s · (1 - s).",
            "这仍是原来埋下的梯度：s 的导数是 s(1 - s)，所以那一项应为 x · s · (1 - s)。",
        ),
    ),
    Mistake(
        "upstream-missing",
        lambda right, upstream: [right[0], right[1] / upstream],
        (
            "`upstream` is missing: the function's own slope must be multiplied by what comes from behind.",
            "漏了 `upstream`：函数自己的导数要乘上后面传来的梯度。",
        ),
    ),
    Mistake(
        "upstream-on-first",
        lambda right, x, upstream: [right[0], upstream * _s(x) + x * _s(x) * (1 - _s(x))],
        (
            "`upstream` multiplies the first term alone: put the sum in brackets.",
            "`upstream` 只乘了第一项：请给和加上括号。",
        ),
    ),
    Mistake(
        "second-term-missing",
        lambda right, x, upstream: [right[0], upstream * _s(x)],
        (
            "the product rule has two terms: x · s · (1 - s) is missing.",
            "乘积法则有两项：少了 x · s · (1 - s)。",
        ),
    ),
    Mistake(
        "first-term-missing",
        lambda right, x, upstream: [right[0], upstream * x * _s(x) * (1 - _s(x))],
        ("the product rule has two terms: s is missing.", "乘积法则有两项：少了 s。"),
    ),
    Mistake(
        "factor-x-missing",
        lambda right, x, upstream: [right[0], upstream * (_s(x) + _s(x) * (1 - _s(x)))],
        (
            "in the second term, x is missing: x · s · (1 - s).",
            "第二项漏了 x：应为 x · s · (1 - s)。",
        ),
    ),
    Mistake(
        "upstream-alone",
        lambda right, upstream: [right[0], np.full(right[1].shape, upstream)],
        (
            "`upstream` was passed on as it came: multiply it by the function's own slope.",
            "`upstream` 原样传了下去：要乘上函数自己的导数。",
        ),
    ),
)


def picture(draw: Draw) -> dict[str, Any]:
    """Draw 2 by 3 pixels and as many weights, some negative."""
    return {"weights": draw.normal(2, 3), "pixels": draw.normal(2, 3)}


def slopes(weights: Any, pixels: Any) -> Any:
    """The reference: the size of the slope of w p³."""
    return 3 * np.abs(weights) * pixels**2


SALIENCY_MISTAKES = (
    Mistake(
        "sign-kept",
        lambda weights, pixels: 3 * weights * pixels**2,
        (
            "this is the gradient with its signs: saliency is its size, `tf.abs`.",
            "这是带符号的梯度：显著图要的是大小，`tf.abs`。",
        ),
    ),
    Mistake("not-watched", lambda: None),
    Mistake(
        "times-input",
        lambda weights, pixels: 3 * np.abs(weights * pixels**3),
        (
            "the gradient was multiplied by the picture: that is another attribution; here its size alone is asked for.",
            "梯度又乘了图片本身：那是另一种归因方法；这里只要梯度的大小。",
        ),
    ),
    Mistake(
        "squared",
        lambda weights, pixels: 9 * weights**2 * pixels**4,
        ("the gradient was squared: its absolute value is asked for.", "梯度取了平方：这里要绝对值。"),
    ),
    Mistake(
        "summed",
        lambda right: np.sum(right),
        ("one number came: keep one for each pixel.", "只得到一个数：每个像素都要有一个。"),
    ),
    Mistake(
        "normalised",
        lambda right: right / np.max(right),
        (
            "divided by the largest: the derivatives themselves are asked for.",
            "除以了最大值：这里要导数本身。",
        ),
    ),
    Mistake(
        "value-for-derivative",
        lambda weights, pixels: np.abs(np.sum(weights * pixels**3)),
    ),
)


def gradients(draw: Draw) -> dict[str, Any]:
    """Draw two gradients whose norms differ, longer together than the limit."""
    return {"a": draw.vector(3, 2, 5), "b": draw.matrix(2, 2, -1, 1), "limit": draw.number(0.5, 2)}


def clipped(a: Any, b: Any, limit: float) -> list[Any]:
    """The reference: the norm of all numbers in one long vector."""
    norm = np.linalg.norm(np.concatenate([a.ravel(), b.ravel()]))
    return [part / max(1.0, norm / limit) for part in (a, b)]


def _each_norm(part: Any, limit: float) -> Any:
    return part / max(1.0, np.linalg.norm(part) / limit)


CLIP_MISTAKES = (
    Mistake(
        "each-by-itself",
        lambda a, b, limit: [_each_norm(a, limit), _each_norm(b, limit)],
        (
            "each array was clipped by its own norm, which turns the gradient as a whole: use one norm and one factor for all.",
            "每个数组按自己的范数裁剪，整个梯度的方向就变了：应对所有数组用同一个范数、同一个因子。",
        ),
    ),
    Mistake(
        "always-scaled",
        lambda a, b, limit: [
            part * limit / np.linalg.norm(np.concatenate([a.ravel(), b.ravel()])) for part in (a, b)
        ],
        (
            "a gradient below the limit was lengthened: it is to stay as it is.",
            "没有超过上限的梯度被拉长了：它应保持不变。",
        ),
    ),
    Mistake(
        "values-clipped",
        lambda a, b, limit: [np.clip(part, -limit, limit) for part in (a, b)],
        (
            "each number was clipped by itself, which turns the gradient: scale all of them by one factor.",
            "逐个数裁剪会改变梯度的方向：应对所有的数乘同一个因子。",
        ),
    ),
    Mistake(
        "root-missing",
        lambda a, b, limit: [part * min(1.0, limit / (np.sum(a**2) + np.sum(b**2))) for part in (a, b)],
        ("the root is missing: this is the square of the norm.", "漏了开方：这是范数的平方。"),
    ),
    Mistake(
        "norms-added",
        lambda a, b, limit: [
            part * min(1.0, limit / (np.linalg.norm(a) + np.linalg.norm(b))) for part in (a, b)
        ],
        (
            "the norms were added: add the squares of all numbers, and take the root of the whole.",
            "把各个范数相加了：应把所有数的平方相加，再整体开方。",
        ),
    ),
    Mistake(
        "limit-forgotten",
        lambda a, b: [
            part / max(1.0, np.linalg.norm(np.concatenate([a.ravel(), b.ravel()]))) for part in (a, b)
        ],
        (
            "the limit does not come into it: the factor is limit / norm.",
            "没有用到上限：因子是 limit / norm。",
        ),
    ),
    Mistake(
        "never",
        lambda a, b: [a, b],
        (
            "nothing was clipped: a gradient longer than the limit is to be shortened.",
            "没有裁剪：超过上限的梯度应当缩短。",
        ),
    ),
)

"""Checks of `09-gradient-health`: differences, a planted error, saliency, layers, clipping."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Avoids, Exercise, Mistake, UsesTape
from gradmagic.course.checks._health import (
    CLIP_MISTAKES,
    CULPRIT_MISTAKES,
    DIFFERENCE_MISTAKES,
    MENDED_MISTAKES,
    SALIENCY_MISTAKES,
    clipped,
    cubic,
    difference,
    gradients,
    mended_slope,
    picture,
    planted_slope,
    slopes,
)
from gradmagic.tape import grad, tensorflow

exercise = Exercise("09-gradient-health", ("Gradient health", "梯度体检"))


@exercise.check(
    points=2,
    draw=lambda draw: {"x": draw.vector(3), "h": draw.number(0.2, 0.6)},
    expect=difference,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "numeric_gradient(g, x, {h}) of a polynomial g at x = {x}, and x afterwards",
        "numeric_gradient(g, x, {h})，多项式 g 在 x = {x} 处；以及之后的 x",
    ),
    mistakes=DIFFERENCE_MISTAKES,
    rules=(
        Avoids(
            ("tensorflow", "gradmagic"),
            (
                "the numbers are right, but TensorFlow found them: an examiner must not ask the examined.",
                "数值是对的，但它们由 TensorFlow 求得：检查者不能去问被检查者。",
            ),
        ),
    ),
    hints=(
        (
            "row `i` of `h * np.eye(len(x))` is the nudge of coordinate `i`, and zero elsewhere.",
            "`h * np.eye(len(x))` 的第 `i` 行就是第 `i` 个坐标的挪动量，其余为零。",
        ),
        (
            "`(f(x + nudge) - f(x - nudge)) / (2 * h)` for each of them, in one array.",
            "对每一行算 `(f(x + nudge) - f(x - nudge)) / (2 * h)`，放进一个数组。",
        ),
    ),
)
def central_difference(numeric_gradient: Any, *, x: Any, h: float) -> Any:
    """`numeric_gradient(f, x, h)` is the gradient by central differences; `x` stays as it was.

    `numeric_gradient(f, x, h)` 是由中心差分求得的梯度；`x` 保持原样。
    """
    place = np.array(x, float)
    return [numeric_gradient(cubic, place, h), place]


@exercise.check(
    points=1,
    always=({"x": [-2.0, 0.5, 3.0]},),
    expect=planted_slope,
    tried=("the gradient of `culprit` at {x}", "`culprit` 在 {x} 处的梯度"),
    mistakes=CULPRIT_MISTAKES,
    hints=(
        (
            "`%grad softplus x --check` examines one function alone, and so for the others.",
            "`%grad softplus x --check` 单独检查一个函数，其余同理。",
        ),
        (
            "the verdict on the recording names a line and an expression: which function is called there?",
            "对记录的诊断指出了行号和表达式：那里调用的是哪个函数？",
        ),
    ),
)
def found(culprit: Any, *, x: Any) -> Any:
    """`culprit` is the function whose gradient is wrong.

    `culprit` 是梯度有错的那个函数。
    """
    return grad(culprit)(x)


@exercise.check(
    points=2,
    needs=("found",),
    draw=lambda draw: {"x": draw.vector(3), "upstream": draw.number(2, 4)},
    expect=mended_slope,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "mended(x), and the gradient of {upstream} * mended(x), at {x}",
        "mended(x) 的值，以及 {upstream} * mended(x) 的梯度，在 {x} 处",
    ),
    mistakes=MENDED_MISTAKES,
    hints=(
        (
            "the product rule on x · s: first times slope of second, and the other way round.",
            "对 x · s 用乘积法则：前导后不导，加上后导前不导。",
        ),
        (
            "s + x · s · (1 - s), and `upstream` multiplies the whole of it.",
            "s + x · s · (1 - s)，再整个乘以 `upstream`。",
        ),
    ),
)
def mended_gradient(mended: Any, *, x: Any, upstream: float) -> Any:
    """`mended` has the value of `swish` and the right gradient, whatever comes after it.

    `mended` 的值与 `swish` 相同，而且无论后面接什么，梯度都正确。
    """
    return [mended(tensorflow().constant(x)), grad(lambda at: upstream * mended(at))(x)]


@exercise.check(
    points=2,
    draw=picture,
    expect=slopes,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "saliency(function, picture) of a function of 2 by 3 pixels",
        "saliency(function, picture)，函数的输入是 2×3 个像素",
    ),
    mistakes=SALIENCY_MISTAKES,
    rules=(UsesTape(),),
    hints=(
        (
            "the picture is a constant: the tape must be told to watch it, and `function` must be called inside.",
            "图片是常量：要让磁带监视它，并且在磁带之内调用 `function`。",
        ),
        ("`tf.abs(tape.gradient(answer, picture))`.", "`tf.abs(tape.gradient(answer, picture))`。"),
    ),
)
def saliency_map(saliency: Any, *, weights: Any, pixels: Any) -> Any:
    """`saliency(function, picture)` is the absolute value of the derivative by each pixel.

    `saliency(function, picture)` 是对每个像素的导数的绝对值。
    """
    return saliency(lambda at: tensorflow().reduce_sum(weights * at**3), pixels)


_VARIANCE: Any = (
    "this is the variance: the standard deviation is its root.",
    "这是方差：标准差是它的平方根。",
)

RELU_MISTAKES = (
    Mistake("variance", lambda inputs: 2 / inputs, _VARIANCE),
    Mistake(
        "half-forgotten",
        lambda inputs: np.sqrt(1 / inputs),
        (
            "relu throws half of the mean square away: the variance must be twice as large.",
            "relu 丢掉了一半均方值：方差要大一倍。",
        ),
    ),
    Mistake(
        "half-wrong-way",
        lambda inputs: np.sqrt(0.5 / inputs),
        (
            "the half went the wrong way: what relu throws away is to be made up for, with a factor 2.",
            "二分之一用反了：relu 丢掉的要补回来，因子是 2。",
        ),
    ),
    Mistake(
        "two-outside",
        lambda inputs: 2 / np.sqrt(inputs),
        ("the 2 belongs under the root: it is a factor of the variance.", "2 应在根号之内：它是方差的因子。"),
    ),
    Mistake(
        "upside-down",
        lambda inputs: np.sqrt(inputs / 2),
        ("upside down: more inputs ask for smaller weights.", "颠倒了：输入越多，权重应越小。"),
    ),
)

LINE_MISTAKES = (
    Mistake("variance", lambda inputs: 1 / inputs, _VARIANCE),
    Mistake(
        "as-for-relu",
        lambda inputs: np.sqrt(2 / inputs),
        (
            "this is the scale for relu: here nothing is thrown away.",
            "这是用于 relu 的值：这里没有丢掉什么。",
        ),
    ),
    Mistake(
        "upside-down",
        lambda inputs: np.sqrt(inputs),
        ("upside down: more inputs ask for smaller weights.", "颠倒了：输入越多，权重应越小。"),
    ),
)


@exercise.check(
    points=1,
    draw=lambda draw: {"inputs": draw.whole(10, 400)},
    expect=lambda inputs: float(np.exp(0.5 * np.log(2 / inputs))),
    mistakes=RELU_MISTAKES,
    hints=(
        (
            "the mean square goes on with the factor inputs · σ² / 2: set it to one.",
            "均方值每层乘以 inputs · σ² / 2：令它等于 1。",
        ),
        ("σ² = 2 / inputs, and the scale is its root.", "σ² = 2 / inputs，标准差是它的平方根。"),
    ),
)
def relu_scale(scale_for_relu: Any, *, inputs: int) -> Any:
    """`scale_for_relu(inputs)` is the standard deviation of weights that keeps the mean square through a relu layer.

    `scale_for_relu(inputs)` 是使均方值穿过 relu 层而不变的权重标准差。
    """
    return scale_for_relu(inputs)


@exercise.check(
    points=1,
    draw=lambda draw: {"inputs": draw.whole(10, 400)},
    expect=lambda inputs: float(np.exp(-0.5 * np.log(inputs))),
    mistakes=LINE_MISTAKES,
    hints=(
        ("nothing is thrown away here: inputs · σ² = 1.", "这里没有丢掉什么：inputs · σ² = 1。"),
        ("the scale is the root of 1 / inputs.", "标准差是 1 / inputs 的平方根。"),
    ),
)
def line_scale(scale_for_line: Any, *, inputs: int) -> Any:
    """`scale_for_line(inputs)` is the same for a bend that keeps the mean square.

    `scale_for_line(inputs)` 与上一项相同，只是激活保持均方值。
    """
    return scale_for_line(inputs)


@exercise.check(
    points=2,
    draw=gradients,
    always=({"a": [0.3, 0.0], "b": [[0.4]], "limit": 1.0}, {"a": [3.0, 0.0], "b": [[4.0]], "limit": 1.0}),
    expect=clipped,
    rtol=1e-3,
    tried=("clip([{a}, {b}], {limit})", "clip([{a}, {b}], {limit})"),
    mistakes=CLIP_MISTAKES,
    rules=(
        Avoids(
            ("tensorflow.clip_by_global_norm", "tensorflow.linalg.global_norm", "tensorflow.keras", "keras"),
            (
                "the numbers are right, but a ready-made function found them: the norm and the factor are asked for.",
                "数值是对的，但用的是现成的函数：这里要自己求范数和因子。",
            ),
        ),
    ),
    hints=(
        (
            "the global norm is the root of the sum of all squares, over all arrays.",
            "全局范数是所有数组中所有元素的平方和的平方根。",
        ),
        (
            "the factor is limit / norm if that is below one, and else one: `min(1.0, limit / norm)`, the same for all.",
            "因子是 limit / norm，若它大于一则取一：`min(1.0, limit / norm)`，对所有数组都相同。",
        ),
    ),
)
def clip_global(clip: Any, *, a: Any, b: Any, limit: float) -> Any:
    """`clip(gradients, limit)` scales all gradients together, so that their norm is at most the limit.

    `clip(gradients, limit)` 把所有梯度一起缩放，使它们的总范数不超过上限。
    """
    return clip([a, b], limit)

"""Checks of `04-custom-optimizer`: one class with plain descent, Momentum and decay; a valley to tune it for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradmagic.course.checking import Avoids, Draw, Exercise, Mistake

exercise = Exercise("04-custom-optimizer", ("An optimizer of your own", "自己写优化器"))

NO_KERAS = Avoids(("keras.optimizers",))
STEPS = 3

# A rule: from gradient, velocity, rate and momentum to how far a Variable moves, and its new velocity.
Rule = Callable[[Any, Any, float, float], tuple[Any, Any]]


def _heavy_ball(g: Any, v: Any, rate: float, mu: float) -> tuple[Any, Any]:
    v = mu * v - rate * g
    return v, v


def _constant(rate: float, decay: float, step: int) -> float:
    return rate


def _inverse(rate: float, decay: float, step: int) -> float:
    return rate / (1 + decay * step)


def _walk(
    start: Any,
    curvature: Any,
    rate: float,
    momentum: float = 0.0,
    decay: float = 0.0,
    *,
    rule: Rule = _heavy_ball,
    rates: Callable[[float, float, int], float] = _inverse,
    steps: int = STEPS,
) -> list[float]:
    """The reference: where some steps on c_1 p_1^2 / 2 + c_2 p_2^2 / 2 end, all Variables at once."""
    point, velocity = np.array(start, float), np.zeros(len(start))
    for step in range(steps):
        moved, velocity = rule(np.asarray(curvature) * point, velocity, rates(rate, decay, step), momentum)
        point = point + moved
    return list(point)


def _drive(optimizer: Any, start: Any, curvature: Any) -> Any:
    """The same with the learner's optimizer and two Variables."""
    from gradmagic.tape import tensorflow

    tf = tensorflow()
    variables = [tf.Variable(float(value)) for value in start]
    for _ in range(STEPS):
        gradients = [
            tf.constant(float(c)) * variable for c, variable in zip(curvature, variables, strict=True)
        ]
        optimizer.apply_gradients(list(zip(gradients, variables, strict=True)))
    return variables


def _valley(draw: Draw) -> dict[str, Any]:
    return {
        "start": [draw.number(2, 4), draw.number(-4, -2)],
        "curvature": [draw.number(0.5, 1.0), draw.number(1.5, 2.0)],
        "rate": draw.number(0.1, 0.3),
    }


CASE = (
    "p = {start}, the gradient {curvature}·p, learning rate {rate}",
    "p = {start}，梯度为 {curvature}·p，学习率 {rate}",
)


@exercise.check(
    points=2,
    draw=_valley,
    expect=lambda start, curvature, rate: _walk(start, curvature, rate),
    rtol=1e-3,
    atol=1e-4,
    tried=(f"three steps: {CASE[0]}", f"三步：{CASE[1]}"),
    rules=(NO_KERAS,),
    mistakes=(
        Mistake("not-applied", lambda start: start),
        Mistake("uphill", lambda start, curvature, rate: _walk(start, curvature, -rate)),
        Mistake("learning-rate-missing", lambda start, curvature: _walk(start, curvature, 1.0)),
        Mistake("applied-twice", lambda start, curvature, rate: _walk(start, curvature, 2 * rate)),
        Mistake(
            "one-left-out",
            lambda right, start: [right[0], start[1]],
            (
                "only the first Variable has moved: does the method return inside its loop?",
                "只有第一个变量动了：是不是在循环之内就返回了？",
            ),
        ),
        Mistake(
            "once-only",
            lambda start, curvature, rate: _walk(start, curvature, rate, steps=1),
            ("only the first of the steps was made.", "只走了第一步。"),
        ),
        Mistake(
            "step-assigned",
            lambda start, curvature, rate: _walk(
                start, curvature, rate, rule=lambda g, v, rate, mu: (-rate * g - g / np.asarray(curvature), v)
            ),
            (
                "the Variable became the step itself: `assign` replaces, `assign_add` adds to what was there.",
                "变量被换成了步长本身：`assign` 是替换，`assign_add` 才是在原值上加。",
            ),
        ),
    ),
    hints=(
        (
            "go through the pairs: `for gradient, variable in grads_and_vars:`.",
            "逐对处理：`for gradient, variable in grads_and_vars:`。",
        ),
        (
            "`variable.assign_sub(self.learning_rate * gradient)`.",
            "`variable.assign_sub(self.learning_rate * gradient)`。",
        ),
    ),
)
def plain_descent(Descent: Any, *, start: Any, curvature: Any, rate: float) -> Any:
    """`Descent(learning_rate).apply_gradients(pairs)` makes one step of plain gradient descent.

    `Descent(learning_rate).apply_gradients(pairs)` 走一步普通梯度下降。
    """
    return _drive(Descent(rate), start, curvature)


def _shared(start: Any, curvature: Any, rate: float, momentum: float) -> list[float]:
    """One velocity, handed from Variable to Variable."""
    point, velocity = np.array(start, float), 0.0
    for _ in range(STEPS):
        for place in range(2):
            velocity = momentum * velocity - rate * curvature[place] * point[place]
            point[place] += velocity
    return list(point)


def _ruled(rule: Rule) -> Callable[..., list[float]]:
    return lambda start, curvature, rate, momentum: _walk(start, curvature, rate, momentum, rule=rule)


@exercise.check(
    points=3,
    needs=("plain_descent",),
    draw=lambda draw: {**_valley(draw), "momentum": draw.number(0.3, 0.8)},
    expect=lambda start, curvature, rate, momentum: _walk(start, curvature, rate, momentum),
    rtol=1e-3,
    atol=1e-4,
    tried=(f"three steps: {CASE[0]}, momentum {{momentum}}", f"三步：{CASE[1]}，动量 {{momentum}}"),
    rules=(NO_KERAS,),
    mistakes=(
        Mistake(
            "momentum-ignored",
            _ruled(lambda g, v, rate, mu: (-rate * g, v)),
            (
                "these are steps of plain descent: the velocity of the step before has to be kept, and a share of it used again.",
                "这些是普通梯度下降的步子：上一步的速度要保存下来，并按比例再次使用。",
            ),
        ),
        Mistake(
            "velocity-shared",
            _shared,
            (
                "the Variables share one velocity: each needs its own, `self.velocity[place]`.",
                "几个变量共用了一个速度：每个变量要有自己的，`self.velocity[place]`。",
            ),
        ),
        Mistake(
            "averaged",
            _ruled(lambda g, v, rate, mu: (mu * v - (1 - mu) * rate * g,) * 2),
            (
                "the gradient came in with the factor 1 - momentum: that is an average, as in Adam; here the gradient counts in full.",
                "梯度乘上了 1 - momentum：那是滑动平均，如 Adam 所用；这里梯度要全部计入。",
            ),
        ),
        Mistake(
            "nesterov",
            _ruled(lambda g, v, rate, mu: (mu * (mu * v - rate * g) - rate * g, mu * v - rate * g)),
            (
                "this is Nesterov's variant: move by the velocity itself.",
                "这是 Nesterov 变体：应直接按速度移动。",
            ),
        ),
        Mistake(
            "gradient-twice",
            _ruled(lambda g, v, rate, mu: (mu * v - 2 * rate * g, mu * v - rate * g)),
            (
                "the gradient was applied twice: it is in the velocity already.",
                "梯度用了两次：它已经包含在速度里了。",
            ),
        ),
        Mistake(
            "backwards",
            _ruled(lambda g, v, rate, mu: (-mu * v - rate * g,) * 2),
            (
                "the share of the old velocity has the wrong sign: it pushes back instead of on.",
                "旧速度那一项的符号反了：它在往回推，而不是向前推。",
            ),
        ),
        Mistake(
            "rate-twice",
            _ruled(lambda g, v, rate, mu: (rate * (mu * v - rate * g), mu * v - rate * g)),
            (
                "the learning rate was applied twice: once in the velocity and once in the step.",
                "学习率乘了两次：速度里一次，移动时又一次。",
            ),
        ),
        Mistake(
            "all-kept",
            _ruled(lambda g, v, rate, mu: (v - rate * g,) * 2),
            (
                "the whole old velocity was kept: multiply it by `self.momentum`.",
                "旧速度全部保留了：应乘以 `self.momentum`。",
            ),
        ),
        Mistake("uphill", lambda start, curvature, rate, momentum: _walk(start, curvature, -rate, momentum)),
    ),
    hints=(
        (
            "each Variable needs a velocity of its own: `enumerate` gives its place in the list.",
            "每个变量要有自己的速度：`enumerate` 给出它在列表中的位置。",
        ),
        (
            "`self.velocity.get(place, 0.0)` is the old velocity, 0 at first.",
            "`self.velocity.get(place, 0.0)` 是旧速度，起初为 0。",
        ),
        (
            "`velocity = self.momentum * old - rate * gradient`, then `assign_add(velocity)`, then keep it.",
            "先 `velocity = self.momentum * old - rate * gradient`，再 `assign_add(velocity)`，然后保存它。",
        ),
    ),
)
def momentum_steps(
    Descent: Any,
    *,
    start: Any,
    curvature: Any,
    rate: float,
    momentum: float,
) -> Any:
    """`Descent(learning_rate, momentum)` keeps a velocity for each Variable.

    `Descent(learning_rate, momentum)` 为每个变量保留速度。
    """
    return _drive(Descent(rate, momentum=momentum), start, curvature)


def _compounded(rate: float, decay: float, step: int) -> float:
    for earlier in range(step + 1):
        rate = rate / (1 + decay * earlier)
    return rate


def _rated(rates: Callable[[float, float, int], float]) -> Callable[..., list[float]]:
    return lambda start, curvature, rate, decay: _walk(start, curvature, rate, 0.0, decay, rates=rates)


def _counted_by_variable(start: Any, curvature: Any, rate: float, decay: float) -> list[float]:
    """The counter goes up for every Variable, and each looks at it anew."""
    point = np.array(start, float)
    for step in range(STEPS):
        for place in range(2):
            point[place] -= _inverse(rate, decay, 2 * step + place) * curvature[place] * point[place]
    return list(point)


@exercise.check(
    points=2,
    needs=("plain_descent",),
    draw=lambda draw: {**_valley(draw), "decay": draw.number(0.3, 1.0)},
    expect=lambda start, curvature, rate, decay: _walk(start, curvature, rate, 0.0, decay),
    rtol=1e-3,
    atol=1e-4,
    tried=(f"three steps: {CASE[0]}, decay {{decay}}", f"三步：{CASE[1]}，衰减 {{decay}}"),
    rules=(NO_KERAS,),
    mistakes=(
        Mistake(
            "decay-ignored",
            _rated(_constant),
            (
                "the learning rate stayed as it was: divide it by `1 + self.decay * self.t`, and count the steps in `self.t`.",
                "学习率没有变化：应除以 `1 + self.decay * self.t`，并用 `self.t` 计步数。",
            ),
        ),
        Mistake(
            "counted-from-one",
            _rated(lambda rate, decay, step: _inverse(rate, decay, step + 1)),
            (
                "the first step is decayed already: it is step 0, so count after the step.",
                "第一步就衰减了：它是第 0 步，所以应在走完一步之后再计数。",
            ),
        ),
        Mistake(
            "compounded",
            _rated(_compounded),
            (
                "the decay compounds: `self.learning_rate` itself is divided at each step. Leave it alone, and compute the rate from it.",
                "衰减累积了：每一步都把 `self.learning_rate` 本身除了一次。应保留它不变，由它算出当前的学习率。",
            ),
        ),
        Mistake(
            "counted-by-variable",
            _counted_by_variable,
            (
                "the counter goes up once for each Variable: a step is all of them together.",
                "每个变量都让计数器加了一次：所有变量一起才算一步。",
            ),
        ),
        Mistake(
            "counted-twice",
            _rated(lambda rate, decay, step: _inverse(rate, decay, 2 * step)),
            (
                "the counter goes up by two at each step: count a step once, after the loop over the Variables.",
                "计数器每步加了二：一步只计一次，放在对变量的循环之后。",
            ),
        ),
        Mistake(
            "exponential",
            _rated(lambda rate, decay, step: rate * np.exp(-decay * step)),
            (
                "this is exponential decay, `exp(-decay * t)`: here it is `1 / (1 + decay * t)`.",
                "这是指数衰减 `exp(-decay * t)`：这里用的是 `1 / (1 + decay * t)`。",
            ),
        ),
        Mistake(
            "linear",
            _rated(lambda rate, decay, step: rate * (1 - decay * step)),
            (
                "this decays along a straight line, and below zero in the end: it is `1 / (1 + decay * t)` here.",
                "这是线性衰减，最终会小于零：这里用的是 `1 / (1 + decay * t)`。",
            ),
        ),
        Mistake(
            "grown",
            _rated(lambda rate, decay, step: rate * (1 + decay * step)),
            (
                "the learning rate grows: divide instead of multiplying.",
                "学习率在变大：应当用除法，而不是乘法。",
            ),
        ),
    ),
    hints=(
        (
            "`rate = self.learning_rate / (1 + self.decay * self.t)`, at the top of the method.",
            "在方法开头写 `rate = self.learning_rate / (1 + self.decay * self.t)`。",
        ),
        ("`self.t += 1` below the loop, once a step.", "`self.t += 1` 写在循环之后，每步一次。"),
    ),
)
def decaying_rate(
    Descent: Any,
    *,
    start: Any,
    curvature: Any,
    rate: float,
    decay: float,
) -> Any:
    """`Descent(learning_rate, decay=k)` divides its learning rate by 1 + k t at step t.

    `Descent(learning_rate, decay=k)` 在第 t 步把学习率除以 1 + k t。
    """
    return _drive(Descent(rate, decay=decay), start, curvature)


@exercise.check(
    points=3,
    needs=("momentum_steps",),
    between=(0.0, 1e-6),
    numbers=True,
    tried=(
        "the loss after 100 steps of `Descent(best_rate, best_momentum)`, as a share of the one at the start",
        "`Descent(best_rate, best_momentum)` 走 100 步之后的损失与起点损失之比",
    ),
    hints=(
        (
            "at `best_rate = 0.02`, try momenta from 0.5 to 0.9. Too much of it rolls past the bottom again and again.",
            "先取 `best_rate = 0.02`，动量从 0.5 试到 0.9。太大的动量会一次又一次滚过谷底。",
        ),
        (
            "a larger learning rate needs less momentum: about 0.03 and 0.7.",
            "学习率大一些，所需的动量就小一些：大约 0.03 和 0.7。",
        ),
    ),
)
def momentum_wins(best_rate: Any, best_momentum: Any) -> Any:
    """With `best_rate` and `best_momentum`, 100 steps bring the valley's loss below a millionth of its start.

    用 `best_rate` 与 `best_momentum`，100 步之内使山谷的损失降到起点的百万分之一以下。
    """
    # `momentum_steps` has shown that the learner's class takes these steps.
    curvature = (1.0, 100.0)
    ends = _walk((10.0, 1.0), curvature, float(best_rate), float(best_momentum), steps=100)
    return sum(c * end**2 / 2 for c, end in zip(curvature, ends, strict=True)) / 100

"""Checks of `00-template`: copy this to `gradmagic/course/checks/eNN_name.py` and make it yours."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Exercise, Mistake, UsesTape

exercise = Exercise("00-template", ("A slope", "斜率"))


@exercise.check(
    points=2,
    # Everyone gets this case, and three of their own.
    always=({"x": 0.5},),
    draw=lambda draw: {"x": draw.number(-2, 2, apart_from=(0,))},
    # Found in another way than the learner is to: the formula, where a tape is asked for.
    expect=lambda x: 2 * x * np.cos(x**2),
    rules=(UsesTape(),),
    mistakes=(
        Mistake("chain-factor-missing", lambda x: np.cos(x**2)),
        Mistake("value-for-derivative", lambda x: np.sin(x**2)),
        Mistake("not-watched", lambda: None),
        Mistake(
            "square-outside",
            lambda x: 2 * np.sin(x) * np.cos(x),
            (
                "this is the derivative of sin(x)²: the square belongs inside.",
                "这是 sin(x)² 的导数：平方应在里面。",
            ),
        ),
    ),
    hints=(
        ("record `tf.sin(x**2)` on a tape that watches `x`.", "用监视着 `x` 的磁带记录 `tf.sin(x**2)`。"),
        ("`tape.gradient(y, x)`.", "`tape.gradient(y, x)`。"),
    ),
)
def template_slope(slope: Any, *, x: float) -> Any:
    """`slope(x)` is the derivative of sin(x²), found by a tape.

    `slope(x)` 是 sin(x²) 的导数，由磁带求出。
    """
    return slope(x)

"""Functions with a wrong gradient planted in them, and where: the checker's own check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

__all__ = ["PLANTED", "Planted", "wrong"]


def wrong(forward: Callable[..., Any], backward: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose derivative is said to be `backward(dy, *inputs)`."""

    @tf.custom_gradient
    def planted(*inputs: Any) -> Any:
        return forward(*inputs), lambda dy: backward(dy, *inputs)

    return planted


@dataclass(frozen=True)
class Planted:
    """A wrong gradient: of which function, and what kind of mistake it is."""

    name: str
    mistake: str | None
    function: Callable[..., Any]
    arguments: int = 1
    factor: float | None = None


def _t(x: Any) -> Any:
    return tf.transpose(x)


def _elementwise() -> list[Planted]:
    cases = [
        ("sin", tf.sin, tf.cos),
        ("exp", tf.exp, tf.exp),
        ("square", tf.square, lambda x: 2 * x),
        ("tanh", tf.tanh, lambda x: 1 - tf.tanh(x) ** 2),
        ("sigmoid", tf.sigmoid, lambda x: tf.sigmoid(x) * (1 - tf.sigmoid(x))),
        ("log", lambda x: tf.math.log(x + 4), lambda x: 1 / (x + 4)),
        ("sqrt", lambda x: tf.sqrt(x + 4), lambda x: 0.5 / tf.sqrt(x + 4)),
    ]
    rows = []
    for name, forward, slope in cases:
        rows.append(Planted(f"{name}-sign", "sign", wrong(forward, lambda dy, x, s=slope: -dy * s(x))))
        for label, factor in (("2", 2.0), ("half", 0.5), ("3", 3.0), ("third", 1 / 3), ("minus-2", -2.0)):
            backward = lambda dy, x, s=slope, k=factor: k * dy * s(x)  # noqa: E731 - a table
            rows.append(Planted(f"{name}-times-{label}", "factor", wrong(forward, backward), factor=factor))
        rows.append(Planted(f"{name}-zero", "missing-term", wrong(forward, lambda dy, x: tf.zeros_like(dy))))
    return rows


def _reductions() -> list[Planted]:
    n = 4
    return [
        Planted("mean-as-sum", "factor", wrong(tf.reduce_mean, lambda dy, x: dy * tf.ones_like(x)), factor=n),
        Planted(
            "sum-as-mean",
            "factor",
            wrong(tf.reduce_sum, lambda dy, x: dy * tf.ones_like(x) / n),
            factor=1 / n,
        ),
        Planted(
            "mean-square-as-sum",
            "factor",
            wrong(lambda x: tf.reduce_mean(x * x), lambda dy, x: dy * 2 * x),
            factor=n,
        ),
        Planted("square-without-2", "factor", wrong(lambda x: x * x, lambda dy, x: dy * x), factor=0.5),
    ]


def _matrices() -> list[Planted]:
    return [
        Planted(
            "matmul-left-transposed",
            "transpose",
            wrong(tf.matmul, lambda dy, a, b: (dy @ b, _t(a) @ dy)),
            2,
        ),
        Planted(
            "matmul-right-transposed",
            "transpose",
            wrong(tf.matmul, lambda dy, a, b: (dy @ _t(b), _t(dy) @ a)),
            2,
        ),
        Planted("matvec-transposed", "transpose", wrong(lambda a: _MATRIX @ a, lambda dy, a: _MATRIX @ dy)),
        Planted("transpose-forgotten", "transpose", wrong(_t, lambda dy, a: dy)),
        Planted("matmul-left-sign", "sign", wrong(tf.matmul, lambda dy, a, b: (-dy @ _t(b), _t(a) @ dy)), 2),
        Planted(
            "matmul-right-none", "missing-term", wrong(tf.matmul, lambda dy, a, b: (dy @ _t(b), None)), 2
        ),
        Planted(
            "product-one-part",
            "missing-term",
            wrong(lambda a, b: a * b, lambda dy, a, b: (dy * b, tf.zeros_like(b))),
            2,
        ),
    ]


_MATRIX = tf.constant([[0.3, 1.2], [-0.7, 0.5]])


def _terms() -> list[Planted]:
    return [
        Planted(
            "product-rule-first",
            "missing-term",
            wrong(lambda x: x * tf.sin(x), lambda dy, x: dy * tf.sin(x)),
        ),
        Planted(
            "product-rule-second",
            "missing-term",
            wrong(lambda x: x * tf.sin(x), lambda dy, x: dy * x * tf.cos(x)),
        ),
        Planted(
            "one-row",
            "missing-term",
            wrong(tf.sin, lambda dy, x: dy * tf.cos(x) * tf.constant([[1.0], [0.0]])),
        ),
        Planted(
            "one-entry",
            "missing-term",
            wrong(tf.exp, lambda dy, x: dy * tf.exp(x) * tf.constant([[1.0, 1.0], [0.0, 1.0]])),
        ),
        Planted(
            "inner-derivative", "chain-rule", wrong(lambda x: tf.sin(x * x), lambda dy, x: dy * tf.cos(x * x))
        ),
        Planted(
            "inner-derivative-exp",
            "chain-rule",
            wrong(lambda x: tf.exp(tf.sin(x)), lambda dy, x: dy * tf.exp(tf.sin(x))),
        ),
        Planted("anything", None, wrong(tf.sin, lambda dy, x: dy * (tf.cos(x) + 0.3 * x * x))),
    ]


PLANTED = [*_elementwise(), *_reductions(), *_matrices(), *_terms()]

"""Differentiable operations, each in TensorFlow and, where it has one, in JAX: the witnesses' corpus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Operation:
    """One operation of one array.

    `orders` is the highest order that TensorFlow itself differentiates. A string in the place of JAX's
    function names one of `jax.scipy.special`.
    """

    name: str
    tensorflow: Callable[[Any, Any], Any]
    jax: Callable[[Any, Any], Any] | str | None
    x: Array
    orders: int = 3


def _draw(low: float, high: float, *shape: int) -> Array:
    # Fixed points, away from kinks and from each other (no ties for max).
    count = int(np.prod(shape, dtype=int))
    return (low + (high - low) * ((np.arange(count) * 0.6180339887 + 0.3) % 1.0)).reshape(shape)


_A = _draw(-1.5, 1.5, 2, 3)
_V = _draw(-1.5, 1.5, 4)
_P = _draw(0.3, 2.5, 2, 3)
_U = _draw(-0.8, 0.8, 2, 3)
_S = np.array([[2.0, 0.3, 0.1], [0.4, 1.5, 0.2], [0.1, 0.6, 1.8]])
_B = _draw(-1.0, 1.0, 3, 4)
_T = _draw(-1.0, 1.0, 2, 3, 2)
_IMAGE = _draw(-1.0, 1.0, 1, 4, 4, 2)
_KERNEL = _draw(-0.5, 0.5, 2, 2, 2, 3)
_LABELS = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])


def _spd(np_: Any, x: Any, transpose: Any) -> Any:
    return x @ transpose(x) + 2.0 * np_.eye(3, dtype=x.dtype)


def _like(tf: Any, constant: Array, x: Any) -> Any:
    return tf.constant(constant, x.dtype)


def _unary() -> list[Operation]:
    def row(name: str, tf_: Any, jax_: Any, x: Array, orders: int = 3) -> Operation:
        return Operation(name, tf_, jax_, x, orders)

    return [
        row("sin", lambda tf, x: tf.sin(x), lambda jnp, x: jnp.sin(x), _A),
        row("cos", lambda tf, x: tf.cos(x), lambda jnp, x: jnp.cos(x), _A),
        row("tan", lambda tf, x: tf.tan(x), lambda jnp, x: jnp.tan(x), _U),
        row("asin", lambda tf, x: tf.asin(x), lambda jnp, x: jnp.arcsin(x), _U),
        row("acos", lambda tf, x: tf.acos(x), lambda jnp, x: jnp.arccos(x), _U),
        row("atan", lambda tf, x: tf.atan(x), lambda jnp, x: jnp.arctan(x), _A),
        row("sinh", lambda tf, x: tf.sinh(x), lambda jnp, x: jnp.sinh(x), _A),
        row("cosh", lambda tf, x: tf.cosh(x), lambda jnp, x: jnp.cosh(x), _A),
        row("tanh", lambda tf, x: tf.tanh(x), lambda jnp, x: jnp.tanh(x), _A),
        row("asinh", lambda tf, x: tf.asinh(x), lambda jnp, x: jnp.arcsinh(x), _A),
        row("acosh", lambda tf, x: tf.acosh(x + 1.5), lambda jnp, x: jnp.arccosh(x + 1.5), _P),
        row("atanh", lambda tf, x: tf.atanh(x), lambda jnp, x: jnp.arctanh(x), _U),
        row("exp", lambda tf, x: tf.exp(x), lambda jnp, x: jnp.exp(x), _A),
        row("expm1", lambda tf, x: tf.math.expm1(x), lambda jnp, x: jnp.expm1(x), _A),
        row("log", lambda tf, x: tf.math.log(x), lambda jnp, x: jnp.log(x), _P),
        row("log1p", lambda tf, x: tf.math.log1p(x), lambda jnp, x: jnp.log1p(x), _P),
        row("sqrt", lambda tf, x: tf.sqrt(x), lambda jnp, x: jnp.sqrt(x), _P),
        row("rsqrt", lambda tf, x: tf.math.rsqrt(x), lambda jnp, x: 1 / jnp.sqrt(x), _P),
        row("square", lambda tf, x: tf.square(x), lambda jnp, x: jnp.square(x), _A),
        row("reciprocal", lambda tf, x: tf.math.reciprocal(x), lambda jnp, x: 1 / x, _P),
        row("negative", lambda tf, x: -x * x, lambda jnp, x: -x * x, _A),
        row("abs", lambda tf, x: tf.abs(x) * x, lambda jnp, x: jnp.abs(x) * x, _A),
        row("sigmoid", lambda tf, x: tf.sigmoid(x), lambda jnp, x: 1 / (1 + jnp.exp(-x)), _A),
        row("softplus", lambda tf, x: tf.nn.softplus(x), lambda jnp, x: jnp.logaddexp(x, 0.0), _A),
        row("softsign", lambda tf, x: tf.nn.softsign(x), lambda jnp, x: x / (1 + jnp.abs(x)), _A, 1),
        row("relu", lambda tf, x: tf.nn.relu(x) * x, lambda jnp, x: jnp.maximum(x, 0) * x, _A),
        row("relu6", lambda tf, x: tf.nn.relu6(x) * x, lambda jnp, x: jnp.clip(x, 0, 6) * x, _A),
        row(
            "leaky_relu",
            lambda tf, x: tf.nn.leaky_relu(x, 0.25) * x,
            lambda jnp, x: jnp.where(x > 0, x, 0.25 * x) * x,
            _A,
        ),
        row("elu", lambda tf, x: tf.nn.elu(x), lambda jnp, x: jnp.where(x > 0, x, jnp.expm1(x)), _A),
        row("selu", lambda tf, x: tf.nn.selu(x), None, _A),
        row("silu", lambda tf, x: tf.nn.silu(x), lambda jnp, x: x / (1 + jnp.exp(-x)), _A),
        row("gelu", lambda tf, x: tf.nn.gelu(x), None, _A),
        row("erf", lambda tf, x: tf.math.erf(x), "erf", _A),
        row("erfc", lambda tf, x: tf.math.erfc(x), "erfc", _A),
        row("lgamma", lambda tf, x: tf.math.lgamma(x), "gammaln", _P),
        row("digamma", lambda tf, x: tf.math.digamma(x), "digamma", _P, 2),
        row(
            "clip",
            lambda tf, x: tf.clip_by_value(x, -1.0, 1.0) * x,
            lambda jnp, x: jnp.clip(x, -1, 1) * x,
            _A,
        ),
    ]


def _binary() -> list[Operation]:
    return [
        Operation("add", lambda tf, x: (x + _like(tf, _P, x)) * x, lambda jnp, x: (x + _P) * x, _A),
        Operation("subtract", lambda tf, x: (x - _like(tf, _P, x)) * x, lambda jnp, x: (x - _P) * x, _A),
        Operation("multiply", lambda tf, x: x * _like(tf, _P, x) * x, lambda jnp, x: x * _P * x, _A),
        Operation("divide", lambda tf, x: _like(tf, _A, x) / x, lambda jnp, x: _A / x, _P),
        Operation("pow", lambda tf, x: x**3.7, lambda jnp, x: x**3.7, _P),
        Operation(
            "pow_of_exponent", lambda tf, x: tf.pow(_like(tf, _P, x), x), lambda jnp, x: jnp.power(_P, x), _A
        ),
        Operation(
            "broadcast",
            lambda tf, x: x * _like(tf, _V, x) * x[..., :1],
            lambda jnp, x: x * _V * x[..., :1],
            _draw(-1, 1, 3, 1),
        ),
        Operation(
            "maximum", lambda tf, x: tf.maximum(x, 0.2) ** 2, lambda jnp, x: jnp.maximum(x, 0.2) ** 2, _A
        ),
        Operation(
            "minimum", lambda tf, x: tf.minimum(x, 0.2) ** 2, lambda jnp, x: jnp.minimum(x, 0.2) ** 2, _A
        ),
        Operation(
            "squared_difference",
            lambda tf, x: tf.math.squared_difference(x, _like(tf, _P, x)),
            lambda jnp, x: (x - _P) ** 2,
            _A,
        ),
        Operation(
            "atan2", lambda tf, x: tf.atan2(x, _like(tf, _P, x)), lambda jnp, x: jnp.arctan2(x, _P), _A
        ),
        Operation(
            "xlogy", lambda tf, x: tf.math.xlogy(_like(tf, _P, x), x), lambda jnp, x: _P * jnp.log(x), _P
        ),
        Operation(
            "where",
            lambda tf, x: tf.where(_A > 0, x**2, x**3),
            lambda jnp, x: jnp.where(_A > 0, x**2, x**3),
            _P,
        ),
    ]


def _reductions() -> list[Operation]:
    return [
        Operation("reduce_sum", lambda tf, x: tf.reduce_sum(x**3, 0), lambda jnp, x: jnp.sum(x**3, 0), _A),
        Operation("reduce_mean", lambda tf, x: tf.reduce_mean(x**3, 1), lambda jnp, x: jnp.mean(x**3, 1), _A),
        Operation("reduce_prod", lambda tf, x: tf.reduce_prod(x, 1), lambda jnp, x: jnp.prod(x, 1), _P),
        Operation(
            "reduce_max", lambda tf, x: tf.reduce_max(x, 1) ** 3, lambda jnp, x: jnp.max(x, 1) ** 3, _P
        ),
        Operation(
            "reduce_min", lambda tf, x: tf.reduce_min(x, 1) ** 3, lambda jnp, x: jnp.min(x, 1) ** 3, _P
        ),
        Operation(
            "logsumexp",
            lambda tf, x: tf.reduce_logsumexp(x, 1),
            lambda jnp, x: jnp.log(jnp.sum(jnp.exp(x), 1)),
            _A,
        ),
        Operation(
            "variance",
            lambda tf, x: tf.math.reduce_variance(x, 1) ** 2,
            lambda jnp, x: jnp.var(x, 1) ** 2,
            _A,
        ),
        Operation("std", lambda tf, x: tf.math.reduce_std(x, 1), lambda jnp, x: jnp.std(x, 1), _A),
        Operation("norm", lambda tf, x: tf.norm(x, axis=1), lambda jnp, x: jnp.sqrt(jnp.sum(x * x, 1)), _P),
        Operation("cumsum", lambda tf, x: tf.cumsum(x, 1) ** 2, lambda jnp, x: jnp.cumsum(x, 1) ** 2, _A),
        Operation("cumprod", lambda tf, x: tf.math.cumprod(x, 1), lambda jnp, x: jnp.cumprod(x, 1), _P),
    ]


def _shapes() -> list[Operation]:
    return [
        Operation(
            "reshape",
            lambda tf, x: tf.reshape(x, (3, 2)) ** 3,
            lambda jnp, x: jnp.reshape(x, (3, 2)) ** 3,
            _A,
        ),
        Operation("transpose", lambda tf, x: tf.transpose(x) ** 3, lambda jnp, x: x.T**3, _A),
        Operation(
            "concat",
            lambda tf, x: tf.concat([x, x**2], 0) ** 2,
            lambda jnp, x: jnp.concatenate([x, x**2], 0) ** 2,
            _A,
        ),
        Operation(
            "stack", lambda tf, x: tf.stack([x, x**2]) ** 2, lambda jnp, x: jnp.stack([x, x**2]) ** 2, _A
        ),
        Operation(
            "split", lambda tf, x: tf.multiply(*tf.split(x, 2)) ** 2, lambda jnp, x: (x[:1] * x[1:]) ** 2, _A
        ),
        Operation(
            "unstack", lambda tf, x: tf.multiply(*tf.unstack(x)) ** 2, lambda jnp, x: (x[0] * x[1]) ** 2, _A
        ),
        Operation("tile", lambda tf, x: tf.tile(x, (2, 1)) ** 3, lambda jnp, x: jnp.tile(x, (2, 1)) ** 3, _A),
        Operation(
            "pad",
            lambda tf, x: tf.pad(x, [[1, 0], [0, 2]]) ** 3,
            lambda jnp, x: jnp.pad(x, [(1, 0), (0, 2)]) ** 3,
            _A,
        ),
        Operation(
            "gather",
            lambda tf, x: tf.gather(x, [1, 0, 1]) ** 3,
            lambda jnp, x: x[np.array([1, 0, 1])] ** 3,
            _A,
        ),
        Operation(
            "gather_nd",
            lambda tf, x: tf.gather_nd(x, [[0, 1], [1, 2]]) ** 3,
            lambda jnp, x: jnp.stack([x[0, 1], x[1, 2]]) ** 3,
            _A,
        ),
        Operation("slice", lambda tf, x: x[:, 1:] ** 3, lambda jnp, x: x[:, 1:] ** 3, _A),
        Operation("strided_slice", lambda tf, x: x[::-1, ::2] ** 3, lambda jnp, x: x[::-1, ::2] ** 3, _A),
        Operation("reverse", lambda tf, x: tf.reverse(x, [1]) * x**2, lambda jnp, x: x[:, ::-1] * x**2, _A),
        Operation("roll", lambda tf, x: tf.roll(x, 1, 1) * x**2, lambda jnp, x: jnp.roll(x, 1, 1) * x**2, _A),
        Operation(
            "expand_squeeze", lambda tf, x: tf.squeeze(tf.expand_dims(x, 0), 0) ** 3, lambda jnp, x: x**3, _A
        ),
        Operation(
            "broadcast_to",
            lambda tf, x: tf.broadcast_to(x, (2, 2, 3)) ** 3,
            lambda jnp, x: jnp.broadcast_to(x, (2, 2, 3)) ** 3,
            _A,
        ),
        Operation("identity", lambda tf, x: tf.identity(x) ** 3, lambda jnp, x: x**3, _A),
        Operation(
            "segment_sum",
            lambda tf, x: tf.math.segment_sum(x, [0, 0]) ** 3,
            lambda jnp, x: (x[:1] + x[1:]) ** 3,
            _A,
        ),
    ]


def _linear_algebra() -> list[Operation]:
    return [
        Operation(
            "matmul", lambda tf, x: tf.matmul(x, _like(tf, _B, x)) ** 2, lambda jnp, x: (x @ _B) ** 2, _A
        ),
        Operation(
            "matmul_batched",
            lambda tf, x: tf.matmul(x, x, transpose_b=True) ** 2,
            lambda jnp, x: (x @ jnp.swapaxes(x, 1, 2)) ** 2,
            _T,
        ),
        Operation(
            "matvec",
            lambda tf, x: tf.linalg.matvec(x, _like(tf, _A[0], x)) ** 3,
            lambda jnp, x: (x @ _A[0]) ** 3,
            _A,
        ),
        Operation(
            "einsum", lambda tf, x: tf.einsum("ij,kj->ik", x, x) ** 2, lambda jnp, x: (x @ x.T) ** 2, _A
        ),
        Operation(
            "tensordot",
            lambda tf, x: tf.tensordot(x, _like(tf, _B, x), 1) ** 2,
            lambda jnp, x: jnp.tensordot(x, _B, 1) ** 2,
            _A,
        ),
        Operation("trace", lambda tf, x: tf.linalg.trace(x @ x @ x), lambda jnp, x: jnp.trace(x @ x @ x), _S),
        Operation(
            "diag_part", lambda tf, x: tf.linalg.diag_part(x) ** 3, lambda jnp, x: jnp.diag(x) ** 3, _S
        ),
        Operation("diag", lambda tf, x: tf.linalg.diag(x) ** 3, lambda jnp, x: jnp.diag(x) ** 3, _V),
        Operation("det", lambda tf, x: tf.linalg.det(x), lambda jnp, x: jnp.linalg.det(x), _S),
        Operation("inv", lambda tf, x: tf.linalg.inv(x), lambda jnp, x: jnp.linalg.inv(x), _S),
        Operation(
            "cholesky",
            lambda tf, x: tf.linalg.cholesky(_spd(tf, x, tf.transpose)),
            lambda jnp, x: jnp.linalg.cholesky(_spd(jnp, x, jnp.transpose)),
            _S,
        ),
        Operation(
            "solve",
            lambda tf, x: tf.linalg.solve(x, _like(tf, _B, x)),
            lambda jnp, x: jnp.linalg.solve(x, _B),
            _S,
        ),
        Operation(
            "triangular_solve", lambda tf, x: tf.linalg.triangular_solve(x, _like(tf, _B, x)), None, _S
        ),
        Operation(
            "band_part", lambda tf, x: tf.linalg.band_part(x, -1, 0) ** 3, lambda jnp, x: jnp.tril(x) ** 3, _S
        ),
    ]


def _networks() -> list[Operation]:
    return [
        Operation(
            "softmax",
            lambda tf, x: tf.nn.softmax(x) ** 2,
            lambda jnp, x: (jnp.exp(x) / jnp.sum(jnp.exp(x), -1, keepdims=True)) ** 2,
            _A,
        ),
        Operation(
            "log_softmax",
            lambda tf, x: tf.nn.log_softmax(x),
            lambda jnp, x: x - jnp.log(jnp.sum(jnp.exp(x), -1, keepdims=True)),
            _A,
        ),
        Operation(
            "softmax_cross_entropy",
            lambda tf, x: tf.nn.softmax_cross_entropy_with_logits(_like(tf, _LABELS, x), x),
            lambda jnp, x: -jnp.sum(_LABELS * (x - jnp.log(jnp.sum(jnp.exp(x), -1, keepdims=True))), -1),
            _A,
        ),
        Operation(
            "sigmoid_cross_entropy",
            lambda tf, x: tf.nn.sigmoid_cross_entropy_with_logits(_like(tf, _LABELS, x), x),
            lambda jnp, x: jnp.logaddexp(x, 0.0) - x * _LABELS,
            _A,
        ),
        Operation(
            "bias_add",
            lambda tf, x: tf.nn.bias_add(_like(tf, _P, x), x) ** 3,
            lambda jnp, x: (_P + x) ** 3,
            _A[0],
        ),
        Operation(
            "conv2d", lambda tf, x: tf.nn.conv2d(x, _like(tf, _KERNEL, x), 1, "VALID") ** 2, None, _IMAGE
        ),
        Operation(
            "conv1d", lambda tf, x: tf.nn.conv1d(x, _like(tf, _KERNEL[0], x), 1, "SAME") ** 2, None, _IMAGE[0]
        ),
        Operation(
            "avg_pool",
            lambda tf, x: tf.nn.avg_pool2d(x, 2, 2, "VALID") ** 3,
            lambda jnp, x: x.reshape(1, 2, 2, 2, 2, 2).mean((2, 4)) ** 3,
            _IMAGE,
        ),
        Operation(
            "max_pool",
            lambda tf, x: tf.nn.max_pool2d(x, 2, 2, "VALID") ** 3,
            lambda jnp, x: x.reshape(1, 2, 2, 2, 2, 2).max((2, 4)) ** 3,
            _IMAGE,
        ),
        Operation(
            "l2_normalize",
            lambda tf, x: tf.math.l2_normalize(x, 1),
            lambda jnp, x: x / jnp.sqrt(jnp.sum(x * x, 1, keepdims=True)),
            _P,
        ),
        Operation(
            "l2_loss", lambda tf, x: tf.nn.l2_loss(x) ** 2, lambda jnp, x: (jnp.sum(x * x) / 2) ** 2, _A
        ),
    ]


OPERATIONS: list[Operation] = [
    *_unary(),
    *_binary(),
    *_reductions(),
    *_shapes(),
    *_linear_algebra(),
    *_networks(),
]

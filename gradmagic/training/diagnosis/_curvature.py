"""The largest and the smallest eigenvalue of the Hessian, by power iteration on Hessian-vector products.

Vectors are flat and in float64: only the product itself is computed in the variables' own type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from gradmagic.tape import tensorflow

__all__ = ["Measure", "Product", "extremes", "hessian_product", "largest", "newton_gain"]

Vector = npt.NDArray[np.float64]
Product = Callable[[Vector], Vector]

_T = TypeVar("_T", covariant=True)


class Measure(Protocol[_T]):
    """Measures a symmetric matrix, given by its product with a vector and its number of rows."""

    def __call__(self, product: Product, size: int, /) -> _T | None:
        """Return the measure, or `None` where the products are not finite."""


# Products for one eigenvalue, at most. The error falls with the square of the ratio of the two largest;
# 30 bring even a ratio of 0.9 to within 1 in 500.
ITERATIONS = 30
# Where an eigenvalue changes by less than this share, it is known well enough for three digits.
SETTLED = 1e-4
# Beyond this many numbers a Hessian-vector product is no courtesy any more.
MAX_PARAMETERS = 10_000_000


def hessian_product(loss: Callable[[], Any], variables: Sequence[Any]) -> Product | None:
    """Return the function that multiplies the Hessian of a loss, here and now, by a flat vector.

    Args:
        loss: Returns the loss, shape `()`.
        variables: `tf.Variable`s, of `size` numbers in all.

    Returns:
        From shape `(size,)` to shape `(size,)`; `None` where the variables are too many.
    """
    tf = tensorflow()
    sizes = [variable.shape.num_elements() for variable in variables]
    if sum(sizes) > MAX_PARAMETERS:
        return None
    cuts = np.cumsum(sizes)[:-1]

    def product(vector: Vector) -> Vector:
        parts = [
            tf.constant(part.reshape(variable.shape), variable.dtype)
            for part, variable in zip(np.split(vector, cuts), variables, strict=True)
        ]
        with tf.GradientTape(watch_accessed_variables=False) as outer:
            outer.watch(variables)
            with tf.GradientTape(watch_accessed_variables=False) as inner:
                inner.watch(variables)
                value = loss()
            gradients = inner.gradient(value, variables, unconnected_gradients="zero")
            dots = [
                tf.reduce_sum(tf.cast(tf.convert_to_tensor(gradient) * part, tf.float64))
                for gradient, part in zip(gradients, parts, strict=True)
            ]
            slope = tf.add_n(dots)
        found = outer.gradient(slope, variables, unconnected_gradients="zero")
        return np.concatenate([tf.convert_to_tensor(one).numpy().astype(np.float64).ravel() for one in found])

    return product


def largest(product: Product, size: int) -> float | None:
    """Return the largest eigenvalue; `None` where the products are not finite.

    Args:
        product: Of a symmetric matrix with a vector.
        size: Its number of rows.
    """
    found = _dominant(product, size)
    if found is None or found >= 0:
        return found
    # The one of largest size is negative: shifted by it, the largest one dominates.
    shifted = _dominant(lambda vector: product(vector) - found * vector, size)
    return None if shifted is None else shifted + found


def extremes(product: Product, size: int) -> tuple[float, float] | None:
    """Return the smallest and the largest eigenvalue; see `largest`."""
    found = _dominant(product, size)
    if found is None:
        return None
    shifted = _dominant(lambda vector: product(vector) - found * vector, size)
    if shifted is None:
        return None
    return min(found, shifted + found), max(found, shifted + found)


def newton_gain(product: Product, gradient: Vector) -> float | None:
    """Return by how much the quadratic model of the loss would fall if it were minimised.

    Conjugate gradients on `H d = -g` (Hestenes and Stiefel, 1952), as many steps as there are dimensions
    and 30 at most; `None` where the curvature is not positive.
    """
    residual, direction = -gradient, -gradient
    solution = np.zeros_like(gradient)
    rest = float(residual @ residual)
    start = rest
    for _ in range(min(len(gradient), ITERATIONS)):
        if rest <= SETTLED**2 * start:
            break
        turned = product(direction)
        curve = float(direction @ turned)
        if not np.isfinite(curve) or curve <= 0:
            return None
        step = rest / curve
        solution = solution + step * direction
        residual = residual - step * turned
        rest, before = float(residual @ residual), rest
        direction = residual + rest / before * direction
    return float(-0.5 * gradient @ solution)


def _dominant(product: Product, size: int) -> float | None:
    """The eigenvalue of largest absolute value (power iteration; Golub and Van Loan, 2013, section 7.3)."""
    vector = np.random.default_rng(0).standard_normal(size)
    vector /= np.linalg.norm(vector)
    found = 0.0
    for _ in range(ITERATIONS):
        turned = product(vector)
        if not np.all(np.isfinite(turned)):
            return None
        length = float(np.linalg.norm(turned))
        if length == 0.0:
            return 0.0
        before, found = found, float(vector @ turned)  # Rayleigh's quotient
        vector = turned / length
        if abs(found - before) <= SETTLED * abs(found):
            break
    return found

"""The problems that every peer trains: data, start, optimizer, and a loss written once for all libraries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# Called with a library's functions (see `libraries.py`), the parameters and the data; returns a scalar.
Loss = Callable[..., Any]


@dataclass(frozen=True)
class Problem:
    """A problem.

    Attributes:
        name: For the table.
        steps: The steps of one training.
        optimizer: `"sgd"`, `"adam"` or `"nadam"`.
        start: The parameters at the start.
        data: What the loss is called with; rows first.
        batch: Rows of a mini-batch, `None` where every step takes them all.
        loss: See `Loss`.
        layers: Keras's description of the same model, for `Model.fit`: units or filters, and activation.
        keras_loss: Keras's name of its loss.
        by_hand: The gradients in NumPy, where a tutorial would write them.
    """

    name: str
    steps: int
    optimizer: str
    learning_rate: float
    start: Sequence[Array]
    data: Sequence[Array]
    loss: Loss
    layers: Callable[[Any], list[Any]]
    keras_loss: str = "mse"
    batch: int | None = None
    by_hand: Callable[..., list[Any]] | None = None
    features: Callable[[Array], Array] = field(default=lambda x: x.reshape(len(x), -1))


def zeros(*shape: int) -> Array:
    return np.zeros(shape, np.float32)


def scaled(values: Sequence[float]) -> Array:
    array = np.array(values, np.float32)
    return (array - array.min()) / np.ptp(array)


def house_prices() -> Problem:
    """The handbook chapter: a line through five prices, 10,000 steps."""

    def loss(lib: Any, parameters: Sequence[Any], x: Any, y: Any) -> Any:
        a, b = parameters
        return 0.5 * lib.sum((a * x + b - y) ** 2)

    def by_hand(parameters: Sequence[Any], x: Array, y: Array) -> list[Any]:
        off = parameters[0] * x + parameters[1] - y
        return [(off * x).sum(), off.sum()]

    years = scaled([2013, 2014, 2015, 2016, 2017])
    prices = scaled([12000, 14000, 15000, 16500, 17500])
    data = years, prices
    return Problem(
        "house prices", 10_000, "sgd", 1e-3, (zeros(), zeros()), data, loss, linear, by_hand=by_hand
    )


def regression() -> Problem:
    """The course page: y = 2x + 1 from five points, mean squared error, 1,000 epochs."""

    def loss(lib: Any, parameters: Sequence[Any], x: Any, y: Any) -> Any:
        w, b = parameters
        return lib.mean((w * x + b - y) ** 2)

    def by_hand(parameters: Sequence[Any], x: Array, y: Array) -> list[Any]:
        off = parameters[0] * x + parameters[1] - y
        return [2 * (off * x).mean(), 2 * off.mean()]

    x = np.arange(1, 6, dtype=np.float32)
    return Problem(
        "regression",
        1000,
        "sgd",
        0.01,
        (zeros(), zeros()),
        (x, 2 * x + 1),
        loss,
        linear,
        by_hand=by_hand,
    )


def polynomial() -> Problem:
    """Recover x^2 + 2x + 3 from 20 points by Nadam."""

    def loss(lib: Any, parameters: Sequence[Any], x: Any, y: Any) -> Any:
        a, b, c = parameters
        return lib.mean((a * x**2 + b * x + c - y) ** 2)

    x = (5 * np.random.default_rng(0).standard_normal(20)).astype(np.float32)
    return Problem(
        "polynomial, Nadam",
        5000,
        "nadam",
        0.01,
        (zeros(), zeros(), zeros()),
        (x, x**2 + 2 * x + 3),
        loss,
        linear,
        features=lambda x: np.stack([x**2, x], 1),
    )


def iris() -> Problem:
    """Logistic regression: 150 flowers, two measurements, drawn with the means and spreads of iris's."""

    def loss(lib: Any, parameters: Sequence[Any], x: Any, y: Any) -> Any:
        w, b = parameters
        return lib.mean(lib.logistic((x @ w)[:, 0] + b, y))

    def by_hand(parameters: Sequence[Any], x: Array, y: Array) -> list[Any]:
        off = (1 / (1 + np.exp(-((x @ parameters[0])[:, 0] + parameters[1]))) - y) / np.float32(len(y))
        return [x.T @ off[:, None], off.sum()]

    rng = np.random.default_rng(0)
    means, spreads = [(1.46, 0.25), (4.26, 1.33), (5.55, 2.03)], [(0.17, 0.11), (0.47, 0.2), (0.55, 0.27)]
    parts = [rng.normal(mean, spread, (50, 2)) for mean, spread in zip(means, spreads, strict=True)]
    data = np.concatenate(parts).astype(np.float32), np.repeat([0, 0, 1], 50).astype(np.float32)
    return Problem(
        "iris",
        2000,
        "sgd",
        0.5,
        (zeros(2, 1), zeros()),
        data,
        loss,
        lambda layers: [layers.Dense(1, activation="sigmoid")],
        "binary_crossentropy",
        by_hand=by_hand,
    )


def mlp(hidden: int = 128, batch: int = 32, rows: int = 2048, steps: int = 1000) -> Problem:
    """A network 64-128-10 on random data, Adam, batches of 32."""

    def loss(lib: Any, parameters: Sequence[Any], x: Any, y: Any) -> Any:
        w1, b1, w2, b2 = parameters
        return lib.mean(lib.cross_entropy(lib.relu(x @ w1 + b1) @ w2 + b2, y))

    rng = np.random.default_rng(0)
    start = drawn(rng, 64, hidden), zeros(hidden), drawn(rng, hidden, 10), zeros(10)
    data = rng.standard_normal((rows, 64)).astype(np.float32), rng.integers(0, 10, rows).astype(np.int32)
    return Problem(
        "MLP 64-128-10, Adam",
        steps,
        "adam",
        1e-3,
        start,
        data,
        loss,
        lambda layers: [layers.Dense(hidden, activation="relu"), layers.Dense(10, activation="softmax")],
        "sparse_categorical_crossentropy",
        batch,
    )


def convolution() -> Problem:
    """Two convolutions with stride 2 and a dense layer on pictures of 12 x 12, Adam, batches of 32."""

    def loss(lib: Any, parameters: Sequence[Any], x: Any, y: Any) -> Any:
        k1, k2, w, b = parameters
        hidden = lib.relu(lib.convolve(lib.relu(lib.convolve(x, k1)), k2))
        return lib.mean(lib.cross_entropy(lib.flat(hidden) @ w + b, y))

    rng = np.random.default_rng(0)
    start = drawn(rng, 3, 3, 1, 8), drawn(rng, 3, 3, 8, 16), drawn(rng, 64, 10), zeros(10)
    data = (
        rng.standard_normal((1024, 12, 12, 1)).astype(np.float32),
        rng.integers(0, 10, 1024).astype(np.int32),
    )
    return Problem(
        "convolutions, Adam",
        200,
        "adam",
        1e-3,
        start,
        data,
        loss,
        lambda layers: [
            layers.Conv2D(8, 3, 2, activation="relu"),
            layers.Conv2D(16, 3, 2, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        "sparse_categorical_crossentropy",
        32,
        features=lambda x: x,
    )


def drawn(rng: np.random.Generator, *shape: int) -> Array:
    """He's start: normal, with the deviation that suits as many inputs."""
    return (rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[:-1]))).astype(np.float32)


def linear(layers: Any) -> list[Any]:
    return [layers.Dense(1)]


PROBLEMS: dict[str, Callable[[], Problem]] = {
    "house": house_prices,
    "regression": regression,
    "polynomial": polynomial,
    "iris": iris,
    "mlp": mlp,
    "convolution": convolution,
}

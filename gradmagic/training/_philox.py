"""Random numbers that are the same in the eager loop, in a graph and under XLA.

TensorFlow's stateless random functions, Keras's dropout among them, choose their generator by device:
Philox on CPU and GPU, under XLA another one. With Philox the bits are the same everywhere, but XLA turns
them into floating-point numbers in a way of its own: its uniform numbers come from the upper 23 bits of
each word, where TensorFlow's kernels take the lower 23. While a program is traced, the functions here take
their place; they draw the bits and turn them into numbers as the kernels do (the normal ones by Box and
Muller, 1958).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from gradmagic.tape import tensorflow

__all__ = ["same_random_numbers"]

# The kernels keep the logarithm away from zero.
_LEAST = 1e-7


@contextmanager
def same_random_numbers() -> Iterator[None]:
    """Let stateless random functions draw, while the block traces, what they draw outside of XLA."""
    tf = tensorflow()
    random, nn = tf.random, tf.nn.experimental
    same = _Same(random.stateless_uniform, random.stateless_normal, nn.stateless_dropout)
    with ExitStack() as stack:
        for module, name, function in (
            (random, "stateless_uniform", same.uniform),
            (random, "stateless_normal", same.normal),
            (nn, "stateless_dropout", same.dropout),
        ):
            stack.enter_context(patch.object(module, name, function))
        yield


class _Same:
    """What stands in for the three functions; made of them as TensorFlow has them."""

    def __init__(self, uniform: Any, normal: Any, dropout: Any) -> None:
        self._uniform, self._normal, self._dropout = uniform, normal, dropout

    def uniform(
        self,
        shape: Any,
        seed: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = None,
        name: str | None = None,
        alg: Any = "auto_select",
    ) -> Any:
        tf = tensorflow()
        dtype = tf.float32 if dtype is None else tf.as_dtype(dtype)
        if dtype != tf.float32 or alg not in ("auto_select", "philox"):
            alg = "philox" if alg == "auto_select" else alg
            return self._uniform(shape, seed, minval=minval, maxval=maxval, dtype=dtype, name=name, alg=alg)
        low = tf.convert_to_tensor(minval, dtype)
        high = tf.convert_to_tensor(1 if maxval is None else maxval, dtype)
        return self._unit(self._bits(shape, seed)) * (high - low) + low

    def normal(
        self,
        shape: Any,
        seed: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = None,
        name: str | None = None,
        alg: Any = "auto_select",
    ) -> Any:
        tf = tensorflow()
        dtype = tf.float32 if dtype is None else tf.as_dtype(dtype)
        if dtype != tf.float32 or alg not in ("auto_select", "philox"):
            alg = "philox" if alg == "auto_select" else alg
            return self._normal(shape, seed, mean=mean, stddev=stddev, dtype=dtype, name=name, alg=alg)
        shape = tf.convert_to_tensor(shape, tf.int32)
        size = tf.reduce_prod(shape)
        # Two uniform numbers make two normal ones.
        pairs = tf.reshape(self._unit(self._bits([(size + 1) // 2 * 2], seed)), (-1, 2))
        radius = tf.sqrt(-2 * tf.math.log(tf.maximum(pairs[:, 0], _LEAST)))
        angle = 2 * math.pi * pairs[:, 1]
        both = tf.stack([radius * tf.sin(angle), radius * tf.cos(angle)], axis=1)
        drawn = tf.reshape(tf.reshape(both, (-1,))[:size], shape)
        return drawn * tf.convert_to_tensor(stddev, dtype) + tf.convert_to_tensor(mean, dtype)

    def dropout(
        self,
        x: Any,
        rate: Any,
        seed: Any,
        rng_alg: Any = None,
        noise_shape: Any = None,
        name: str | None = None,
    ) -> Any:
        if rng_alg not in (None, "auto_select", "philox"):
            return self._dropout(x, rate, seed, rng_alg=rng_alg, noise_shape=noise_shape, name=name)

        def sampler(shape: Any, dtype: Any) -> Any:
            return self.uniform(shape, seed, dtype=dtype)

        dropped = tensorflow().nn.experimental.general_dropout
        return dropped(x, rate=rate, noise_shape=noise_shape, uniform_sampler=sampler, name=name)

    def _bits(self, shape: Any, seed: Any) -> Any:
        tf = tensorflow()
        return self._uniform(shape, seed, minval=None, maxval=None, dtype=tf.uint32, alg="philox")

    @staticmethod
    def _unit(bits: Any) -> Any:
        """Numbers in [0, 1): the lower 23 bits of a word as the fraction of a number in [1, 2), less one."""
        tf = tensorflow()
        fraction = tf.bitwise.bitwise_and(bits, tf.constant(0x7FFFFF, tf.uint32))
        return tf.bitcast(tf.bitwise.bitwise_or(fraction, tf.constant(0x3F800000, tf.uint32)), tf.float32) - 1

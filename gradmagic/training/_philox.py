"""Random numbers that are the same in the eager loop, in a graph and under XLA.

TensorFlow's stateless random functions, Keras's dropout among them, choose their generator by device: Philox
on CPU and GPU, but under XLA another one. While a program is traced, Philox is what they choose.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from gradmagic.tape import tensorflow

__all__ = ["same_random_numbers"]

_ARGUMENTS = ("alg", "rng_alg")


@contextmanager
def same_random_numbers() -> Iterator[None]:
    """Let stateless random functions default to Philox while the block traces."""
    tf = tensorflow()
    modules = (tf.random, tf.random.experimental, tf.nn.experimental)
    with ExitStack() as stack:
        for module in modules:
            for name in dir(module):
                if name.startswith("stateless_"):
                    function = getattr(module, name)
                    argument = _argument(function)
                    if argument is not None:
                        fixed = functools.partial(function, **{argument: "philox"})
                        stack.enter_context(patch.object(module, name, fixed))
        yield


@functools.cache
def _argument(function: Any) -> str | None:
    parameters = inspect.signature(function).parameters
    found = next((name for name in _ARGUMENTS if name in parameters), None)
    return found if found is not None and parameters[found].default in ("auto_select", None) else None

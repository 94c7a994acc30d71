"""Random generators, set to a seed for the length of a training."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from gradmagic.tape import tensorflow
from gradmagic.training._reach import Reach, is_library

__all__ = ["may_draw", "reseed", "seeded"]

# Attributes under which TensorFlow, Keras and NumPy keep what draws random numbers.
_RANDOM = re.compile(r"random|rng|drop|noise|shuffle|sample|multinomial|categorical|initializ", re.IGNORECASE)


def may_draw(reached: Reach) -> bool:
    """Whether a loss may draw random numbers; `False` only where it surely does not.

    Seeding TensorFlow makes it forget all its prepared operations, which costs as much as a third of
    a small training: worth asking first.
    """
    names = {name for name, _ in reached.names} | reached.attributes
    return any(map(_RANDOM.search, names)) or not all(_harmless(value, 3) for _, value in reached.names)


def _harmless(value: Any, depth: int) -> bool:
    if value is None or isinstance(value, int | float | complex | str | np.ndarray | np.generic):
        return True
    if isinstance(value, tensorflow().Tensor | tensorflow().Variable):
        return True
    if isinstance(value, ModuleType):
        return not _RANDOM.search(value.__name__)
    if isinstance(value, FunctionType):
        return not is_library(value)  # a function of the learner's was walked through itself
    if isinstance(value, list | tuple) and depth:
        return all(_harmless(item, depth - 1) for item in value)
    if isinstance(value, dict) and depth:
        return all(_harmless(item, depth - 1) for item in value.values())
    return False


def reseed(seed: int | None, reached: Reach) -> None:
    """Set the generators, as at the start of a training."""
    if seed is None:
        return
    random.seed(seed)
    np.random.seed(seed)
    if may_draw(reached):
        tensorflow().random.set_seed(seed)


@contextmanager
def seeded(seed: int | None, reached: Reach) -> Iterator[None]:
    """Seed Python's, NumPy's and TensorFlow's global generators, as `keras.utils.set_random_seed` does.

    Python's and NumPy's generators are put back afterwards. TensorFlow's cannot be read, so it goes
    on from the seed, as after `tf.random.set_seed(seed)`; it is left alone where the loss surely draws
    nothing.

    Args:
        seed: The seed, `None` to leave all generators alone.
        reached: What the loss can reach.
    """
    if seed is None:
        yield
        return
    python, numpy = random.getstate(), np.random.get_state()
    reseed(seed, reached)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)

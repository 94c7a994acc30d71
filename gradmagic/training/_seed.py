"""Random generators, set to a seed for the length of a training."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from gradmagic.tape import tensorflow

__all__ = ["seeded"]


@contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """Seed Python's, NumPy's and TensorFlow's global generators, as `keras.utils.set_random_seed` does.

    Python's and NumPy's generators are put back afterwards. TensorFlow's cannot be read, so it goes
    on from the seed, as after `tf.random.set_seed(seed)`. `None` leaves all three alone.
    """
    if seed is None:
        yield
        return
    python, numpy = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    tensorflow().random.set_seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)

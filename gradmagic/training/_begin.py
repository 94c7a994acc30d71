"""Where a training begins: the variables as they are, or scattered around that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["scatter"]

# Apart from the keys that the order of the batches takes of the same seed.
_STREAM = 1 << 96


def scatter(tensors: Sequence[Any], deviation: float, seed: int | None) -> None:
    """Add normal noise to variables, drawn from the seed alone.

    Args:
        tensors: The variables.
        deviation: The standard deviation of the noise.
        seed: The seed; the numbers of 0 without one.
    """
    random = np.random.Generator(np.random.Philox(key=_STREAM + int(seed or 0)))
    for tensor in tensors:
        noise = random.normal(scale=deviation, size=tuple(tensor.shape))
        tensor.assign_add(noise.astype(tensor.dtype.as_numpy_dtype))

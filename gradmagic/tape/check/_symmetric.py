"""Gradients by a symmetric matrix of which an operation reads one triangle only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradmagic.tape.check._measure import Comparison, Problem

__all__ = ["accept_triangles"]


def accept_triangles(found: Sequence[Comparison], problem: Problem) -> tuple[list[Comparison], list[str]]:
    """Accept what Cholesky and eigh give: they read the lower triangle of a matrix that is symmetric.

    TensorFlow spreads such a gradient evenly over both triangles, which is right for every change that
    keeps the matrix symmetric, though not for a change of one entry alone.

    Args:
        found: what was compared.
        problem: what it was compared in.

    Returns:
        The comparisons, those of such a matrix accepted with the kind `"triangle"`, and the names of
        the matrices.
    """
    accepted: dict[int, Comparison] = {}
    names = []
    for name, point, claimed in zip(problem.names, problem.points, problem.automatic, strict=True):
        own = {
            index: item
            for index, item in enumerate(found)
            if (item.source, item.order) == (name, problem.order) and item.index is not None
        }
        square = point.ndim == 2 and point.shape[0] == point.shape[1]
        if claimed is None or not square or np.iscomplexobj(point) or len(own) != point.size:
            continue
        if all(item.ok for item in own.values()) or not np.allclose(point, point.T):
            continue
        numeric = np.zeros(point.shape)
        for item in own.values():
            numeric[item.index] = item.numeric
        even = (numeric + numeric.T) / 2
        allowed = problem.tolerance * float(np.max(np.abs(even), initial=0.0))
        if np.all(np.abs(even - claimed) <= allowed):
            names.append(name)
            accepted.update({index: replace(item, ok=True, kind="triangle") for index, item in own.items()})
    return [accepted.get(index, item) for index, item in enumerate(found)], names

"""Is the optimizer gradient descent, and how long may its steps be?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradmagic.training.diagnosis._evidence import Evidence

__all__ = ["Descent", "descent_of"]

# The steps of a learner's own optimizer that are compared with the learning rate times the gradient.
LOOKED_AT = 5


@dataclass(frozen=True)
class Descent:
    """Gradient descent, with or without momentum.

    On a quadratic with the largest curvature `lambda_max` it is stable below `factor / lambda_max` (Polyak,
    1964; for Nesterov's form, O'Donoghue and Candes, 2015).

    Attributes:
        factor: 2, with momentum `2 (1 + momentum)`, with Nesterov's less.
        formula: The bound as it is written.
    """

    factor: float
    formula: str


def descent_of(evidence: Evidence) -> Descent | None:
    """Return what kind of gradient descent the optimizer is; `None` if it is none, or clips."""
    import keras

    settings, optimizer = evidence.settings, evidence.optimizer
    if any((settings.clip_value, settings.clip_norm, settings.clip_global_norm)):
        return None
    if isinstance(optimizer, keras.optimizers.Optimizer):
        clips = any(getattr(optimizer, name, None) for name in ("clipnorm", "clipvalue", "global_clipnorm"))
        if type(optimizer) is not keras.optimizers.SGD or clips:
            return None
        momentum = float(optimizer.momentum)
        if momentum and optimizer.nesterov:
            factor = (2 + 2 * momentum) / (1 + 2 * momentum)
            return Descent(factor, "2 (1 + momentum) / ((1 + 2 momentum) lambda_max)")
        if momentum:
            return Descent(2 * (1 + momentum), "2 (1 + momentum) / lambda_max")
        return Descent(2.0, "2 / lambda_max")
    return Descent(2.0, "2 / lambda_max") if _is_plain(evidence) else None


def _is_plain(evidence: Evidence) -> bool:
    """Whether the first steps of a learner's optimizer were `learning_rate * gradient`."""
    history = evidence.history
    names = [name.shown for name in evidence.problem.names]
    count = min(LOOKED_AT, len(history) - 1)
    if count < 1 or not all(name in history.parameters for name in names):
        return False
    kept = [history.parameters[name] for name in names]
    rows = [np.asarray(values, np.float64)[: count + 1].reshape(count + 1, -1) for values in kept]
    moved = np.linalg.norm(np.diff(np.concatenate(rows, axis=1), axis=0), axis=1)
    expected = np.asarray(history.learning_rate * history.grad_norm, np.float64)[:count]
    return bool(np.allclose(moved, expected, rtol=1e-3, atol=0.0))

"""The learning rate that an optimizer brings along: what it is called, and whether it can be one."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._reach import is_library_class
from gradmagic.training._settings import checked_rate
from gradmagic.training._state import as_float

__all__ = ["rate_name", "refuse_rate"]

# What learners call the learning rate.
_RATES = ("learning_rate", "lr", "alpha", "eta", "step_size", "rate")


def rate_name(optimizer: Any) -> str | None:
    """Return the attribute that holds the learning rate, a number or a tensor of shape `()`, or `None`."""
    for name in _RATES:
        value = getattr(optimizer, name, None)
        if isinstance(value, Real) and not isinstance(value, bool):
            return name
        if hasattr(value, "dtype") and getattr(value, "shape", None) == ():
            return name
    return None


def refuse_rate(optimizer: Any, *, driven: bool) -> None:
    """Refuse an optimizer whose learning rate is no learning rate.

    A learner's class may begin with 0 and warm up, or have the sign in its rate: there only what is
    not finite is refused.

    Args:
        optimizer: Keras's, or a learner's.
        driven: Whether a schedule sets the rate before each step.

    Raises:
        ArgumentError: The rate is not finite; or, in one of Keras's own, 0 or negative.
    """
    name = rate_name(optimizer)
    if name is None:
        return
    rate = as_float(getattr(optimizer, name))
    plain = is_library_class(type(optimizer)) and hasattr(getattr(optimizer, name), "assign")
    if plain and not driven:
        checked_rate("learning_rate", rate)
    elif not math.isfinite(rate):
        raise ArgumentError(say("train-rate-not-finite", value=rate))

"""A Keras optimizer and the variables that it is to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._state import as_tf_variable

__all__ = ["build_keras"]


def build_keras(optimizer: Any, variables: Sequence[Any]) -> None:
    """Make a Keras optimizer's own variables.

    Args:
        optimizer: It may be built already, as after a training.
        variables: What it is to change.

    Raises:
        ArgumentError: It belongs to other variables, or it asks for what these do not have.
    """
    name = type(optimizer).__name__
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is not None and inner.built:
        _check_known(inner, variables)
    if not optimizer.built:
        try:
            optimizer.build(variables)
        except AttributeError as error:  # Muon asks each matrix for its path
            raise ArgumentError(say("train-optimizer-keras-variables", name=name)) from error
        return
    _check_known(optimizer, variables)


def _check_known(optimizer: Any, variables: Sequence[Any]) -> None:
    # Keras has no public list of the variables that an optimizer was built for.
    known = {id(as_tf_variable(variable)) for variable in optimizer._trainable_variables}
    if not all(id(as_tf_variable(variable)) in known for variable in variables):
        raise ArgumentError(say("train-optimizer-used", name=type(optimizer).__name__))

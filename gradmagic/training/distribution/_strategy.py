"""Which strategy a training takes, and what cannot be combined with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._settings import suggestion
from gradmagic.training._state import as_tf_variable
from gradmagic.training.distribution._names import STRATEGY_NAMES

__all__ = ["chosen_strategy", "refuse_with_strategy", "strategy_name"]

# What is left to a training without a strategy.
_ALONE = (
    "validation",
    "checkpoint",
    "resume",
    "device",
    "noise",
    "start_noise",
    "tol",
    "background",
    "movable",
)
_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps", "loss_scale_factor")


def chosen_strategy(given: Any, variables: Sequence[Any]) -> Any:
    """Return the strategy that was asked for; `None` for TensorFlow's default, one device.

    Args:
        given: A `tf.distribute.Strategy`, or one of `STRATEGY_NAMES`: then it is the one under whose
            scope the variables were made.
        variables: What is trained, as far as it is given.

    Raises:
        ArgumentError: It is no strategy, one that does not work in step, or not that of the variables.
    """
    tf = tensorflow()
    if given is None or (isinstance(given, str) and given == "default"):
        return None
    classes = {
        "mirrored": tf.distribute.MirroredStrategy,
        "multiworker": tf.distribute.MultiWorkerMirroredStrategy,
    }
    if isinstance(given, str):
        if given not in classes:
            known = ", ".join(STRATEGY_NAMES)
            hint = suggestion(given, STRATEGY_NAMES)
            raise ArgumentError(say("train-strategy-type", value=repr(given), known=known) + hint)
        kind = "MirroredStrategy" if given == "mirrored" else "MultiWorkerMirroredStrategy"
        made = {id(one): one for one in map(_strategy_of, variables) if isinstance(one, classes[given])}
        if len(made) != 1:
            raise ArgumentError(say("train-strategy-scope", type=kind))
        given = next(iter(made.values()))
    if not isinstance(given, tf.distribute.Strategy):
        known = ", ".join(STRATEGY_NAMES)
        raise ArgumentError(say("train-strategy-type", value=repr(given), known=known))
    asynchronous = isinstance(given, tf.distribute.experimental.ParameterServerStrategy)
    if asynchronous or isinstance(given, tf.distribute.experimental.CentralStorageStrategy):
        raise ArgumentError(say("train-strategy-kind", type=type(given).__name__))
    # On one device TensorFlow gives plain variables, which know of no strategy.
    if given.num_replicas_in_sync > 1 and any(_strategy_of(one) is not given for one in variables):
        raise ArgumentError(say("train-strategy-scope", type=strategy_name(given)))
    return given


def refuse_with_strategy(strategy: Any, optimizer: Any, asked: Mapping[str, Any]) -> None:
    """Refuse what cannot be combined with a strategy.

    Args:
        strategy: The strategy.
        optimizer: The optimizer, one of Keras's or a learner's own.
        asked: The arguments of the training by name, `None` or `False` for what was not asked.

    Raises:
        ArgumentError: Something cannot.
    """
    import keras

    tf = tensorflow()
    name = strategy_name(strategy)
    for option in _ALONE:
        if asked.get(option) is not None and asked.get(option) is not False:
            raise ArgumentError(say("train-strategy-alone", name=option, type=name))
    if isinstance(asked.get("data"), tf.data.Dataset):
        raise ArgumentError(say("train-strategy-dataset", type=name))
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise ArgumentError(say("train-strategy-optimizer", type=type(optimizer).__name__))
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        raise ArgumentError(say("train-strategy-scale", type=name))
    for option in _CLIPPING:
        if getattr(optimizer, option, None):
            raise ArgumentError(say("train-strategy-option", name=option))
    # Keras keeps the strategy under whose scope an optimizer was made, and has no public name for it.
    if optimizer._distribution_strategy is not strategy:
        raise ArgumentError(say("train-strategy-optimizer-scope", type=type(optimizer).__name__))


def strategy_name(strategy: Any) -> str:
    """Return the name under which TensorFlow documents a strategy."""
    several = isinstance(strategy, tensorflow().distribute.MultiWorkerMirroredStrategy)
    return "MultiWorkerMirroredStrategy" if several else type(strategy).__name__


def _strategy_of(variable: Any) -> Any:
    return getattr(as_tf_variable(variable), "distribute_strategy", None)

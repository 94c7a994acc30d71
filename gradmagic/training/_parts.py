"""What the plain program of a training is made of."""

from __future__ import annotations

from typing import Any

from gradmagic.training._problem import Problem
from gradmagic.training._settings import Settings
from gradmagic.training._source import ProgramParts
from gradmagic.training.distribution import strategy_name
from gradmagic.training.feed import Schedule, Source
from gradmagic.training.update import Update, optimizer_source, skips_steps

__all__ = ["optimizer_code", "program_parts"]


def program_parts(
    problem: Problem,
    update: Update,
    settings: Settings,
    source: Source,
    schedule: Schedule | None,
    columns: tuple[str, ...] = (),
    code: str | None = None,
    strategy: Any = None,
) -> ProgramParts:
    """Return what a plain program of a training is made of.

    Args:
        problem: The loss and the variables.
        update: The optimizer.
        settings: What was asked for.
        source: The data.
        schedule: The schedule.
        columns: What the data are called; `X`, `y` and so on unless given.
        code: The expression that makes the optimizer, if it was written down before it took a step.
        strategy: The `tf.distribute.Strategy`, if there is one.
    """
    name = getattr(problem.loss, "__name__", "loss")
    taken = source.example()
    if not columns:
        columns = taken.keys or (
            ("X", "y") if len(taken.values) == 2 else tuple(f"data_{i}" for i in range(len(taken.values)))
        )
    return ProgramParts(
        settings,
        problem.names,
        name if name.isidentifier() else "loss",
        code if code is not None else optimizer_code(update, settings),
        update.call_code,
        schedule,
        columns if not source.is_dataset else columns[:1],
        source.length,
        source.is_dataset,
        update.scale is not None,
        update.scale is not None and update.scale.skips,
        "" if strategy is None else strategy_name(strategy),
    )


def optimizer_code(update: Update, settings: Settings) -> str | None:
    """The expression that makes the optimizer as it is now, `None` for a learner's own."""
    if not update.is_keras:
        return None
    named, optimizer = isinstance(settings.optimizer, str), update.optimizer
    if not skips_steps(optimizer) or optimizer is settings.optimizer:
        return optimizer_source(settings, {} if named else optimizer.get_config())
    inner = optimizer_source(settings, {} if named else optimizer.inner_optimizer.get_config())
    return f"tf.keras.optimizers.LossScaleOptimizer({inner})"

"""A training as a plain TensorFlow program, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic.messages import say
from gradmagic.training._names import Name
from gradmagic.training._settings import Settings

__all__ = ["ProgramParts", "program_source"]


@dataclass(frozen=True)
class ProgramParts:
    """What a program is made of.

    Attributes:
        settings: What was asked for.
        names: What the variables are called.
        loss_name: What the loss is called.
        optimizer_code: The expression that makes the optimizer, `None` for a learner's own.
        apply_code: The call that makes a learner's own step; empty for Keras's.
        schedule: The schedule, `None` without one.
        columns: What the data are called, empty without data.
        length: The rows of the data, if they are taken in batches.
        is_dataset: Whether the data are a `tf.data.Dataset`.
        scales: Whether the optimizer scales the loss.
        skips: Whether it leaves out a step whose gradients are not finite.
        strategy: What distributes the training, as it is called; empty without.
    """

    settings: Settings
    names: Sequence[Name]
    loss_name: str
    optimizer_code: str | None
    apply_code: str = ""
    schedule: Any = None
    columns: tuple[str, ...] = ()
    length: int = 0
    is_dataset: bool = False
    scales: bool = False
    skips: bool = False
    strategy: str = ""


def program_source(parts: ProgramParts, loss_source: str | None) -> str:
    """Return the program.

    Args:
        parts: What it is made of.
        loss_source: Python that defines the loss and the variables, or `None` if that was done before.
    """
    settings = parts.settings
    batches = settings.batch is not None and not parts.is_dataset
    imports = [
        *(["import math", ""] if _needs_math(parts) else []),
        *(["import numpy as np"] if batches else []),
    ]
    lines = [*imports, "import tensorflow as tf", ""]
    lines += [loss_source.strip("\n"), ""] if loss_source else [f"# {say('train-code-defined')}", ""]
    if settings.seed is not None:
        lines.append(f"tf.keras.utils.set_random_seed({settings.seed})")
    if parts.optimizer_code is not None:
        lines.append(f"optimizer = {parts.optimizer_code}")
    left_out = [name for name in ("start_noise", "tol", "validation") if getattr(settings, name) is not None]
    if left_out:
        lines.append(f"# {say('train-code-left-out', names=', '.join(left_out))}")
    if parts.strategy:
        lines.append(f"# {say('train-code-strategy', type=parts.strategy)}")
    lines += _variables(parts)
    if batches:
        lines += _batches(parts)
    if parts.is_dataset:
        lines.append(f"batches = iter({parts.columns[0]}.repeat())")
    relative = parts.schedule is not None and parts.schedule.source is not None
    if relative:
        lines.append(f"base_rate = {settings.learning_rate or 'float(optimizer.learning_rate)'}")
    lines += ["", f"for step in range({settings.steps}):"]
    lines += [f"    {line}" for line in _step(parts, batches=batches)]
    lines += ["", f"print(float({_call(parts, whole=True)}))"]
    return "\n".join(lines) + "\n"


def _needs_math(parts: ProgramParts) -> bool:
    return parts.schedule is not None and "math." in (parts.schedule.source or "")


def _variables(parts: ProgramParts) -> list[str]:
    expressions = [name.expression for name in parts.names]
    if all(expressions):
        return [f"variables = [{', '.join(str(expression) for expression in expressions)}]"]
    return [
        "with tf.GradientTape() as tape:",
        f"    {_call(parts, whole=True)}",
        f"variables = list(tape.watched_variables())  # {say('train-code-found')}",
    ]


def _batches(parts: ProgramParts) -> list[str]:
    settings = parts.settings
    rest = 0 if settings.drop_last else parts.length % (settings.batch or 1)
    steps = parts.length // (settings.batch or 1) + bool(rest)
    if not settings.shuffle:
        order = f"    return np.arange({parts.length})"
    else:
        order = (
            f"    bits = np.random.Philox(key=({settings.seed or 0} * 0x9E3779B97F4A7C15 + epoch) % 2**128)\n"
            f"    return np.random.Generator(bits).permutation(np.arange({parts.length}, dtype=np.int32))"
        )
    return ["", "", "def rows_of(epoch):", order, "", "", f"steps_per_epoch = {steps}"]


def _step(parts: ProgramParts, *, batches: bool) -> list[str]:
    settings, lines = parts.settings, []
    if batches:
        lines += [
            "epoch, place = divmod(step, steps_per_epoch)",
            f"rows = rows_of(epoch)[place * {settings.batch} : (place + 1) * {settings.batch}]",
        ]
    if parts.schedule is not None:
        source = parts.schedule.source
        name = parts.schedule.name if parts.schedule.name.isidentifier() else "schedule"
        lines.append(f"optimizer.learning_rate = {f'base_rate * ({source})' if source else f'{name}(step)'}")
    lines += ["with tf.GradientTape() as tape:", f"    value = {_call(parts)}"]
    if parts.scales:
        lines.append("    scaled = optimizer.scale_loss(value)")
    lines.append(f"gradients = tape.gradient({'scaled' if parts.scales else 'value'}, variables)")
    changes = _changes(settings)
    if parts.scales and changes:
        changes = [
            "gradients = [g / optimizer.scale_loss(1.0) for g in gradients]",
            *changes,
            "gradients = [g * optimizer.scale_loss(1.0) for g in gradients]",
        ]
    if parts.skips and changes:  # the optimizer is to see what is not finite
        changes = [
            "if all(tf.reduce_all(tf.math.is_finite(g)) for g in gradients):",
            *(f"    {line}" for line in changes),
        ]
    lines += changes
    lines.append(parts.apply_code or "optimizer.apply_gradients(zip(gradients, variables))")
    return lines


def _changes(settings: Settings) -> list[str]:
    """What happens to the gradients before the optimizer sees them, and the weight decay beside it."""
    lines: list[str] = []
    if settings.noise is not None:
        lines += [
            "gradients = [",
            f"    g + {settings.noise} * tf.random.stateless_normal(",
            f"        g.shape, [{(settings.seed or 0) * 65_536} + place, step], dtype=g.dtype, alg='philox'",
            "    )",
            "    for place, g in enumerate(gradients)",
            "]",
        ]
    if settings.clip_value is not None:
        bound = settings.clip_value
        lines.append(f"gradients = [tf.clip_by_value(g, -{bound}, {bound}) for g in gradients]")
    if settings.clip_norm is not None:
        lines.append(f"gradients = [tf.clip_by_norm(g, {settings.clip_norm}) for g in gradients]")
    if settings.clip_global_norm is not None:
        lines.append(f"gradients, _ = tf.clip_by_global_norm(gradients, {settings.clip_global_norm})")
    if settings.weight_decay is not None:
        lines += [
            "for variable in variables:",
            f"    variable.assign_sub(variable * {settings.weight_decay} * optimizer.learning_rate)",
        ]
    return lines


def _call(parts: ProgramParts, *, whole: bool = False) -> str:
    """The call of the loss."""
    if parts.is_dataset:
        return (
            f"{parts.loss_name}(*next(batches))"
            if not whole
            else f"{parts.loss_name}(*next(iter({parts.columns[0]})))"
        )
    picked = parts.settings.batch is not None and not whole
    arguments = [f"tf.gather({name}, rows)" if picked else name for name in parts.columns]
    return f"{parts.loss_name}({', '.join(arguments)})"

"""A training as a plain TensorFlow program."""

from __future__ import annotations

from collections.abc import Sequence

from gradmagic.messages import say
from gradmagic.training._names import Name
from gradmagic.training._settings import Settings

__all__ = ["program_source"]


def program_source(
    settings: Settings,
    names: Sequence[Name],
    loss_name: str,
    optimizer_code: str,
    loss_source: str | None,
) -> str:
    """Return the program.

    Args:
        settings: What was asked for.
        names: What the variables are called.
        loss_name: What the loss is called.
        optimizer_code: The expression that makes the optimizer.
        loss_source: Python that defines the loss and the variables, or `None` if that was done before.
    """
    lines = ["import tensorflow as tf", ""]
    lines += [loss_source.strip("\n"), ""] if loss_source else [f"# {say('train-code-defined')}", ""]
    if settings.seed is not None:
        lines.append(f"tf.keras.utils.set_random_seed({settings.seed})")
    lines.append(f"optimizer = {optimizer_code}")
    lines += _variables(names, loss_name)
    lines += [
        "",
        f"for step in range({settings.steps}):",
        "    with tf.GradientTape() as tape:",
        f"        value = {loss_name}()",
        "    gradients = tape.gradient(value, variables)",
        "    optimizer.apply_gradients(zip(gradients, variables))",
        "",
        f"print(float({loss_name}()))",
    ]
    return "\n".join(lines) + "\n"


def _variables(names: Sequence[Name], loss_name: str) -> list[str]:
    expressions = [name.expression for name in names]
    if all(expressions):
        return [f"variables = [{', '.join(str(expression) for expression in expressions)}]"]
    return [
        "with tf.GradientTape() as tape:",
        f"    {loss_name}()",
        f"variables = list(tape.watched_variables())  # {say('train-code-found')}",
    ]

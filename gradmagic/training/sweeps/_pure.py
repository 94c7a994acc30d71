"""A loss without variables: the same computation as a function of their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradmagic.tape import tensorflow
from gradmagic.training._problem import Problem
from gradmagic.training.feed import Arguments

__all__ = ["NotPure", "pure_gradients"]


class NotPure(Exception):
    """The loss uses its variables in another way than by reading them."""


def pure_gradients(problem: Problem, arguments: Arguments) -> Callable[..., list[Any]]:
    """Return a function from the variables' values, and the loss's arguments, to the loss and the gradients.

    The loss is traced once; then what each read of a variable gave becomes an input of the graph.

    Args:
        problem: The loss and the variables.
        arguments: What the loss is called with, for the types.

    Returns:
        `function(values, arguments)`: the loss, shape `()`, and a gradient for each variable.

    Raises:
        NotPure: The loss writes to a variable, reads one inside a function or a branch, or has none of
            its gradients.
    """
    tf = tensorflow()
    specs = [tf.TensorSpec(value.shape, value.dtype) for value in arguments.values]

    def traced(*values: Any) -> list[Any]:
        loss, gradients = problem.gradients(Arguments(tuple(values), arguments.keys))
        if any(gradient is None for gradient in gradients):
            raise NotPure
        return [loss, *(tf.convert_to_tensor(gradient) for gradient in gradients)]

    wrapped = tf.compat.v1.wrap_function(traced, specs)
    reads = _reads(wrapped.graph, problem.tensors)
    inputs = [tensor for tensor in wrapped.inputs if tensor.dtype != tf.resource][: len(specs)]
    flat = [read for group in reads for read in group]
    pruned = wrapped.prune([*flat, *inputs], wrapped.structured_outputs)

    def function(values: Sequence[Any], given: Sequence[Any]) -> list[Any]:
        fed = [
            tf.reshape(value, read.shape)
            for value, group in zip(values, reads, strict=True)
            for read in group
        ]
        return list(pruned(*fed, *given))

    return function


def _reads(graph: Any, variables: Sequence[Any]) -> list[list[Any]]:
    """What the graph reads from each variable."""
    captured = {id(outer): inner for outer, inner in graph.captures}
    found: list[list[Any]] = []
    known: set[str] = set()
    for variable in variables:
        handle = captured.get(id(variable.handle))
        if handle is None:
            raise NotPure
        users = handle.consumers()
        if not users or any(user.type != "ReadVariableOp" for user in users):
            raise NotPure
        found.append([user.outputs[0] for user in users])
        known.add(handle.name)
    for operation in graph.get_operations():
        # Another variable may be read, as a constant; none may be written, or hide in a function.
        if operation.type.startswith("Assign") or "Resource" in operation.type:
            raise NotPure
        hidden = [tensor for tensor in operation.inputs if tensor.name in known]
        if hidden and operation.type != "ReadVariableOp":
            raise NotPure
    return found

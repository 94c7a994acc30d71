"""Derivatives of functions: `grad`, `value_and_grad`, `jacobian`, `hessian`, `hvp`, composed from `Tape`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import as_argument, check_order, check_target, leaves, shorten
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad"]

Function = Callable[..., Any]


def grad(f: Function, argnums: int | tuple[int, ...] = 0, order: int = 1) -> Function:
    """Return the function that differentiates `f`.

    Args:
        f: takes tensors (or nested lists, tuples and dicts of them) and returns a tensor; an output of
            more than one number is summed, as `tf.GradientTape.gradient` does (see `jacobian`).
        argnums: the position, or a tuple of positions, of the arguments to differentiate by.
        order: 2 for the second derivative, and so on.

    Returns:
        A function of the same arguments. Its result has the structure of the argument, or is a tuple
        when `argnums` is one. Python numbers are taken as float32, arrays keep their dtype.

    Raises:
        TargetError: `f` is not callable; when called: an argument of integers, a result that is no tensor.
        ArgumentError: `order` is not a whole number from 1, or an argument is missing.

    Example:
        >>> grad(lambda x: x**3, order=2)(3.0)
        <tf.Tensor: shape=(), dtype=float32, numpy=18.0>
    """
    check_order(order)
    return _derivative(f, argnums, lambda tape, y, x: tape.gradient(y, x, order))


def value_and_grad(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that gives `(f(...), gradient)`; see `grad`."""
    return _derivative(f, argnums, lambda tape, y, x: (y, tape.gradient(y, x)))


def jacobian(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that gives the Jacobian, of shape `f(x).shape + x.shape`; see `grad`."""
    return _derivative(f, argnums, lambda tape, y, x: tape.jacobian(y, x))


def hessian(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that gives the Hessian, of shape `x.shape + x.shape`; see `grad`."""
    return _derivative(f, argnums, lambda tape, y, x: tape.hessian(y, x))


def hvp(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function `h(*args, v=vector)` that gives the Hessian of `f` times `vector`.

    `vector` has the structure and the shapes of the argument (of the tuple of arguments).
    See `Tape.hvp` for the method, `grad` for the arguments and the errors.
    """
    _check_callable(f)

    @wraps(f)
    def times(*args: Any, v: Any) -> Any:
        vector = as_argument(v)
        return _derivative(f, argnums, lambda tape, y, x: tape.hvp(y, x, vector))(*args)

    return times


def jvp(f: Function) -> Function:
    """Return the function `j(*args, v=vectors)` that gives `J v` in forward mode.

    `vectors` has the structure and the shapes of the arguments: one for each, or the one itself when there
    is one argument. TensorFlow's `ForwardAccumulator` goes along with the computation, so the cost does not
    grow with the size of the result.

    Raises:
        TargetError: as `grad`.
    """
    _check_callable(f)

    @wraps(f)
    def pushed(*args: Any, v: Any) -> Any:
        arguments = [as_argument(argument) for argument in args]
        tangents = [as_argument(v)] if len(arguments) == 1 else [as_argument(part) for part in v]
        with tensorflow().autodiff.ForwardAccumulator(leaves(arguments), leaves(tangents)) as forward:
            result = f(*arguments)
        check_target(result, say("tape-result"))
        return forward.jvp(result)

    return pushed


def _derivative(
    f: Function, argnums: int | tuple[int, ...], derive: Callable[[Tape, Any, Any], Any]
) -> Function:
    _check_callable(f)
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(f)
    def derived(*args: Any, **kwargs: Any) -> Any:
        arguments = list(args)
        for position in positions:
            if not -len(arguments) <= position < len(arguments):
                raise ArgumentError(say("tape-argnums", position=position, count=len(arguments)))
            arguments[position] = as_argument(arguments[position])
        chosen = tuple(arguments[position] for position in positions)
        with Tape.without_records() as tape:
            tape.watch(*chosen)
            result = f(*arguments, **kwargs)
        check_target(result, say("tape-result"))
        return derive(tape, result, chosen[0] if isinstance(argnums, int) else chosen)

    return derived


def _check_callable(f: Any) -> None:
    if not callable(f):
        raise TargetError(say("tape-callable", kind=type(f).__name__, value=shorten(f)))

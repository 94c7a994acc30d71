"""The three forms in which learners write a step, each bound to a call with gradients and variables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

__all__ = [
    "Apply",
    "Bind",
    "Form",
    "accepts",
    "call_code",
    "lists",
    "one_by_one",
    "pairs",
    "parameter_names",
    "takes",
]

# How the first letters of a parameter tell gradients from variables.
_GRADIENTS = ("grad", "g", "d")
_VARIABLES = ("var", "param", "w", "theta", "x")

Apply = Callable[[Sequence[Any], Sequence[Any]], None]
Bind = Callable[[Callable[..., Any]], Apply]
# From a method, for its signature, and a list for states that are kept for it.
Form = Callable[[Callable[..., Any], list[Any]], Bind]


def pairs(method: Callable[..., Any], states: list[Any]) -> Bind:
    """`apply_gradients(grads_and_vars)`; also with two lists."""
    if takes(method, 2):
        return lists(method, states)

    def bind(call: Callable[..., Any]) -> Apply:
        def apply(gradients: Sequence[Any], variables: Sequence[Any]) -> None:
            _keep_returned(call(list(zip(gradients, variables, strict=True))), variables)

        return apply

    return bind


def lists(method: Callable[..., Any], _states: list[Any]) -> Bind:
    """`step(gradients, variables)`, in either order if the names say so."""
    swapped = _variables_first(method)

    def bind(call: Callable[..., Any]) -> Apply:
        def apply(gradients: Sequence[Any], variables: Sequence[Any]) -> None:
            first, second = (variables, gradients) if swapped else (gradients, variables)
            _keep_returned(call(list(first), list(second)), variables)

        return apply

    return bind


def one_by_one(method: Callable[..., Any], states: list[Any]) -> Bind:
    """`update(gradient, variable, state)`; a state begins as an empty dictionary."""
    swapped = _variables_first(method)

    def bind(call: Callable[..., Any]) -> Apply:
        def apply(gradients: Sequence[Any], variables: Sequence[Any]) -> None:
            if not states:
                states.extend({} for _ in variables)
            for place, (gradient, variable) in enumerate(zip(gradients, variables, strict=True)):
                first, second = (variable, gradient) if swapped else (gradient, variable)
                returned = call(first, second, states[place])
                if isinstance(returned, tuple) and len(returned) == 2:
                    returned, states[place] = returned
                elif isinstance(returned, dict):
                    returned, states[place] = None, returned
                _keep_returned(None if returned is None else [returned], [variable])

        return apply

    return bind


def call_code(method: Callable[..., Any], optimizer: Any) -> str:
    """Return the line of a plain program that calls the method, in the form that it has."""
    name = getattr(method, "__name__", "")
    called = "optimizer" if method is optimizer else f"optimizer.{name}"
    pair = ("variables", "gradients") if _variables_first(method) else ("gradients", "variables")
    if name == "apply_gradients" and not takes(method, 2):
        return "optimizer.apply_gradients(list(zip(gradients, variables)))"
    if name in ("apply_gradients", "step"):
        return f"{called}({', '.join(pair)})"
    first, second = (word[:-1] for word in pair)
    return f"{called}({first}, {second}, state)  # for each, with a state of its own, {{}} at first"


def _keep_returned(returned: Any, variables: Sequence[Any]) -> None:
    """Assign new values that were returned, not assigned."""
    if isinstance(returned, tuple):
        returned = list(returned)
    if not isinstance(returned, list) or len(returned) != len(variables):
        return
    for value, variable in zip(returned, variables, strict=True):
        if not hasattr(value, "assign") and hasattr(value, "shape"):
            variable.assign(value)


def parameter_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of the positional parameters of a function."""
    return [parameter.name for parameter in _parameters(function)]


def accepts(function: Callable[..., Any], count: int) -> bool | None:
    """Whether a function can be called with that many arguments; `None` if it does not show."""
    try:
        inspect.signature(function).bind(*range(count))
    except ValueError:
        return None
    except TypeError:
        return False
    return True


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a callable written in C has none to show
        return []
    return [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def takes(function: Callable[..., Any], count: int) -> bool:
    """Whether a function needs that many arguments."""
    return len([p for p in _parameters(function) if p.default is p.empty]) == count


def _variables_first(function: Callable[..., Any]) -> bool:
    names = [p.name.lower() for p in _parameters(function)[:2]]
    return len(names) == 2 and names[0].startswith(_VARIABLES) and names[1].startswith(_GRADIENTS)

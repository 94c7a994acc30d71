"""`Derivative`: what `%grad` returns, an ordinary object; and the two functions that make one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic._views import view
from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import as_argument, check_order, check_sources, check_target, is_tensor, leaves
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow

__all__ = ["KINDS", "Derivative", "differentiate", "differentiate_function"]

KINDS = ("gradient", "jacobian", "hessian")


@dataclass(frozen=True, eq=False)
class Derivative:
    """The derivatives of a target, with the names under which they are shown.

    Attributes:
        kind: one of `KINDS`.
        target: the name of what was differentiated.
        sources: a name for each tensor it was differentiated by.
        orders: for each order from 1, the derivatives by each of `sources`; `None` where there is none.
        points: where a function was differentiated, one for each of its arguments; empty for a recording.
        reasons: for each of `sources`, why its derivative is `None`; `None` where it is not.
        value_of_target: the target's own value.
        structure: the sources as they came, whose structure `value` has.
    """

    kind: str
    target: str
    sources: tuple[str, ...]
    orders: tuple[tuple[Any, ...], ...]
    points: tuple[Any, ...]
    reasons: tuple[str | None, ...]
    value_of_target: Any
    structure: Any

    @property
    def order(self) -> int:
        """The highest order that was asked for."""
        return len(self.orders)

    @property
    def value(self) -> Any:
        """The derivatives of the highest order, in the structure of the sources."""
        return self.at_order(self.order)

    def at_order(self, order: int) -> Any:
        """Return the derivatives of one order, in the structure of the sources."""
        return tensorflow().nest.pack_sequence_as(self.structure, list(self.orders[order - 1]))

    def __iter__(self) -> Iterator[Any]:
        """Go through the derivatives of the highest order: `da, db = %grad loss a b`."""
        return iter(self.orders[-1])

    def __getitem__(self, index: int) -> Any:
        return self.orders[-1][index]

    def __len__(self) -> int:
        return len(self.orders[-1])

    def __float__(self) -> float:
        return float(self._only())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.asarray(self._only(), dtype=dtype)

    def _only(self) -> Any:
        values = self.orders[-1]
        if len(values) != 1 or values[0] is None:
            raise TargetError(say("tape-not-one", count=sum(value is not None for value in values)))
        return values[0]

    def __repr__(self) -> str:
        return str(view("derivative_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("derivative_bundle", self))


def differentiate(
    tape: Tape,
    target: Any,
    sources: Any,
    *,
    target_name: str,
    source_names: Sequence[str],
    order: int = 1,
    kind: str = "gradient",
) -> Derivative:
    """Differentiate a recorded target and name the results.

    Args:
        tape: the recording.
        target: a tensor it made.
        sources: a tensor, a Variable, or any nesting of them.
        target_name: how the target is called in what is shown.
        source_names: the same for each tensor of `sources`, in TensorFlow's order.
        order: the highest order; every one from 1 is kept.
        kind: one of `KINDS`; for `"jacobian"` and `"hessian"` the order plays no part.

    Raises:
        TargetError: target or source cannot be differentiated.
        ArgumentError: `order` is not a whole number from 1.
    """
    check_target(target, f"`{target_name}`")
    check_sources(sources, [f"`{name}`" for name in source_names])
    return _derive(tape, target, sources, target_name, tuple(source_names), (), order, kind)


def differentiate_function(
    f: Callable[..., Any], points: Sequence[Any], *, name: str, order: int = 1, kind: str = "gradient"
) -> Derivative:
    """Differentiate a function of tensors at a point, one value for each of its arguments.

    Raises:
        TargetError: an argument that is not a floating number, or a result that is no tensor.
        ArgumentError: no point was given, or `order` is not a whole number from 1.
    """
    check_order(order)
    if not points:
        raise ArgumentError(say("tape-no-point", name=name))
    arguments = [as_argument(point) for point in points]
    tape = Tape.without_records()
    with tape:
        tape.watch(*leaves(arguments))
        result = f(*arguments)
    check_target(result, say("tape-result"))
    sources: Any = arguments[0] if len(arguments) == 1 and is_tensor(arguments[0]) else arguments
    names = _parameter_names(f, len(leaves(arguments)))
    return _derive(tape, result, sources, name, names, tuple(leaves(arguments)), order, kind)


def _derive(
    tape: Tape,
    target: Any,
    sources: Any,
    target_name: str,
    names: tuple[str, ...],
    points: tuple[Any, ...],
    order: int,
    kind: str,
) -> Derivative:
    if kind == "gradient":
        levels = tape.gradients(target, sources, order)
    else:
        levels = [getattr(tape, kind)(target, sources)]
    orders = tuple(tuple(_flatten(level, sources)) for level in levels)
    reasons = tuple(
        _reason(tape, source, name, target_name, [level[index] for level in orders], kind)
        for index, (source, name) in enumerate(zip(leaves(sources), names, strict=True))
    )
    return Derivative(kind, target_name, names, orders, points, reasons, target, sources)


def _flatten(values: Any, sources: Any) -> list[Any]:
    # `tf.nest.flatten` keeps None as a leaf, so a missing derivative keeps its place.
    return [values] if is_tensor(sources) else leaves(values)


def _parameter_names(f: Callable[..., Any], count: int) -> tuple[str, ...]:
    try:
        names = [
            parameter.name
            for parameter in inspect.signature(f).parameters.values()
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):  # a builtin without a signature
        names = []
    return tuple(names[:count]) if len(names) >= count else tuple(f"x{index}" for index in range(count))


def _reason(tape: Tape, source: Any, name: str, target: str, levels: Sequence[Any], kind: str) -> str | None:
    missing = next((level for level, value in enumerate(levels, 1) if value is None), None)
    if missing is None:
        return None
    if missing > 1 or (kind == "hessian" and tape.watches(source)):
        return say("tape-none-constant", target=target, name=name, order=missing)
    if not tape.watches(source):
        return say("tape-none-not-watched", name=name)
    return say("tape-none-not-connected", target=target, name=name)

"""`Derivative`: what `%grad` returns, an ordinary object; and the two functions that make one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic._views import view
from gradmagic.errors import ArgumentError, TargetError
from gradmagic.messages import say
from gradmagic.tape._structure import (
    as_argument,
    check_order,
    check_sources,
    check_target,
    dense,
    is_tensor,
    leaves,
    shorten,
)
from gradmagic.tape._tape import Tape
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.derivative._newton import newton_with_advice

__all__ = ["KINDS", "Derivative", "differentiate", "differentiate_function", "parameter_names"]

KINDS = ("gradient", "jacobian", "batch_jacobian", "hessian", "vjp", "jvp", "hvp", "newton_step")
WITH_VECTOR = ("vjp", "jvp", "hvp")


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
        advice: what to know before the result is used, one sentence each.
    """

    kind: str
    target: str
    sources: tuple[str, ...]
    orders: tuple[tuple[Any, ...], ...]
    points: tuple[Any, ...]
    reasons: tuple[str | None, ...]
    value_of_target: Any
    structure: Any
    advice: tuple[str, ...] = ()

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
    vector: Any = None,
    history: Sequence[str] = (),
    unconnected_gradients: str = "none",
) -> Derivative:
    """Differentiate a recorded target and name the results.

    Args:
        tape: the recording.
        target: a tensor it made.
        sources: a tensor, a Variable, or any nesting of them.
        target_name: how the target is called in what is shown.
        source_names: the same for each tensor of `sources`, in TensorFlow's order.
        order: the highest order; every one from 1 is kept.
        kind: one of `KINDS`; the order plays a part for `"gradient"` alone.
        vector: of the products `"vjp"` (shaped like the target), `"jvp"` and `"hvp"` (like the sources).
        history: the text of earlier cells, for explaining a derivative that is missing.
        unconnected_gradients: `"zero"` gives zeros in place of a derivative that is missing.

    Raises:
        TargetError: target or source cannot be differentiated, or a vector has the wrong shape.
        ArgumentError: `order` is not a whole number from 1.
    """
    check_target(target, f"`{target_name}`")
    check_sources(sources, [f"`{name}`" for name in source_names])
    asked = _Asked(
        target_name, tuple(source_names), (), order, kind, vector, tuple(history), unconnected_gradients
    )
    return _derive(tape, target, sources, asked)


def differentiate_function(
    f: Callable[..., Any],
    points: Sequence[Any],
    *,
    name: str,
    order: int = 1,
    kind: str = "gradient",
    vector: Any = None,
    unconnected_gradients: str = "none",
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
    names = parameter_names(f, len(leaves(arguments)))
    asked = _Asked(name, names, tuple(leaves(arguments)), order, kind, vector, (), unconnected_gradients)
    return _derive(tape, result, sources, asked)


@dataclass(frozen=True)
class _Asked:
    target_name: str
    names: tuple[str, ...]
    points: tuple[Any, ...]
    order: int
    kind: str
    vector: Any
    history: tuple[str, ...]
    unconnected_gradients: str


def _derive(tape: Tape, target: Any, sources: Any, asked: _Asked) -> Derivative:
    names = asked.names
    advice: tuple[str, ...] = ()
    if asked.kind == "gradient":
        levels = tape.gradients(target, sources, asked.order)
    elif asked.kind in WITH_VECTOR:
        along = target if asked.kind == "vjp" else sources
        vector_names = (asked.target_name,) * len(leaves(target)) if asked.kind == "vjp" else names
        vector = _vector(asked.vector, along, vector_names)
        levels = [getattr(tape, asked.kind)(target, sources, vector)]
    elif asked.kind == "batch_jacobian":
        levels = [
            tensorflow().nest.map_structure(lambda source: tape.batch_jacobian(target, source), sources)
        ]
    elif asked.kind == "newton_step":
        step, advice = newton_with_advice(tape, target, sources, asked.target_name)
        levels = [step]
    else:
        levels = [getattr(tape, asked.kind)(target, sources)]
    if asked.kind == "jvp":  # one result, of the target's shape, whatever the sources
        names, sources = (", ".join(names),), target
    orders = tuple(tuple(_flatten(level, sources)) for level in levels)
    if asked.unconnected_gradients == "zero":
        zeros = [_zeros(asked.kind, target, source) for source in leaves(sources)]
        orders = tuple(tuple(map(_filled, level, zeros)) for level in orders)
    reasons = tuple(
        _reason(tape, target, source, name, [level[index] for level in orders], asked)
        for index, (source, name) in enumerate(zip(leaves(sources), names, strict=True))
    )
    return Derivative(
        asked.kind, asked.target_name, names, orders, asked.points, reasons, target, sources, advice
    )


def _vector(given: Any, along: Any, names: Sequence[str]) -> Any:
    """Return the vector of a product as tensors in the structure, the shapes and the dtypes of `along`."""
    tf = tensorflow()
    parts = leaves(along)
    values = [given] if len(parts) == 1 else list(given) if isinstance(given, (list, tuple)) else [given]
    if len(values) != len(parts):
        needed = ", ".join(str(tuple(part.shape)) for part in parts)
        raise TargetError(say("tape-vector", came=f"{len(values)} ×", needed=needed, name=", ".join(names)))
    found = []
    for value, part, name in zip(values, parts, names, strict=True):
        try:
            tensor = tf.cast(tf.convert_to_tensor(value), part.dtype)
        except (TypeError, ValueError) as error:
            raise TargetError(
                say("tape-argument", kind=type(value).__name__, value=shorten(value))
            ) from error
        if tensor.shape != part.shape:
            raise TargetError(
                say("tape-vector", came=tuple(tensor.shape), needed=tuple(part.shape), name=name)
            )
        found.append(tensor)
    return tf.nest.pack_sequence_as(along, found)


def _flatten(values: Any, sources: Any) -> list[Any]:
    # `tf.nest.flatten` keeps None as a leaf, so a missing derivative keeps its place.
    return [values] if is_tensor(sources) else leaves(values)


def _zeros(kind: str, target: Any, source: Any) -> Any:
    """The derivative of a kind, of a target that does not depend on the source."""
    before = {"jacobian": target, "hessian": source, "batch_jacobian": target}.get(kind)
    shape = [] if before is None else list(before.shape)
    shape += list(source.shape)[1:] if kind == "batch_jacobian" else list(source.shape)
    return tensorflow().zeros(shape, source.dtype)


def _filled(value: Any, zeros: Any) -> Any:
    return zeros if value is None else value


def parameter_names(f: Callable[..., Any], count: int) -> tuple[str, ...]:
    """Return what to call `count` arguments of `f`: its parameters, or `x0`, `x1` and so on."""
    try:
        names = [
            parameter.name
            for parameter in inspect.signature(f).parameters.values()
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):  # a builtin without a signature
        names = []
    return tuple(names[:count]) if len(names) >= count else tuple(f"x{index}" for index in range(count))


def _reason(
    tape: Tape, target: Any, source: Any, name: str, levels: Sequence[Any], asked: _Asked
) -> str | None:
    """Why a derivative is missing, or not finite."""
    missing = next((level for level, value in enumerate(levels, 1) if value is None), None)
    if missing is None and all(map(_finite, levels)):
        return None
    second = asked.kind in ("hessian", "hvp")
    if missing is not None and (missing > 1 or (second and tape.watches(source))):
        return say("tape-none-constant", target=asked.target_name, name=name, order=missing)
    if tape.records and asked.kind != "jvp":
        found = tape.explain(
            target, source, target_name=asked.target_name, source_name=name, history=asked.history
        )
        return repr(found)
    if missing is None:
        return None  # a function's, without records: the numbers speak for themselves
    if not tape.watches(source):
        return say("tape-none-not-watched", name=name)
    return say("tape-none-not-connected", target=asked.target_name, name=name)


def _finite(value: Any) -> bool:
    tf = tensorflow()
    value = dense(value)
    return value is None or bool(tf.reduce_all(tf.math.is_finite(tf.abs(value))))

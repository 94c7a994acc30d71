"""Turn the recorded operations into a formula, and differentiate that with SymPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic.messages import say
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.compare._symbolic_rules import MOVES, rules
from gradmagic.tape.recording._hook import execute_operation, operation_name, tensor_id, type_attributes
from gradmagic.tape.replay._dependence import Step
from gradmagic.tape.replay._replay import Array, Replay

__all__ = ["ELEMENTS", "SIZE", "CannotTranslate", "Symbolic", "symbolic"]

# The largest array that is taken apart into its elements, and the largest formula (nodes of its tree).
ELEMENTS = 32
SIZE = 4000
DIGITS = 40


class CannotTranslate(Exception):
    """The recording has no formula, and the sentence that says why."""


@dataclass(frozen=True, eq=False)
class Symbolic:
    """A formula and its derivatives.

    Attributes:
        symbols: for each source, an array of its symbols.
        function: the sum of the target's entries, as a SymPy expression.
        derivatives: for each source, an array of expressions in the source's shape.
        values: the derivatives at the recorded point, to more than double precision, as float64.
    """

    symbols: tuple[Array, ...]
    function: Any
    derivatives: tuple[Array, ...]
    values: tuple[Array, ...]

    @property
    def function_size(self) -> int:
        """SymPy's count of the operations in the function."""
        return int(self.function.count_ops())

    @property
    def derivative_size(self) -> int:
        """SymPy's count of the operations in all the derivatives together."""
        return sum(int(entry.count_ops()) for array in self.derivatives for entry in array.ravel())

    @staticmethod
    def written(expression: Any) -> str:
        """Return an expression as text, its decimal numbers with six significant digits."""
        import sympy as sp

        short = {value: sp.Float(float(value), 6) for value in expression.atoms(sp.Float)}
        return str(sp.sstr(expression.xreplace(short), full_prec=False))

    def evaluate(self, points: Sequence[Array]) -> tuple[Array, ...]:
        """Evaluate the derivatives with 40 digits at one value for each source."""
        import sympy as sp

        at = {
            symbol: sp.Float(float(value), DIGITS)
            for array, point in zip(self.symbols, points, strict=True)
            for symbol, value in zip(array.ravel(), np.ravel(point), strict=True)
        }
        return tuple(
            np.array([float(entry.subs(at).evalf(DIGITS)) for entry in array.ravel()]).reshape(array.shape)
            for array in self.derivatives
        )


def symbolic(replay: Replay, names: Sequence[str]) -> Symbolic:
    """Translate what was recorded between the sources and the one target.

    Args:
        replay: of one target by some sources.
        names: of the sources.

    Raises:
        CannotTranslate: why there is no formula.
    """
    import sympy as sp

    if any(np.iscomplexobj(point) for point in replay.points):
        raise CannotTranslate(say("compare-why-complex"))
    symbols = tuple(_symbols(name, point) for name, point in zip(names, replay.points, strict=True))
    target = _Translation(replay, symbols).target()
    function = sp.Add(*target.ravel())
    derivatives = []
    for array in symbols:
        found = np.empty(array.shape, dtype=object)
        for index in np.ndindex(*array.shape):
            derivative = sp.diff(function, array[index])
            found[index] = derivative
            if derivative.has(sp.Derivative, sp.Subs):
                raise CannotTranslate(say("compare-why-derivative", expression=str(function)[:60]))
        derivatives.append(found)
    formula = Symbolic(symbols, function, tuple(derivatives), ())
    try:
        values = formula.evaluate(replay.points)
    except TypeError as error:  # a complex or undefined number
        raise CannotTranslate(say("compare-why-value")) from error
    return Symbolic(symbols, function, tuple(derivatives), values)


class _Translation:
    """Goes through the steps of a replay with formulas in the place of numbers."""

    def __init__(self, replay: Replay, symbols: Sequence[Array]) -> None:
        self._replay = replay
        self._values: dict[int, Array] = dict(zip(replay.numbers, symbols, strict=True))
        self._sizes: dict[Any, int] = {}

    def target(self) -> Array:
        for step in self._replay.steps:
            outputs = self._step(step)
            for number, output in zip(step.outputs, outputs, strict=True):
                if output.size > ELEMENTS:
                    raise CannotTranslate(_too_many(step, output.size))
                if sum(map(self._size, output.ravel())) > SIZE:
                    raise CannotTranslate(
                        say("compare-why-size", operation=operation_name(step.entry[0]), limit=SIZE)
                    )
                self._values[number] = output
        (target,) = self._replay.targets
        return self._values.get(tensor_id(target), _constants(target))

    def _step(self, step: Step) -> list[Array]:
        name = step.operation
        if name == "ReadVariableOp":
            return [self._values[step.inputs[0][1]]]
        if name == "AssignVariableOp" and step.inputs[0][0] == "handle":
            self._values[step.inputs[0][1]] = self._input(step, 1)
            return []
        if name in ("AssignAddVariableOp", "AssignSubVariableOp") and step.inputs[0][1] in self._values:
            change = self._input(step, 1)
            held = self._values[step.inputs[0][1]]
            self._values[step.inputs[0][1]] = held + change if "Add" in name else held - change
            return []
        if name == "ResourceGather" and not _attributes(step).get("batch_dims"):
            return [self._values[step.inputs[0][1]][step.entry[1][1].numpy()]]
        if name in MOVES:
            return self._moved(step)
        if not type_attributes(name):
            raise CannotTranslate(say("compare-why-function", operation=operation_name(step.entry[0])))
        rule = rules().get(name)
        attributes = _attributes(step)
        if rule is None or not self._floating(step):
            raise CannotTranslate(say("compare-why-operation", operation=name))
        try:
            return rule([self._input(step, place) for place in range(len(step.inputs))], attributes)
        except NotImplementedError as error:
            raise CannotTranslate(say("compare-why-operation", operation=f"{name} ({error})")) from error

    def _floating(self, step: Step) -> bool:
        """A cast to whole numbers has no formula worth the name."""
        return step.operation != "Cast" or step.entry[3][0].dtype.is_floating

    def _input(self, step: Step, place: int) -> Array:
        kind, origin = step.inputs[place]
        if kind == "kept":
            return _constants(origin, step)
        return self._values[origin]

    def _moved(self, step: Step) -> list[Array]:
        """Execute the operation on the numbers 1, 2, ... of its elements; 0 is what it pads with."""
        tf = tensorflow()
        places = MOVES[step.operation]
        count = len(step.inputs) - (step.operation == "ConcatV2")
        chosen = range(count) if places is None else [place for place in places if place < count]
        elements: list[Any] = [0]
        inputs = list(step.entry[1])
        for place in chosen:
            array = self._input(step, place)
            numbered = np.arange(len(elements), len(elements) + array.size).reshape(array.shape)
            elements += list(array.ravel())
            inputs[place] = tf.cast(tf.constant(numbered, tf.int64), step.entry[1][place].dtype)
        outputs = execute_operation(step.entry[0], inputs, step.entry[2], len(step.outputs))
        table = np.empty(len(elements), dtype=object)
        table[:] = elements
        return [_object(table[output.numpy().astype(np.int64)]) for output in outputs]

    def _size(self, expression: Any) -> int:
        """Count the nodes of an expression's tree, each shared part once for every place it stands in."""
        known = self._sizes.get(expression)
        if known is None:
            known = 1 + sum(map(self._size, getattr(expression, "args", ())))
            self._sizes[expression] = known
        return known


def _symbols(name: str, point: Array) -> Array:
    import sympy as sp

    if point.size > ELEMENTS:
        raise CannotTranslate(say("compare-why-elements", name=name, count=point.size, limit=ELEMENTS))
    found = np.empty(point.shape, dtype=object)
    for index in np.ndindex(*point.shape):
        found[index] = sp.Symbol("_".join([name, *map(str, index)]), real=True)
    return found


def _constants(tensor: Any, step: Step | None = None) -> Array:
    import sympy as sp

    array = np.asarray(tensor.numpy())
    if array.size > ELEMENTS:
        raise CannotTranslate(_too_many(step, array.size))
    found = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        value = array[index]
        if isinstance(value, (bool, np.bool_)):
            found[index] = sp.true if value else sp.false
        elif np.isfinite(value) and float(value * 8).is_integer():
            found[index] = sp.Rational(int(value * 8), 8)
        else:  # the number that was used: 0.1 in float32 is 0.10000000149
            found[index] = sp.Float(float(value), DIGITS)
    return found


def _too_many(step: Step | None, count: int) -> str:
    operation = "" if step is None else operation_name(step.entry[0])
    return say("compare-why-elements", name=operation, count=count, limit=ELEMENTS)


def _attributes(step: Step) -> Mapping[str, Any]:
    given = step.entry[2]
    return dict(zip(given[::2], given[1::2], strict=True))


def _object(value: Any) -> Array:
    array = np.empty(np.shape(value), dtype=object)
    array[...] = value
    return array

"""A Python number that stands for any value: what an optimizer's counter is while its step is traced.

Arithmetic with it builds an expression. Where the expression meets a tensor it becomes one, of that
tensor's type, as a Python number would; where Python asks whether it is true, the trace is asked.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from gradmagic.tape import tensorflow

__all__ = [
    "MATH",
    "Asked",
    "Leaves",
    "Number",
    "NumberTypes",
    "Unknown",
    "as_tensor",
    "combine",
    "evaluate",
    "numbers_known",
]

# Python's own kinds, and NumPy's that are as exact.
NumberTypes = (bool, int, float, np.float64, np.int64)

_COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})

# How each operation is computed by Python, and by TensorFlow on int64 and float64.
_PYTHON: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **{name: getattr(operator, name) for name in (*_COMPARISONS, "add", "sub", "mul", "truediv")},
        **{name: getattr(operator, name) for name in ("floordiv", "mod", "pow", "neg", "abs")},
        **{name: getattr(math, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh")},
        **{name: getattr(math, name) for name in ("floor", "ceil")},
        "round": round,
        "float": float,
        "int": int,
        "maximum": max,
        "minimum": min,
    }
)
_TENSORFLOW: Mapping[str, str] = MappingProxyType(
    {
        "lt": "math.less",
        "le": "math.less_equal",
        "gt": "math.greater",
        "ge": "math.greater_equal",
        "eq": "math.equal",
        "ne": "math.not_equal",
        "add": "math.add",
        "sub": "math.subtract",
        "mul": "math.multiply",
        "truediv": "math.divide",
        "floordiv": "math.floordiv",
        "mod": "math.floormod",
        "pow": "math.pow",
        "neg": "math.negative",
        "abs": "math.abs",
        "sqrt": "math.sqrt",
        "exp": "math.exp",
        "log": "math.log",
        "sin": "math.sin",
        "cos": "math.cos",
        "tan": "math.tan",
        "tanh": "math.tanh",
        "floor": "math.floor",
        "ceil": "math.ceil",
        "round": "math.round",  # half to even, as Python does
        "maximum": "math.maximum",
        "minimum": "math.minimum",
    }
)
# What `math` has of these; the first are functions of a float.
_REAL = ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh")
MATH = (*_REAL, "floor", "ceil", "pow")
_TO_WHOLE = ("floor", "ceil", "round", "int")
# What still fits into int64, as a power of two; Python's own whole numbers have no end.
_MAX_BITS = 62
# A list is looked up in a way of its own for each place, as far as this.
_MAX_INDEX = 8
_UFUNCS: Mapping[str, str] = MappingProxyType(
    {
        "add": "add",
        "subtract": "sub",
        "multiply": "mul",
        "divide": "truediv",
        "true_divide": "truediv",
        "floor_divide": "floordiv",
        "remainder": "mod",
        "power": "pow",
        "negative": "neg",
        "absolute": "abs",
        "less": "lt",
        "less_equal": "le",
        "greater": "gt",
        "greater_equal": "ge",
        "equal": "eq",
        "not_equal": "ne",
        **{name: name for name in (*_REAL, "maximum", "minimum")},
    }
)


class Unknown(TypeError):
    """Python asks for the value of a number, and it has none while the step is traced."""


class Leaves(Protocol):
    """Values by index."""

    def __getitem__(self, index: int, /) -> Any:
        """Return the value of a leaf."""


class Asked(Protocol):
    """The trace that a number belongs to.

    Attributes:
        floating: What a float becomes where TensorFlow is not told which type it wants.
    """

    floating: Any

    def tensors(self) -> Leaves:
        """What the leaves hold at the start of the step."""

    def decide(self, question: Number) -> bool:
        """Return the answer for the path that is being traced."""


class Number:
    """An expression of Python numbers.

    Attributes:
        op: The operation, or `"leaf"`.
        args: Its operands: numbers of this kind, and Python's own; of a leaf, its index.
        kind: `float`, `int` or `bool`: the type that the value has in Python.
    """

    __array_priority__ = 200

    def __init__(self, trace: Asked, op: str, args: tuple[Any, ...], kind: type) -> None:
        """Make the node; use `leaf`, or arithmetic."""
        self.trace, self.op, self.args, self.kind = trace, op, args, kind

    @classmethod
    def leaf(cls, trace: Asked, index: int, kind: type) -> Number:
        """Return the number that stands for a carried one."""
        return cls(trace, "leaf", (index,), kind)

    @functools.cached_property
    def key(self) -> tuple[Any, ...]:
        """The same for the same expression."""
        return (self.op, *(arg.key if isinstance(arg, Number) else (type(arg), arg) for arg in self.args))

    def leaves(self) -> Iterator[int]:
        """The indices of the leaves that the value depends on."""
        if self.op == "leaf":
            yield self.args[0]
            return
        for arg in self.args:
            if isinstance(arg, Number):
                yield from arg.leaves()

    def __bool__(self) -> bool:
        return self.trace.decide(self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        op = _UFUNCS.get(ufunc.__name__)
        if op is None or method != "__call__" or options:
            return NotImplemented
        if all(isinstance(item, (Number, *NumberTypes)) for item in inputs):
            return combine(self.trace, op, inputs)
        # With an array the result is a tensor.
        tf = tensorflow()
        arrays = [item for item in inputs if not isinstance(item, Number)]
        dtype = tf.convert_to_tensor(arrays[0]).dtype
        return _tensorflow(op)(*(tf.convert_to_tensor(item, dtype) for item in inputs))

    def _unable(self, *_: Any) -> Any:
        raise Unknown("this number is not known while the step is traced")

    __hash__ = __float__ = __int__ = __complex__ = __str__ = __repr__ = __format__ = _unable

    def __index__(self) -> int:
        if not _is_whole(self):
            self._unable()
        for place in range(_MAX_INDEX):
            if combine(self.trace, "eq", (self, place)):
                return place
        found: int = self._unable()
        return found

    def __trunc__(self) -> Any:
        return combine(self.trace, "int", (self,))

    def __floor__(self) -> Any:
        return combine(self.trace, "floor", (self,))

    def __ceil__(self) -> Any:
        return combine(self.trace, "ceil", (self,))

    def __round__(self, digits: Any = None) -> Any:
        return self._unable() if digits is not None else combine(self.trace, "round", (self,))

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __pos__(self) -> Number:
        return self

    def conjugate(self) -> Number:
        """As of every real number."""
        return self


def _binary(op: str, *, swapped: bool = False) -> Callable[[Number, Any], Any]:
    def method(self: Number, other: Any) -> Any:
        if not isinstance(other, (Number, *NumberTypes)):
            return NotImplemented  # a tensor has an operator of its own for this
        return combine(self.trace, op, (other, self) if swapped else (self, other))

    return method


for _op in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    setattr(Number, f"__{_op}__", _binary(_op))
    setattr(Number, f"__r{_op}__", _binary(_op, swapped=True))
for _op in _COMPARISONS:
    setattr(Number, f"__{_op}__", _binary(_op))
for _op in ("neg", "abs"):
    setattr(Number, f"__{_op}__", lambda self, op=_op: combine(self.trace, op, (self,)))


def combine(trace: Asked, op: str, args: Sequence[Any]) -> Number:
    """Return the expression of an operation.

    Raises:
        Unknown: The type of its value is not known before the value is.
    """
    if op == "pow" and all(_is_whole(arg) for arg in args) and isinstance(args[1], Number):
        return _whole_power(trace, *args)
    return Number(trace, op, tuple(args), _kind(op, args))


def _whole_power(trace: Asked, base: Any, exponent: Number) -> Number:
    """`2**t`: a float where `t` is negative, a whole number where it is not."""
    if isinstance(base, Number):
        raise Unknown("a power of two unknown numbers")
    if combine(trace, "lt", (exponent, 0)):
        return Number(trace, "pow", (float(base), exponent), float)
    if abs(base) > 1 and combine(trace, "gt", (exponent, int(_MAX_BITS / math.log2(abs(base))))):
        raise Unknown("a whole number that is too large")
    return Number(trace, "pow", (int(base), exponent), int)


def _kind(op: str, args: Sequence[Any]) -> type:
    if op in _COMPARISONS:
        return bool
    if op in _TO_WHOLE:
        return int
    if op in ("maximum", "minimum") and len({_is_whole(arg) for arg in args}) > 1:
        raise Unknown("a whole number or a float")
    whole = all(_is_whole(arg) for arg in args)
    if op == "pow" and whole:
        return int if isinstance(args[1], Number) or args[1] >= 0 else float
    return float if op in ("truediv", "float", *_REAL) or not whole else int


def _is_whole(arg: Any) -> bool:
    kind = arg.kind if isinstance(arg, Number) else type(arg)
    return issubclass(kind, int | np.int64)


def evaluate(number: Any, leaves: Leaves) -> Any:
    """Return the value of an expression, by Python itself, from the values of its leaves."""
    if not isinstance(number, Number):
        return number
    if number.op == "leaf":
        return leaves[number.args[0]]
    return _PYTHON[number.op](*(evaluate(arg, leaves) for arg in number.args))


def as_tensor(number: Any, leaves: Leaves) -> Any:
    """Return the value of an expression as a tensor, shape `()`, int64, float64 or bool.

    Args:
        leaves: The tensors that the leaves stand for, of the same types.
    """
    tf = tensorflow()
    if not isinstance(number, Number):
        whole = isinstance(number, int | np.int64) and not isinstance(number, bool)
        kind = tf.bool if isinstance(number, bool) else tf.int64 if whole else tf.float64
        return tf.constant(number, kind)
    if number.op == "leaf":
        return leaves[number.args[0]]
    args = [as_tensor(arg, leaves) for arg in number.args]
    whole = all(_is_whole(arg) for arg in number.args) and number.op not in ("truediv", "float", *_REAL)
    args = [tf.cast(arg, tf.int64 if whole else tf.float64) for arg in args]
    if number.op == "float" or (whole and number.op in _TO_WHOLE):
        return args[0]
    if number.op == "int":
        return tf.cast(args[0], tf.int64)  # towards zero, as Python does
    if number.op == "floordiv" and not whole:
        # As Python does: 1.0 // 0.1 is 9.0, although 1.0 / 0.1 rounds to 10.0.
        return tf.round((args[0] - tf.math.floormod(*args)) / args[1])
    value = _tensorflow(number.op)(*args)
    return tf.cast(value, tf.int64) if number.kind is int else value


def _tensorflow(op: str) -> Callable[..., Any]:
    found: Callable[..., Any] = operator.attrgetter(_TENSORFLOW[op])(tensorflow())
    return found


@functools.cache
def numbers_known() -> None:
    """Tell TensorFlow, once, how a `Number` becomes a tensor."""
    tf = tensorflow()

    def convert(value: Number, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
        # What TensorFlow makes of a Python number: the type asked for, else 32 bits.
        natural = {bool: tf.bool, int: tf.int32, float: value.trace.floating}[value.kind]
        asked = natural if dtype is None else tf.as_dtype(dtype)
        if (asked.is_integer and value.kind is float) or (asked == tf.bool) != (value.kind is bool):
            raise TypeError(f"cannot convert a {value.kind.__name__} to {asked.name}")
        return tf.cast(as_tensor(value, value.trace.tensors()), asked)

    tf.register_tensor_conversion_function(Number, convert)

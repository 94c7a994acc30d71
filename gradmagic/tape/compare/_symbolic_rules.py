"""What each TensorFlow operation is in SymPy, element by element.

A rule takes the inputs as NumPy arrays of SymPy expressions and gives the outputs in the same form.
Operations that only move elements about have no rule: they are executed on numbered elements instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

__all__ = ["MOVES", "Array", "rules"]

Array = np.ndarray[Any, Any]
Rule = Callable[[list[Array], Mapping[str, Any]], list[Array]]

# Operations that move elements: the places of the inputs that hold elements; all others hold indices.
MOVES: dict[str, tuple[int, ...] | None] = {
    "Reshape": (0,),
    "Transpose": (0,),
    "ExpandDims": (0,),
    "Squeeze": (0,),
    "BroadcastTo": (0,),
    "Tile": (0,),
    "Slice": (0,),
    "StridedSlice": (0,),
    "GatherV2": (0,),
    "GatherNd": (0,),
    "ReverseV2": (0,),
    "Roll": (0,),
    "Pad": (0,),
    "MirrorPad": (0,),
    "PadV2": (0, 2),
    "Split": (1,),
    "SplitV": (0,),
    "Unpack": (0,),
    "Pack": None,  # all of them
    "ConcatV2": None,  # all but the last
    "MatrixDiagPartV3": (0, 2),
    "MatrixDiagV3": (0, 4),
    "MatrixBandPart": (0,),
    "Diag": (0,),
    "DiagPart": (0,),
    "Snapshot": (0,),
    "EnsureShape": (0,),
}


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by operation; SymPy is imported when this is first asked for."""
    return {**_unary(), **_binary(), **_choices(), **_reductions(), **_algebra(), **_networks()}


def _each(function: Callable[..., Any]) -> Rule:
    """A rule that works element by element, with NumPy's broadcasting."""
    applied = np.frompyfunc(function, function.__code__.co_argcount, 1)

    def rule(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
        return [_array(applied(*inputs))]

    return rule


def _array(value: Any) -> Array:
    array = np.empty(np.shape(value), dtype=object)
    array[...] = value
    return array


def _unary() -> dict[str, Rule]:
    import sympy as sp

    half = sp.Rational(1, 2)
    return {
        "Identity": _each(lambda x: x),
        "Cast": _each(lambda x: x),
        "Neg": _each(lambda x: -x),
        "Abs": _each(lambda x: sp.Abs(x)),
        "ZerosLike": _each(lambda x: sp.Integer(0)),
        "OnesLike": _each(lambda x: sp.Integer(1)),
        "Sign": _each(lambda x: sp.sign(x)),
        "Sin": _each(lambda x: sp.sin(x)),
        "Cos": _each(lambda x: sp.cos(x)),
        "Tan": _each(lambda x: sp.tan(x)),
        "Asin": _each(lambda x: sp.asin(x)),
        "Acos": _each(lambda x: sp.acos(x)),
        "Atan": _each(lambda x: sp.atan(x)),
        "Sinh": _each(lambda x: sp.sinh(x)),
        "Cosh": _each(lambda x: sp.cosh(x)),
        "Tanh": _each(lambda x: sp.tanh(x)),
        "Asinh": _each(lambda x: sp.asinh(x)),
        "Acosh": _each(lambda x: sp.acosh(x)),
        "Atanh": _each(lambda x: sp.atanh(x)),
        "Exp": _each(lambda x: sp.exp(x)),
        "Expm1": _each(lambda x: sp.exp(x) - 1),
        "Log": _each(lambda x: sp.log(x)),
        "Log1p": _each(lambda x: sp.log(1 + x)),
        "Sqrt": _each(lambda x: sp.sqrt(x)),
        "Rsqrt": _each(lambda x: 1 / sp.sqrt(x)),
        "Square": _each(lambda x: x**2),
        "Reciprocal": _each(lambda x: 1 / x),
        "Inv": _each(lambda x: 1 / x),
        "Sigmoid": _each(lambda x: 1 / (1 + sp.exp(-x))),
        "Softplus": _each(lambda x: sp.log(1 + sp.exp(x))),
        "Softsign": _each(lambda x: x / (1 + sp.Abs(x))),
        "Erf": _each(lambda x: sp.erf(x)),
        "Erfc": _each(lambda x: sp.erfc(x)),
        "Lgamma": _each(lambda x: sp.loggamma(x)),
        "Digamma": _each(lambda x: sp.digamma(x)),
        "Relu": _each(lambda x: sp.Max(0, x)),
        "Relu6": _each(lambda x: sp.Min(6, sp.Max(0, x))),
        "Elu": _each(lambda x: sp.Piecewise((x, x > 0), (sp.exp(x) - 1, True))),
        "Selu": _each(lambda x: _SELU[0] * sp.Piecewise((x, x > 0), (_SELU[1] * (sp.exp(x) - 1), True))),
        "LeakyRelu": _leaky_relu,
        "L2Loss": lambda inputs, _: [_array(half * sum(x**2 for x in inputs[0].ravel()))],
    }


# Klambauer et al. 2017, "Self-normalizing neural networks": scale and alpha.
_SELU = (1.0507009873554804934193349852946, 1.6732632423543772848170429916717)


def _leaky_relu(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
    import sympy as sp

    slope = sp.nsimplify(attributes.get("alpha") or 0.2, rational=True)
    return _each(lambda x: sp.Piecewise((x, x > 0), (slope * x, True)))(inputs, attributes)


def _binary() -> dict[str, Rule]:
    import sympy as sp

    def add_n(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
        return [_array(np.sum(np.stack(inputs), axis=0))]

    return {
        "Add": _each(lambda x, y: x + y),
        "AddV2": _each(lambda x, y: x + y),
        "AddN": add_n,
        "BiasAdd": _each(lambda x, y: x + y),
        "Sub": _each(lambda x, y: x - y),
        "Mul": _each(lambda x, y: x * y),
        "Div": _each(lambda x, y: x / y),
        "RealDiv": _each(lambda x, y: x / y),
        "DivNoNan": _each(lambda x, y: sp.Piecewise((0, sp.Eq(y, 0)), (x / y, True))),
        "Pow": _each(lambda x, y: x**y),
        "Maximum": _each(lambda x, y: sp.Max(x, y)),
        "Minimum": _each(lambda x, y: sp.Min(x, y)),
        "SquaredDifference": _each(lambda x, y: (x - y) ** 2),
        "Atan2": _each(lambda x, y: sp.atan2(x, y)),
        "Xlogy": _each(lambda x, y: 0 if x == 0 else x * sp.log(y)),
        "Xlog1py": _each(lambda x, y: 0 if x == 0 else x * sp.log(1 + y)),
        "Xdivy": _each(lambda x, y: 0 if x == 0 else x / y),
        "MulNoNan": _each(lambda x, y: 0 if y == 0 else x * y),
    }


def _choices() -> dict[str, Rule]:
    import sympy as sp

    def choose(condition: Any, x: Any, y: Any) -> Any:
        return sp.Piecewise((x, condition), (y, True))

    return {
        "Greater": _each(lambda x, y: sp.Gt(x, y)),
        "GreaterEqual": _each(lambda x, y: sp.Ge(x, y)),
        "Less": _each(lambda x, y: sp.Lt(x, y)),
        "LessEqual": _each(lambda x, y: sp.Le(x, y)),
        "Equal": _each(lambda x, y: sp.Eq(x, y)),
        "NotEqual": _each(lambda x, y: sp.Ne(x, y)),
        "LogicalAnd": _each(lambda x, y: sp.And(x, y)),
        "LogicalOr": _each(lambda x, y: sp.Or(x, y)),
        "LogicalNot": _each(lambda x: sp.Not(x)),
        "Select": _each(choose),
        "SelectV2": _each(choose),
        "ClipByValue": _each(lambda x, low, high: sp.Min(high, sp.Max(low, x))),
    }


def _reductions() -> dict[str, Rule]:
    import sympy as sp

    def reduction(function: Callable[[list[Any]], Any]) -> Rule:
        def rule(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
            array = inputs[0]
            axes = tuple(int(axis) % max(array.ndim, 1) for axis in np.ravel(inputs[1]))
            axes = tuple(axis for axis in axes if axis < array.ndim)
            kept = [axis for axis in range(array.ndim) if axis not in axes]
            shape = [array.shape[axis] for axis in kept]
            rows = np.transpose(array, [*kept, *axes]).reshape(*shape, -1)
            found = np.empty(shape, dtype=object)
            for index in np.ndindex(*shape):
                found[index] = function(list(rows[index]))
            if attributes.get("keep_dims"):
                found = found.reshape([1 if axis in axes else size for axis, size in enumerate(array.shape)])
            return [found]

        return rule

    def running(ufunc: Any) -> Rule:
        def rule(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
            if attributes.get("exclusive"):
                raise NotImplementedError("exclusive")
            axis = int(inputs[1])
            array = np.flip(inputs[0], axis) if attributes.get("reverse") else inputs[0]
            found = ufunc.accumulate(array, axis=axis, dtype=object)
            return [np.flip(found, axis) if attributes.get("reverse") else found]

        return rule

    return {
        "Sum": reduction(lambda row: sp.Add(*row)),
        "Mean": reduction(lambda row: sp.Add(*row) / len(row)),
        "Prod": reduction(lambda row: sp.Mul(*row)),
        "Max": reduction(lambda row: sp.Max(*row)),
        "Min": reduction(lambda row: sp.Min(*row)),
        "Cumsum": running(np.add),
        "Cumprod": running(np.multiply),
    }


def _algebra() -> dict[str, Rule]:
    import sympy as sp

    def matmul(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
        left, right = inputs
        if attributes.get("transpose_a") or attributes.get("adj_x"):
            left = np.swapaxes(left, -1, -2)
        if attributes.get("transpose_b") or attributes.get("adj_y"):
            right = np.swapaxes(right, -1, -2)
        return [_array(np.matmul(left, right))]

    def matrix(function: Callable[[Any], Any]) -> Rule:
        def rule(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
            if inputs[0].ndim != 2 or attributes.get("adjoint"):
                raise NotImplementedError("a stack of matrices")
            found = function(sp.Matrix(inputs[0]))
            return [_array(np.array(found.tolist(), dtype=object) if hasattr(found, "tolist") else found)]

        return rule

    return {
        "MatMul": matmul,
        "BatchMatMul": matmul,
        "BatchMatMulV2": matmul,
        "BatchMatMulV3": matmul,
        "Einsum": lambda inputs, attributes: [
            _array(np.einsum(_text(attributes["equation"]), *inputs, optimize=False))
        ],
        "MatrixDeterminant": matrix(lambda square: square.det()),
        "MatrixInverse": matrix(lambda square: square.inv(method="ADJ")),
    }


def _networks() -> dict[str, Rule]:
    import sympy as sp

    def powers(array: Array) -> Array:
        return _array(np.frompyfunc(sp.exp, 1, 1)(array))

    def log_softmax(array: Array) -> Array:
        total = np.sum(powers(array), axis=-1, keepdims=True)
        return _array(array - np.frompyfunc(sp.log, 1, 1)(total))

    def cross_entropy(inputs: list[Array], attributes: Mapping[str, Any]) -> list[Array]:
        logits, labels = inputs
        logs = log_softmax(logits)
        backprop = powers(logs) - labels
        return [_array(-np.sum(labels * logs, axis=-1)), _array(backprop)]

    return {
        "Softmax": lambda inputs, _: [
            _array(powers(inputs[0]) / np.sum(powers(inputs[0]), axis=-1, keepdims=True))
        ],
        "LogSoftmax": lambda inputs, _: [log_softmax(inputs[0])],
        "SoftmaxCrossEntropyWithLogits": cross_entropy,
    }


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value

"""No formula that is shown is wrong: each is computed with NumPy and compared with TensorFlow's own numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy import special

import gradmagic as gm
from gradmagic.tape.rules._elementwise import ALIKE, BLOCKING
from gradmagic.tape.rules._formula import Formula
from gradmagic.tape.rules._rules import Rule, known_operations, rule_for

from .test_rules_meaning import Meaning


@dataclass(frozen=True)
class Case:
    """An operation at random inputs; `inputs` are the differentiable ones."""

    operation: str
    call: Callable[..., Any]
    inputs: tuple[Any, ...]


def _draw(low: float, high: float, *shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng([seed, *shape]).uniform(low, high, shape)


A, B = _draw(-1.5, 1.5, 2, 3), _draw(-1.5, 1.5, 2, 3, seed=1)
P, Q = _draw(0.3, 2.5, 2, 3), _draw(0.3, 2.5, 2, 3, seed=1)
U = _draw(-0.8, 0.8, 2, 3)
ROW = _draw(0.3, 2.0, 3)
S = _draw(-0.5, 0.5, 3, 3) + 2 * np.eye(3)
SPD = S @ S.T
R = _draw(-1, 1, 3, 2)
CUBE = _draw(-1, 1, 2, 3, 4)
IMAGE, KERNEL = _draw(-1, 1, 2, 5, 5, 2), _draw(-1, 1, 3, 3, 2, 3)
LABELS = special.softmax(A, -1)
COMPLEX = A + 1j * B
raw = tf.raw_ops


def _of(operation: str, *inputs: Any, **settings: Any) -> Case:
    """An operation of which `tf.raw_ops` names the inputs x (and y), or features, input, tensor."""
    names = {1: ("x", "features", "input", "tensor", "t", "logits"), 2: ("x", "a")}

    def call(*tensors: Any) -> Any:
        function = getattr(raw, operation)
        for first in names[len(tensors)]:
            given = {first: tensors[0]}
            if len(tensors) == 2:
                given["b" if first == "a" else "y"] = tensors[1]
            try:
                return function(**given, **settings)
            except TypeError:
                continue
        raise TypeError(operation)

    return Case(operation, call, inputs)


CASES = [
    *(_of(name, A) for name in ("Identity", "Neg", "Square", "Exp", "Expm1", "Sin", "Cos")),
    *(_of(name, A) for name in ("Tan", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Sigmoid", "Softplus", "Softsign")),
    *(_of(name, A) for name in ("Relu", "Elu", "Selu", "Abs", "Sign", "Erf", "Erfc", "Softmax", "LogSoftmax", "L2Loss")),
    *(_of(name, P) for name in ("Reciprocal", "Inv", "Sqrt", "Rsqrt", "Log", "Log1p", "Lgamma", "Digamma")),
    *(_of(name, U) for name in ("Asin", "Acos", "Atanh", "Erfinv")),
    _of("Acosh", P + 1), _of("Relu6", 4 * P), _of("LeakyRelu", A, alpha=0.25),
    Case("CheckNumerics", lambda x: tf.debugging.check_numerics(x, ""), (A,)),
    Case("Cast", lambda x: raw.Cast(x=x, DstT=tf.complex128), (A,)),
    Case("Real", lambda x: raw.Real(input=x, Tout=tf.float64), (COMPLEX,)),
    Case("Imag", lambda x: raw.Imag(input=x, Tout=tf.float64), (COMPLEX,)),
    Case("Conj", lambda x: raw.Conj(input=x), (COMPLEX,)),
    Case("ComplexAbs", lambda x: raw.ComplexAbs(x=x, Tout=tf.float64), (COMPLEX,)),
    Case("Complex", lambda x, y: raw.Complex(real=x, imag=y, Tout=tf.complex128), (A, B)),
    *(_of(name, A, ROW) for name in ("AddV2", "Sub", "Mul", "RealDiv", "Div", "DivNoNan", "MulNoNan", "Atan2")),
    *(_of(name, A, B) for name in ("Add", "Maximum", "Minimum", "SquaredDifference")),
    *(_of(name, ROW, P) for name in ("Pow", "Xlogy", "Xlog1py", "Xdivy", "FloorMod")),
    # Reductions
    *(Case(n, lambda x, n=n: getattr(raw, n)(input=x, axis=[1], keep_dims=False), (CUBE,)) for n in ("Sum", "Mean", "Prod", "Max", "Min", "EuclideanNorm")),
    Case("Sum", lambda x: raw.Sum(input=x, axis=[0, 2], keep_dims=True), (CUBE,)),
    Case("Max", lambda x: raw.Max(input=x, axis=[0], keep_dims=True), (np.array([[1.0, 2.0], [1.0, 0.0]]),)),
    *(Case(n, lambda x, n=n, k=k: getattr(raw, n)(x=x, axis=1, **k), (CUBE,)) for n in ("Cumsum", "Cumprod") for k in ({}, {"reverse": True}, {"exclusive": True})),
    Case("AddN", lambda x, y: raw.AddN(inputs=[x, y, x]), (A, B)),
    Case("BiasAdd", lambda x, b: raw.BiasAdd(value=x, bias=b), (A, ROW)),
    # Choices
    Case("SelectV2", lambda x, y: raw.SelectV2(condition=A > 0, t=x, e=y), (A, ROW)),
    Case("Select", lambda x, y: raw.Select(condition=A > 0, x=x, y=y), (A, B)),
    Case("ClipByValue", lambda x, a, b: raw.ClipByValue(t=x, clip_value_min=a, clip_value_max=b), (A, np.array(-0.7), np.array(0.6))),
    Case("TopKV2", lambda x: raw.TopKV2(input=x, k=2)[0], (A,)),
    # Probabilities
    Case("SoftmaxCrossEntropyWithLogits", lambda x, y: raw.SoftmaxCrossEntropyWithLogits(features=x, labels=y)[0], (A, LABELS)),
    Case("SparseSoftmaxCrossEntropyWithLogits", lambda x: raw.SparseSoftmaxCrossEntropyWithLogits(features=x, labels=[2, 0])[0], (A,)),
    # Matrices
    Case("MatMul", lambda x, y: tf.matmul(x, y), (A, R)),
    Case("MatMul", lambda x, y: tf.matmul(x, y, transpose_a=True), (A, B)),
    Case("MatMul", lambda x, y: tf.matmul(x, y, transpose_b=True), (A, B)),
    Case("MatMul", lambda x, y: tf.matmul(x, y, transpose_a=True, transpose_b=True), (A, R.T[[0, 1, 0, 1]][:, [0, 1]])),
    *(Case("BatchMatMulV2", lambda x, y, i=i, j=j: raw.BatchMatMulV2(x=x, y=y, adj_x=i, adj_y=j), (_draw(-1, 1, 4, *((3, 2) if i else (2, 3))), _draw(-1, 1, *((5, 3) if j else (3, 5))))) for i in (False, True) for j in (False, True)),
    Case("Einsum", lambda x, y: tf.einsum("bij,jk->bik", x, y), (CUBE, _draw(-1, 1, 4, 2))),
    *(_of(n, S) for n in ("MatrixInverse", "MatrixDeterminant")),
    Case("LogMatrixDeterminant", lambda x: raw.LogMatrixDeterminant(input=x)[1], (S,)),
    Case("MatrixSolve", lambda x, y: raw.MatrixSolve(matrix=x, rhs=y), (S, R)),
    Case("MatrixTriangularSolve", lambda x, y: raw.MatrixTriangularSolve(matrix=x, rhs=y), (np.tril(S), R)),
    _of("Cholesky", SPD),
    Case("MatrixDiagPartV3", lambda x: tf.linalg.diag_part(x), (S,)),
    Case("MatrixDiagV3", lambda x: tf.linalg.diag(x), (ROW,)),
    Case("MatrixBandPart", lambda x: tf.linalg.band_part(x, 0, 1), (S,)),
    # Rearrangements
    Case("Reshape", lambda x: tf.reshape(x, (6, 4)), (CUBE,)),
    Case("ExpandDims", lambda x: tf.expand_dims(x, 1), (A,)),
    Case("Squeeze", lambda x: tf.squeeze(x), (A[:1],)),
    Case("Transpose", lambda x: tf.transpose(x, (2, 0, 1)), (CUBE,)),
    Case("ReverseV2", lambda x: tf.reverse(x, [1]), (A,)),
    Case("Roll", lambda x: tf.roll(x, [1, 1], [0, 1]), (A,)),
    Case("ConcatV2", lambda x, y: tf.concat([x, y], 1), (A, P)),
    Case("Pack", lambda x, y: tf.stack([x, y], 1), (A, P)),
    Case("Unpack", lambda x: tf.unstack(x, axis=1), (A,)),
    Case("Split", lambda x: tf.split(x, 3, 1), (A,)),
    Case("SplitV", lambda x: tf.split(x, [1, 2], 1), (A,)),
    Case("Pad", lambda x: tf.pad(x, [[1, 0], [2, 1]]), (A,)),
    Case("PadV2", lambda x: tf.pad(x, [[1, 0], [2, 1]], constant_values=3.0), (A,)),
    Case("Slice", lambda x: tf.slice(x, [0, 1], [2, -1]), (A,)),
    *(Case("StridedSlice", lambda x, s=s: x[s], (CUBE,)) for s in (0, (slice(None), slice(2, 0, -1)), (..., 1), (1, slice(None), None, slice(0, 3, 2)))),
    Case("Tile", lambda x: tf.tile(x, [2, 3]), (A,)),
    Case("BroadcastTo", lambda x: tf.broadcast_to(x, (2, 2, 3)), (ROW,)),
    Case("Fill", lambda x: tf.fill((2, 3), x), (np.array(0.7),)),
    Case("GatherV2", lambda x: tf.gather(x, [0, 2, 0], axis=1), (CUBE,)),
    Case("ResourceGather", lambda x: tf.gather(x, [0, 1, 0]), (A,)),
    Case("GatherNd", lambda x: tf.gather_nd(x, [[0, 2], [1, 1], [0, 2]]), (CUBE,)),
    Case("ScatterNd", lambda x: tf.scatter_nd([[3], [1], [3]], x, (5,)), (ROW,)),
    Case("TensorScatterAdd", lambda x, y: tf.tensor_scatter_nd_add(x, [[1], [0], [1]], y), (A, S)),
    Case("UnsortedSegmentSum", lambda x: tf.math.unsorted_segment_sum(x, [1, 0, 1], 3), (S,)),
    Case("SegmentSum", lambda x: tf.math.segment_sum(x, [0, 0, 1]), (S,)),
    # Layers
    *(Case("Conv2D", lambda x, w, s=s, p=p: tf.nn.conv2d(x, w, s, p), (IMAGE, KERNEL)) for s in (1, 2) for p in ("VALID", "SAME")),
    *(Case("MaxPool", lambda x, p=p: tf.nn.max_pool2d(x, 2, 2, p), (IMAGE,)) for p in ("VALID", "SAME")),
    *(Case("AvgPool", lambda x, p=p: tf.nn.avg_pool2d(x, 2, 2, p), (IMAGE,)) for p in ("VALID", "SAME")),
    Case("FusedBatchNormV3", lambda x, w, b: raw.FusedBatchNormV3(x=x, scale=w, offset=b, mean=[], variance=[], is_training=True)[0], (IMAGE.astype("float32"), np.float32([0.5, 2.0]), np.float32([0.1, -1.0]))),
]  # fmt: skip

IDS = [f"{case.operation}-{place}" for place, case in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_rule_is_what_tensorflow_computes(case: Case) -> None:
    inputs = [
        tf.Variable(value) if case.operation == "ResourceGather" else tf.constant(value)
        for value in case.inputs
    ]
    plain = [tensor for tensor in inputs if not hasattr(tensor, "handle")]
    with gm.Tape(watch=plain) if plain else gm.Tape() as tape:
        outputs = case.call(*inputs)
    several = isinstance(outputs, (list, tuple))
    outputs = list(outputs) if several else [outputs]
    (record,) = [record for record in tape.records if record.operation == case.operation]
    rule = rule_for(record.operation, record.attributes)
    assert rule.known
    rng = np.random.default_rng(3)
    incoming = [_noise(rng, output) for output in outputs]
    meaning = Meaning(record, inputs, outputs, incoming, rule)

    if _computable(rule.forward):
        forward = rule.forward.compute(meaning.values(0), meaning.functions())
        np.testing.assert_allclose(
            np.reshape(forward, outputs[0].shape), outputs[0].numpy(), rtol=_tight(outputs[0]), atol=1e-9
        )
    expected = tape.gradient(outputs, inputs, output_gradients=[tf.constant(g) for g in incoming])
    found: dict[int, Any] = {}
    for slot, tensor in enumerate(record.inputs):
        add = meaning.add(slot)
        if add is None:
            continue
        term = meaning.fitted(add.compute(meaning.values(slot), meaning.functions()), slot)
        found[tensor.number] = found.get(tensor.number, 0) + term
    assert len(found) == len(inputs)
    for tensor, want in zip(inputs, expected, strict=True):
        want = tf.convert_to_tensor(want).numpy()
        # Where all of it is zero but for rounding, the inputs' size, which is one, says how much rounding is.
        near = max(_tight(want) * np.abs(want).max(), 2 * np.finfo(want.dtype).eps)
        np.testing.assert_allclose(found[meaning.number(tensor)], want, rtol=_tight(want), atol=near)


def _noise(rng: Any, output: Any) -> Any:
    noise = rng.normal(size=tuple(output.shape))
    if output.dtype.is_complex:
        noise = noise + 1j * rng.normal(size=noise.shape)
    return np.asarray(noise, output.dtype.as_numpy_dtype)


def _tight(value: Any) -> float:
    return 1e-4 if value.dtype == np.float32 or value.dtype == tf.float32 else 1e-9


def _computable(forward: Formula | None) -> bool:
    """Names of functions such as `reshape(x)` only say which operation it is."""
    words = ("reshape", "transpose", "concat", "stack", "split", "slice", "pad", "tile", "broadcast", "gather", "conv",
             "pool", "scatter", "segment", "einsum", "band", "diag", "roll", "reverse", "cum", "top_k", "cholesky",
             "where", "label", "hat")  # fmt: skip
    return forward is not None and not any(word in forward.source for word in words)


def test_every_rule_has_been_compared() -> None:
    compared = {ALIKE.get(case.operation, case.operation) for case in CASES}
    known = {ALIKE.get(name, name) for name in known_operations()} - BLOCKING
    assert known - compared == set()
    assert len(known) >= 80


@pytest.mark.parametrize(
    "function", [tf.floor, tf.math.ceil, tf.round, tf.math.rint, tf.stop_gradient, tf.zeros_like]
)
def test_what_passes_nothing_on(function: Callable[..., Any]) -> None:
    x = tf.constant([0.4, 1.6])
    with gm.Tape(watch=x) as tape:
        y = function(x)
    assert tape.records[-1].operation in BLOCKING
    assert tape.gradient(y, x) is None


def test_every_operation_named_in_the_table_exists() -> None:
    assert [name for name in known_operations() if not hasattr(tf.raw_ops, name)] == []


def test_a_rule_reads_as_mathematics() -> None:
    shown = {
        name: rule_for(name, {}).text for name in ("Mul", "Sin", "MatMul", "Sqrt", "Relu", "AddN", "Floor")
    }
    assert shown == {
        "Mul": "z = x·y: x̄ += z̄·y, ȳ += z̄·x",
        "Sin": "z = sin(x): x̄ += z̄·cos(x)",
        "MatMul": "Z = X Y: X̄ += Z̄ Yᵀ, Ȳ += Xᵀ Z̄",
        "Sqrt": "z = √(x): x̄ += z̄/(2·z)",
        "Relu": "z = max(x, 0): x̄ += z̄·[x > 0]",
        "AddN": "z = Σ(xᵢ): x̄ᵢ += z̄",
        "Floor": "z = Floor(x): ∂z/∂x = 0",
    }
    assert rule_for("MatMul", {"transpose_b": True}).text == "Z = X Yᵀ: X̄ += Z̄ Y, Ȳ += Z̄ᵀ X"
    assert rule_for("Mul", {}).latex == (
        r"z = x \cdot y,\quad \bar{x} \mathrel{+}= \bar{z} \cdot y,\quad \bar{y} \mathrel{+}= \bar{z} \cdot x"
    )
    unknown = rule_for("My_Op", {})
    assert not unknown.known
    assert unknown.text == "z = My_Op(x): x̄ += z̄·∂z/∂x"
    assert unknown.latex.startswith(r"z = \operatorname{My-Op}(x)")


def test_a_setting_that_changes_the_formula_gets_the_general_form() -> None:
    assert not rule_for("MatrixSolve", {"adjoint": True}).known
    assert not rule_for("FusedBatchNormV3", {"is_training": False}).known


@pytest.mark.parametrize("name", known_operations())
def test_latex_is_balanced(name: str) -> None:
    latex = rule_for(name, {}).latex
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert "  " not in latex


@pytest.mark.parametrize(
    ("source", "text"),
    [("a - (b - c)", "a - (b - c)"), ("(a + b) * c", "(a + b)·c"), ("-(a + b)", "-(a + b)"), ("a / (b * c)", "a/(b·c)"),
     ("(a * b)**2", "(a·b)²"), ("(-a)**2", "(-a)²"), ("a * (b / c)", "a·(b/c)"), ("a**(b - 1)", "a^(b - 1)"), ("-a**2", "-a²")],
)  # fmt: skip
def test_parentheses_where_they_are_needed(source: str, text: str) -> None:
    assert Formula(source).text == text


def test_a_wrong_rule_would_be_noticed() -> None:
    """The checker is checked: a formula with a planted sign error must not pass."""
    x = tf.constant(A)
    with gm.Tape(watch=x) as tape:
        y = tf.cos(x)
    wrong = Rule("Cos", ("x",), Formula("cos(x)"), (Formula("g * sin(x)"),))
    one = np.ones_like(A)
    meaning = Meaning(tape.records[-1], [x], [y], [one], wrong)
    term = wrong.adds[0].compute(meaning.values(0), meaning.functions())
    assert not np.allclose(term, tape.gradient(y, x).numpy())

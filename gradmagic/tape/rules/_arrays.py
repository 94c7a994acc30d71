"""Rules of operations on whole arrays: reductions, matrices, rearrangements, layers.

Matrices: M. B. Giles, "An extended collection of matrix derivative results for forward and reverse mode
algorithmic differentiation" (Oxford, report 08/01, 2008); Cholesky: I. Murray, "Differentiation of the
Cholesky decomposition" (arXiv:1602.07527). Batch normalization: Ioffe & Szegedy (arXiv:1502.03167).
Convolutions and pooling: Dumoulin & Visin, "A guide to convolution arithmetic" (arXiv:1603.07285).

Names of functions are NumPy's or TensorFlow's; `_rules_numpy.py` says what each computes.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ARRAYS", "MATMUL", "ArrayRule"]


@dataclass(frozen=True)
class ArrayRule:
    """A row of the table.

    Attributes:
        inputs: a name for each input, `""` for one that only says where or how; `"xi"` stands for any
            number of them, the one at hand being `xi`.
        forward: the formula of the output.
        adds: what each named input's adjoint gains, `None` for nothing.
        note: the key of a sentence about it.
        capitals: the names are matrices.
        output: which output has a derivative, when not the first.
    """

    inputs: tuple[str, ...]
    forward: str
    adds: tuple[str | None, ...]
    note: str = ""
    capitals: bool = False
    output: int = 0


def _rearranged(forward: str, add: str, *inputs: str) -> ArrayRule:
    return ArrayRule(inputs or ("x", "", "", "", ""), forward, (add,), "rule-rearranged")


_X = ("x", "", "", "", "", "")

ARRAYS: dict[str, ArrayRule] = {
    # Reductions
    "Sum": ArrayRule(_X, "sum(x)", ("spread(g)",), "rule-spread"),
    "Mean": ArrayRule(_X, "sum(x) / n", ("spread(g) / n",), "rule-spread"),
    "Prod": ArrayRule(_X, "prod(x)", ("spread(g * z) / x",), "rule-spread"),
    "Max": ArrayRule(_X, "max(x)", ("spread(g) * (x == spread(z)) / ties(x)",), "rule-ties"),
    "Min": ArrayRule(_X, "min(x)", ("spread(g) * (x == spread(z)) / ties(x)",), "rule-ties"),
    "EuclideanNorm": ArrayRule(_X, "norm(x)", ("spread(g / z) * x",), "rule-spread"),
    "Cumsum": ArrayRule(_X, "cumsum(x)", ("reverse_cumsum(g)",), "rule-cumulative"),
    "Cumprod": ArrayRule(_X, "cumprod(x)", ("reverse_cumsum(g * z) / x",), "rule-cumulative"),
    "AddN": ArrayRule(("xi",), "each(xi)", ("g",)),
    "BiasAdd": ArrayRule(("x", "b"), "x + b", ("g", "channel_sum(g)"), "rule-bias"),
    # Choices
    "SelectV2": ArrayRule(("", "x", "y"), "where(c, x, y)", ("g * c", "g * (1 - c)"), "rule-chosen"),
    "Select": ArrayRule(("", "x", "y"), "where(c, x, y)", ("g * c", "g * (1 - c)"), "rule-chosen"),
    "ClipByValue": ArrayRule(
        ("x", "a", "b"),
        "min(max(x, a), b)",
        ("g * (a <= x <= b)", "sum(g * (x < a))", "sum(g * (x > b))"),
        "rule-chosen-number",
    ),
    "TopKV2": ArrayRule(_X, "top_k(x)", ("scatter(g, indices)",), "rule-elsewhere-zero"),
    # Probabilities, along the last axis
    "Softmax": ArrayRule(("x",), "exp(x) / row_sum(exp(x))", ("z * (g - row_sum(g * z))",), "rule-last-axis"),
    "LogSoftmax": ArrayRule(
        ("x",), "x - log(row_sum(exp(x)))", ("g - exp(z) * row_sum(g)",), "rule-last-axis"
    ),
    "SoftmaxCrossEntropyWithLogits": ArrayRule(
        ("x", "y"),
        "-row_sum(y * log(softmax(x)))",
        ("g * (softmax(x) - y)", "-g * log(softmax(x))"),
        "rule-logits",
    ),
    "SparseSoftmaxCrossEntropyWithLogits": ArrayRule(
        ("x", ""), "-log(softmax(x, labels))", ("g * (softmax(x) - one_hot(labels))",), "rule-logits"
    ),
    # Matrices
    "Einsum": ArrayRule(("xi",), "einsum(xi)", ("einsum(g, others)",), "rule-einsum", True),
    "MatrixInverse": ArrayRule(("x",), "inv(x)", ("-T(z) @ g @ T(z)",), "", True),
    "MatrixDeterminant": ArrayRule(("x",), "det(x)", ("g * z * inv_T(x)",), "", True),
    "LogMatrixDeterminant": ArrayRule(("x",), "log(abs(det(x)))", ("g * inv_T(x)",), "", True, 1),
    "MatrixSolve": ArrayRule(("x", "y"), "inv(x) @ y", ("-inv_T(x) @ g @ T(z)", "inv_T(x) @ g"), "", True),
    "MatrixTriangularSolve": ArrayRule(
        ("x", "y"), "inv(x) @ y", ("-tril(inv_T(x) @ g @ T(z))", "inv_T(x) @ g"), "rule-triangle", True
    ),
    "Cholesky": ArrayRule(
        ("x",), "cholesky(x)", ("sym(inv_T(z) @ half_tril(T(z) @ g) @ inv(z))",), "rule-cholesky", True
    ),
    "MatrixDiagPartV3": ArrayRule(_X, "diag_part(x)", ("diag(g)",), "rule-elsewhere-zero", True),
    "MatrixDiagV3": ArrayRule(_X, "diag(x)", ("diag_part(g)",), "rule-rearranged", True),
    "MatrixBandPart": ArrayRule(_X, "band(x)", ("band(g)",), "rule-elsewhere-zero", True),
    # Rearrangements: every number goes back to where it came from
    "Reshape": _rearranged("reshape(x)", "reshape_back(g)"),
    "ExpandDims": _rearranged("reshape(x)", "reshape_back(g)"),
    "Squeeze": _rearranged("reshape(x)", "reshape_back(g)"),
    "Transpose": _rearranged("transpose(x)", "transpose_back(g)"),
    "ReverseV2": _rearranged("reverse(x)", "reverse(g)"),
    "Roll": _rearranged("roll(x, shift)", "roll(g, -shift)"),
    "ConcatV2": _rearranged("concat(xi)", "slice(g, i)", "xi"),
    "Pack": _rearranged("stack(xi)", "unstack(g, i)", "xi"),
    "Unpack": _rearranged("unstack(x)", "stack(gs)"),
    "Split": _rearranged("split(x)", "concat(gs)", "", "x"),
    "SplitV": _rearranged("split(x)", "concat(gs)"),
    "Pad": _rearranged("pad(x)", "unpad(g)"),
    "PadV2": _rearranged("pad(x)", "unpad(g)"),
    "Slice": ArrayRule(_X, "slice(x)", ("scatter(g, indices)",), "rule-elsewhere-zero"),
    "StridedSlice": ArrayRule(_X, "slice(x)", ("scatter(g, indices)",), "rule-elsewhere-zero"),
    "Tile": ArrayRule(_X, "tile(x)", ("sum_copies(g)",), "rule-copies"),
    "BroadcastTo": ArrayRule(_X, "broadcast(x)", ("sum_copies(g)",), "rule-copies"),
    "Fill": ArrayRule(("", "x"), "broadcast(x)", ("sum(g)",), "rule-copies"),
    "GatherV2": ArrayRule(_X, "gather(x, indices)", ("scatter_add(g, indices)",), "rule-scatter-add"),
    "ResourceGather": ArrayRule(_X, "gather(x, indices)", ("scatter_add(g, indices)",), "rule-scatter-add"),
    "GatherNd": ArrayRule(_X, "gather(x, indices)", ("scatter_add(g, indices)",), "rule-scatter-add"),
    "ScatterNd": ArrayRule(
        ("", "x", ""), "scatter_add(x, indices)", ("gather(g, indices)",), "rule-rearranged"
    ),
    "TensorScatterAdd": ArrayRule(
        ("x", "", "y"), "x + scatter_add(y, indices)", ("g", "gather(g, indices)"), "rule-rearranged"
    ),
    "UnsortedSegmentSum": ArrayRule(_X, "segment_sum(x)", ("gather(g, segments)",), "rule-segments"),
    "SegmentSum": ArrayRule(_X, "segment_sum(x)", ("gather(g, segments)",), "rule-segments"),
    # Layers
    "Conv2D": ArrayRule(
        ("x", "w"), "conv(x, w)", ("conv_transpose(g, w)", "correlate(x, g)"), "rule-convolution"
    ),
    "MaxPool": ArrayRule(("x",), "max_pool(x)", ("route_to_max(g)",), "rule-max-pool"),
    "AvgPool": ArrayRule(("x",), "mean_pool(x)", ("spread_window(g)",), "rule-mean-pool"),
    "FusedBatchNormV3": ArrayRule(
        ("x", "w", "b", "", ""),
        "w * hat(x) + b",
        (
            "w / std(x) * (g - batch_mean(g) - hat(x) * batch_mean(g * hat(x)))",
            "batch_sum(g * hat(x))",
            "batch_sum(g)",
        ),
        "rule-batch-norm",
    ),
}

# (transpose_a, transpose_b) -> the product and what it adds; Giles (2008), section 2.2.2.
MATMUL: dict[tuple[bool, bool], ArrayRule] = {
    (False, False): ArrayRule(("x", "y"), "x @ y", ("g @ T(y)", "T(x) @ g"), "", True),
    (True, False): ArrayRule(("x", "y"), "T(x) @ y", ("y @ T(g)", "x @ g"), "", True),
    (False, True): ArrayRule(("x", "y"), "x @ T(y)", ("g @ y", "T(g) @ x"), "", True),
    (True, True): ArrayRule(("x", "y"), "T(x) @ T(y)", ("T(y) @ T(g)", "T(g) @ T(x)"), "", True),
}

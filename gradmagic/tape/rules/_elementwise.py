"""Rules of operations that act number by number; derivatives as in Abramowitz & Stegun, chapters 3 to 7.

`x`, `y`: the inputs; `z`: the output; `g`: the incoming adjoint, printed as z with a bar. Each row is the
operation, what it computes, and what it adds to the adjoint of each input (`None`: nothing passes).
"""

from __future__ import annotations

__all__ = ["ALIKE", "BINARY", "BLOCKING", "UNARY"]

UNARY: dict[str, tuple[str, str]] = {
    "Identity": ("x", "g"),
    "CheckNumerics": ("x", "g"),
    "Neg": ("-x", "-g"),
    "Reciprocal": ("1 / x", "-g * z**2"),
    "Inv": ("1 / x", "-g * z**2"),
    "Square": ("x**2", "2 * g * x"),
    "Sqrt": ("sqrt(x)", "g / (2 * z)"),
    "Rsqrt": ("1 / sqrt(x)", "-g * z**3 / 2"),
    "Exp": ("exp(x)", "g * z"),
    "Expm1": ("exp(x) - 1", "g * (z + 1)"),
    "Log": ("log(x)", "g / x"),
    "Log1p": ("log(1 + x)", "g / (1 + x)"),
    "Sin": ("sin(x)", "g * cos(x)"),
    "Cos": ("cos(x)", "-g * sin(x)"),
    "Tan": ("tan(x)", "g * (1 + z**2)"),
    "Asin": ("asin(x)", "g / sqrt(1 - x**2)"),
    "Acos": ("acos(x)", "-g / sqrt(1 - x**2)"),
    "Atan": ("atan(x)", "g / (1 + x**2)"),
    "Sinh": ("sinh(x)", "g * cosh(x)"),
    "Cosh": ("cosh(x)", "g * sinh(x)"),
    "Tanh": ("tanh(x)", "g * (1 - z**2)"),
    "Asinh": ("arsinh(x)", "g / sqrt(x**2 + 1)"),
    "Acosh": ("arcosh(x)", "g / sqrt(x**2 - 1)"),
    "Atanh": ("artanh(x)", "g / (1 - x**2)"),
    "Sigmoid": ("sigmoid(x)", "g * z * (1 - z)"),
    "Softplus": ("log(1 + exp(x))", "g * sigmoid(x)"),
    "Softsign": ("x / (1 + abs(x))", "g / (1 + abs(x))**2"),
    "Relu": ("max(x, 0)", "g * (x > 0)"),
    "Relu6": ("min(max(x, 0), 6)", "g * (0 < x < 6)"),
    "LeakyRelu": ("(x > 0) * x + (x <= 0) * alpha * x", "g * ((x > 0) + alpha * (x <= 0))"),
    "Elu": ("(x > 0) * x + (x <= 0) * (exp(x) - 1)", "g * ((x > 0) + (x <= 0) * (z + 1))"),
    "Selu": (
        "lam * ((x > 0) * x + (x <= 0) * alpha * (exp(x) - 1))",
        "g * (lam * (x > 0) + (x <= 0) * (z + lam * alpha))",
    ),
    "Abs": ("abs(x)", "g * sign(x)"),
    "Sign": ("sign(x)", "0 * x"),
    "Erf": ("erf(x)", "g * 2 / sqrt(pi) * exp(-x**2)"),
    "Erfc": ("1 - erf(x)", "-g * 2 / sqrt(pi) * exp(-x**2)"),
    "Erfinv": ("erfinv(x)", "g * sqrt(pi) / 2 * exp(z**2)"),
    "Lgamma": ("lgamma(x)", "g * digamma(x)"),
    "Digamma": ("digamma(x)", "g * trigamma(x)"),
    "Cast": ("x", "g"),
    "Real": ("Re(x)", "g"),
    "Imag": ("Im(x)", "i * g"),
    "Conj": ("conj(x)", "conj(g)"),
    "ComplexAbs": ("abs(x)", "g * x / z"),
    "L2Loss": ("square_norm(x) / 2", "g * x"),
}

# Inputs of different shapes are broadcast: each adjoint is summed over the axes its input was spread along.
BINARY: dict[str, tuple[str, str, str]] = {
    "AddV2": ("x + y", "g", "g"),
    "Add": ("x + y", "g", "g"),
    "Sub": ("x - y", "g", "-g"),
    "Mul": ("x * y", "g * y", "g * x"),
    "RealDiv": ("x / y", "g / y", "-g * x / y**2"),
    "Div": ("x / y", "g / y", "-g * x / y**2"),
    "DivNoNan": ("x / y * (y != 0)", "g / y * (y != 0)", "-g * x / y**2 * (y != 0)"),
    "MulNoNan": ("x * y", "g * y", "g * x"),
    "Pow": ("x**y", "g * y * x**(y - 1)", "g * z * log(x)"),
    "Maximum": ("max(x, y)", "g * (x >= y)", "g * (x < y)"),
    "Minimum": ("min(x, y)", "g * (x <= y)", "g * (x > y)"),
    "SquaredDifference": ("(x - y)**2", "2 * g * (x - y)", "-2 * g * (x - y)"),
    "Atan2": ("atan2(x, y)", "g * y / (x**2 + y**2)", "-g * x / (x**2 + y**2)"),
    "Xlogy": ("x * log(y)", "g * log(y)", "g * x / y"),
    "Xlog1py": ("x * log(1 + y)", "g * log(1 + y)", "g * x / (1 + y)"),
    "Xdivy": ("x / y", "g / y", "-g * x / y**2"),
    "FloorMod": ("x - y * floor(x / y)", "g", "-g * floor(x / y)"),
    "Complex": ("x + i * y", "Re(g)", "Im(g)"),
}

# Operations under two names.
ALIKE = {
    "BatchMatMul": "BatchMatMulV2",
    "BatchMatMulV3": "BatchMatMulV2",
    "Concat": "ConcatV2",
    "FusedBatchNorm": "FusedBatchNormV3",
    "FusedBatchNormV2": "FusedBatchNormV3",
    "Gather": "GatherV2",
    "PlaceholderWithDefault": "Identity",
    "DeepCopy": "Identity",
}

# Steps and choices: flat wherever they have a derivative at all, so that TensorFlow passes nothing on.
BLOCKING = frozenset(
    [
        "StopGradient",
        "Floor",
        "Ceil",
        "Round",
        "Rint",
        "FloorDiv",
        "ZerosLike",
        "OnesLike",
        "ArgMax",
        "ArgMin",
        "NextAfter",
        "OneHot",
        "Equal",
        "NotEqual",
        "Greater",
        "GreaterEqual",
        "Less",
        "LessEqual",
        "IsNan",
        "IsInf",
        "IsFinite",
        "Shape",
        "Size",
        "Rank",
    ]
)

"""A formula that is written once: computed with NumPy, and printed as text and as LaTeX.

What a learner reads of a rule is what the tests compute: there is no second copy that could differ.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unicodedata import normalize

__all__ = ["Formula"]

# (text, LaTeX) of functions that are not written `name(arguments)`; `{0}` is the first argument.
_NOTATION: dict[str, tuple[str, str]] = {
    "sqrt": ("√({0})", r"\sqrt{{{0}}}"),
    "abs": ("|{0}|", r"\left|{0}\right|"),
    "floor": ("⌊{0}⌋", r"\left\lfloor {0} \right\rfloor"),
    "T": ("{0}ᵀ", r"{0}^{{\top}}"),
    "H": ("{0}ᴴ", r"{0}^{{\mathsf{{H}}}}"),
    "inv": ("{0}⁻¹", r"{0}^{{-1}}"),
    "inv_T": ("{0}⁻ᵀ", r"{0}^{{-\top}}"),
    "conj": ("conj({0})", r"\overline{{{0}}}"),
    "log": ("ln({0})", r"\ln({0})"),
    "sum": ("Σ({0})", r"\sum {0}"),
    "row_sum": ("Σ({0})", r"\sum {0}"),
    "each": ("Σ({0})", r"\sum {0}"),
    "asin": ("arcsin({0})", r"\arcsin({0})"),
    "acos": ("arccos({0})", r"\arccos({0})"),
    "atan": ("arctan({0})", r"\arctan({0})"),
    "sigmoid": ("σ({0})", r"\sigma({0})"),
    "digamma": ("ψ({0})", r"\psi({0})"),
    "trigamma": ("ψ′({0})", r"\psi'({0})"),
    "lgamma": ("ln Γ({0})", r"\ln\Gamma({0})"),
    "norm": ("‖{0}‖", r"\lVert {0} \rVert"),
    "square_norm": ("‖{0}‖²", r"\lVert {0} \rVert^2"),
    "det": ("det({0})", r"\det({0})"),
    "tril": ("tril({0})", r"\operatorname{{tril}}({0})"),
}
_LATEX_OWN = frozenset(["sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "max", "min", "det"])
_NAMES: dict[str, tuple[str, str]] = {
    "pi": ("π", r"\pi"),
    "alpha": ("α", r"\alpha"),
    "lam": ("λ", r"\lambda"),
}
_COMPARE: dict[type, tuple[str, str]] = {
    ast.Gt: (">", ">"),
    ast.Lt: ("<", "<"),
    ast.GtE: ("≥", r"\ge"),
    ast.LtE: ("≤", r"\le"),
    ast.Eq: ("=", "="),
    ast.NotEq: ("≠", r"\ne"),
}
_COMPUTE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)


@dataclass(frozen=True)
class Formula:
    """An expression of an operation's inputs (`x`, `y`), its output `z` and the incoming adjoint `g`.

    Attributes:
        source: a Python expression, such as `"g * cos(x)"`; a comparison stands for 1 or 0, as Iverson's
            brackets do.
        capitals: print the names as matrices, `X` and `Z`.
    """

    source: str
    capitals: bool = False

    @property
    def text(self) -> str:
        """The formula as text: `z̄·cos(x)`."""
        return self._print(self._tree, 0)[0]

    @property
    def latex(self) -> str:
        """The formula in LaTeX, without delimiters."""
        return self._print(self._tree, 1)[0]

    def compute(self, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
        """Return the formula's value.

        Args:
            values: what the names stand for.
            functions: what the names of functions stand for.

        Raises:
            KeyError: a name that neither of them has.
        """
        return _compute(self._tree, values, functions)

    def name(self, name: str, form: int) -> str:
        """Return a name as it is written: `0` for text, `1` for LaTeX; `g` is z with a bar."""
        if name == "g":
            return self.barred("z", form)
        if name == "gs":  # of every output
            bar = self.barred("z", form)
            return f"{bar}₁, {bar}₂, …" if form == 0 else rf"{bar}_1, {bar}_2, \ldots"
        if name in _NAMES:
            return _NAMES[name][form]
        if len(name) > 2 and name != "xi":
            return name if form == 0 else rf"\mathrm{{{name}}}"
        letter = name[0].upper() if self.capitals and name[0] not in "in" else name[0]
        if len(name) == 1:
            return letter
        return (
            letter + ("ᵢ" if name[1] == "i" else name[1].translate(_LOW))
            if form == 0
            else f"{letter}_{name[1]}"
        )

    def barred(self, name: str, form: int) -> str:
        """Return the adjoint of a name: `x̄`."""
        if form == 1:
            letter, _, low = self.name(name, 1).partition("_")
            return rf"\bar{{{letter}}}" + (f"_{low}" if low else "")
        written = self.name(name, 0)
        return normalize("NFC", written[0] + "\u0304") + written[1:]

    @cached_property
    def _tree(self) -> ast.expr:
        return ast.parse(self.source, mode="eval").body

    def _print(self, node: ast.expr, form: int) -> tuple[str, int]:
        match node:
            case ast.Name(id=name):
                return self.name(name, form), _ATOM
            case ast.Constant(value=value):
                return str(value), _ATOM
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return "-" + self._held(operand, form, _PRODUCT), _SIGN if form else _PRODUCT
            case ast.Compare(left=left, ops=[*signs], comparators=[*others]):
                parts = [self._print(left, form)[0]]
                for sign, other in zip(signs, others, strict=True):
                    parts += [_COMPARE[type(sign)][form], self._print(other, form)[0]]
                return f"[{' '.join(parts)}]", _ATOM
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments, form)
            case ast.BinOp(left=left, op=sign, right=right):
                return self._binary(left, sign, right, form)
        raise TypeError(f"a formula has no {ast.dump(node)}")

    def _held(self, node: ast.expr, form: int, least: int) -> str:
        text, binds = self._print(node, form)
        if binds >= least:
            return text
        return f"({text})" if form == 0 else rf"\left({text}\right)"

    def _call(self, name: str, arguments: Sequence[ast.expr], form: int) -> tuple[str, int]:
        if name in ("T", "H", "inv", "inv_T"):
            return _NOTATION[name][form].format(self._held(arguments[0], form, _ATOM)), _ATOM
        inner = [self._print(argument, form)[0] for argument in arguments]
        if name in _NOTATION:
            if form == 1 and name in ("sum", "row_sum", "each"):
                return rf"\sum {self._held(arguments[0], form, _PRODUCT)}", _PRODUCT
            return _NOTATION[name][form].format(*inner), _ATOM
        if form == 0:
            return f"{name}({', '.join(inner)})", _ATOM
        written = rf"\{name}" if name in _LATEX_OWN else rf"\operatorname{{{name.replace('_', '-')}}}"
        return rf"{written}({', '.join(inner)})", _ATOM

    def _binary(self, left: ast.expr, sign: ast.operator, right: ast.expr, form: int) -> tuple[str, int]:
        match sign:
            case ast.Add():
                return f"{self._held(left, form, _SUM)} + {self._held(right, form, _SUM)}", _SUM
            case ast.Sub():
                return f"{self._held(left, form, _SUM)} - {self._held(right, form, _PRODUCT)}", _SUM
            case ast.Mult():
                dot = "·" if form == 0 else r" \cdot "
                return f"{self._held(left, form, _PRODUCT)}{dot}{self._held(right, form, _SIGN)}", _PRODUCT
            case ast.MatMult():
                blank = " " if form == 0 else r" \, "
                return f"{self._held(left, form, _PRODUCT)}{blank}{self._held(right, form, _SIGN)}", _PRODUCT
            case ast.Div():
                if form == 1:
                    over, under = self._print(left, 1)[0], self._print(right, 1)[0]
                    return rf"\frac{{{over}}}{{{under}}}", _ATOM
                return f"{self._held(left, form, _PRODUCT)}/{self._held(right, form, _SIGN + 1)}", _PRODUCT
            case ast.Pow():
                base = self._held(left, form, _ATOM)
                if form == 1:
                    return f"{base}^{{{self._print(right, 1)[0]}}}", _POWER
                if isinstance(right, ast.Constant):
                    return base + str(right.value).translate(_SUPERSCRIPTS), _POWER
                return f"{base}^{self._held(right, form, _ATOM)}", _POWER
        raise TypeError(f"a formula has no {ast.dump(sign)}")


_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _compute(node: ast.expr, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(operand=operand):
            return -_compute(operand, values, functions)
        case ast.Compare(left=left, ops=[*signs], comparators=[*others]):
            terms = [_compute(part, values, functions) for part in (left, *others)]
            result: Any = True
            for sign, low, high in zip(signs, terms, terms[1:], strict=False):
                result = result & _COMPUTE[type(sign)](low, high)
            return result
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return functions[name](*(_compute(argument, values, functions) for argument in arguments))
        case ast.BinOp(left=left, op=sign, right=right):
            return _COMPUTE[type(sign)](_compute(left, values, functions), _compute(right, values, functions))
    raise TypeError(f"a formula has no {ast.dump(node)}")

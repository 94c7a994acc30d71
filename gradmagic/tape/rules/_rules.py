"""The local derivative rule of each TensorFlow operation: a vector-Jacobian product, in mathematics.

An operation z = f(x, y, ...) receives the adjoint of z (the derivative of the target by z) and adds to the
adjoint of each input: see Griewank & Walther, "Evaluating Derivatives" (2nd edition, SIAM 2008), chapter 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradmagic.tape.rules._arrays import ARRAYS, MATMUL, ArrayRule
from gradmagic.tape.rules._elementwise import ALIKE, BINARY, BLOCKING, UNARY
from gradmagic.tape.rules._formula import Formula

__all__ = ["Rule", "general_rule", "known_operations", "rule_for"]


@dataclass(frozen=True)
class Rule:
    """How an operation hands its adjoint on.

    Attributes:
        operation: TensorFlow's type of operation.
        inputs: a name for each input, `""` for one that has no derivative; `("xi",)` for any number.
        forward: the formula of the output; `None` in the general form.
        adds: for each input, what is added to its adjoint; `None` where nothing is.
        note: the key of a sentence that says the rest, or empty.
        broadcast: inputs of different shapes are broadcast, so adjoints are summed back to their shapes.
        output: the output that has the derivative, when it is not the first.
    """

    operation: str
    inputs: tuple[str, ...]
    forward: Formula | None
    adds: tuple[Formula | None, ...]
    note: str = ""
    broadcast: bool = False
    output: int = 0

    @property
    def known(self) -> bool:
        """Whether the table has a formula for the operation."""
        return self.forward is not None

    @property
    def text(self) -> str:
        """The rule on one line: `z = x·y: x̄ += z̄·y, ȳ += z̄·x`."""
        forward, *adds = self.text_parts
        return forward + (": " + ", ".join(adds) if adds else "")

    @property
    def latex(self) -> str:
        """The rule in LaTeX, without delimiters."""
        return r",\quad ".join(self.latex_parts)

    @property
    def text_parts(self) -> tuple[str, ...]:
        """The operation, and what it adds to each input, one by one: `("z = x·y", "x̄ += z̄·y", ...)`."""
        return tuple(self._parts(0))

    @property
    def latex_parts(self) -> tuple[str, ...]:
        """The same in LaTeX, without delimiters."""
        return tuple(self._parts(1))

    def input_name(self, slot: int) -> str:
        """Return how the rule writes an input: `x`, `X`; empty for one that it does not name."""
        if self.inputs[:1] == ("xi",):
            return Formula("x", self._capitals).name(f"x{slot + 1}", 0) if slot < 9 else ""
        name = self.inputs[slot] if 0 <= slot < len(self.inputs) else ""
        return Formula("x", self._capitals).name(name, 0) if name else ""

    @property
    def output_name(self) -> str:
        """How the rule writes the output: `z`."""
        return Formula("z", self._capitals).name("z", 0)

    @property
    def uses_output(self) -> bool:
        """Whether the output itself stands in what is added, as in the rule of exp."""
        return any(add is not None and re.search(r"\bz\b", add.source) for add in self.adds)

    def adjoint_name(self, slot: int) -> str:
        """Return how the rule writes the adjoint of an input: with a bar, and a number if there are many."""
        if self.inputs[:1] == ("xi",):
            return Formula("x", self._capitals).barred(f"x{slot + 1}", 0) if slot < 9 else "x̄ᵢ"
        name = self.inputs[slot] if 0 <= slot < len(self.inputs) else ""
        return Formula("x", self._capitals).barred(name or "x", 0)

    @property
    def incoming_name(self) -> str:
        """How the rule writes the adjoint that arrives: `z̄`."""
        return Formula("z", self._capitals).barred("z", 0)

    @property
    def _capitals(self) -> bool:
        return self.forward is not None and self.forward.capitals

    def _parts(self, form: int) -> list[str]:
        if self.forward is None:
            name = self.operation.replace("_", "-")
            if not self.adds and self.note == "rule-blocked":
                flat = ("∂z/∂x = 0", r"\frac{\partial z}{\partial x} = 0")[form]
                return [(f"z = {self.operation}(x)", rf"z = \operatorname{{{name}}}(x)")[form], flat]
            if form == 0:
                return [f"z = {self.operation}(x)", "x̄ += z̄·∂z/∂x"]
            return [
                rf"z = \operatorname{{{name}}}(x)",
                r"\bar{x} \mathrel{+}= \bar{z} \, \frac{\partial z}{\partial x}",
            ]
        z = self.forward.name("z", form)
        parts = [f"{z} = {self.forward.latex if form else self.forward.text}"]
        for name, add in zip(self.inputs, self.adds, strict=False):
            if add is not None and name:
                sign = r" \mathrel{+}= " if form else " += "
                parts.append(f"{add.barred(name, form)}{sign}{add.latex if form else add.text}")
        return parts


def known_operations() -> tuple[str, ...]:
    """Return the operations that the table has a rule for, sorted."""
    return tuple(sorted({*UNARY, *BINARY, *ARRAYS, *ALIKE, *BLOCKING, "MatMul", "BatchMatMulV2"}))


def rule_for(operation: str, attributes: Mapping[str, Any]) -> Rule:
    """Return the rule of an operation with these attributes; the general form where the table has none.

    Args:
        operation: TensorFlow's type of operation, such as `"MatMul"`.
        attributes: its settings, such as `{"transpose_a": True}`; see `OpRecord.attributes`.
    """
    name = ALIKE.get(operation, operation)
    if name in BLOCKING:
        return Rule(operation, (), None, (), "rule-blocked")
    if name in UNARY:
        forward, add = UNARY[name]
        return Rule(operation, ("x",), Formula(forward), (Formula(add),))
    if name in BINARY:
        forward, *both = BINARY[name]
        return Rule(operation, ("x", "y"), Formula(forward), tuple(map(Formula, both)), broadcast=True)
    if name in ("MatMul", "BatchMatMulV2"):
        first, second = ("transpose_a", "transpose_b") if name == "MatMul" else ("adj_x", "adj_y")
        row = MATMUL[bool(attributes.get(first)), bool(attributes.get(second))]
        return _from_row(operation, row, broadcast=name != "MatMul")
    if name in ARRAYS and _as_written(name, attributes):
        return _from_row(operation, ARRAYS[name], broadcast=name in ("SelectV2", "Select"))
    return general_rule(operation)


def general_rule(operation: str, note: str = "rule-general") -> Rule:
    """Return the form every rule is an instance of: the adjoint times the operation's own derivative."""
    return Rule(operation, ("x",), None, (), note)


def _as_written(name: str, attributes: Mapping[str, Any]) -> bool:
    """Tell whether the settings are those that the row's formula is about."""
    if name in ("MatrixSolve", "MatrixTriangularSolve"):
        return not attributes.get("adjoint") and attributes.get("lower", True) is not False
    if name == "FusedBatchNormV3":
        return attributes.get("is_training") is not False
    return True


def _from_row(operation: str, row: ArrayRule, *, broadcast: bool) -> Rule:
    named = iter(row.adds)
    adds = [next(named) if name else None for name in row.inputs]
    return Rule(
        operation,
        row.inputs,
        Formula(row.forward, row.capitals),
        tuple(None if add is None else Formula(add, row.capitals) for add in adds),
        row.note,
        broadcast,
        row.output,
    )

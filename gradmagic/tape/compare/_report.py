"""`CompareReport`: three ways to a derivative, and what they are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradmagic._views import view
from gradmagic.tape.compare._symbolic import Symbolic
from gradmagic.tape.replay._replay import Array

__all__ = ["CompareReport", "Curve", "Method"]


@dataclass(frozen=True, eq=False)
class Method:
    """One way to the derivatives.

    Attributes:
        name: `"automatic"`, `"numeric"` or `"symbolic"`.
        values: the derivative by each source, in its shape; empty when there is none.
        error: the largest error relative to the largest derivative; NaN when there is none.
        seconds: the median time of several runs (of one run, for symbolic).
        operations: how many operations it took: TensorFlow's of the backward pass, evaluations of the
            function, SymPy's in the derivatives.
        reason: why there is no value; empty when there is one.
    """

    name: str
    values: tuple[Array, ...]
    error: float
    seconds: float
    operations: int
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """The error of the central difference against its step.

    Attributes:
        precision: the dtype in which the function was evaluated.
        steps: the step sizes.
        errors: the relative error at each; NaN where the difference is not finite.
    """

    precision: str
    steps: Array
    errors: Array

    @property
    def best(self) -> tuple[float, float]:
        """The step with the smallest error, and that error."""
        index = int(np.nanargmin(self.errors)) if np.any(np.isfinite(self.errors)) else 0
        return float(self.steps[index]), float(self.errors[index])


@dataclass(frozen=True, eq=False)
class CompareReport:
    """The three ways, and what they are measured against.

    Attributes:
        target: the name of what was differentiated.
        sources: the names of what it was differentiated by.
        points: the value of each source.
        methods: automatic, numeric, symbolic.
        reference: what the errors are measured against: `"symbolic"`, or `"replay"` where there is no
            formula (TensorFlow's derivative of the recording repeated in float64), or `"numeric"`; the
            last resort is `"automatic"` itself.
        curves: the numeric error against the step size, in the recorded precision and in float64.
        formula: the function and its derivatives as SymPy expressions; `None` when there is none.
        recorded: how many operations were recorded between the sources and the target.
        notes: what else is worth knowing, one sentence each.
    """

    target: str
    sources: tuple[str, ...]
    points: tuple[Array, ...]
    methods: tuple[Method, ...]
    reference: str
    curves: tuple[Curve, ...]
    formula: Symbolic | None
    recorded: int
    notes: tuple[str, ...]

    def __getitem__(self, name: str) -> Method:
        """Return a method by its name: `report["symbolic"]`."""
        return next(method for method in self.methods if method.name == name)

    def plot(self) -> Any:
        """Return a Matplotlib figure: the error against the step size, and the time of each method."""
        return view("plot_comparison", self)

    def __repr__(self) -> str:
        return str(view("compare_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("compare_bundle", self))

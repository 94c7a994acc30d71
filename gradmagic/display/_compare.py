"""Show a `CompareReport`: three methods as a table, the formula, and the error against the step size."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from gradmagic.display._check import bounded, coded
from gradmagic.display._columns import padded, width
from gradmagic.display._figures import INK, LINE, figure_svg
from gradmagic.display._numbers import count, number, value_text
from gradmagic.display._symbols import text_derivative
from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.tape import CompareReport
    from gradmagic.tape.compare._report import Method

__all__ = ["compare_bundle", "compare_text", "plot_comparison"]

# Two curves and a level, told apart by lightness and dash as well as by hue.
NARROW, WIDE, LEVEL = "#d9822b", LINE, "#2f9e6e"
# A formula longer than this is counted, not written.
FORMULA = 240
VALUE = 60
# Where an error of 0 is drawn: below the precision of float64.
FLOOR = 1e-17


def compare_text(report: CompareReport) -> str:
    """Return the table and the formula; no times, so that two runs of one cell read the same."""
    rows = _rows(report, exact=False)
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = [
        "  ".join(padded(cell, places) for cell, places in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    head = say("compare-head", target=report.target)
    lines = [head, *table, *_reasons(report), *_formula(report), *_size(report), *_remarks(report)]
    return "\n".join(lines)


def compare_bundle(report: CompareReport) -> dict[str, str]:
    """Return the text, and the same as HTML with times, errors in digits, and the figure as SVG."""
    cell = (
        'style="text-align:left;padding:1px 14px 1px 0;font-weight:normal;font-variant-numeric:tabular-nums"'
    )
    header, *rows = _rows(report, exact=True)
    table = (
        '<table style="margin:6px 0;border-collapse:collapse"><thead><tr style="opacity:.7">'
        + "".join(f'<th scope="col" {cell}>{escape(name)}</th>' for name in header)
        + "</tr></thead><tbody>"
        + "".join(
            f'<tr><th scope="row" {cell}>{escape(row[0])}</th>'
            + "".join(f"<td {cell}>{escape(entry)}</td>" for entry in row[1:])
            + "</tr>"
            for row in rows
        )
        + "</tbody></table>"
    )
    formula = "".join(
        f'<div style="margin:2px 0"><code style="background:none">{escape(line)}</code></div>'
        for line in _formula(report)
    )
    lines = [*_reasons(report), *_size(report), *_best(report), *_remarks(report)]
    remarks = "".join(f'<div style="opacity:.7;margin:2px 0">{coded(line)}</div>' for line in lines)
    figure = figure_svg(plot_comparison(report), _description(report))
    title = escape(say("compare-head", target=report.target))
    head = f'<div style="margin:4px 0"><strong>{title}</strong></div>'
    page = f'<div style="max-width:46em">{head}{table}{formula}{figure}{remarks}</div>'
    return {"text/plain": compare_text(report), "text/html": page}


def plot_comparison(report: CompareReport) -> Figure:
    """Draw the error of the central difference against its step, and the level of the automatic one."""
    from gradmagic.display._figures import _axes

    figure, axes = _axes()
    figure.set_size_inches(6.0, 3.2)
    for curve in report.curves:
        narrow = curve.precision != "float64"
        axes.plot(
            curve.steps,
            np.maximum(curve.errors, FLOOR),
            color=NARROW if narrow else WIDE,
            linewidth=1.8,
            marker="s" if narrow else "o",
            markersize=3.2,
            label=say("compare-line-numeric", precision=curve.precision),
        )
    automatic = report["automatic"].error
    if math.isfinite(automatic):
        axes.axhline(
            max(automatic, FLOOR),
            color=LEVEL,
            linewidth=1.6,
            linestyle=(0, (5, 3)),
            label=say("compare-line-automatic"),
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(say("compare-axis-step"))
    axes.set_ylabel(say("compare-axis-error"))
    axes.margins(x=0.02)
    for place, word, side in ((0.01, "rounding", "left"), (0.99, "bending", "right")):
        axes.text(
            place,
            0.03,
            say(f"compare-{word}"),
            transform=axes.transAxes,
            ha=side,
            color=INK,
            fontsize=8.5,
            style="italic",
        )
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=9, labelcolor=INK)
    return figure


def _rows(report: CompareReport, *, exact: bool) -> list[list[str]]:
    single = len(report.sources) == 1
    values = [text_derivative(report.target, source, 1, partial=not single) for source in report.sources]
    times = [say("compare-column-time")] if exact else []
    header = [
        say("compare-column-method"),
        *values,
        say("compare-column-error"),
        say("compare-column-size"),
        *times,
    ]
    rows = [header]
    for method in report.methods:
        shown = [_value(value, method) for value in method.values] or ["–"] * len(values)
        error = _exact_error(method, report) if exact else _error(method, report)
        size = say(f"compare-size-{method.name}", count=count(method.operations)) if method.values else "–"
        time = [_time(method.seconds) if method.values else "–"] if exact else []
        rows.append([say(f"compare-{method.name}"), *shown, error, size, *time])
    return rows


def _value(value: object, method: Method) -> str:
    array = np.asarray(value)
    largest = float(np.max(np.abs(array), initial=0.0))
    # What is far below the method's own precision is not a digit of the value.
    noise = 1e-7 * largest if method.name != "symbolic" else 0.0
    text = " ".join(value_text(np.where(np.abs(array) < noise, 0.0, array)).split())
    return text if len(text) <= VALUE else text[: VALUE - 1] + "…"


def _error(method: Method, report: CompareReport) -> str:
    if not method.values:
        return "–"
    if method.name == report.reference:
        return say("compare-exact" if method.name == "symbolic" else "compare-measure")
    return bounded(method.error)


def _exact_error(method: Method, report: CompareReport) -> str:
    if not method.values or method.name == report.reference:
        return _error(method, report)
    return f"{method.error:.1e}" if method.error else "0"


def _reasons(report: CompareReport) -> list[str]:
    return [
        f"{say(f'compare-{method.name}')}: {say('compare-none', reason=method.reason)}"
        for method in report.methods
        if method.reason
    ]


def _formula(report: CompareReport) -> list[str]:
    formula = report.formula
    if formula is None:
        return []
    lines = [f"{report.target} = {formula.written(formula.function)}"]
    partial = len(report.sources) > 1
    for source, symbols, derivatives in zip(
        report.sources, formula.symbols, formula.derivatives, strict=True
    ):
        for symbol, derivative in zip(symbols.ravel(), derivatives.ravel(), strict=True):
            name = str(symbol) if symbols.size > 1 else source
            label = text_derivative(report.target, name, 1, partial=partial or symbols.size > 1)
            lines.append(f"{label} = {formula.written(derivative)}")
    return [line for line in lines if len(line) <= FORMULA and len(lines) <= 5]


def _size(report: CompareReport) -> list[str]:
    formula = report.formula
    if formula is None:
        return []
    return [
        say(
            "compare-size",
            recorded=count(report.recorded),
            function=count(formula.function_size),
            derivative=count(formula.derivative_size),
        )
    ]


def _remarks(report: CompareReport) -> list[str]:
    return [*report.notes, say(f"compare-reference-{report.reference}")]


def _best(report: CompareReport) -> list[str]:
    return [
        say("compare-best", precision=curve.precision, step=f"{curve.best[0]:.0e}") for curve in report.curves
    ]


def _description(report: CompareReport) -> str:
    curves = "".join(
        say(
            "compare-figure-curve",
            precision=curve.precision,
            error=f"{curve.best[1]:.0e}",
            step=f"{curve.best[0]:.0e}",
        )
        + " "
        for curve in report.curves
    )
    return say("compare-figure", curves=curves.strip(), automatic=number(report["automatic"].error))


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"

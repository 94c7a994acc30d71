"""Show a `CompareReport`: three methods as a table, and the formula; the same in every run.

Times and digits that are rounding are in the picture, `_compare_figure.py`: no two runs agree in them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from gradmagic.display._check import bounded, coded
from gradmagic.display._columns import padded, width
from gradmagic.display._numbers import count, value_text
from gradmagic.display._symbols import text_derivative
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import CompareReport
    from gradmagic.tape.compare._report import Method

__all__ = ["compare_bundle", "compare_text"]

# A formula longer than this is counted, not written.
FORMULA = 240
VALUE = 60


def compare_text(report: CompareReport) -> str:
    """Return the table and the formula; no times, so that two runs of one cell read the same."""
    rows = _rows(report)
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = [
        "  ".join(padded(cell, places) for cell, places in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    head = say("compare-head", target=report.target)
    lines = [head, *table, *_reasons(report), *_formula(report), *_size(report), *_remarks(report)]
    return "\n".join(lines)


def compare_bundle(report: CompareReport) -> dict[str, str]:
    """Return the text, and the same as HTML; the picture is a display of its own."""
    cell = (
        'style="text-align:left;padding:1px 14px 1px 0;font-weight:normal;font-variant-numeric:tabular-nums"'
    )
    header, *rows = _rows(report)
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
    lines = [*_reasons(report), *_size(report), *_remarks(report)]
    remarks = "".join(f'<div style="opacity:.7;margin:2px 0">{coded(line)}</div>' for line in lines)
    title = escape(say("compare-head", target=report.target))
    head = f'<div style="margin:4px 0"><strong>{title}</strong></div>'
    page = f'<div style="max-width:46em">{head}{table}{formula}{remarks}</div>'
    return {"text/plain": compare_text(report), "text/html": page}


def _rows(report: CompareReport) -> list[list[str]]:
    single = len(report.sources) == 1
    values = [text_derivative(report.target, source, 1, partial=not single) for source in report.sources]
    header = [
        say("compare-column-method"),
        *values,
        say("compare-column-error"),
        say("compare-column-size"),
    ]
    rows = [header]
    for method in report.methods:
        shown = [_value(value, method) for value in method.values] or ["–"] * len(values)
        size = say(f"compare-size-{method.name}", count=count(method.operations)) if method.values else "–"
        rows.append([say(f"compare-{method.name}"), *shown, _error(method, report), size])
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
    return [*report.notes, say(f"compare-reference-{report.reference}"), say("compare-times")]

"""Show a `Flow`: a table by layer, the verdict and what helps in words, and bars on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, TypeVar

from gradmagic.display._figures import INK, LINE, figure_svg
from gradmagic.display._graph_facts import columns, shorten
from gradmagic.display._logarithmic import logarithmic
from gradmagic.display._numbers import count, number, shape_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.tape import Flow, LayerFlow, VariableFlow

__all__ = ["flow_bundle", "flow_text", "plot_flow"]

_Item = TypeVar("_Item")

# Rows and bars shown of a long model: its first and its last layers.
ROWS, BARS = 60, 40
# A colour and a hatch for each verdict, told apart with and without colour (Okabe and Ito 2008).
STYLES = {
    "healthy": (LINE, ""),
    "vanishing": ("#e69f00", "///"),
    "exploding": ("#d55e00", "xxx"),
    "dead": ("#999999", "..."),
    "not-finite": ("#cc79a7", "+++"),
    "not-computed": ("#999999", "---"),
}


def flow_text(flow: Flow) -> str:
    """Return the verdict, a table of the variables under their layers, and what usually helps."""
    lines = [_head(flow)]
    lines += [_finding(found.verdict, found.layers) for found in flow.findings]
    lines += _table(flow)
    lines += _remedies(flow)
    return "\n".join(lines)


def flow_bundle(flow: Flow) -> dict[str, str]:
    """Return the text, and the same as a page with the bar chart."""
    words = [_finding(found.verdict, found.layers) for found in flow.findings] + _remedies(flow)
    chart = figure_svg(plot_flow(flow), _head(flow)) if any(layer.norm for layer in flow.layers) else ""
    header, rows = _cells(flow)
    head = "".join(_cell("th", cell, index) for index, cell in enumerate(header))
    body = "".join(
        f"<tr>{''.join(_cell('td' if place else 'th', cell, place) for place, cell in enumerate(row))}</tr>"
        for row in rows
    )
    page = (
        f'<div style="max-width:52em"><div style="margin:4px 0">{escape(_head(flow))}</div>'
        + "".join(f'<div style="margin:4px 0">{escape(line)}</div>' for line in words)
        + chart
        + f'<table style="margin:0;border-collapse:collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    return {"text/plain": flow_text(flow), "text/html": page}


def plot_flow(flow: Flow) -> Figure:
    """Draw a bar for each layer, from the input down: the root mean square of its gradient's entries."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    layers = _ends(list(flow.layers), BARS)
    figure = Figure(figsize=(7.0, max(1.8, 0.28 * len(layers) + 1.0)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor("none")
    sizes = [layer.typical if layer and layer.finite and layer.typical else None for layer in layers]
    known = [math.log10(size) for size in sizes if size]
    left = 10.0 ** (math.floor(min(known)) - 1 if known else -1)
    right = 10.0 ** (math.ceil(max(known)) if known else 0)
    met = []
    for place, (layer, size) in enumerate(zip(layers, sizes, strict=True)):
        if layer is None:
            continue
        verdict = flow.verdict_of(layer.name)
        met.append(verdict)
        colour, hatch = STYLES[verdict]
        if size is None:
            axes.text(left * 1.15, place, _absent(layer), va="center", color=INK, fontsize=9)
        else:
            axes.barh(place, size - left, left=left, height=0.7, color=colour, hatch=hatch, edgecolor=INK)
    logarithmic(axes, "x")
    axes.set_xlim(left, max(right, left * 10))
    axes.set_yticks(range(len(layers)), [shorten(layer.name, 34) if layer else "…" for layer in layers])
    axes.set_ylim(len(layers) - 0.4, -0.6)
    axes.set_xlabel(say("flow-axis"))
    axes.tick_params(which="both", colors=INK, labelsize=9)
    axes.xaxis.label.set_color(INK)
    axes.grid(True, axis="x", color=INK, alpha=0.2, linewidth=0.6)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("bottom", "left"))
        spine.set_color(INK)
    if set(met) - {"healthy"}:
        patches = [
            Patch(
                facecolor=STYLES[verdict][0],
                hatch=STYLES[verdict][1],
                edgecolor=INK,
                label=say(f"flow-is-{verdict}"),
            )
            for verdict in STYLES
            if verdict in met
        ]
        figure.legend(
            handles=patches, loc="outside upper left", ncols=3, frameon=False, labelcolor=INK, fontsize=9
        )
    return figure


def _absent(layer: LayerFlow) -> str:
    if layer.norm is None:
        return say("flow-is-not-computed")
    return say("flow-is-not-finite") if not layer.finite else say("graph-zero")


def _head(flow: Flow) -> str:
    return say(
        "flow-head",
        target=flow.target or say("graph-target"),
        verdict=say(f"flow-is-{flow.verdict}"),
        norm=number(flow.norm),
    )


def _finding(verdict: str, layers: tuple[str, ...]) -> str:
    shown = layers if len(layers) <= 4 else (*layers[:2], "…", layers[-1])
    return say(f"flow-{verdict}", layers=", ".join(shown), count=count(len(layers)))


def _remedies(flow: Flow) -> list[str]:
    return [say(f"flow-help-{found.verdict}") for found in flow.findings]


def _table(flow: Flow) -> list[str]:
    header, rows = _cells(flow)
    widths = [max(columns(row[place]) for row in [header, *rows]) for place in range(len(header))]
    return [
        "  ".join(
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in [header, *rows]
    ]


def _cells(flow: Flow) -> tuple[list[str], list[list[str]]]:
    header = [say(f"flow-column-{name}") for name in ("name", "shape", "norm", "mean", "zeros", "ratio")]
    rows: list[list[str]] = []
    for layer in flow.layers:
        single = len(layer.variables) == 1
        if not (single and layer.variables[0].name == layer.name):
            rows.append(_row(layer.name, "", layer))
        for variable in layer.variables:
            name = variable.name if variable.name == layer.name else "  " + _inside(variable.name, layer.name)
            rows.append(_row(name, shape_text(variable.shape), variable))
    shown = [row if row is not None else ["…", *[""] * 5] for row in _ends(rows, ROWS)]
    return header, shown


def _row(name: str, shape: str, flow: LayerFlow | VariableFlow) -> list[str]:
    if flow.norm is None:
        return [name, shape, say("flow-is-not-computed"), "", "", ""]
    zeros = f"{100 * (flow.zeros or 0.0):.3g} %"
    ratio = "–" if flow.ratio is None else number(flow.ratio)
    return [name, shape, number(flow.norm), number(flow.mean), zeros, ratio]


def _inside(name: str, layer: str) -> str:
    return name[len(layer) :].lstrip("/.") if name.startswith(layer) else name


def _ends(items: Sequence[_Item], most: int) -> list[_Item | None]:
    """Keep the first and the last items of a long list, with None for what lies between."""
    if len(items) <= most:
        return list(items)
    return [*items[: most // 2], None, *items[len(items) - most // 2 :]]


def _cell(tag: str, words: str, column: int) -> str:
    align = "left" if column == 0 else "right"
    inside = escape(words.lstrip())
    indent = 12 * (len(words) - len(words.lstrip())) // 2
    scope = ' scope="row"' if tag == "th" and column == 0 else ""
    return (
        f'<{tag}{scope} style="text-align:{align};font-weight:normal;padding:1px 12px 1px {indent}px;'
        f'font-variant-numeric:tabular-nums">{inside}</{tag}>'
    )

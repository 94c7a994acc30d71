"""Show a `Sweep`: a table of its runs, the best one marked, and all loss curves in one figure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._columns import padded, width
from gradmagic.display._figures import INK, LINE, figure_svg, new_axes, thinned
from gradmagic.display._logarithmic import logarithmic
from gradmagic.display._numbers import count, lowest, number
from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.training import Sweep

__all__ = ["plot_sweep", "sweep_bundle", "sweep_text"]

# A table of more runs than this shows the best ones.
ROWS = 20
# A figure of more curves than this names none of them but the best.
NAMED = 8
# Colours that differ in lightness too, for those who do not see all hues (Okabe and Ito, 2008).
COLOURS = ("#3f87d9", "#d55e00", "#009e73", "#cc79a7", "#8c6d1f", "#56b4e9", "#a05195", "#5f6b7a")


def sweep_text(sweep: Sweep) -> str:
    """Return the table as text; no times, so that two runs of one cell read the same."""
    head, rows = _table(sweep)
    widths = [max(width(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [_title(sweep)]
    lines += [
        "  ".join(padded(cell, places) for cell, places in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join([*lines, *_notes(sweep)])


def sweep_bundle(sweep: Sweep) -> dict[str, str]:
    """Return the text, and the table as HTML with the curves as SVG."""
    head, rows = _table(sweep)
    cell = "text-align:right;font-variant-numeric:tabular-nums;padding:1px 12px 1px 0"
    top = "".join(
        f'<th scope="col" style="{cell};font-weight:normal;opacity:.7">{escape(name)}</th>' for name in head
    )
    body = "".join(
        "<tr>" + "".join(f'<td style="{cell}">{escape(value)}</td>' for value in row) + "</tr>"
        for row in rows
    )
    notes = "".join(f'<div style="opacity:.8;margin:4px 0">{escape(note)}</div>' for note in _notes(sweep))
    curves = figure_svg(plot_sweep(sweep), say("display-sweep-curves", count=len(sweep)))
    page = (
        f'<div style="max-width:46em"><div style="margin:4px 0">{escape(_title(sweep))}</div>'
        f'<table style="margin:0;border-collapse:collapse"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table>{notes}{curves}</div>"
    )
    return {"text/plain": sweep_text(sweep), "text/html": page}


def plot_sweep(sweep: Sweep) -> Figure:
    """Draw every loss curve; the best one is thick, the others are named while they are few."""
    figure, axes = new_axes()
    best = next(iter(lowest(sweep.final)), None)
    steps = np.arange(sweep.losses.shape[1])
    for run in range(len(sweep)):
        if run == best:
            continue
        at, losses = thinned(steps, sweep.losses[run])
        named = len(sweep) <= NAMED
        colour = COLOURS[1 + run % (len(COLOURS) - 1)] if named else INK
        label = _label(sweep, run) if named else None
        axes.plot(at, losses, color=colour, linewidth=1.2, alpha=0.9 if named else 0.35, label=label)
    if best is not None:
        at, losses = thinned(steps, sweep.losses[best])
        axes.plot(at, losses, color=LINE, linewidth=2.4, label=f"{_label(sweep, best)} ✓")
    finite = sweep.losses[np.isfinite(sweep.losses)]
    if finite.size and finite.min() > 0 and finite.max() / finite.min() > 10:
        logarithmic(axes, "y")
        axes.set_ylim(finite.min() / 2, min(finite.max(), np.nanmax(sweep.losses[:, 0]) * 100) * 2)
    axes.set_xlabel(say("display-step"))
    axes.set_ylabel(say("display-loss"))
    axes.margins(x=0.01)
    legend = axes.legend(fontsize=8, frameon=False, loc="upper right")
    for text in legend.get_texts():
        text.set_color(INK)
    return figure


def _title(sweep: Sweep) -> str:
    return say(
        "display-sweep", runs=count(len(sweep)), steps=count(sweep.losses.shape[1]), engine=sweep.engine
    )


def _table(sweep: Sweep) -> tuple[list[str], list[list[str]]]:
    best = lowest(sweep.final)
    order = list(range(len(sweep)))
    if len(sweep) > ROWS:
        final = np.where(np.isfinite(sweep.final), sweep.final, np.inf)
        order = sorted(np.argsort(final, kind="stable")[:ROWS].tolist())
    head = [*sweep.over, say("display-loss"), ""]
    rows = []
    for run in order:
        values = [_shown(value) for value in sweep.settings[run].values()]
        finite = bool(np.isfinite(sweep.final[run]))
        loss = number(sweep.final[run]) if finite else say("display-sweep-diverged")
        rows.append([*values, loss, "✓" if run in best else ""])
    return head, rows


def _notes(sweep: Sweep) -> list[str]:
    notes = []
    if len(sweep) > ROWS:
        notes.append(say("display-sweep-best-of", shown=ROWS, count=len(sweep)))
    if sweep.engine != "vectorised":
        notes.append(sweep.reason)
    return notes


def _label(sweep: Sweep, run: int) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in sweep.settings[run].items())


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)

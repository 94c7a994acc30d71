"""Show a `Race`: a table, all losses in one chart, and the paths over the contours of the loss."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._columns import padded, width
from gradmagic.display._figures import INK, figure_svg, style_axes, thinned
from gradmagic.display._logarithmic import logarithmic
from gradmagic.display._numbers import count, lowest, number
from gradmagic.messages import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.training import Race
    from gradmagic.training.races import Racer, Surface

__all__ = [
    "RACER_COLOURS",
    "contour_levels",
    "plot_race",
    "race_bundle",
    "race_head",
    "race_text",
    "racer_ending",
]

# Of middle lightness for light and dark pages, told apart by those who do not see all hues (after Okabe and
# Ito 2008); each has a dash and a mark besides.
RACER_COLOURS = ("#2f7fd0", "#d55e00", "#0d9467", "#c2468f", "#a0761a", "#35a5c9", "#7d63c9", "#737f8c")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 2, 2)))
MARKS = ("o", "s", "^", "D")

CELL = "text-align:left;padding:2px 12px 2px 0"

# Contours of a surface.
LEVELS = 14
# The lowest contours lie this close to the lowest loss, as a share of what lies below the middle one.
_NEAR = 0.004


def race_text(race: Race) -> str:
    """Return the table as text; no times, so that two runs of one cell read the same."""
    head, rows = _table(race)
    widths = [max(width(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [race_head(race)]
    for row in [head, *rows]:
        cells = (padded(cell, size) for cell, size in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *_notes(race)])


def race_bundle(race: Race) -> dict[str, str]:
    """Return the table as text, and as HTML with the picture."""
    return {"text/plain": race_text(race), "text/html": _page(race)}


def race_head(race: Race) -> str:
    """Return one line: how many ran how far, and that nothing was changed."""
    return say("race-head", racers=len(race), steps=count(race.total), loss=number(_start(race)))


def racer_ending(race: Race, racer: Racer) -> str:
    """Return how it ended, in words; nothing for who came to the end and was not the best."""
    losses = [math.inf if one.status == "diverged" else one.loss for one in race]
    if any(race[index] is racer for index in lowest(losses)):
        return say("race-best")
    if racer.status == "finished":
        return ""
    return say("race-ended", status=say(f"steer-status-{racer.status}"), step=count(len(racer.history)))


def contour_levels(surface: Surface) -> list[float]:
    """Return the losses of the contours: narrow near the lowest one, wide far from it."""
    finite = surface.loss[np.isfinite(surface.loss)]
    low, middle, high = finite.min(), np.median(finite), finite.max()
    if not high > low:
        return []
    near = max(_NEAR * (middle - low), 1e-6 * (high - low))
    found: list[float] = (low - near + np.geomspace(2 * near, high - low + near, LEVELS + 1)[:-1]).tolist()
    return found


def plot_race(race: Race) -> Figure:
    """Draw the paths over the contours, if there is a surface, and all losses beside them."""
    from matplotlib.figure import Figure

    if race.surface is None:
        figure = Figure(figsize=(6.4, 3.4), layout="constrained")
        _draw_losses(figure.add_subplot(), race)
    else:
        figure = Figure(figsize=(9.4, 4.0), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_surface(left, race, race.surface)
        _draw_losses(right, race)
    handles, labels = figure.axes[-1].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper left",
        ncols=min(4, len(race)),
        frameon=False,
        labelcolor=INK,
        fontsize=10,
        handlelength=3.0,
    )
    return figure


def _draw_losses(axes: Any, race: Race) -> None:
    style_axes(axes)
    every = []
    for place, racer in enumerate(race):
        losses = np.append(racer.history.loss, racer.loss)
        at, value = thinned(np.arange(len(losses)), losses)
        every.append(losses[np.isfinite(losses)])
        axes.plot(at, value, **_style(place), linewidth=1.9, label=racer.label)
    finite = np.concatenate(every)
    if finite.size and finite.min() > 0 and finite.max() / finite.min() > 10:
        logarithmic(axes, "y")
        axes.set_ylim(finite.min() / 1.5, min(finite.max(), 100 * _start(race)) * 1.5)
    axes.set_xlim(0, max(1, race.total))
    axes.set_xlabel(say("display-step"))
    axes.set_ylabel(say("display-loss"))


def _draw_surface(axes: Any, race: Race, surface: Surface) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    style_axes(axes)
    axes.grid(False)
    levels = contour_levels(surface)
    if levels:
        # The lowest loss is the darkest; see-through, for light and dark pages.
        ground = (0.36, 0.5, 0.64)
        colours = LinearSegmentedColormap.from_list("surface", [(*ground, 0.55), (*ground, 0.03)])
        bands = [float(np.nanmin(surface.loss)), *levels, float(np.nanmax(surface.loss))]
        loss = np.ma.masked_invalid(surface.loss)
        axes.contourf(
            surface.x,
            surface.y,
            loss,
            bands,
            colors=[colours(place / LEVELS) for place in range(len(bands) - 1)],
        )
        lines = axes.contour(surface.x, surface.y, loss, levels, colors=INK, linewidths=0.6, alpha=0.7)
        axes.clabel(lines, lines.levels[2::3], fontsize=7, fmt=lambda value: f"{value:.2g}", colors=INK)
    for place, racer in enumerate(race):
        style = _style(place)
        axes.plot(*racer.path.T, color="white", linewidth=3.4, alpha=0.55, solid_capstyle="round")
        axes.plot(*racer.path.T, **style, linewidth=1.8)
        mark = "x" if racer.status == "diverged" else MARKS[place % len(MARKS)]
        axes.plot(*racer.path[-1], mark, color=style["color"], markersize=7, markeredgecolor="white")
    axes.plot(*race[0].path[0], "o", color="white", markeredgecolor=INK, markersize=6)
    axes.set_xlim(surface.x[0], surface.x[-1])
    axes.set_ylim(surface.y[0], surface.y[-1])
    axes.set_xlabel(surface.labels[0])
    axes.set_ylabel(surface.labels[1])


def _style(place: int) -> dict[str, Any]:
    return {
        "color": RACER_COLOURS[place % len(RACER_COLOURS)],
        "linestyle": DASHES[place % len(DASHES)],
    }


def _start(race: Race) -> float:
    losses = race[0].history.loss
    return float(losses[0]) if len(losses) else race[0].loss


def _table(race: Race) -> tuple[list[str], list[list[str]]]:
    head = [say("race-optimizer"), say("knob-learning_rate"), say("display-loss"), say("race-arrived"), ""]
    rows = []
    for place, racer in enumerate(race):
        arrived = race.arrival(place)
        rate = racer.learning_rate
        rows.append(
            [
                racer.label,
                "–" if rate is None else number(rate),
                number(racer.loss),
                "–" if arrived is None else say("race-step", step=count(arrived)),
                racer_ending(race, racer),
            ]
        )
    return head, rows


def _notes(race: Race) -> list[str]:
    notes = [say("race-arrived-note")]
    if race.surface is not None:
        kind, points = race.surface.kind, count(race.surface.loss.size)
        notes.append(say(f"race-surface-of-{kind}", points=points))
    return notes


def _page(race: Race) -> str:
    head, rows = _table(race)
    titles = "".join(f'<th style="{CELL}">{escape(cell)}</th>' for cell in head)
    lines = [
        "<tr>"
        + "".join(f'<td style="{CELL};font-variant-numeric:tabular-nums">{escape(cell)}</td>' for cell in row)
        + "</tr>"
        for row in rows
    ]
    notes = "".join(f'<div style="opacity:.8;margin:2px 0">{escape(note)}</div>' for note in _notes(race))
    picture = figure_svg(plot_race(race), say("race-picture", names=", ".join(racer.label for racer in race)))
    return (
        f'<div style="max-width:62em"><div style="margin:4px 0">{escape(race_head(race))}</div>{picture}'
        f'<table style="margin:0;border-collapse:collapse"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>{notes}</div>"
    )

"""The last picture of a panel, for a notebook without its kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._columns import padded, width
from gradmagic.display._figures import INK, LINE, figure_svg, style_axes
from gradmagic.display._logarithmic import logarithmic
from gradmagic.display._numbers import count, number, shape_text, value_text
from gradmagic.display._run import run_text
from gradmagic.messages import catalogue, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradmagic.training import Explorer, Run
    from gradmagic.training.steering import Curve

__all__ = [
    "change_text",
    "explorer_bundle",
    "explorer_text",
    "knob_label",
    "live_bundle",
    "merged_changes",
    "parameter_rows",
    "short",
]

# A parameter of more numbers is shown by its norm.
SHOWN = 4

NORM_LINE = "#c9640f"

# Changes of one hyperparameter within this share of all steps are one movement of its slider.
_ONE_MOVEMENT = 0.03


def knob_label(name: str) -> str:
    """Return what a hyperparameter is called."""
    return say(f"knob-{name}") if f"knob-{name}" in catalogue() else name


def change_text(name: str, value: float) -> str:
    """Return what is written beside the mark of a change."""
    return f"{knob_label(name)} {number(value)}"


def merged_changes(
    changes: Sequence[tuple[int, str, float]], total: int
) -> tuple[tuple[int, str, float], ...]:
    """Return changes with each movement of a slider as one, at the step where it began."""
    found: list[tuple[int, str, float]] = []
    last = 0
    for step, name, value in changes:
        if found and found[-1][1] == name and step - last <= _ONE_MOVEMENT * total:
            found[-1] = (found[-1][0], name, value)
        else:
            found.append((step, name, value))
        last = step
    return tuple(found)


def short(value: float) -> str:
    """Return a number in five digits, for what changes all the time."""
    return f"{value:.5g}"


def parameter_rows(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters by name, as text; the large ones by shape and size."""
    rows = []
    for name, value in parameters.items():
        array = np.asarray(value)
        if array.size <= SHOWN:
            numbers = [short(float(number)) for number in array.reshape(-1)]
            rows.append((name, numbers[0] if array.ndim == 0 else f"[{', '.join(numbers)}]"))
        else:
            norm = short(float(np.linalg.norm(array.astype(np.float64))))
            rows.append((name, say("steer-array", shape=shape_text(array.shape), norm=norm)))
    return rows


def live_bundle(run: Run, curves: Sequence[Curve]) -> dict[str, str]:
    """Return a run as text, and as HTML with its curves and what was changed while it ran."""
    marks = merged_changes(run.changes, run.settings.steps)
    rows = [
        (name.shown, value_text(variable)) for name, variable in zip(run.names, run.variables, strict=True)
    ]
    rows += [(say("steer-changed"), f"{step}: {change_text(name, value)}") for step, name, value in marks]
    text = run_text(run)
    figure = _figure(curves, (), marks, run.settings.steps)
    return {"text/plain": text, "text/html": _page(text.splitlines()[0], rows, figure, run.steps, run.loss)}


def explorer_text(explorer: Explorer) -> str:
    """Return what came of the last training, and with which values."""
    rows = _explored(explorer)
    places = max(width(label) for label, _ in rows)
    indent = "\n" + " " * (places + 2)
    lines = [f"{padded(label, places)}  {value}".replace("\n", indent) for label, value in rows]
    return "\n".join([_head(explorer), *lines])


def explorer_bundle(
    explorer: Explorer, curves: Sequence[Curve] = (), ghosts: Sequence[Sequence[Curve]] = ()
) -> dict[str, str]:
    """Return the same as HTML too, with the curves and those of earlier values."""
    outcome = explorer.last
    figure = _figure(curves, ghosts, (), int(outcome.values["steps"])) if curves else None
    page = _page(_head(explorer), _explored(explorer), figure, len(outcome.history), outcome.loss)
    return {"text/plain": explorer_text(explorer), "text/html": page}


def _head(explorer: Explorer) -> str:
    optimizer, outcome = explorer.settings.optimizer, explorer.last
    return say(
        "steer-explored-diverged" if outcome.status == "diverged" else "steer-explored",
        optimizer=optimizer if isinstance(optimizer, str) else type(optimizer).__name__,
        steps=count(len(outcome.history)),
        loss=number(outcome.loss),
    )


def _explored(explorer: Explorer) -> list[tuple[str, str]]:
    outcome = explorer.last
    settings = [(knob_label(name), number(value)) for name, value in outcome.values.items()]
    return settings + [(name, value_text(value)) for name, value in outcome.parameters.items()]


def _page(head: str, rows: Sequence[tuple[str, str]], figure: Figure | None, steps: int, loss: float) -> str:
    table = "".join(
        '<tr><th scope="row" style="text-align:left;font-weight:normal;opacity:.8;padding:1px 12px 1px 0">'
        f'{escape(label)}</th><td style="text-align:left;font-variant-numeric:tabular-nums;padding:1px 0">'
        f'<code style="background:none;white-space:pre">{escape(value)}</code></td></tr>'
        for label, value in rows
    )
    drawn = ""
    if figure is not None:
        drawn = figure_svg(figure, say("steer-picture", steps=count(steps), loss=number(loss)))
    return (
        f'<div style="max-width:62em"><div style="margin:4px 0">{escape(head)}</div>{drawn}'
        f'<table style="margin:0;border-collapse:collapse"><tbody>{table}</tbody></table></div>'
    )


def _figure(
    curves: Sequence[Curve],
    ghosts: Sequence[Sequence[Curve]],
    marks: Sequence[tuple[int, str, float]],
    total: int,
) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.4, 2.6), layout="constrained")
    both = figure.subplots(1, 2)
    for place, (axes, label, colour) in enumerate(
        zip(both, (say("display-loss"), say("steer-norm")), (LINE, NORM_LINE), strict=True)
    ):
        style_axes(axes)
        for ghost in ghosts:
            axes.plot(ghost[place].step, ghost[place].value, color=INK, linewidth=1, alpha=0.45)
        axes.plot(curves[place].step, curves[place].value, color=colour, linewidth=1.8)
        for step, name, value in marks:
            axes.axvline(step, color=INK, linewidth=0.8, linestyle=(0, (3, 3)))
            if not place:
                axes.annotate(
                    change_text(name, value),
                    (step, 1),
                    xycoords=("data", "axes fraction"),
                    xytext=(3, -2),
                    textcoords="offset points",
                    va="top",
                    fontsize=8,
                    color=INK,
                )
        _scale(axes, [curve[place] for curve in [*ghosts, curves]])
        axes.set_xlim(0, max(1, total))
        axes.set_xlabel(say("display-step"))
        axes.set_ylabel(label)
    return figure


def _scale(axes: Any, curves: Sequence[Curve]) -> None:
    values = np.concatenate([curve.value for curve in curves])
    finite = values[np.isfinite(values)]
    if finite.size and finite.min() > 0 and finite.max() / finite.min() > 10:
        logarithmic(axes, "y")

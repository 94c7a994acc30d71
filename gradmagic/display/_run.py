"""Show a `Run`: what was trained and how it went, as text and as a small page with the loss curve."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gradmagic.display._columns import padded, width
from gradmagic.display._figures import figure_svg, plot_run
from gradmagic.display._numbers import count, number, value_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.training import Run

__all__ = ["run_bundle", "run_text"]


def run_text(run: Run) -> str:
    """Return the run as lines of `label  value`: no times, so that two runs of one cell read the same."""
    rows = _rows(run)
    places = max(width(label) for label, _ in rows)
    indent = "\n" + " " * (places + 2)
    lines = [_head(run)]
    lines += [f"{padded(label, places)}  {value}".replace("\n", indent) for label, value in rows]
    return "\n".join(lines)


def run_bundle(run: Run) -> dict[str, str]:
    """Return the text, and the same as HTML with the loss curve as SVG."""
    rows = "".join(
        '<tr><th scope="row" style="text-align:left;font-weight:normal;opacity:.7;padding:1px 12px 1px 0">'
        f'{escape(label)}</th><td style="text-align:left;font-variant-numeric:tabular-nums;padding:1px 0">'
        f'<code style="background:none;white-space:pre">{escape(value)}</code></td></tr>'
        for label, value in _rows(run)
    )
    curve = figure_svg(plot_run(run), say("display-loss-curve", first=_first(run), last=number(run.loss)))
    page = (
        f'<div style="max-width:46em"><div style="margin:4px 0">{escape(_head(run))}</div>'
        f'<table style="margin:0;border-collapse:collapse"><tbody>{rows}</tbody></table>{curve}</div>'
    )
    return {"text/plain": run_text(run), "text/html": page}


def _head(run: Run) -> str:
    optimizer = run.settings.optimizer
    return say(
        f"display-run-{run.status}",
        steps=count(run.steps),
        optimizer=optimizer if isinstance(optimizer, str) else type(optimizer).__name__,
        rate=_rate(run),
        engine=run.engine,
    )


def _rate(run: Run) -> str:
    """The learning rate; if it changed, the first and the last, and the schedule's word."""
    rates, schedule = run.history.learning_rate, run.settings.schedule
    if not len(rates):
        return "–"
    first, last = number(rates[0]), number(rates[-1])
    word = f", {schedule}" if isinstance(schedule, str) else ""
    return f"{first}{word}" if first == last else f"{first} → {last}{word}"


def _rows(run: Run) -> list[tuple[str, str]]:
    rows = [(say("display-loss"), f"{_first(run)} → {number(run.loss)}")]
    for name, variable in zip(run.names, run.variables, strict=True):
        rows.append((name.shown, value_text(variable)))
    if run.engine != "xla" or run.status != "finished":
        rows.append((say("display-note"), run.reason))
    found = run.diagnose(deep=False)
    if found.kind != "none":
        rows.append((say("display-diagnosis"), "\n".join((found.head, *found.sentences))))
    return rows


def _first(run: Run) -> str:
    return number(run.history.loss[0]) if len(run.history.loss) else "–"

"""Results as text, LaTeX, SVG and HTML: pure functions of an engine's objects, without a shell."""

from gradmagic.display._check import check_bundle, check_text
from gradmagic.display._compare import compare_bundle, compare_text
from gradmagic.display._compare_figure import compare_picture, plot_comparison
from gradmagic.display._derivative import derivative_bundle, derivative_latex, derivative_text
from gradmagic.display._explain import explanation_text
from gradmagic.display._figures import figure_svg, plot_run
from gradmagic.display._flow import flow_bundle, flow_text, plot_flow
from gradmagic.display._graph import graph_bundle
from gradmagic.display._graph_svg import graph_svg
from gradmagic.display._graph_text import graph_text
from gradmagic.display._numbers import number, value_text
from gradmagic.display._plot import curve_bundle, curve_limits, curve_lines, curve_text, plot_curve
from gradmagic.display._race import (
    RACER_COLOURS,
    contour_levels,
    plot_race,
    race_bundle,
    race_head,
    race_text,
    racer_ending,
)
from gradmagic.display._run import run_bundle, run_text
from gradmagic.display._steered import (
    change_text,
    explorer_bundle,
    explorer_text,
    knob_label,
    live_bundle,
    merged_changes,
    parameter_rows,
    short,
)
from gradmagic.display._steps import step_bundle, steps_bundle
from gradmagic.display._steps_html import step_panel, steps_html
from gradmagic.display._steps_text import step_text, steps_text
from gradmagic.display._sweep import plot_sweep, sweep_bundle, sweep_text
from gradmagic.display._tape import tape_bundle, tape_text

__all__ = [
    "RACER_COLOURS",
    "change_text",
    "check_bundle",
    "check_text",
    "compare_bundle",
    "compare_picture",
    "compare_text",
    "contour_levels",
    "curve_bundle",
    "curve_limits",
    "curve_lines",
    "curve_text",
    "derivative_bundle",
    "derivative_latex",
    "derivative_text",
    "explanation_text",
    "explorer_bundle",
    "explorer_text",
    "figure_svg",
    "flow_bundle",
    "flow_text",
    "graph_bundle",
    "graph_svg",
    "graph_text",
    "knob_label",
    "live_bundle",
    "merged_changes",
    "number",
    "parameter_rows",
    "plot_comparison",
    "plot_curve",
    "plot_flow",
    "plot_race",
    "plot_run",
    "plot_sweep",
    "race_bundle",
    "race_head",
    "race_text",
    "racer_ending",
    "run_bundle",
    "run_text",
    "short",
    "step_bundle",
    "step_panel",
    "step_text",
    "steps_bundle",
    "steps_html",
    "steps_text",
    "sweep_bundle",
    "sweep_text",
    "tape_bundle",
    "tape_text",
    "value_text",
]

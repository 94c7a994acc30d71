"""Which forms a front end shows, and every display of gradmagic to put beside them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DISPLAYS", "FRONT_ENDS", "RECORD", "SETUP", "WIDGET", "FrontEnd"]

WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class FrontEnd:
    """A place where notebooks are read.

    Attributes:
        name: as in docs/front-ends.md.
        forms: the mime types that it shows without an extension of its own.
        scripts: whether a script inside HTML runs.
        widgets: whether widgets are shown, with a kernel, without anything to turn on first.
    """

    name: str
    forms: frozenset[str]
    scripts: bool = True
    widgets: bool = True


_JUPYTER = frozenset({"text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png"})
# What VS Code and Colab say that they show: docs/front-ends.md has where.
_SAID = _JUPYTER - {"text/markdown", "text/latex"}
FRONT_ENDS = (
    FrontEnd("JupyterLab 4", _JUPYTER),
    FrontEnd("Notebook 7", _JUPYTER),
    FrontEnd("Voilà", _JUPYTER),
    FrontEnd("VS Code", _SAID),
    # Widgets that are not ipywidgets' own: google.colab.output.enable_custom_widget_manager() first.
    FrontEnd("Colab", _SAID, widgets=False),
    # A stored notebook, read without a kernel; no script runs in GitHub's reader.
    FrontEnd("nbconvert", _JUPYTER, widgets=False),
    FrontEnd("GitHub", _JUPYTER, scripts=False, widgets=False),
    FrontEnd("IPython terminal", frozenset({"text/plain"}), scripts=False, widgets=False),
)

SETUP = """%load_ext gradmagic
import tensorflow as tf
import gradmagic as gm
f = lambda x: x**3 - 2 * x
a, b = tf.Variable(0.5), tf.Variable(1.0)
def loss():
    return (a - 1) ** 2 + 4 * (b - 2) ** 2"""
RECORD = """%%tape
x = tf.Variable(2.0)
w = tf.Variable([1.0, -2.0])
y = x**4 - 3 * x
s = tf.reduce_sum(tf.sin(w) * x)"""

# Each in a cell of its own.
DISPLAYS = {
    "recording": "tape",
    "derivative": "%grad y x",
    "vector": "%grad s w",
    "hessian": "%grad f 2.0 --order 2",
    "check": "%grad y x --check",
    "compare": "%grad f 2.0 --compare",
    "explain": "%grad y w --explain",
    "graph": "%grad s --graph",
    "steps": "%grad s --steps",
    "flow": "%grad s --flow",
    "plot": "%grad f --plot -2:2",
    "code": "%grad f 2.0 --code",
    "run": "%train loss a b --steps 50",
    "sweep": "%train loss a b --steps 50 --sweep learning_rate=0.01,0.1",
    "race": "%train loss a b --steps 50 --race sgd,adam",
    "explore": "%train loss a b --steps 50 --explore",
    "hint": "%hint derivative_1",
}

"""Draw the pictures of graphs, gradient flow and a curve: `python docs/make_graph_pictures.py`.

Writes `docs/pictures/graph-*.svg`, `flow.svg` and `plot.svg`; with `chromium` on the path also
`graph-*.png` on a light and on a dark page, for places that show no SVG.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import tensorflow as tf

from gradmagic import Tape
from gradmagic.display import figure_svg, graph_svg, plot_curve, plot_flow
from gradmagic.tape import Graph, curve, gradient_flow

PICTURES = Path(__file__).parent / "pictures"
PAGES = {"light": "#ffffff", "dark": "#111111"}


def regression() -> Graph:
    """The handbook's regression, its residual named on the way."""
    X, y = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), tf.constant([[1.0], [2.0], [3.0]])
    w, b = tf.Variable([[0.5], [-1.0]]), tf.Variable(0.1)
    with Tape() as tape:
        r = X @ w + b - y
        loss = 0.5 * tf.reduce_sum(r**2)
    return tape.graph(loss)


def layers() -> Graph:
    """Two Keras layers and a loss; the labels have no adjoint."""
    keras.utils.set_random_seed(1)
    parts = [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
    model = keras.Sequential([keras.layers.Input((4,)), *parts])
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    X, y = tf.constant(np.random.default_rng(0).normal(size=(16, 4)), tf.float32), tf.range(16) % 3
    with Tape() as tape:
        loss = loss_of(y, model(X))
    return tape.graph(loss)


def rounds() -> Graph:
    """A loop of 2,100 operations, folded."""
    w, v, start = tf.Variable(1.02), tf.Variable(0.01), tf.constant(0.5)
    with Tape() as tape:
        h = start
        for _ in range(700):
            a = h * w
            c = tf.tanh(a)
            h = c + v
        y = h**2
    return tape.graph(y)


def main() -> None:
    """Write every picture."""
    for name, graph in {"regression": regression(), "layers": layers(), "folded": rounds()}.items():
        (PICTURES / f"graph-{name}.svg").write_text(graph_svg(graph) + "\n", "utf-8")
    (PICTURES / "flow.svg").write_text(flow() + "\n", "utf-8")
    found = curve(lambda x: x**4 + 2 * x**3 - 3 * x**2 + 4 * x - 5, -4, 2, order=2, name="f")
    svg = figure_svg(plot_curve(found), "A polynomial and its first two derivatives")
    (PICTURES / "plot.svg").write_text(svg + "\n", "utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    for name in ("regression", "layers") if chromium else ():
        for page in PAGES:
            photograph(str(chromium), name, page)


def flow() -> str:
    """Gradients that vanish on their way back through eight layers of sigmoids."""
    keras.utils.set_random_seed(8)
    hidden = [keras.layers.Dense(32, activation="sigmoid", name=f"layer_{index}") for index in range(8)]
    model = keras.Sequential([keras.layers.Input((20,)), *hidden, keras.layers.Dense(1, name="output")])
    random = np.random.default_rng(0)
    X, y = (tf.constant(random.normal(size=(64, width)), tf.float32) for width in (20, 1))
    with Tape() as tape:
        loss = tf.reduce_mean((model(X) - y) ** 2)
    return figure_svg(plot_flow(gradient_flow(tape, loss, model.trainable_variables)), "Vanishing gradients")


def photograph(chromium: str, name: str, page: str) -> None:
    """Have Chromium draw a graph on a light or on a dark page."""
    svg = (PICTURES / f"graph-{name}.svg").read_text("utf-8")
    width, height = (int(size) for size in re.findall(r'(?:width|height)="(\d+)"', svg)[:2])
    with TemporaryDirectory() as scratch:
        html = Path(scratch) / "page.html"
        html.write_text(
            f'<meta charset="utf-8"><body style="margin:12px;background:{PAGES[page]}">{svg}', "utf-8"
        )
        options = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            "--force-device-scale-factor=1.5",
            f"--window-size={max(width + 24, 500)},{height + 24}",
            f"--screenshot={PICTURES / f'graph-{name}-{page}.png'}",
        ]
        subprocess.run([chromium, *options, html.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()

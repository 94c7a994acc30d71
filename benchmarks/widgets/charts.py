"""How long a charting library takes from a key press on a slider to the redrawn curve, in JupyterLab.

`python benchmarks/widgets/charts.py` needs Chromium and, beside gradmagic's own environment, the libraries
that are compared: `pip install bqplot plotly anywidget playwright`.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser.lab import Page, opened, serving

PRESSES = 40
POINTS = 500

COMMON = """
import io
import numpy as np, ipywidgets as W
from IPython.display import display
x = np.linspace(0, 1, {points})
def curve(k): return np.exp(-x * k / 20)
slider = W.IntSlider(50, 1, 400)
mark = W.Label("shown 50"); mark.add_class("mark")
"""

CELLS = {
    "bqplot": """
import bqplot
xs, ys = bqplot.LinearScale(), bqplot.LinearScale()
line = bqplot.Lines(x=x, y=curve(50), scales={"x": xs, "y": ys})
axes = [bqplot.Axis(scale=xs), bqplot.Axis(scale=ys, orientation="vertical")]
figure = bqplot.Figure(marks=[line], axes=axes)
def move(change): line.y = curve(change["new"])
""",
    "plotly FigureWidget": """
import plotly.graph_objects as go
figure = go.FigureWidget([go.Scatter(x=x, y=curve(50))])
def move(change): figure.data[0].y = curve(change["new"])
""",
    "Matplotlib PNG in an Image": """
from matplotlib.figure import Figure
f = Figure(figsize=(6, 3)); axes = f.add_subplot(); (drawn,) = axes.plot(x, curve(50))
def png():
    b = io.BytesIO(); f.savefig(b, format="png"); return b.getvalue()
figure = W.Image(value=png())
def move(change):
    drawn.set_ydata(curve(change["new"])); figure.value = png()
""",
    "a canvas by anywidget": """
import anywidget, traitlets
class Chart(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
      const c = document.createElement("canvas"); c.width = 600; c.height = 300; el.append(c);
      const g = c.getContext("2d");
      const draw = () => { const y = new Float32Array(model.get("y").buffer.slice(model.get("y").byteOffset,
        model.get("y").byteOffset + model.get("y").byteLength)); g.clearRect(0, 0, 600, 300); g.beginPath();
        y.forEach((v, i) => g.lineTo(i / y.length * 600, 300 - 300 * v)); g.stroke(); };
      model.on("change:y", draw); draw(); } }'''
    y = traitlets.Bytes().tag(sync=True)
figure = Chart(y=curve(50).astype("f4").tobytes())
def move(change): figure.y = curve(change["new"]).astype("f4").tobytes()
""",
}

# What changes when the curve is redrawn: an attribute of an SVG path, an image's address, a canvas's pixels.
WATCH = """
async ([count]) => {
  const output = document.querySelector('.jp-OutputArea-output .widget-vbox');
  const handle = output.querySelector('.noUi-handle'); handle.focus();
  const look = () => {
    const canvas = output.querySelector('canvas:not([hidden])');
    const image = output.querySelector('img.widget-image');
    const path = [...output.querySelectorAll('svg path.line, svg .scatterlayer path.js-line')];
    if (path.length) return path.map(p => p.getAttribute('d')).join();
    if (image) return image.complete ? image.src : null;
    if (canvas) {
      const { width, height } = canvas;
      const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
      let sum = 7;
      for (let i = 3; i < pixels.length; i += 4) sum = (sum * 31 + pixels[i]) % 1e9;
      return sum;
    }
    return null;
  };
  const channel = new MessageChannel();
  const tick = () => new Promise(done => { channel.port1.onmessage = done; channel.port2.postMessage(0); });
  const found = [];
  for (let i = 0; i < count + 5; i++) {
    const before = look(), start = performance.now();
    const press = { key: 'ArrowRight', code: 'ArrowRight', bubbles: true };
    handle.dispatchEvent(new KeyboardEvent('keydown', press));
    let now = before;
    while (now === before || now === null) {
      await tick();
      now = look();
      if (performance.now() - start > 3000) throw new Error('nothing was redrawn');
    }
    if (i >= 5) found.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 120));
  }
  return found;
}
"""

SHOW = '\nslider.observe(move, "value")\ndisplay(W.VBox([slider, figure]))\n'


def main() -> None:
    """Measure each library and print the table."""
    wanted = sys.argv[1:]
    print("| library | median, ms | 95th percentile, ms |\n| --- | ---: | ---: |")
    with TemporaryDirectory() as scratch, serving(Path(scratch)) as lab, opened() as browser:
        for name, cell in CELLS.items():
            if wanted and not any(word in name for word in wanted):
                continue
            address = lab.write("chart.ipynb", COMMON.format(points=POINTS) + cell + SHOW)
            page = Page(browser.new_page(viewport={"width": 1100, "height": 900}), address)
            page.run(0)
            page.page.wait_for_selector(".jp-OutputArea-output .noUi-handle", timeout=60_000)
            page.page.wait_for_timeout(1500)
            times = page.page.evaluate(WATCH, [PRESSES])
            slow = sorted(times)[int(0.95 * len(times))]
            print(f"| {name} | {statistics.median(times):.0f} | {slow:.0f} |")
            page.page.close()
            for kernel in lab.ask("api/kernels"):
                lab.ask(f"api/kernels/{kernel['id']}", "DELETE")


if __name__ == "__main__":
    main()

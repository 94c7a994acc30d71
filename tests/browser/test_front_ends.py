"""The same panel in Notebook 7 and as a Voilà page, light and dark, in Chinese; their pictures are kept to look at."""

from __future__ import annotations

import importlib.util
import os

import pytest

from .lab import Page
from .test_panels import SETUP, TRAIN, pixels

SLIDE = """name => {
  const slider = document.querySelector(`.gm-panel input[data-knob=${name}]`);
  slider.value = Number(slider.value) + 40;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}"""


def needed(package):
    if importlib.util.find_spec(package) is None:
        missing = f"{package} is not installed: pip install {package}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


@pytest.fixture
def looking(browser, lab):
    pages = []

    def look(**options):
        pages.append(browser.new_page(viewport={"width": 1200, "height": 900}, **options))
        return pages[-1]

    yield look
    for page in pages:
        page.close()
    for kernel in lab.ask("api/kernels"):
        lab.ask(f"api/kernels/{kernel['id']}", "DELETE")


def dragged(page):
    """Move a slider; return whether the curve is another one afterwards."""
    before = pixels(page)
    page.evaluate(SLIDE, "learning_rate")
    panel = page.locator(".gm-panel")
    page.wait_for_function(
        "() => { const p = document.querySelector('.gm-panel'); return p.dataset.drawn === p.dataset.asked; }"
    )
    return panel.is_visible() and pixels(page) != before


def test_notebook_7(lab, looking, shoot):
    needed("notebook")
    page = looking()
    address = lab.write("seven.ipynb", SETUP, f"{TRAIN} --explore")
    opened = Page(page, address.replace("/lab/tree/", "/notebooks/"))
    opened.run(0)
    before = list(opened.errors)  # Notebook's own: it does not know every setting of JupyterLab
    opened.run(1)
    page.wait_for_selector(".gm-panel[data-state=finished]", timeout=60_000)
    assert dragged(page)
    shoot(page, "notebook-7")
    assert opened.errors == before


def test_voila(lab, looking, shoot):
    needed("voila")
    page = looking()
    address = lab.write("page.ipynb", SETUP, f"{TRAIN} --explore")
    page.goto(address.replace("/lab/tree/", "/voila/render/").replace("&reset", ""))
    page.wait_for_selector(".gm-panel[data-state=finished]", timeout=120_000)
    assert dragged(page)
    shoot(page, "voila")


# The contrast of two colours of the panel, as WCAG 2.2 defines it; a canvas turns any notation into numbers.
CONTRAST = """([one, other]) => {
  const style = getComputedStyle(document.querySelector('.gm-panel'));
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = name => {
    const probe = document.querySelector('.gm-panel').appendChild(document.createElement('i'));
    probe.style.color = `var(${name})`;
    pen.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    pen.fillRect(0, 0, 1, 1);
    const parts = [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)].map(part => part / 255);
    const [r, g, b] = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
DRAWN = (
    "--gm-loss",
    "--gm-norm",
    "--gm-tangent",
    "--gm-edge",
    *(f"--gm-racer-{place}" for place in range(8)),
)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_themes_and_chinese(lab, looking, shoot, theme):
    page = looking()
    name = theme.removeprefix("JupyterLab ").lower().replace(" ", "-")
    race = "%train loss a b --learning-rate 0.05 --steps 300 --race sgd,momentum,adam:0.1 --surface a,b"
    opened = Page(page, lab.write(f"{name}.ipynb", f"{SETUP}\n%gradmagic --lang zh", race))
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    opened.run(0)
    opened.run(1)
    page.wait_for_selector(".gm-panel[data-state=paused]", timeout=60_000)
    page.wait_for_timeout(500)
    shoot(page, f"race-{name}-chinese")
    assert page.evaluate(CONTRAST, ["--gm-ink", "--gm-paper"]) >= 7
    assert page.evaluate(CONTRAST, ["--gm-accent", "--gm-paper"]) >= 4.5, "words on the button"
    for colour in DRAWN:
        assert page.evaluate(CONTRAST, [colour, "--gm-paper"]) >= 3, colour
    assert "学习率" in page.locator(".gm-panel").inner_text()
    assert opened.errors == []

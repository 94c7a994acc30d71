"""The panel of a race in a real JupyterLab: played, scrubbed by the keyboard, kept as a picture."""

from __future__ import annotations

import nbformat

from .test_panels import SETUP, notebook, pixels, save

__all__ = ["notebook"]

RACE = "r = %train loss a b --race sgd,momentum,nesterov,adam --surface a,b --learning-rate 0.05 --steps 300"


def test_a_race_is_played_and_scrubbed(lab, notebook, shoot):
    opened = notebook("race.ipynb", SETUP, RACE)
    page = opened.page
    opened.run(0)
    opened.run(1)
    page.wait_for_selector(".gm-panel[data-step='300']", timeout=30_000)
    shoot(page, "race-end")
    end = pixels(page)
    slider = page.locator(".gm-panel input[data-knob=step]")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_selector(".gm-panel[data-step='0']")
    first = page.locator(".gm-legend tbody td:nth-child(3)").all_inner_texts()
    assert len(set(first)) == 1, "all start from one loss"
    for _ in range(4):
        page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    step = int(page.locator(".gm-panel").get_attribute("data-step"))
    assert 0 < step < 300
    assert str(step) in slider.get_attribute("aria-valuetext")
    assert pixels(page) != end
    page.wait_for_timeout(200)
    shoot(page, "race-middle")
    play = page.locator('.gm-panel [data-button="play"]')
    play.press("Space")
    page.wait_for_selector(".gm-panel[data-state=playing]")
    page.wait_for_function(
        "step => Number(document.querySelector('.gm-panel').dataset.step) > step", arg=step, timeout=60_000
    )
    play.press("Space")
    page.wait_for_selector(".gm-panel[data-state=paused]")
    assert int(page.locator(".gm-panel").get_attribute("data-step")) > step
    page.locator(".jp-Notebook .jp-InputPrompt").first.click()
    for _ in range(5):
        save(page)
        if outputs := nbformat.read(lab.folder / "race.ipynb", as_version=4).cells[1].outputs:
            break
    bundle = outputs[0]["data"]
    assert "4 optimizers" in "".join(bundle["text/plain"])
    assert "<svg" in "".join(bundle["text/html"])
    assert opened.errors == []


def test_a_point_on_a_function_by_keyboard_and_by_hand(notebook, shoot):
    opened = notebook(
        "plot.ipynb", "%load_ext gradmagic\ndef f(x): return x**4 - 3*x**2 + x", "%grad f --plot -2:2"
    )
    page = opened.page
    opened.run(0)
    opened.run(1)
    panel = page.locator(".gm-panel")
    panel.wait_for(timeout=30_000)
    assert panel.get_attribute("data-x") == "1.2"
    page.locator('.gm-panel [data-button="descent"]').focus()
    order = []
    for _ in range(5):
        order.append(
            page.evaluate("document.activeElement.dataset.button ?? document.activeElement.dataset.knob")
        )
        page.keyboard.press("Tab")
    assert order == ["descent", "newton", "back", "x", "learning_rate"]
    for name, steps in (("descent", "1"), ("newton", "2")):
        page.locator(f'.gm-panel [data-button="{name}"]').press("Space")
        page.wait_for_selector(f".gm-panel[data-steps='{steps}']")
    canvas = page.locator(".gm-plot canvas").bounding_box()
    page.mouse.move(canvas["x"] + canvas["width"] * 0.2, canvas["y"] + 100)
    page.mouse.down()
    page.mouse.move(canvas["x"] + canvas["width"] * 0.62, canvas["y"] + 150, steps=10)
    page.mouse.up()
    page.wait_for_function(
        "() => { const d = document.querySelector('.gm-panel').dataset; return d.drawn === d.asked }"
    )
    assert 0.3 < float(panel.get_attribute("data-x")) < 0.6
    assert panel.get_attribute("data-steps") == "0"
    shoot(page, "plot-point")
    page.locator(".gm-panel input[data-knob=x]").press("Home")
    page.wait_for_selector(".gm-panel[data-x='-2']")
    assert opened.errors == []

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
    page.wait_for_timeout(500)
    play.press("Space")
    page.wait_for_selector(".gm-panel[data-state=paused]")
    assert int(page.locator(".gm-panel").get_attribute("data-step")) > step
    save(page)
    bundle = nbformat.read(lab.folder / "race.ipynb", as_version=4).cells[1].outputs[0]["data"]
    assert "4 optimizers" in "".join(bundle["text/plain"])
    assert "<svg" in "".join(bundle["text/html"])
    assert opened.errors == []

"""The Tab key in JupyterLab, on a magic's line."""

from __future__ import annotations

import pytest

from .lab import Page

LINES = (
    ("%train loss --opt", "%train loss --optimizer"),
    ("run = %train loss --compile x", "run = %train loss --compile xla"),
)


@pytest.mark.parametrize(("typed", "becomes"), LINES)
def test_one_candidate_is_put_in(lab, browser, typed, becomes):
    page = browser.new_page()
    opened = Page(page, lab.write("complete.ipynb", "%load_ext gradmagic", ""))
    opened.run(0)
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    cell.locator(".cm-content").click()
    page.keyboard.type(typed)
    page.keyboard.press("Tab")
    # JupyterLab puts a single candidate in at once, or lists it, as its own candidates come in.
    shown = page.locator(".jp-Completer-item")
    page.wait_for_function(
        "text => document.querySelector('.jp-Completer-item') || "
        "[...document.querySelectorAll('.cm-content')].some(cell => cell.innerText.includes(text))",
        arg=becomes,
        timeout=20_000,
    )
    if shown.count():
        page.keyboard.press("Enter")
        page.wait_for_function(
            "text => [...document.querySelectorAll('.cm-content')].some(cell => cell.innerText.includes(text))",
            arg=becomes,
            timeout=60_000,
        )
    assert cell.locator(".cm-content").inner_text().strip() == becomes
    page.close()


def test_several_candidates_are_listed(lab, browser, shoot):
    page = browser.new_page()
    opened = Page(page, lab.write("list.ipynb", "%load_ext gradmagic", ""))
    opened.run(0)
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    cell.locator(".cm-content").click()
    page.keyboard.type("%train loss --optimizer ada")
    page.keyboard.press("Tab")
    page.wait_for_selector(".jp-Completer-item", timeout=20_000)
    shoot(page, "completion")
    listed = page.locator(".jp-Completer-match").all_inner_texts()
    assert set(listed) == {"adadelta", "adafactor", "adagrad", "adam", "adamax", "adamw"}
    page.close()

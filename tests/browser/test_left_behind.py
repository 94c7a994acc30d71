"""Panels that are left behind: the tab is closed, the kernel restarts, in the middle of a run."""

from __future__ import annotations

from .lab import Page
from .test_panels import SETUP, TRAIN, notebook, save, status

__all__ = ["notebook"]


def kernel_of(lab):
    """The one kernel of the one session of the notebook."""
    (session,) = [found for found in lab.ask("api/sessions") if found["path"].endswith("left.ipynb")]
    return session["kernel"]


def test_closing_the_tab_and_restarting_the_kernel(lab, notebook, browser, shoot):
    opened = notebook(
        "left.ipynb", SETUP, f"{TRAIN} --live", "run.pace(None).wait(); print(run.status, run.steps)"
    )
    opened.run(0)
    opened.run(1)
    status(opened.page, "running")
    save(opened.page)
    opened.page.close()
    kernel = kernel_of(lab)
    again = browser.new_page(viewport={"width": 1300, "height": 1000})
    back = Page(again, opened._address)
    back.run(2)
    assert "finished 10000" in back.text(2), "the run went on without a page"
    assert kernel_of(lab)["id"] == kernel["id"]
    lab.ask(f"api/kernels/{kernel['id']}/restart", "POST")
    back.ready()
    back.run(0)
    back.run(1)
    status(again, "running")
    shoot(again, "after-restart")
    back.run(2)
    assert "finished 10000" in back.text(2)
    again.close()

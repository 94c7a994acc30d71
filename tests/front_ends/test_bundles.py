"""Every display, from a real kernel, beside what each front end shows: something readable is left in all of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.magics.test_kernel import Kernel, kernel  # noqa: F401  a fixture

from .bundles import DISPLAYS, FRONT_ENDS, RECORD, SETUP, WIDGET


@pytest.fixture(scope="module")
def shown(kernel: Kernel) -> dict[str, list[dict[str, str]]]:  # noqa: F811
    """The bundles of every display."""
    kernel.fine(SETUP)
    kernel.fine(RECORD)
    found = {name: kernel.fine(cell)["data"] for name, cell in DISPLAYS.items()}
    # On a busy machine these two have a bar while they train, which is taken away in the end.
    for name in ("run", "sweep"):
        found[name] = [bundle for bundle in found[name] if list(bundle) != [WIDGET]]
    return found


class Words(HTMLParser):
    """What is left of HTML in a reader that takes out scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.pictures, self.hidden = "", 0, 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style")
        self.pictures += tag in ("svg", "img")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        self.words += "" if self.hidden else data


@pytest.mark.parametrize("name", DISPLAYS)
def test_every_display_has_text(name, shown):
    assert shown[name]
    for bundle in shown[name]:
        assert bundle["text/plain"].strip()


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=lambda one: one.name)
@pytest.mark.parametrize("name", DISPLAYS)
def test_a_form_is_left_that_it_can_show(name, front_end, shown):
    for bundle in shown[name]:
        forms = front_end.forms | ({WIDGET} if front_end.widgets else set())
        assert forms & bundle.keys()
        if "text/html" in front_end.forms & bundle.keys() and not (front_end.widgets and WIDGET in bundle):
            left = Words()
            left.feed(bundle["text/html"])
            assert left.words.strip() or left.pictures, "HTML is shown before text: it may not be empty"


@pytest.mark.parametrize("name", DISPLAYS)
def test_a_widget_never_comes_alone(name, shown):
    """Colab, a stored notebook and a reader without a kernel show what stands beside it."""
    for bundle in shown[name]:
        if WIDGET in bundle:
            assert {"text/html", "image/svg+xml", "image/png"} & bundle.keys()


@pytest.mark.parametrize("name", DISPLAYS)
def test_html_fetches_nothing(name, shown):
    """VS Code's and Colab's outputs are frames of their own, and a classroom may have no network."""
    for bundle in shown[name]:
        html = bundle.get("text/html", "") + bundle.get("image/svg+xml", "")
        loaded = re.findall(r"""(?:src|xlink:href)\s*=\s*["'](?!data:|#)([^"']+)|@import\s+([^;]+)""", html)
        assert loaded == []
        assert "<script" not in html.lower()

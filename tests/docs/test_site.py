"""The site builds without a warning, and has what it must have. Needs the extra `docs`; CI installs it for this."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gradmagic
from gradmagic.magics._options import MAGICS, OPTIONS

pytest.importorskip("sphinx", reason="the site needs the extra: pip install -e '.[docs]'")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-E", "docs", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


def words(page):
    """The text of a page, as a reader sees it."""
    body = page.read_text("utf-8").partition("<article")[2]
    return html.unescape(re.sub(r"<[^>]+>", "", body))


@pytest.mark.parametrize("name", MAGICS)
def test_a_magic_has_a_page_with_all_its_options(site, name):
    text = words(site / "magics" / f"{name.replace('_', '-')}.html")
    for option in (*MAGICS[name].operands, *MAGICS[name].options):
        given = OPTIONS[option]
        assert (given.metavar if given.operand else ", ".join(given.flags)) in text


def test_the_chinese_page_has_every_option_too(site):
    text = words(site / "zh" / "magics.html")
    flags = {flag for magic in MAGICS.values() for name in magic.options for flag in OPTIONS[name].flags}
    assert [flag for flag in sorted(flags) if flag not in text] == []


def test_every_public_name_is_described(site):
    pages = [page.read_text("utf-8") for page in (site / "api").glob("*.html")]
    known = {found for page in pages for found in re.findall(r'id="gradmagic\.(\w+)"', page)}
    loading = {"__version__", "load_ipython_extension", "unload_ipython_extension"}
    assert set(gradmagic.__all__) - known == loading


@pytest.mark.parametrize(("page", "language"), [("start.html", "en"), ("zh/start.html", "zh-CN")])
def test_a_page_says_its_language(site, page, language):
    text = (site / page).read_text("utf-8")
    assert f'lang="{language}"' in text
    first = re.search(r'<p class="caption".*?</p>', text, re.DOTALL)[0]
    assert ("中文" in first) == (language == "zh-CN")
    assert ("上一页" in text) == (language == "zh-CN")


def test_the_site_fetches_nothing(site):
    """No script, style, font or picture comes from elsewhere."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r"<(?:script|img|link)[^>]+(?:src|href)=\"https?:", text), page.name


def test_benchmarks_are_taken_in_and_not_copied(site):
    text = words(site / "performance.html")
    assert "house prices" in text
    assert "house prices" not in (ROOT / "docs" / "performance.md").read_text("utf-8")

"""The pages cannot lie: every block of code runs, and what is shown under it is what comes."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("run_pages", ROOT / "docs" / "run_pages.py")
run_pages = importlib.util.module_from_spec(_spec)
sys.modules["run_pages"] = run_pages
_spec.loader.exec_module(run_pages)

PAGES = {page.relative_to(ROOT).as_posix(): list(run_pages.blocks(page)) for page in run_pages.pages()}
PYTHON = [block for found in PAGES.values() for block in found if block.language in run_pages.PYTHON]
SHELL = [block for found in PAGES.values() for block in found if block.language == "sh"]
# What needs no running: outputs, drawings of the house, directives of the site.
OTHER = {"text", "", "{magic}", "{toctree}", "{eval-rst}"}


@pytest.fixture(scope="module")
def ran():
    """All pages, run in one kernel."""
    run_pages.run_python([block for block in PYTHON if block.runs])


# Whose figures are not those of every version of TensorFlow, in the last digit.
TO_THE_LAST_DIGIT = {"docs/magics/train-cell.md", "docs/tour.md", "docs/zh/tour.md"}
WITH_CELLS = [name for name, found in PAGES.items() if any(block in PYTHON for block in found)]
MARKED = [
    pytest.param(name, marks=pytest.mark.kept if name in TO_THE_LAST_DIGIT else ()) for name in WITH_CELLS
]


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize("page", MARKED)
def test_the_cells_give_what_is_shown_under_them(page):
    wrong = [line for block in PAGES[page] if block in PYTHON for line in run_pages.complaints(block)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("block", [block for block in SHELL if block.runs], ids=str)
def test_the_commands_run(block, tmp_path):
    came = run_pages.run_shell(block, tmp_path)
    assert block.output is None or came.strip() == block.output.strip()


@pytest.mark.parametrize("block", [block for block in PYTHON + SHELL if not block.runs], ids=str)
def test_what_is_not_run_says_why(block):
    """By one of a few reasons, or by the test that runs it; Python runs here, or in such a test."""
    kind, comma, reason = block.marks["not run"].partition(", ")
    assert kind in run_pages.KINDS, kind
    assert comma, "a reason follows"
    assert reason
    if kind == "time" or block in PYTHON:
        assert (ROOT / reason).is_file(), f"{reason} is no test"


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_known_language(page):
    fences = re.findall(r"^```(\S*)", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert set(fences[::2]) <= OTHER | {*run_pages.PYTHON, "sh"}


@pytest.mark.parametrize("page", ["index.md", "start.md", "tour.md", "troubleshooting.md"])
def test_the_chinese_page_has_the_same_cells(page):
    """But for the line that chooses the language, and for words in quotes."""

    def cells(name):
        sources = [block.source.replace("%gradmagic --lang zh;\n", "") for block in PAGES[name]]
        return [re.sub(r'"[^"]*[\u4e00-\u9fff][^"]*"', '"finite difference:"', source) for source in sources]

    assert cells(f"docs/zh/{page}") == cells(f"docs/{page}")


def test_a_wrong_page_is_found(tmp_path, monkeypatch):
    """The checker checked: another output, an error, an error that does not come."""
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nprint(1)\n```\n\n```text\n2\n```\n\n"
        "```python\nprint(1)\n```\n\n```text\n1\n```\n\n"
        "```python\n1 / 0\n```\n\n"
        "<!-- fails: ValueError -->\n```python\nprint(1)\n```\n",
        "utf-8",
    )
    monkeypatch.setattr(run_pages, "ROOT", tmp_path)
    found = list(run_pages.blocks(page))
    run_pages.run_python(found)
    wrong = [list(run_pages.complaints(block)) for block in found]
    assert ["shows\n1" in wrong[0][0], wrong[1]] == [True, []]
    assert "ZeroDivisionError" in wrong[2][0]
    assert "no ValueError" in wrong[3][0]

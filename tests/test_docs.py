"""The pages in docs/ cannot lie: their cells are run, and what is printed under each is compared."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gradmagic import course

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ["training.md"]
_CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


def shown(cell):
    """What the cell prints and displays as text; progress bars and warnings are not part of a page."""
    parts = [
        part.get("text") or part.get("data", {}).get("text/plain", "")
        for part in cell.outputs
        if part.output_type != "stream" or part.name == "stdout"
    ]
    return "\n".join(part.rstrip("\n") for part in parts if part).strip("\n")


@pytest.mark.parametrize("name", PAGES)
def test_the_cells_give_what_is_shown_under_them(name, tmp_path):
    cells = _CELL.findall((DOCS / name).read_text("utf-8"))
    assert cells
    lesson = new_notebook(cells=[new_code_cell(source.strip()) for source, _ in cells])
    course.run_notebook(lesson, folder=tmp_path)
    for cell, (source, expected) in zip(lesson.cells, cells, strict=True):
        assert shown(cell) == expected.strip("\n"), source


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target

"""The solutions in Chinese: what one kernel shows, nbval compares with another's, and it is Chinese."""

import re
from pathlib import Path

import nbformat
import pytest

from gradmagic import course
from gradmagic.messages import catalogue
from tests.notebooks.conftest import nbval

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
SHORT = "02-higher-derivatives"
CHINESE = re.compile(r"[一-鿿]")


def shown(notebook):
    """The lines of text that the cells have put out."""
    for cell in course.code_cells(notebook):
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            yield from text.splitlines()


# The catalogue's English texts that say something and take nothing in: none may be shown.
ENGLISH = [text for text, _ in catalogue().values() if len(text) > 25 and "{" not in text]


def test_there_are_sentences_to_look_for():
    assert len(ENGLISH) > 100


@pytest.mark.usefixtures("warm_kernels")
@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path.stem == SHORT else pytest.mark.soak) for path in SOLUTIONS],
    ids=[path.stem for path in SOLUTIONS],
)
def test_a_solution_in_chinese_gives_the_same_twice(path, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADMAGIC_LANG", "zh")
    notebook = course.in_language(nbformat.read(path, as_version=4), "zh", path.name)
    course.run_notebook(notebook, folder=ROOT / "solutions")
    text = "\n".join(shown(notebook))
    assert CHINESE.search(text)
    left = [sentence for sentence in ENGLISH if sentence in text]
    assert left == []
    kept = tmp_path / path.name
    nbformat.write(notebook, kept)
    result = nbval(kept, rootdir=tmp_path, GRADMAGIC_LANG="zh")
    assert result.returncode == 0, result.stdout[-3000:]

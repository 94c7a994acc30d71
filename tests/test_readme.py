"""The README cannot lie: its cell is run, its commands are those CI runs, its links lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gradmagic import course

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_cell_gives_the_output_shown_under_it(tmp_path):
    (cell,), (output,) = blocks("python"), blocks("text")
    assert len(cell.splitlines()) == 6
    lesson = new_notebook(
        cells=[new_code_cell("%load_ext gradmagic\nimport tensorflow as tf"), new_code_cell(cell.strip())]
    )
    course.run_notebook(lesson, folder=tmp_path)
    shown = [part.get("text") or part["data"]["text/plain"] for part in lesson.cells[1].outputs]
    assert course.compare_text(output, "\n".join(text.rstrip("\n") for text in shown)) is None


def test_there_are_two_commands_of_one_line_each():
    first, second = blocks("sh")
    for command in (first, second):
        assert len(command.splitlines()) == 1
    assert first.rstrip().endswith("gradmagic demo")
    assert second.rstrip().endswith("pytest")


def test_ci_takes_its_command_from_here():
    """What `.ci/run` reads from the README is the second command, to the letter."""
    result = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run"), "--print-test-command"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == blocks("sh")[1]


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)|(?:src|srcset)=\"([^\"]+)\"", README))
def test_links_and_pictures_lead_somewhere(target):
    assert (ROOT / "".join(target)).exists()


def test_it_opens_without_badges():
    assert not re.search(r"badge|shields\.io", README)

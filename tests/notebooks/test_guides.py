"""What TensorFlow's two guides to automatic differentiation demonstrate, done with the magics in real kernels."""

import re
from pathlib import Path

import nbformat
import pytest

from gradmagic import course
from gradmagic.magics._line import parse
from gradmagic.magics._options import MAGICS, OPTIONS
from tests.notebooks.conftest import nbval

ROOT = Path(__file__).parents[2]
GUIDES = Path(__file__).parent / "guides"
NAMES = ("introduction", "advanced")

# The guides' own headings, without the one about setting up.
SECTIONS = {
    "introduction": [
        "Computing gradients",
        "Gradient tapes",
        "Gradients with respect to a model",
        "Controlling what the tape watches",
        "Intermediate results",
        "Notes on performance",
        "Gradients of non-scalar targets",
        "Control flow",
        "Cases where gradient returns None",
        "1. Replaced a variable with a tensor",
        "2. Did calculations outside of TensorFlow",
        "3. Took gradients through an integer or string",
        "4. Took gradients through a stateful object",
        "No gradient registered",
        "Zeros instead of None",
    ],
    "advanced": [
        "Controlling gradient recording",
        "Stop recording",
        "Reset/start recording from scratch",
        "Stop gradient flow with precision",
        "Custom gradients",
        "Custom gradients in SavedModel",
        "Multiple tapes",
        "Higher-order gradients",
        "Example: Input gradient regularization",
        "Jacobians",
        "Scalar source",
        "Tensor source",
        "Example: Hessian",
        "Batch Jacobian",
    ],
}
# Sections whose point is to say something, or that only open others.
WITHOUT_MAGICS = {"Computing gradients", "Controlling gradient recording", "Jacobians"}


def read(name):
    return nbformat.read(GUIDES / f"{name}.ipynb", as_version=4)


def sections(notebook):
    """The code below each heading, by heading, in order."""
    found = {}
    for cell in notebook.cells:
        heading = re.match(r"#{2,4} (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            code = found.setdefault(heading[1], [])
        elif cell.cell_type == "code" and found:
            code.append(cell.source)
    return {heading: "\n".join(code) for heading, code in found.items()}


def magic_lines(notebook):
    """Every use of a magic in a notebook: its name, and what stands behind it."""
    for cell in course.code_cells(notebook):
        for line in cell.source.splitlines():
            found = re.match(r"(?:\w+ = )?%{1,2}(tape|grad)\b(.*)", line)
            if found:
                yield found[1], found[2]


@pytest.mark.kept
@pytest.mark.usefixtures("warm_kernels")
@pytest.mark.parametrize("name", NAMES)
def test_every_output_comes_again_in_a_new_kernel(name):
    result = nbval(GUIDES / f"{name}.ipynb")
    assert result.returncode == 0, result.stdout
    assert f"{len(course.code_cells(read(name)))} passed" in result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_section_of_the_guide_is_done_with_the_magics(name):
    done = sections(read(name))
    assert [heading for heading in done if heading in SECTIONS[name]] == SECTIONS[name]
    for heading in set(SECTIONS[name]) - WITHOUT_MAGICS:
        assert "%" in done[heading], heading


@pytest.mark.parametrize("magic", ["tape", "grad"])
def test_every_option_is_used(magic):
    used = set()
    for name in NAMES:
        for found, line in magic_lines(read(name)):
            if found == magic:
                values = vars(parse(magic, line))
                used |= {
                    option for option in MAGICS[magic].options if values[option.replace("-", "_")] is not None
                }
    assert set(MAGICS[magic].options) - used == set()
    assert used <= set(OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_are_tensorflows(name):
    """Where a cell compares with plain TensorFlow, it found no difference."""
    compared = [
        cell
        for cell in course.code_cells(read(name))
        if "same(" in cell.source and "def same" not in cell.source
    ]
    assert len(compared) >= 10
    for cell in compared:
        shown = [
            str(output.get("data", {}).get("text/plain", output.get("text", ""))) for output in cell.outputs
        ]
        assert "True" in "".join(shown), cell.source
        assert "False" not in "".join(shown), cell.source


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_is_executed_from_top_to_bottom_and_names_no_machine(name):
    notebook = read(name)
    nbformat.validate(notebook)
    code = course.code_cells(notebook)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    failed = [cell for cell in code if any(output.output_type == "error" for output in cell.outputs)]
    assert all("raises-exception" in cell.metadata.get("tags", []) for cell in failed)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for trace in ("/home/", "/root/", "/tmp/", "site-packages", '"execution":', "WARNING"):
        assert trace not in (GUIDES / f"{name}.ipynb").read_text("utf-8")

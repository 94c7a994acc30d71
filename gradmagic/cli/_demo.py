"""`gradmagic demo`: a lesson run in a real kernel, its figures printed, its notebook and its page written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from gradmagic import course
from gradmagic.messages import say

NAME = "demo"


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-demo")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out", type=Path, default=Path("gradmagic-demo"), metavar="DIR", help=say("cli-demo-out")
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the lesson and print what it found."""
    folder: Path = arguments.out
    course.prepare_folder(folder)
    notebook = course.demo_notebook()
    print(say("cli-demo-start"), flush=True)
    with tqdm(
        total=len(course.code_cells(notebook)),
        unit=say("cli-demo-unit"),
        file=sys.stderr,
        bar_format="{percentage:3.0f}% |{bar:30}| {n_fmt}/{total_fmt} {unit} {elapsed}",
    ) as bar:
        course.run_notebook(notebook, folder=folder, on_cell=lambda cell: bar.update())
    for figure in course.figures(notebook):
        print(f"\n{figure}")
    kept = course.write_notebook(notebook, folder / "demo.ipynb")
    page = course.write_page(notebook, folder / "demo.html")
    print("\n" + say("cli-demo-written", notebook=kept, page=page))
    return 0

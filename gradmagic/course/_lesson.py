"""The demonstration lesson, and what a run of it leaves behind."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gradmagic.course._language import FIELD, in_language
from gradmagic.errors import GradmagicError
from gradmagic.messages import say


def demo_notebook() -> NotebookNode:
    """The house prices, in the language in force."""
    text = files("gradmagic.course").joinpath("demo.ipynb").read_text("utf-8")
    return in_language(nbformat.reads(text, as_version=4))


def figures(notebook: NotebookNode) -> list[str]:
    """The text of every output whose cell is marked `{"gradmagic": {"figure": true}}`, in order."""
    found = []
    for cell in notebook.cells:
        if cell.metadata.get(FIELD, {}).get("figure"):
            found += [_text(output) for output in cell.outputs]
    return [text for text in found if text]


def prepare_folder(folder: Path) -> None:
    """Make `folder`, before a run and not after it: a wrong path should not cost a run."""
    if folder.exists() and not folder.is_dir():
        raise GradmagicError(say("course-not-a-folder", path=folder))
    folder.mkdir(parents=True, exist_ok=True)


def write_notebook(notebook: NotebookNode, path: Path) -> Path:
    """Write `notebook`, the same bytes for the same content."""
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", "utf-8", newline="\n")
    return path


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text).rstrip() if output.name == "stdout" else ""
    return str(output.get("data", {}).get("text/plain", "")).rstrip()

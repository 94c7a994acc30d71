"""Run every solution again and keep its outputs: `python solutions/execute.py`, or `just solutions`.

A notebook whose outputs have not changed keeps its bytes, so a diff shows what a change of ours changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

from gradmagic import course


def main() -> None:
    """Run the notebooks named on the command line, or all of them."""
    here = Path(__file__).parent
    for path in [Path(name) for name in sys.argv[1:]] or sorted(here.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        course.run_notebook(notebook, folder=here)
        for cell in course.code_cells(notebook):
            cell.outputs = [output for output in cell.outputs if not _is_bar(output)]
        # The kernel reports its interpreter's exact version, which is nobody's business but its own.
        notebook.metadata.language_info = {"name": "python"}
        course.write_notebook(notebook, path)
        print(path)


def _is_bar(output: nbformat.NotebookNode) -> bool:
    """Whether this is the bar of a training that took its time: it has ended, and says nothing any more."""
    return set(output.get("data", ())) == {"application/vnd.jupyter.widget-view+json"}


if __name__ == "__main__":
    main()

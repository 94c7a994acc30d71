"""Two languages in one notebook.

A cell's own text is English. Its translation, if it has one, lies beside it in the cell's metadata:
`{"gradmagic": {"zh": "..."}}`. nbgrader, nbval and Jupyter pass over it, so one file stays the source of
both, and a cell that has no words to translate needs none.
"""

from __future__ import annotations

from copy import deepcopy

from nbformat import NotebookNode

from gradmagic.messages import language

FIELD = "gradmagic"


def in_language(notebook: NotebookNode, code: str | None = None) -> NotebookNode:
    """Return a copy whose cells speak one language: `code`, or the one in force."""
    translated = deepcopy(notebook)
    for cell in translated.cells:
        texts = cell.metadata.get(FIELD, {})
        cell.source = texts.get(code or language(), cell.source)
    return translated

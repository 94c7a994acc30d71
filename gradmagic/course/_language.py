"""Two languages in one notebook.

Prose is paired: a Markdown cell is English, and the one right below it, tagged `zh`, is its Chinese. Both
are seen and edited as cells. A notebook for learners has one of them, under the English cell's id, so ids
do not depend on the language.

Code is written once. What a code cell says in words, its comments, is translated phrase by phrase in the
cell's metadata, `{"gradmagic": {"zh": {"# a phrase": "# 一句话"}}}`, so no program is kept twice (a string
in its place is the whole cell's translation). nbgrader, nbval and Jupyter pass over both.
"""

from __future__ import annotations

import re
from copy import deepcopy

from nbformat import NotebookNode

from gradmagic.errors import GradmagicError
from gradmagic.messages import LANGUAGES, language, say

FIELD = "gradmagic"
TAG = "zh"

# Formulas and code need no translation; a cell of nothing else has no words.
WORDLESS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|!?\[[^\]]*\]\([^)]*\)", re.DOTALL)


class TranslationError(GradmagicError):
    """A notebook whose two languages do not fit together."""


def in_language(notebook: NotebookNode, code: str | None = None, name: str = "") -> NotebookNode:
    """Return a copy whose cells speak one language: `code`, or the one in force.

    Args:
        notebook: one of two languages; it is not changed.
        code: `"en"` or `"zh"`.
        name: what to call it if a translation is out of place.

    Raises:
        TranslationError: a translation with nothing above it to translate, or of a phrase that is gone.
    """
    code = code or language()
    translated = deepcopy(notebook)
    cells: list[NotebookNode] = []
    for cell in translated.cells:
        where = f"{name} [{cell.get('id', '?')}]"
        if not _is_translation(cell):
            cells.append(cell)
            if code != "en":
                cell.source = _translated(cell, code, where)
        elif not cells or cells[-1].cell_type != "markdown" or cells[-1].metadata.get("_paired"):
            raise TranslationError(say("course-lone-translation", where=where))
        else:
            cells[-1].metadata["_paired"] = True
            if code == TAG:
                cells[-1].source = cell.source
    for cell in cells:
        cell.metadata.pop("_paired", None)
    translated.cells = cells
    return translated


def untranslated(notebook: NotebookNode, name: str = "") -> list[str]:
    """Return a sentence for each Markdown cell with words that has no Chinese."""
    cells = notebook.cells
    return [
        say("course-untranslated", where=f"{name} [{cell.get('id', '?')}]")
        for cell, below in zip(cells, [*cells[1:], None], strict=True)
        if cell.cell_type == "markdown"
        and not _is_translation(cell)
        and not cell.metadata.get(FIELD, {}).get(TAG)
        and re.search("[A-Za-z]{3}", WORDLESS.sub("", cell.source))
        and (below is None or not _is_translation(below))
    ]


def without_translations(notebook: NotebookNode) -> NotebookNode:
    """Take the other language's words out of the metadata, in place: a learner's notebook has its own."""
    for cell in notebook.cells:
        words = cell.metadata.get(FIELD)
        for code in LANGUAGES if words else ():
            words.pop(code, None)
        if words is not None and not words:
            del cell.metadata[FIELD]
    return notebook


def _is_translation(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and TAG in cell.metadata.get("tags", [])


def _translated(cell: NotebookNode, code: str, where: str) -> str:
    words = cell.metadata.get(FIELD, {}).get(code)
    if words is None:
        return str(cell.source)
    if isinstance(words, str):
        return words
    source = str(cell.source)
    # Longer phrases first: one may begin another.
    for phrase in sorted(words, key=len, reverse=True):
        if phrase not in source:
            raise TranslationError(say("course-stale-phrase", where=where, phrase=phrase))
        source = source.replace(phrase, words[phrase])
    return source

"""A submission's bytes to its cells: whatever comes, a clear status and never a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["CELLS", "MOST_BYTES", "Submission", "SubmittedCell", "Unreadable", "read_submission"]

# A notebook with its pictures is seldom above one or two.
MOST_BYTES = 20_000_000
CELLS = 1000
# What all cells may hold together: a kernel would be busy for long with more.
CHARACTERS = 2_000_000


class Unreadable(Exception):
    """A submission whose checks cannot be asked; `status` says why, in a word."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class SubmittedCell:
    """A code cell as it came: only its text and what names it are kept.

    Attributes:
        source: its text.
        grade_id: what nbgrader's metadata call it; `""` if nothing.
        cell_id: the notebook format's own id; `""` in older notebooks.
    """

    source: str
    grade_id: str = ""
    cell_id: str = ""


@dataclass(frozen=True)
class Submission:
    """The code cells of a submission, in its order; and the learner's language, `"en"` or `"zh"`."""

    cells: tuple[SubmittedCell, ...]
    language: str = "en"


def read_submission(content: bytes) -> Submission:
    """Read a notebook of format 4, any minor version.

    Metadata, tags, outputs and attachments are left behind: nothing in them can move a point.

    Raises:
        Unreadable: `too-large`, `not-json`, `too-deep`, `not-a-notebook`, `unsupported-format`.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too-large")
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise Unreadable("too-deep") from None
    except ValueError:  # not UTF-8, not JSON, a number of a million digits
        raise Unreadable("not-json") from None
    if not isinstance(notebook, dict):
        raise Unreadable("not-a-notebook")
    if "worksheets" in notebook or notebook.get("nbformat", 4) != 4:
        raise Unreadable("unsupported-format" if "nbformat" in notebook else "not-a-notebook")
    cells = notebook.get("cells")
    if not isinstance(cells, list) or "nbformat" not in notebook:
        raise Unreadable("not-a-notebook")
    found = [cell for cell in map(_cell, cells) if cell is not None]
    if len(found) > CELLS or sum(len(cell.source) for cell in found) > CHARACTERS:
        raise Unreadable("too-large")
    own = _mapping(_mapping(notebook.get("metadata")).get("gradmagic"))
    return Submission(tuple(found), "zh" if own.get("language") == "zh" else "en")


def _cell(cell: Any) -> SubmittedCell | None:
    """A code cell; `None` for any other, and for what is no cell at all."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    marks = _mapping(_mapping(cell.get("metadata")).get("nbgrader"))
    return SubmittedCell(_text(source), _word(marks.get("grade_id")), _word(cell.get("id")))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: Any) -> str:
    return _text(value)[:200] if isinstance(value, str) else ""


def _text(value: str) -> str:
    """The text with what UTF-8 cannot hold (half of a pair) replaced: a kernel could not be sent it."""
    return value.encode("utf-8", "replace").decode("utf-8")

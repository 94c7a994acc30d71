"""A Jupyter server writes into a saved notebook how many hints were given.

A kernel cannot: it never sees the file. `%hint` leaves its count with its output; whatever server saves the
notebook adds it up here, and keeps it when outputs are cleared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["hints_given", "keep_hints"]


def hints_given(notebook: Mapping[str, Any]) -> dict[str, int]:
    """Return how many hints of each check were given, by what a notebook holds.

    Args:
        notebook: as JSON has it; what does not look as it should is passed over.
    """
    given: dict[str, int] = {}
    for check, count in _noted(notebook):
        if isinstance(check, str) and isinstance(count, int) and count > given.get(check, 0):
            given[check] = count
    return dict(sorted(given.items()))


def keep_hints(*, model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Put the counts into the metadata of a notebook that is about to be saved.

    A Jupyter server calls this. What the file had before still counts: the open page knows nothing of it.

    Args:
        model: the server's model of the file, changed in place.
        path: where it is saved, as the server names it.
        contents_manager: the server's, which knows what file that is.
    """
    notebook = model.get("content")
    if model.get("type") != "notebook" or not isinstance(notebook, dict):
        return
    given = hints_given(notebook)
    for check, count in hints_given(_before(path, contents_manager)).items():
        given[check] = max(count, given.get(check, 0))
    if given:
        own = notebook.setdefault("metadata", {}).setdefault("gradmagic", {})
        own["hints"] = dict(sorted(given.items()))


def _noted(notebook: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Every count in the notebook's metadata and in its outputs'."""
    yield from _own(notebook, "hints").items()
    for cell in notebook.get("cells") or ():
        for output in cell.get("outputs") or ():
            hint = _own(output, "hint")
            yield hint.get("check"), hint.get("given")


def _own(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What is kept under our name in the metadata of a part; empty if there is nothing of the kind."""
    found: Any = part
    for key in ("metadata", "gradmagic", name):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _before(path: str, contents_manager: Any) -> dict[str, Any]:
    """The notebook as it lies on the disk; empty if it is new, no file, or no notebook."""
    find = getattr(contents_manager, "_get_os_path", None)  # another store has no such method, and no file
    if find is None:
        return {}
    try:
        found = json.loads(Path(find(path)).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.contents_manager.register_pre_save_hook(keep_hints)

"""Notebooks as lessons and exercises: run in a real kernel, cut for learners, turned into pages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradmagic.course._execute import NotebookError, code_cells, run_notebook
    from gradmagic.course._language import TranslationError, in_language, untranslated
    from gradmagic.course._lesson import demo_notebook, figures, prepare_folder, write_notebook
    from gradmagic.course._library import copy_exercises, exercises_folder
    from gradmagic.course._machine import Device, Findings, Part, examine, install_command
    from gradmagic.course._nbval import TolerantNotebook
    from gradmagic.course._output_comparison import OutputDifference, Tolerance, compare_output, compare_text
    from gradmagic.course._page import write_page
    from gradmagic.course._release import ReleaseError, cut, release
    from gradmagic.course._verify import Verification, graded_exercises, verify

__all__ = [
    "Device",
    "Findings",
    "NotebookError",
    "OutputDifference",
    "Part",
    "ReleaseError",
    "Tolerance",
    "TolerantNotebook",
    "TranslationError",
    "Verification",
    "code_cells",
    "compare_output",
    "compare_text",
    "copy_exercises",
    "cut",
    "demo_notebook",
    "examine",
    "exercises_folder",
    "figures",
    "graded_exercises",
    "in_language",
    "install_command",
    "prepare_folder",
    "release",
    "run_notebook",
    "untranslated",
    "verify",
    "write_notebook",
    "write_page",
]

# Looked up on first use: nbformat alone takes more than a second to import where jsonschema's
# format checkers are installed, and `gradmagic --version` should not wait for it.
_HOMES = {
    "_execute": ("NotebookError", "code_cells", "run_notebook"),
    "_language": ("TranslationError", "in_language", "untranslated"),
    "_lesson": ("demo_notebook", "figures", "prepare_folder", "write_notebook"),
    "_library": ("copy_exercises", "exercises_folder"),
    "_machine": ("Device", "Findings", "Part", "examine", "install_command"),
    "_nbval": ("TolerantNotebook",),
    "_output_comparison": ("OutputDifference", "Tolerance", "compare_output", "compare_text"),
    "_page": ("write_page",),
    "_release": ("ReleaseError", "cut", "release"),
    "_verify": ("Verification", "graded_exercises", "verify"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"gradmagic.course.{home}"), name)
    raise AttributeError(f"module 'gradmagic.course' has no attribute {name!r}")

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import IPython
import pytest
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from traitlets.config import Config

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Cell:
    """What running a cell gave."""

    result: Any
    stdout: str
    stderr: str
    displayed: list[RichOutput] = field(default_factory=list)

    @property
    def error(self) -> BaseException | None:
        return self.result.error_before_exec or self.result.error_in_exec

    @property
    def texts(self) -> list[str]:
        return [output.data["text/plain"] for output in self.displayed]


class Notebook:
    """A shell that runs cells as a notebook would."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.names: dict[str, Any] = shell.user_ns

    def __call__(self, source: str) -> Cell:
        with capture_output() as io:
            # The shell puts its own hook in place for each cell; give it one that keeps the outputs.
            self.shell.display_trap.hook = CapturingDisplayHook(shell=self.shell, outputs=io._outputs)
            result = self.shell.run_cell(source, store_history=True)
        return Cell(result, _ANSI.sub("", io.stdout), io.stderr, list(io.outputs))

    def fine(self, source: str) -> Cell:
        cell = self(source)
        assert cell.error is None, cell.stdout + cell.stderr
        return cell


@pytest.fixture
def bare() -> Iterator[Notebook]:
    """A shell without gradmagic."""
    main = sys.modules["__main__"]  # the shell puts a module without a spec in its place
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False  # no database, and no thread that outlives the test
    if IPython.version_info[0] < 9:
        config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    try:
        yield Notebook(shell)
    finally:
        shell.reset(new_session=False)
        InteractiveShell.clear_instance()
        sys.modules["__main__"] = main


@pytest.fixture
def notebook(bare: Notebook) -> Iterator[Notebook]:
    """A shell with gradmagic loaded and TensorFlow imported."""
    bare.fine("%load_ext gradmagic")
    bare.fine("import tensorflow as tf\nimport gradmagic as gm")
    yield bare
    bare.fine("%unload_ext gradmagic")

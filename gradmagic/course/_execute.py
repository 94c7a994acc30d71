"""Run a notebook in a real Jupyter kernel of this very interpreter."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import Instance, default

from gradmagic.errors import GradmagicError
from gradmagic.messages import say

CELL_SECONDS = 600


class NotebookError(GradmagicError):
    """A notebook that did not run to its end."""


class _ThisInterpreter(KernelSpecManager):
    """Knows one kernel, this interpreter's.

    A kernel that happens to be installed under the name `python3` may belong to an environment
    without gradmagic, and none need be installed at all.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            # Its remarks about itself, below an error, would land in the middle of a progress bar.
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"],
            display_name="Python 3",
            language="python",
        )


class _KernelManager(AsyncKernelManager):
    kernel_spec_manager = Instance(KernelSpecManager)

    @default("kernel_spec_manager")
    def _this_interpreter(self) -> KernelSpecManager:
        return _ThisInterpreter()


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that a kernel will run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def run_notebook(
    notebook: NotebookNode, *, folder: Path, on_cell: Callable[[NotebookNode], object] | None = None
) -> None:
    """Run every cell in turn; the outputs are left in `notebook`.

    Args:
        notebook: what to run; it is changed.
        folder: where the kernel works.
        on_cell: called with each cell that has run, from another thread.

    Raises:
        NotebookError: a cell failed, ran longer than ten minutes, or its kernel died.
    """

    def done(cell: NotebookNode, **_: Any) -> None:
        if on_cell:
            on_cell(cell)

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        startup_timeout=120,
        shutdown_kernel="immediate",
        kernel_manager_class=_KernelManager,
        resources={"metadata": {"path": str(folder)}},
        # Times of day in the metadata would make every run a different file.
        record_timing=False,
        # The state of a progress bar that has ended says nothing without the kernel it spoke to.
        store_widget_state=False,
        on_cell_executed=done,
    )
    try:
        _interruptibly(client)
    except CellExecutionError as error:
        raise NotebookError(_told(notebook, f"{error.ename}: {error.evalue}")) from error
    except CellTimeoutError as error:
        raise NotebookError(say("course-cell-too-long", seconds=CELL_SECONDS)) from error
    except DeadKernelError as error:
        raise NotebookError(say("course-kernel-died")) from error


def _interruptibly(client: NotebookClient) -> None:
    """Execute on a thread of its own, so that Ctrl-C stops the kernel and then reaches the caller.

    On the main thread nbclient answers Ctrl-C itself: it takes the kernel away under the running cell
    and goes on into an error of its own.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(_completely(client))
    with ThreadPoolExecutor(1) as pool, closing(loop):
        running = pool.submit(loop.run_until_complete, task)
        try:
            running.result()
        except KeyboardInterrupt:
            loop.call_soon_threadsafe(task.cancel)
            wait([running])
            raise


async def _completely(client: NotebookClient) -> None:
    """Execute, and leave no task of nbclient's waiting for a kernel that has gone."""
    # A backend chosen for scripts would keep the figures out of the notebook.
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    try:
        await client.async_execute(env=environment)
    finally:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _told(notebook: NotebookNode, error: str) -> str:
    """Which cell stopped, with what, and its text."""
    cells = code_cells(notebook)
    failed = [any(output.output_type == "error" for output in cell.outputs) for cell in cells].index(True)
    source = "\n".join(f"    {line}" for line in cells[failed].source.splitlines())
    return say("course-cell-failed", number=failed + 1, count=len(cells), error=error, source=source)

"""Nothing is left of a panel: after close, a cell run again, `%unload_ext`, the interpreter's or the kernel's end."""

from __future__ import annotations

import subprocess
import sys

import pytest
from comm import get_comm_manager
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from .test_panels import leavings

SETUP = "import tensorflow as tf\nw = tf.Variable(0.0)\ndef loss():\n    return (w - 3) ** 2\nf = lambda x: x ** 3"
# At one step a second, it is in the middle for as long as a test may need.
LIVE = "%train loss w --steps 100000 --live\nrun.pace(1);"
CELLS = {
    "live": LIVE,
    "explore": "%train loss w --steps 50 --explore -o e",
    "race": "%train loss w --steps 50 --race sgd,adam -o r",
    "plot": "c = %grad f --plot -2:2",
}


@pytest.fixture(scope="module")
def shell():
    main = sys.modules["__main__"]  # the shell puts a module without a spec in its place
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.kernel = object()  # what tells the magics that somebody serves a panel
    shell.run_cell(SETUP).raise_error()
    yield shell
    del shell.kernel
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main


@pytest.fixture
def loaded(shell):
    shell.run_cell("%load_ext gradmagic").raise_error()
    yield shell
    if getattr(shell, "gradmagic_extension", None) is not None:
        shell.run_cell("%unload_ext gradmagic").raise_error()


def left():
    return *leavings(), len(get_comm_manager().comms)


def opened(shell):
    return [panel for _, _, panel in shell.gradmagic_extension.session.panels._open]


def run(shell, cell):
    shell.run_cell(cell, store_history=True).raise_error()


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_runs_again_closes_its_panel(loaded, kind):
    run(loaded, CELLS[kind])
    after_one = left()
    (first,) = opened(loaded)
    for _ in range(2):
        run(loaded, CELLS[kind])
    assert first.closed
    assert len(opened(loaded)) == 1
    assert left() == after_one
    if kind == "live":
        assert first.run.status == "stopped"
        assert first.run._control._listeners == []


def test_unloading_closes_all(loaded):
    before = left()
    for cell in CELLS.values():
        run(loaded, cell)
    panels = opened(loaded)
    assert len(panels) == 4
    loaded.run_cell("%unload_ext gradmagic").raise_error()
    assert all(panel.closed for panel in panels)
    assert left() == before
    assert loaded.user_ns["run"].status == "stopped"


def test_a_quiet_line_has_no_panel(loaded):
    before = left()
    for cell in CELLS.values():
        if cell != LIVE:
            run(loaded, f"{cell};")
    assert opened(loaded) == []
    assert left() == before


def test_the_interpreters_end_in_the_middle_of_a_run():
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\nshell.kernel = object()\n"
        f"for cell in ('%load_ext gradmagic', {SETUP!r}, {LIVE!r}, {CELLS['plot']!r}, {CELLS['explore']!r}):\n"
        "    shell.run_cell(cell, store_history=False).raise_error()\n"
        "print(shell.user_ns['run'].status, flush=True)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "running" in ended.stdout
    assert "Fatal" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_kernel_that_restarts_and_shuts_down_in_the_middle_of_a_run():
    manager = KernelManager(kernel_name="python3")
    manager.shutdown_wait_time = 240.0  # half of it passes before a kernel that does not end is ended
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        for again in range(2):
            client.wait_for_ready(timeout=300)
            for cell in ("%load_ext gradmagic", SETUP, LIVE, CELLS["plot"], "assert run.status == 'running'"):
                reply = client.execute_interactive(cell, timeout=300, output_hook=lambda _message: None)
                assert reply["content"]["status"] == "ok", reply["content"]
            process = manager.provisioner.process
            if not again:
                manager.restart_kernel(now=False)
                assert process.returncode == 0, "it came to an end by itself: nobody had to end it"
        manager.shutdown_kernel(now=False)
        assert process.returncode == 0, "it came to an end by itself: nobody had to end it"
        assert not manager.is_alive()
    finally:
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)

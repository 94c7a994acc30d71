"""A real kernel: what only ipykernel does (its event loop, its interrupts, its streams)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

SLOW_CELL = (
    "%%tape\n"
    "x = tf.Variable(2.0)\n"
    "y = x * x\n"
    "import time\n"
    "print('started')\n"
    "while True:\n"
    "    z = tf.sin(y)\n"
    "    time.sleep(0.01)"
)


class Kernel:
    """A kernel and what its cells give."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=300)

    def __call__(self, source: str, interrupt_at: str | None = None) -> dict[str, Any]:
        """Run a cell; with `interrupt_at`, interrupt it once it has written or shown that."""
        found: dict[str, Any] = {"stdout": "", "stderr": "", "data": [], "error": None}
        interrupted = False

        def look(message: dict[str, Any]) -> None:
            nonlocal interrupted
            kind, content = message["msg_type"], message["content"]
            said = content.get("text", content.get("data", ""))
            if interrupt_at and not interrupted and interrupt_at in said:
                interrupted = True
                self.manager.interrupt_kernel()
            if kind == "stream":
                found[content["name"]] += content["text"]
            elif kind in ("display_data", "execute_result"):
                found["data"].append(content["data"])
            elif kind == "error":
                found["error"] = content

        # After an error ipykernel 6 would abort what is asked next, for a moment.
        reply = self.client.execute_interactive(source, output_hook=look, timeout=300, stop_on_error=False)
        found["status"] = reply["content"]["status"]
        return found

    def fine(self, source: str) -> dict[str, Any]:
        found = self(source)
        assert found["status"] == "ok", found
        return found


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    kernel = Kernel(manager)
    first = kernel.fine("%load_ext gradmagic\nimport tensorflow as tf")
    assert (first["stdout"], first["stderr"]) == ("", "")
    yield kernel
    kernel.client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_startup_lines_do_not_reach_the_notebook(kernel: Kernel) -> None:
    found = kernel.fine(
        "x = tf.Variable([1., 2.])\n%train lambda:tf.reduce_sum(x**2) --steps 20\n%grad tf.sin 1.0"
    )
    assert (found["stdout"], found["stderr"]) == ("", "")
    shown = [data for data in found["data"] if "text/plain" in data]  # on a busy machine a bar too
    assert len(shown) == 2


def test_await_in_the_kernels_own_loop(kernel: Kernel) -> None:
    kernel.fine("import asyncio\ntask = asyncio.get_running_loop().create_task(asyncio.sleep(0.01, 2.0))")
    kernel.fine("%%tape\nx = tf.Variable(3.0)\ny = x ** await task")
    assert kernel.fine("%grad y x")["data"][0]["text/plain"] == "dy/dx = 6"
    kernel.fine("%%tape\nasync def f():\n    await asyncio.sleep(0)\n    return x ** 3\nz = await f()")
    assert kernel.fine("%grad z x")["data"][0]["text/plain"] == "dz/dx = 27"


def test_an_interrupt_in_a_recorded_cell(kernel: Kernel) -> None:
    found = kernel(SLOW_CELL, interrupt_at="started")
    assert found["error"]["ename"] == "KeyboardInterrupt"  # the cell has no end of its own
    hooked = kernel.fine(
        "from tensorflow.python.eager import context\nprint(context.context().op_callbacks, tape.recording)"
    )
    assert hooked["stdout"] == "[] False\n"
    assert kernel.fine("%grad y x")["data"][0]["text/plain"] == "dy/dx = 4"


def test_an_interrupt_in_the_middle_of_training_keeps_what_was_learned(kernel: Kernel) -> None:
    kernel.fine("w = tf.Variable(5.0)\nA = tf.random.normal((400, 400))\nprint('ready')")
    bar = "application/vnd.jupyter.widget-view+json"  # shown while it trains
    found = kernel(
        "%train 'tf.reduce_sum((A @ A) * w) ** 2 * 1e-12' w --steps 5000000 --learning-rate 1e-9 -o run",
        interrupt_at=bar,
    )
    assert found["status"] == "ok", found
    assert list(found["data"][0]) == [bar]
    assert found["data"][1]["text/plain"].startswith("interrupted after")
    assert len(found["data"]) == 2
    told = kernel.fine("print(run.status, 0 < run.steps < 5_000_000, len(run.history.loss) == run.steps)")
    assert told["stdout"] == "interrupted True True\n"
    kernel.fine("%train lambda:w*w w --steps 10")


def test_a_mistake_is_an_error_output_without_a_traceback(kernel: Kernel) -> None:
    found = kernel("%grad nowhere x")
    assert found["status"] == "error"
    assert found["error"]["ename"] == "OptionError"
    assert found["error"]["traceback"] == [f"OptionError: {found['error']['evalue']}"]


def test_a_semicolon_keeps_it_quiet(kernel: Kernel) -> None:
    kernel.fine("%%tape\nx = tf.Variable(3.0)\ny = x * x")
    assert kernel.fine("%grad y x;")["data"] == []
    assert len(kernel.fine("g = %grad y x;\n%grad y x;\ng")["data"]) == 1


def test_help_and_completion(kernel: Kernel) -> None:
    reply = kernel.client.inspect("%grad", 5, reply=True, timeout=300)
    assert "--order N" in reply["content"]["data"]["text/plain"]
    text = "%grad y x --hes"
    reply = kernel.client.complete(text, len(text), reply=True, timeout=300)
    matches, start = reply["content"]["matches"], reply["content"]["cursor_start"]
    assert [text[:start] + match for match in matches] == ["%grad y x --hessian"]


def test_loading_twice_and_unloading_take_the_displays_away(kernel: Kernel) -> None:
    listed = (
        "formatters = get_ipython().display_formatter\n"
        "print(sum(one.__module__ == 'gradmagic.magics._displays' for formatter in (formatters.mimebundle_formatter, "
        "formatters.ipython_display_formatter) for one in "
        "[*formatter.type_printers.values(), *formatter.deferred_printers.values()]))"
    )
    assert kernel.fine("%reload_ext gradmagic\n" + listed)["stdout"] == "2\n"
    assert kernel.fine("tape.steps(y)")["data"][0].keys() > {"text/html", "text/plain"}
    assert kernel.fine("%unload_ext gradmagic\n" + listed)["stdout"] == "0\n"
    kernel.fine("%load_ext gradmagic")


def test_unloading_leaves_a_working_kernel(kernel: Kernel) -> None:
    kernel.fine("%unload_ext gradmagic")
    assert kernel("%grad y x")["status"] == "error"
    kernel.fine("%load_ext gradmagic")
    kernel.fine("%%tape\nx = tf.Variable(3.0)\ny = x * x")
    assert kernel.fine("%grad y x")["data"][0]["text/plain"] == "dy/dx = 6"

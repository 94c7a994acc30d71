"""Kernelspecs, parents and runtime folders of the tests' own; the user's are left alone."""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from gradmagic import kernels
from gradmagic.kernels import _client
from gradmagic.kernels._folder import socket_path

LIGHT = Path(__file__).parent / "light"


@pytest.fixture(scope="session")
def runtime():
    """A runtime folder with a path that a socket can have; whatever parent is left there is ended."""
    folder = Path(tempfile.mkdtemp(prefix="gm-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADMAGIC_RUNTIME_DIR", str(folder))
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        yield folder
        swept(folder)


@pytest.fixture(scope="session")
def spec(runtime):
    """Write a kernelspec: `spec(name, **settings of the provisioner)`; cold without any provisioner."""

    def write(name, *, cold=False, env=None, **config):
        content = kernels.kernelspec(config=config)
        if cold:
            del content["metadata"]["kernel_provisioner"]
        folder = runtime / "jupyter" / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kernel.json").write_text(json.dumps(content | {"env": env or {}}), "utf-8")
        return name

    return write


@pytest.fixture(scope="session")
def warm(spec):
    """The name of the kernelspec as it is installed; its first kernel starts the parent."""
    return spec("gradmagic")


@pytest.fixture
def light(runtime, monkeypatch):
    """A runtime folder and an environment in which a parent preloads stand-ins instead of TensorFlow."""
    folder = Path(tempfile.mkdtemp(prefix="gm-"))
    path = os.pathsep.join(filter(None, [str(LIGHT), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setenv("GRADMAGIC_RUNTIME_DIR", str(folder))
    yield folder
    swept(folder)


def swept(folder):
    """End the parents of a runtime folder, and remove it."""
    for path in folder.glob("*.sock"):
        with suppress(kernels.KernelError):
            pid = _client.ask(path, {"ask": "state"})["pid"]
            os.kill(pid, signal.SIGTERM)
            ended(pid)
    shutil.rmtree(folder, ignore_errors=True)


class Running:
    """A running kernel, its manager and a client."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    @property
    def is_warm(self):
        return type(self.manager.provisioner.process).__name__ == "WarmProcess"

    def run(self, code, timeout=60):
        """Run a cell; what it printed and displayed, or its error.

        With `stop_on_error` a kernel answers an error first and then, for a moment, aborts what comes next.
        """
        shown = []

        def collect(message):
            content = message["content"]
            if message["msg_type"] == "error":
                shown.append("\n".join(content["traceback"]))
            shown.append(content.get("text") or content.get("data", {}).get("text/plain", ""))

        self.client.execute_interactive(code, timeout=timeout, output_hook=collect, stop_on_error=False)
        return "".join(shown).strip()


@contextmanager
def running(name, **options):
    """Start a kernel by name, and end it."""
    manager = KernelManager(kernel_name=name)
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Running(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def the_parent():
    """The state of the parent in the runtime folder in force."""
    return _client.ask(socket_path(sys.executable), {"ask": "state"})


def alive(pid):
    """Whether a process runs; one that waits to be waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def ended(pid, seconds=10):
    """Wait for a process to end."""
    return until(lambda: not alive(pid), seconds)


def until(condition, seconds=10):
    """Wait for a condition; whether it came."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True

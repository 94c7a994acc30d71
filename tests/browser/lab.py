"""A real JupyterLab, and a page of Chromium that looks at it."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["Lab", "Page", "chromium", "opened", "serving"]

# Nothing that asks, fetches or moves while a test looks.
_OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


def chromium() -> str | None:
    """Return the path of Chromium, or `None`."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Lab:
    """A server in a folder of its own.

    Attributes:
        folder: where its notebooks are.
        url: where it answers.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._token = secrets.token_hex(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        settings = folder / "settings" / "overrides.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps(_OVERRIDES), "utf-8")
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "user"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        self._log = (folder / "server.log").open("w", encoding="utf-8")
        self._server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self._port}",
                "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={self._token}",
                f"--ServerApp.root_dir={folder}",
                f"--LabApp.app_settings_dir={settings.parent}",
                "--LabApp.news_url=None",
                "--LabApp.expose_app_in_browser=True",
            ],
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait(self, seconds: float = 60) -> None:
        """Return when the server answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError):
                self.ask("api/status")
                return
            if self._server.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError((self.folder / "server.log").read_text("utf-8")[-3000:])

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask the server's own interface."""
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {self._token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def write(self, name: str, *cells: str) -> str:
        """Write a notebook with these cells; return the address at which it is opened."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, self.folder / name)
        return f"{self.url}/lab/tree/{name}?token={self._token}&reset"

    def stop(self) -> None:
        """End the server and its kernels."""
        with suppress(OSError):
            for kernel in self.ask("api/kernels"):
                self.ask(f"api/kernels/{kernel['id']}", "DELETE")
        self._server.terminate()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()


class Page:
    """A notebook in the browser.

    Attributes:
        page: Playwright's page.
        errors: what went wrong in the page's scripts.
        said: the dialogs that were answered with yes.
    """

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self.said: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._address = address
        page.goto(address)
        self.ready()

    def ready(self) -> None:
        """Return when the notebook has its kernel."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)

    def run(self, number: int, *, wait: bool = True) -> None:
        """Run a cell by its number, from 0."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        prompt, end = cell.locator(".jp-InputPrompt"), time.monotonic() + 120
        before = prompt.inner_text()
        # JupyterLab drops what is asked while it is still connecting to the kernel: then it is asked again.
        while (now := prompt.inner_text()) == before or not re.search(r"\d|\*" if not wait else r"\d", now):
            if (dialog := self.page.locator(".jp-Dialog .jp-mod-accept")).count():
                self.said.append(self.page.locator(".jp-Dialog").inner_text())
                dialog.first.click()
            if "*" not in now:
                cell.locator(".cm-content").click()
                self.page.keyboard.press("Control+Enter")
            self.page.wait_for_timeout(400)
            if time.monotonic() > end:
                raise TimeoutError(f"cell {number} is still running; errors of the page: {self.errors}")

    def text(self, number: int) -> str:
        """Return what a cell has put out, as text."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        return str(cell.locator(".jp-OutputArea-output").all_inner_texts())


@contextmanager
def serving(folder: Path) -> Iterator[Lab]:
    """Run a JupyterLab while the block runs."""
    lab = Lab(folder)
    try:
        lab.wait()
        yield lab
    finally:
        lab.stop()


@contextmanager
def opened() -> Iterator[Any]:
    """Yield a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()

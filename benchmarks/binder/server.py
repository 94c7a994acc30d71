"""A JupyterLab server of Binder's kind, and the cells that are run through it."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import urllib.request
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter, sleep

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


class Server:
    """JupyterLab, started as Binder starts it: by `binder/start`, or without."""

    def __init__(self, place, limit, *, start=True, port=None):
        self.token = secrets.token_hex(8)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = port or probe.getsockname()[1]
        lab = [
            "jupyter",
            "lab",
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={self.port}",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={place.repository}",
        ]
        words = limit.words("binder/start", *lab) if start else limit.words(*lab)
        self.began = perf_counter()
        self.log = (place.folder / "server.log").open("w")
        self.process = subprocess.Popen(
            place.command(*words, group=limit.group),
            cwd=place.repository,
            env=place.environment(),
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, path, method="GET", content=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith((b"{", b"[")) else text.decode()

    def wait(self):
        """Return the seconds from the start to the first answer."""
        while self.process.poll() is None:
            with suppress(OSError):
                self.ask("api/status")
                return perf_counter() - self.began
            sleep(0.05)
        raise RuntimeError(f"the server ended with {self.process.returncode}")

    def open(self, path, kernel="python3"):
        """Open a notebook as JupyterLab does: its page, its content, a session with a kernel."""
        page = self.ask(f"lab/tree/{path}")
        if "jupyter-config-data" not in page:
            raise RuntimeError(f"{path}: no page of JupyterLab came")
        cells = self.ask(f"api/contents/{path}")["content"]["cells"]
        asked = {"path": path, "name": "", "type": "notebook", "kernel": {"name": kernel}}
        session = self.ask("api/sessions", "POST", asked)
        return [cell for cell in cells if cell["cell_type"] == "code"], session

    def close(self, session):
        self.ask(f"api/sessions/{session['id']}", "DELETE")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


@dataclass
class Done:
    """What running cells gave."""

    texts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def run(server, session, sources):
    """Run cells over the server's websocket, one after the other."""
    url = f"ws://127.0.0.1:{server.port}/api/kernels/{session['kernel']['id']}/channels"
    request = HTTPRequest(url, headers={"Authorization": f"token {server.token}"})
    connection = await websocket_connect(request, max_message_size=1 << 28)
    done = Done()
    try:
        for source in sources:
            asked = uuid.uuid4().hex
            header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": "measure"}
            header |= {"version": "5.3", "date": ""}
            content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
            content |= {"user_expressions": {}, "stop_on_error": False}
            message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
            await connection.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
            await _until_idle(connection, asked, done)
    finally:
        connection.close()
    return done


async def _until_idle(connection, asked, done):
    replied = idle = False
    while not (replied and idle):
        read = await connection.read_message()
        if read is None:
            raise RuntimeError("the kernel has died: the connection is closed")
        message = json.loads(read) if isinstance(read, str) else None
        if message is None:
            continue
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "status" and content.get("execution_state") in ("dead", "restarting", "autorestarting"):
            raise RuntimeError("the kernel has died")
        if message["parent_header"].get("msg_id") != asked:
            continue
        replied |= kind == "execute_reply"
        idle |= kind == "status" and content["execution_state"] == "idle"
        if kind == "stream":
            done.texts.append(content["text"])
        elif kind in ("execute_result", "display_data"):
            done.texts.append(content["data"].get("text/plain", ""))
        elif kind == "error":
            done.errors.append(f"{content['ename']}: {content['evalue']}")

"""A local JupyterHub with the recipe's configuration, and two users at once.

It needs an environment as docs/jupyterhub.md makes it; `GRADMAGIC_HUB` names it. CI makes one of its own last of all.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).parents[2]
ENVIRONMENT = Path(os.environ.get("GRADMAGIC_HUB", ""))
USERS = ("ada", "grace")
FIRST = (
    "import sys\nwarm = 'tensorflow' in sys.modules",
    "%%tape\nimport tensorflow as tf\nx = tf.Variable(2.0)\ny = x**3\n%grad y x",
)

# A 2-core machine with other work on it: what is waited for is a condition, this is when to give up.
PATIENCE = 300

pytestmark = pytest.mark.skipif(
    "GRADMAGIC_HUB" not in os.environ, reason="GRADMAGIC_HUB names no environment: docs/jupyterhub.md"
)

# What stands in for a login and for accounts of the machine; all else is the recipe's.
CONFIG = """
import os
exec(compile(open({recipe!r}).read(), {recipe!r}, "exec"), {{**globals(), "__file__": {recipe!r}}})
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {folder!r} + "/{{username}}"
c.Spawner.environment["GRADMAGIC_RUNTIME_DIR"] = lambda spawner: {folder!r} + "/run-" + spawner.user.name
c.Spawner.environment["GRADMAGIC_LANG"] = "en"
c.Spawner.args = {arguments!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "test", "services": ["test"], "scopes": {scopes!r}}}
]
"""


SCOPES = ["read:hub", "admin:users", "admin:servers", "access:servers"]


def ordinary():
    """The id of an ordinary user, where we are root and such a one can run the environment's Python."""
    if os.geteuid() != 0:
        return None
    them = pwd.getpwnam("nobody").pw_uid
    try:
        subprocess.run([ENVIRONMENT / "bin" / "python", "-c", ""], user=them, extra_groups=[], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return them


def ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


class Hub:
    """The hub, asked over its own interface."""

    def __init__(self, folder):
        self.token, (self.port, hub_port, proxy_port) = secrets.token_hex(16), ports(3)
        recipe = str(ROOT / "binder" / "jupyterhub_config.py")
        user = ordinary()
        config = folder / "config.py"
        config.write_text(
            CONFIG.format(
                recipe=recipe,
                port=self.port,
                hub_port=hub_port,
                proxy_port=proxy_port,
                folder=str(folder),
                token=self.token,
                scopes=SCOPES,
                patience=PATIENCE,
                arguments=["--allow-root"] if user is None and os.geteuid() == 0 else [],
            )
        )
        for name in USERS:
            (folder / name).mkdir()
            (folder / f"run-{name}").mkdir(mode=0o700)
        if user is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, user, user)
        path = f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}"
        self.folder, self.user, self.log = folder, user, folder / "hub.log"
        self.process = subprocess.Popen(
            [ENVIRONMENT / "bin" / "jupyterhub", "--config", config],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            | {"PATH": path, "HOME": str(folder)},
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **({} if user is None else {"user": user, "group": user, "extra_groups": []}),
        )

    def ask(self, path, method="GET", content=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith(("{", "[")) else text

    def until(self, question):
        """Ask again until the answer is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(OSError):
                if answer := question():
                    return answer
            time.sleep(0.3)
        raise AssertionError(self.log.read_text()[-4000:])

    def processes(self):
        """All that this hub has started, itself among them: each names the hub's folder in its command or its variables."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (path / "cmdline").read_bytes()
                if str(self.folder).encode() in command + (path / "environ").read_bytes():
                    found[int(path.name)] = command.replace(b"\0", b" ").decode()
        return found

    def stop(self):
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def hub():
    folder = Path(tempfile.mkdtemp(prefix="gmhub-"))
    found = Hub(folder)
    try:
        found.until(lambda: found.ask("hub/api/"))
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Course:
    """The course as a repository that git can fetch."""

    def __init__(self, hub):
        self.folder, self.user = hub.folder / "course" / "gradmagic", hub.user
        shutil.copytree(ROOT / "exercises", self.folder / "exercises")
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *words):
        subprocess.run(["git", "-c", "safe.directory=*", *words], cwd=self.folder, check=True)

    def commit(self):
        self.git("add", ".")
        self.git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "course")
        if self.user is not None:
            # git fetches from nobody's folder but one's own.
            subprocess.run(["chown", "-R", str(self.user), self.folder.parent], check=True)


@pytest.fixture(scope="module")
def course(hub):
    return Course(hub)


async def cells(hub, user, kernel, sources, expressions):
    """Run cells over the user's websocket; return the values of the expressions after the last, and all their texts."""
    url = f"ws://127.0.0.1:{hub.port}/user/{user}/api/kernels/{kernel}/channels"
    connection = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {hub.token}"}))
    texts, values = [], {}
    for number, source in enumerate(sources):
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        content |= {
            "user_expressions": expressions if number == len(sources) - 1 else {},
            "stop_on_error": True,
        }
        header = {"msg_id": f"m{number}", "msg_type": "execute_request", "version": "5.3"}
        header |= {"username": user, "session": "s", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await connection.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
        seen = set()
        while seen != {"reply", "idle"}:
            said = await asyncio.wait_for(connection.read_message(), PATIENCE)
            assert said is not None, "the server has closed the connection"
            read = json.loads(said)
            if read["parent_header"].get("msg_id") != f"m{number}":
                continue
            kind, content = read["header"]["msg_type"], read["content"]
            if kind == "execute_reply":
                assert content["status"] == "ok", content
                values = {
                    name: one["data"]["text/plain"] for name, one in content["user_expressions"].items()
                }
                seen.add("reply")
            elif kind == "status" and content["execution_state"] == "idle":
                seen.add("idle")
            elif "data" in content:
                texts.append(content["data"]["text/plain"])
    connection.close()
    return values, texts


def script(name):
    spec = importlib.util.spec_from_file_location(f"binder_{name}", ROOT / "binder" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


address = script("address")


def pull(hub, course, user):
    """Follow the link, as a browser does."""
    query = address.hub_link("http://127.0.0.1", f"file://{course.folder}").partition("?")[2]
    assert "git-pull" in hub.ask(f"user/{user}/git-pull?{query}")
    pulled = hub.ask(f"user/{user}/git-pull/api?{query}&targetpath=gradmagic")
    assert '"phase": "finished"' in pulled, pulled[-500:]


def lesson(hub, course, user):
    """What one learner does: follow the link, open exercise 01, ask for a gradient."""
    hub.ask(f"hub/api/users/{user}", "POST")
    hub.ask(f"hub/api/users/{user}/server", "POST", {})
    hub.until(lambda: hub.ask(f"hub/api/users/{user}")["servers"].get("", {}).get("ready"))
    pull(hub, course, user)
    path = f"gradmagic/{address.FIRST}"
    assert hub.ask(f"user/{user}/api/contents/{path}?content=0")["name"].startswith("01")
    assert "jupyter-config-data" in hub.ask(f"user/{user}/lab/tree/{path}")
    began = time.monotonic()
    session = hub.ask(
        f"user/{user}/api/sessions",
        "POST",
        {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}},
    )
    mine = f"secret_of_{user} = 1\nimport os\nhome = os.path.expanduser('~')"
    other = f"secret_of_{USERS[1 - USERS.index(user)]}"
    asked = {
        "warm": "warm",
        "sees": f"{other!r} in globals()",
        "home": "home",
        "loaded": "'tape' in globals()",
    }
    values, texts = asyncio.run(cells(hub, user, session["kernel"]["id"], [FIRST[0], mine, FIRST[1]], asked))
    return values, texts, time.monotonic() - began


def test_two_users_at_once(hub, course):
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda user: lesson(hub, course, user), USERS))
    for user, (values, texts, seconds) in zip(USERS, done, strict=True):
        assert "dy/dx = 12" in texts
        assert values["warm"] == "True", (
            f"TensorFlow was not imported before the first cell\n{hub.log.read_text()[-4000:]}"
        )
        assert values["sees"] == "False"
        assert values["loaded"] == "True"
        assert values["home"] == repr(str(hub.folder / user))
        assert (hub.folder / user / "gradmagic" / "exercises" / "01-first-derivatives.ipynb").exists()
        print(f"{user}: from opening the notebook to the first gradient {seconds:.1f} s")

    # Followed again, the link brings what is new and leaves what the learner has written.
    written, new = (
        hub.folder / USERS[0] / "gradmagic" / "exercises" / name for name in ("README.md", "10.md")
    )
    written.write_text("mine")
    (course.folder / "exercises" / "README.md").write_text("theirs")
    (course.folder / "exercises" / "10.md").write_text("new")
    course.commit()
    pull(hub, course, USERS[0])
    assert (written.read_text(), new.read_text()) == ("mine", "new")

    # A server that is stopped takes its kernels and the process they were forked from with it.
    assert [command for command in hub.processes().values() if "gradmagic.kernels" in command]
    for user in USERS:
        hub.ask(f"hub/api/users/{user}/server", "DELETE")
    hub.until(lambda: not [command for command in hub.processes().values() if "/run-" in command])

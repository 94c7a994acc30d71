"""Attacks are run by a worker, once as root (when we are root) and once as an ordinary user."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from types import SimpleNamespace

import pytest

from tests.grading.machine import less_than_full

ROOT = Path(__file__).parents[3]
SOMEONE = 12345
# The last word of an attack that got what it wanted.
REACHED = "REACHED"


@dataclass
class Worker:
    """Runs code confined or free. `user` is 0 or an ordinary user's id."""

    user: int
    modules: tuple = ()
    process: subprocess.Popen = field(init=False)

    def __post_init__(self):
        script = Path(__file__).with_name("worker.py")
        self.process = subprocess.Popen(
            [sys.executable, script, str(self.user if os.geteuid() == 0 else 0), *self.modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "GRADMAGIC_LANG": "en", "TF_CPP_MIN_LOG_LEVEL": "3"},
        )

    def ask(self, **job):
        assert self.process.poll() is None, "the worker has ended"
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the worker has ended"
        return SimpleNamespace(**json.loads(answer))

    def confined(self, code, *, output=1 << 20, **spec):
        spec.setdefault("limits", {}).setdefault("wall", 60)
        return self.ask(code=dedent(code), confined=True, spec=spec, output=output)

    def free(self, code, *, seconds=20):
        return self.ask(code=dedent(code), confined=False, seconds=seconds)

    def attack(self, code, *, sure=True, **spec):
        """An attack fails confined, and succeeds unconfined, else it would prove nothing; returns the confined one."""
        held = self.confined(code, **spec)
        assert REACHED not in held.out, held.out + held.err
        if sure:
            loose = self.free(code)
            assert REACHED in loose.out, f"it fails unconfined as well: {loose.out}"
        return held

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def users():
    return [0, SOMEONE] if os.geteuid() == 0 else [os.geteuid()]


def at_work(*asked):
    """A worker where there is a full sandbox, and its end."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the sandbox is Linux's")
    worker = Worker(*asked)
    tier = worker.ask(probe=True)
    if tier.name != "full":
        worker.close()
        less_than_full(tier, asked[0])
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def learned():
    """An ordinary user's worker that has imported TensorFlow and run no operation."""
    yield from at_work(users()[-1], ("tensorflow", "keras"))


@pytest.fixture(scope="session", params=users(), ids=lambda user: "root" if user == 0 else "someone")
def worker(request):
    yield from at_work(request.param)


@pytest.fixture
def open_folder():
    """A new folder that everyone may enter; pytest closes its own to others, again and again."""
    with TemporaryDirectory(prefix="gm-open-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def secret(open_folder):
    """A file outside that anyone may read."""
    path = open_folder / "secret.txt"
    path.write_text("REACHED")
    return path

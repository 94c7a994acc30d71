"""Binder's steps without Docker: a clean environment, an ordinary user, a limit on memory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep

USER = 1000  # Binder's own
CGROUP = Path("/sys/fs/cgroup/memory")
# What reaching a package index may need here; nothing else of this user's gets in.
PASSED = ("PIP_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy", "REQUESTS_CA")


class Place:
    """A folder with the repository, an environment and an empty home, all of them the ordinary user's."""

    def __init__(self, folder: Path, repository: Path, python: str) -> None:
        self.folder, self.python = folder, python
        self.repository, self.prefix, self.home = folder / "repository", folder / "env", folder / "home"
        self.source = repository
        self.seconds: dict[str, float] = {}

    def command(self, *words: str, group: Path | None = None) -> list[str]:
        """A command as the ordinary user, in a control group if there is one."""
        if os.getuid() == 0:
            user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"]
            words = (*user, *words)
        if group is None:
            return list(words)
        return ["sh", "-c", 'echo $$ > "$0/cgroup.procs"; exec "$@"', str(group), *words]

    def environment(self) -> dict[str, str]:
        """The variables it sees: its own home, its own environment first on the path."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(PASSED)}
        return kept | {
            "HOME": str(self.home),
            "PATH": f"{self.prefix / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder / "tmp"),
            "GRADMAGIC_LANG": "en",
        }

    def run(self, name: str, *words: str) -> None:
        """Run one step in the repository and keep its seconds."""
        began = perf_counter()
        done = subprocess.run(
            self.command(*words),
            cwd=self.repository,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        self.seconds[name] = perf_counter() - began

    def build(self) -> None:
        """Do what repo2docker does with `binder/`: requirements.txt, then postBuild."""
        for folder in (self.home, self.folder / "tmp", self.repository):
            folder.mkdir(parents=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.source,
            capture_output=True,
            check=True,
        ).stdout.decode()
        for name in filter(None, listed.split("\0")):
            if (self.source / name).is_file():
                (self.repository / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.source / name, self.repository / name)
        self.folder.chmod(0o755)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", f"{USER}:{USER}", str(self.folder)], check=True)
        self.run("environment", self.python, "-m", "venv", "--without-pip", str(self.prefix))
        pip = (self.python, "-m", "pip", "--python", str(self.prefix), "install", "-q", "--no-cache-dir")
        self.run("pip itself", *pip, "pip")
        self.run("requirements.txt", *pip, "-r", "binder/requirements.txt")
        self.run("postBuild", "binder/postBuild")

    def size(self, folder: Path) -> int:
        """Bytes on the disk."""
        done = subprocess.run(["du", "-s", "-B1", str(folder)], capture_output=True, text=True, check=True)
        return int(done.stdout.split()[0])


class Limit:
    """A control group with a limit on memory; where there is none to be had, a limit on each process's data.

    Attributes:
        how: what limits.
        peak: the most anonymous memory of all processes together, in bytes, since `reset`.
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.peak = limit, 0
        self.group: Path | None = CGROUP / f"gradmagic-binder-{os.getpid()}"
        try:
            self.group.mkdir()
            (self.group / "memory.limit_in_bytes").write_text(str(limit))
            self.how = "cgroup: all processes together"
        except OSError:
            self.group, self.how = None, "RLIMIT_DATA: each process by itself"
        self._end = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()

    def words(self, *words: str) -> tuple[str, ...]:
        """A command under the limit."""
        return words if self.group else ("prlimit", f"--data={self.limit}", "--", *words)

    def reset(self) -> None:
        """Begin a new peak."""
        self.peak = 0

    def hits(self) -> int:
        """How often the limit has been reached; the kernel then takes file caches back before it kills."""
        return int((self.group / "memory.failcnt").read_text()) if self.group else 0

    def close(self) -> None:
        """End what is left, and the group."""
        self._end.set()
        self._watch.join()
        for _ in range(100 if self.group else 0):
            left = [int(line) for line in (self.group / "cgroup.procs").read_text().split()]
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            with suppress(OSError):
                self.group.rmdir()
                return
            sleep(0.1)

    def _sample(self) -> None:
        while not self._end.wait(0.05):
            if self.group:
                lines = dict(line.split() for line in (self.group / "memory.stat").read_text().splitlines())
                self.peak = max(self.peak, int(lines["total_rss"]) + int(lines["total_shmem"]))


@contextmanager
def limited(limit):
    """A limit while the block runs."""
    found = Limit(limit)
    try:
        yield found
    finally:
        found.close()


def ordinary_python() -> str:
    """An interpreter of 3.11 or later that a user other than this one can run too."""
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        path = shutil.which(name, path="/usr/local/bin:/usr/bin")
        if path:
            return path
    return sys.executable

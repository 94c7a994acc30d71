"""README's first command for a new user: nothing in HOME, nothing cached; download and compute apart.

python benchmarks/install/measure.py [--write]        downloads TensorFlow twice

As root the user is `nobody`, if such a one finds a Python with pip; otherwise this one, with another HOME.
"""

from __future__ import annotations

import argparse
import os
import platform
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter, strftime

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "benchmarks" / "README.md"
MARKS = "<!-- install: begin -->", "<!-- install: end -->"
LEFT_OUT = ("*.venv", ".git", ".matrix", "*_cache", "__pycache__", "dist", "site", "gradmagic-demo")
# How the index is reached is the machine's, not the user's.
KEPT = ("PIP_", "SSL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def first_command():
    """README's first line of a shell."""
    return re.search(r"```sh\n(.+)\n```", (ROOT / "README.md").read_text("utf-8"))[1]


class User:
    """Someone who has never been here."""

    def __init__(self, folder):
        self.home = folder
        kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
        kept.pop("PIP_CACHE_DIR", None)
        self.variables = {**kept, "HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self.who = {}
        if os.geteuid() == 0:
            them = {"user": pwd.getpwnam("nobody").pw_uid, "group": pwd.getpwnam("nobody").pw_gid}
            them["extra_groups"] = []
            path = self.variables | {"PATH": "/usr/local/bin:/usr/bin:/bin"}
            asked = ["bash", "-c", "python3 -m pip --version"]
            if (
                subprocess.run(asked, env=path, cwd="/", capture_output=True, check=False, **them).returncode
                == 0
            ):
                self.who, self.variables = them, path

    def clone(self, name):
        """A fresh copy of the repository, and the emptiness around it."""
        here = self.home / name
        shutil.copytree(ROOT, here, ignore=shutil.ignore_patterns(*LEFT_OUT))
        if self.who:
            for path in (self.home, here, *here.rglob("*")):
                os.chown(path, self.who["user"], self.who["group"])
        return here

    def run(self, command, here):
        """Seconds that a command takes, and what it prints."""
        began = perf_counter()
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=here,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.who,
        )
        if done.returncode:
            raise SystemExit(
                f"{command}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            )
        return perf_counter() - began, done.stdout


def trained(text):
    """The line of the demonstration that says what was learned."""
    return next(line.strip() for line in text.splitlines() if "→" in line)


def table():
    with tempfile.TemporaryDirectory(prefix="gradmagic-install-") as folder:
        os.chmod(folder, 0o755)
        user = User(Path(folder))
        command = first_command()
        steps = command.split(" && ")
        whole, said = user.run(command, user.clone("whole"))
        shutil.rmtree(user.home / ".cache", ignore_errors=True)
        parts = user.clone("parts")
        wheels = parts / "wheels"
        made, _ = user.run(steps[0], parts)
        # The wheel is built by hatchling, which pip fetches as well.
        pip = "python3 -m pip --python .venv"
        fetched, _ = user.run(f"{pip} download -q --no-cache-dir -d wheels . hatchling", parts)
        files = list(wheels.iterdir())
        installed, _ = user.run(f"{pip} install -q --no-index --find-links wheels .", parts)
        computed, again = user.run(steps[-1], parts)
        if trained(said) != trained(again):
            raise SystemExit(f"two runs, two results: {trained(said)}; {trained(again)}")
        python = user.run("python3 -c 'import platform; print(platform.python_version())'", parts)[1].strip()
        tensorflow = next(
            re.search(r"tensorflow-([\d.]+)-", f.name)[1] for f in files if f.name.startswith("tensorflow-")
        )
        size = sum(file.stat().st_size for file in files) / 1e6
    where = f"{platform.machine()}, {os.cpu_count()} cores{', a user without rights' if user.who else ''}"
    yield f"Measured {strftime('%Y-%m-%d')}: TensorFlow {tensorflow}, Python {python}, {where}; once."
    yield ""
    yield "| what | s |"
    yield "| --- | ---: |"
    yield f"| README's first command as it stands: one command, to `{trained(said)}` | {whole:.1f} |"
    yield f"| the environment | {made:.1f} |"
    yield f"| download: {len(files)} files, {size:.0f} MB | {fetched:.1f} |"
    yield f"| installing what is downloaded | {installed:.1f} |"
    yield f"| compute: `{steps[-1]}` | {computed:.1f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/README.md")
    options = parser.parse_args()
    text = "\n".join(table())
    print(text)
    if options.write:
        before, rest = TABLE.read_text("utf-8").split(MARKS[0])
        TABLE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{rest.split(MARKS[1])[1]}", "utf-8")


if __name__ == "__main__":
    main()

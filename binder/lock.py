"""Pin what Binder installs: our dependencies with `tensorflow-cpu` for `tensorflow`, and JupyterLab.

python binder/lock.py        writes binder/requirements.txt anew (needs uv)
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

BINDER = Path(__file__).parent
HEAD = """\
# Written by binder/lock.py: what pyproject.toml asks for, with tensorflow-cpu for tensorflow, and JupyterLab.
"""


def needed(project: Path = BINDER.parent / "pyproject.toml") -> list[str]:
    """Return the requirements that are pinned."""
    found = tomllib.loads(project.read_text("utf-8"))["project"]
    asked = [*found["dependencies"], *found["optional-dependencies"]["lab"]]
    return [re.sub(r"^tensorflow\b", "tensorflow-cpu", line) for line in asked]


def pinned(lines: list[str], python: str) -> str:
    """Return every package that the requirements need, with the newest version that fits them all."""
    command = ["uv", "pip", "compile", "--quiet", "--python-version", python, "--python-platform", "linux"]
    command += ["--no-annotate", "--no-header", "-"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True)
    return done.stdout


def main() -> None:
    """Write the file."""
    python = (BINDER / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    (BINDER / "requirements.txt").write_text(HEAD + pinned(needed(), python), "utf-8")


if __name__ == "__main__":
    main()

"""`gradmagic lab`: a learner's own copy of the exercises, opened in JupyterLab."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from gradmagic import course
from gradmagic.messages import say

NAME = "lab"


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-lab")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("gradmagic-lab"),
        metavar=say("cli-lab-folder"),
        help=say("cli-lab-folder-help"),
    )
    parser.add_argument("--no-browser", action="store_true", help=say("cli-lab-no-browser"))
    parser.add_argument("--allow-root", action="store_true", help=say("cli-lab-allow-root"))


def run(arguments: argparse.Namespace) -> int:
    """Copy what is missing, say so, and open JupyterLab there."""
    copied, kept = course.copy_exercises(arguments.folder)
    print(say("cli-lab-copied", count=len(copied), folder=arguments.folder))
    if kept:
        print(say("cli-lab-kept", names=", ".join(kept)))
    if find_spec("jupyterlab") is None:
        print(say("cli-lab-missing", command=course.install_command("lab")), file=sys.stderr)
        return 1
    # What was said goes out before JupyterLab speaks, also into a pipe.
    sys.stdout.flush()
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.root_dir", str(arguments.folder.resolve())]
    command += ["--no-browser"] if arguments.no_browser else []
    command += ["--allow-root"] if arguments.allow_root else []
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        # Ctrl-C is how a learner closes JupyterLab: it has asked and said goodbye itself.
        return 0

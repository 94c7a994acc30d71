"""`gradmagic release`: the exercises that learners get, cut from the solutions."""

from __future__ import annotations

import argparse
from pathlib import Path

from gradmagic import course
from gradmagic.messages import say

NAME = "release"


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-release")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("solutions", type=Path, help=say("cli-release-source"))
    parser.add_argument("exercises", type=Path, help=say("cli-release-target"))


def run(arguments: argparse.Namespace) -> int:
    """Write the exercises and name them."""
    for path in course.release(arguments.solutions, arguments.exercises):
        print(path)
    return 0

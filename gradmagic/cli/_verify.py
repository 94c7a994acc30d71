"""`gradmagic verify`: an exercise put to the test by its author."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gradmagic import course
from gradmagic.messages import say

NAME = "verify"


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-verify")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "exercise", nargs="*", metavar=say("cli-verify-word"), help=say("cli-verify-exercise")
    )
    parser.add_argument("--messages", type=Path, metavar="DIR", help=say("cli-verify-messages"))
    parser.add_argument(
        "--solutions", type=Path, default=Path("solutions"), metavar="DIR", help=say("cli-verify-solutions")
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what each wrong answer is told and what is not as it should be; 0 when all is."""
    found = []
    for name in arguments.exercise or course.graded_exercises():
        found.append(course.verify(name, arguments.solutions))
        print(f"== {name}\n\n{found[-1]}\n", flush=True)
        if arguments.messages is not None:
            path = arguments.messages / f"{name}.txt"
            path.write_text(f"{found[-1]}\n", "utf-8", newline="\n")
    for one in found:
        for complaint in one.complaints:
            print(f"{one.exercise}: {complaint}", file=sys.stderr)
    wrong = sum(len(one.told) for one in found)
    print(say("cli-verify-done", exercises=len(found), wrong=wrong))
    return 0 if all(one.ok for one in found) else 1

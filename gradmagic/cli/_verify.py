"""`gradmagic verify`: an exercise put to the test by its author, or a gradebook searched for edits."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gradmagic import course
from gradmagic.errors import OptionError
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
    parser.add_argument("--key", type=Path, metavar="FILE", help=say("cli-verify-key"))
    parser.add_argument("--seal", default="", metavar="SEAL", help=say("cli-verify-seal"))
    parser.add_argument("--messages", type=Path, metavar="DIR", help=say("cli-verify-messages"))
    parser.add_argument(
        "--solutions", type=Path, default=Path("solutions"), metavar="DIR", help=say("cli-verify-solutions")
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what is not as it should be, of exercises or of gradebooks; 0 when all is."""
    places = [Path(word) for word in arguments.exercise if Path(word).exists()]
    if places and len(places) < len(arguments.exercise):
        raise OptionError(say("cli-verify-mixed", words=" ".join(arguments.exercise)))
    if places:
        return max(_gradebook(place, arguments) for place in places)
    return _exercises(arguments)


def _gradebook(place: Path, arguments: argparse.Namespace) -> int:
    """Print each edit that is found in a gradebook, or in a folder with one."""
    from gradmagic.grading import book

    key = book.find_key(arguments.key)
    check = book.audit_folder if place.is_dir() else book.audit
    report = check(place, key, seal=arguments.seal)
    for finding in report.findings:
        print(f"{place}: {finding.sentence}", file=sys.stderr)
    said = {"place": place, "entries": report.entries, "results": report.results}
    if report.ok:
        print(say("cli-verify-unedited", seal=report.seal, **said))
    else:
        print(say("cli-verify-edited", count=len(report.findings), **said))
    return 0 if report.ok else 1


def _exercises(arguments: argparse.Namespace) -> int:
    """Print what each wrong answer is told and what is not as it should be."""
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

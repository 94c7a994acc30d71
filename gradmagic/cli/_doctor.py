"""`gradmagic doctor`: what is here, what is missing, and the command that adds it."""

from __future__ import annotations

import argparse

from gradmagic import course, kernels
from gradmagic.cli import _kernel
from gradmagic.grading import sandbox
from gradmagic.messages import say

NAME = "doctor"


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-doctor")


def declare(parser: argparse.ArgumentParser) -> None:
    """The command takes no arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; 0 when every lesson can run."""
    findings = course.examine()
    width = max(len(part.name) for part in findings.parts)
    for part in findings.parts:
        print(f"{part.name:<{width}}  {part.version or say('cli-doctor-absent')}")
    print()
    for device in findings.devices:
        print(say("cli-doctor-device", name=device.name, kind=device.kind))
    for remark in findings.remarks:
        print(remark)
    print(_kernel.summary(kernels.state()))
    print("\n".join(sandbox.tell(sandbox.probe())))
    print("\n" + (say("cli-doctor-usable") if findings.usable else say("cli-doctor-unusable")))
    return 0 if findings.usable else 1

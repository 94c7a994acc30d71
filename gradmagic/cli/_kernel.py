"""`gradmagic kernel`: the kernelspec of warm kernels, and the parent that they are forked from."""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches

from gradmagic import kernels
from gradmagic.errors import OptionError
from gradmagic.messages import say

NAME = "kernel"
_ACTIONS = ("install", "start", "stop", "status")


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-kernel")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("action", metavar="|".join(_ACTIONS), help=say("cli-kernel-action"))
    parser.add_argument("--sys-prefix", action="store_true", help=say("cli-kernel-sys-prefix"))
    parser.add_argument("--prefix", metavar="DIR", help=say("cli-kernel-prefix"))
    parser.add_argument("--name", metavar="NAME", help=say("cli-kernel-name"))
    parser.add_argument("--pool", type=int, default=1, metavar="N", help=say("cli-kernel-pool"))
    parser.add_argument(
        "--idle", type=float, default=60.0, metavar=say("cli-kernel-minutes"), help=say("cli-kernel-idle")
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked and say how things stand."""
    asked: str = arguments.action
    if asked not in _ACTIONS:
        near = get_close_matches(asked, _ACTIONS, n=1)
        hint = say("cli-did-you-mean", name=near[0]) if near else ""
        raise OptionError(say("cli-kernel-unknown", name=asked, hint=hint, actions=", ".join(_ACTIONS)))
    if asked == "install":
        prefix = sys.prefix if arguments.sys_prefix else arguments.prefix
        folder = kernels.install(prefix, **({"name": arguments.name} if arguments.name else {}))
        print(say("cli-kernel-installed", folder=folder, name=folder.name))
        other = None if arguments.prefix else kernels.hiding(folder)
        if other is not None:
            print(say("cli-kernel-hidden", folder=other, name=folder.name), file=sys.stderr)
        return 0
    if asked == "stop":
        left = kernels.stop()
        print(say("cli-kernel-none") if left is None else say("cli-kernel-stopped", count=left))
        return 0
    if asked == "start":
        found = kernels.start(pool=arguments.pool, idle=arguments.idle * 60)
    else:
        found = kernels.state()
    _print(found)
    return 0 if found.pid is not None else 1


def summary(found: kernels.State) -> str:
    """One line on how warm kernels stand."""
    if found.problem:
        return found.problem
    if found.pid is None:
        return say("cli-kernel-none")
    if found.changed:
        return say("cli-kernel-stale", pid=found.pid, names=", ".join(found.changed[:5]))
    return say(
        "cli-kernel-runs", pid=found.pid, minutes=found.seconds / 60, idle=found.idle, used=len(found.kernels)
    )


def _print(found: kernels.State) -> None:
    print(summary(found))
    if found.spec is None:
        print(say("cli-kernel-no-spec"))
    else:
        print(say("cli-kernel-spec", folder=found.spec, name=found.spec.name))
    if found.ordinary:
        print(say("cli-kernel-ordinary", line=found.ordinary[-1]))

"""The one vocabulary of options: every magic picks its own from here, nothing is described twice."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradmagic.messages import say
from gradmagic.training import COMPILE_MODES, optimizer_names

__all__ = ["MAGICS", "OPTIONS", "Magic", "Option"]


@dataclass(frozen=True)
class Option:
    """One option or operand.

    Attributes:
        flags: how it is written: `("--order",)`; an operand has its bare name.
        metavar: how its value is called in the help; `None` for a switch.
        kind: turns the written value into the one to use; raises `argparse.ArgumentTypeError`.
        example: a value that works, for messages.
        values: gives the values to complete.
        nargs: argparse's, for operands.
    """

    flags: tuple[str, ...]
    metavar: str | None = None
    kind: Callable[[str], Any] = str
    example: str = ""
    values: Callable[[], tuple[str, ...]] = tuple
    nargs: str | None = None

    @property
    def key(self) -> str:
        """The name of its value among the parsed ones, and of its help sentence."""
        return self.flags[-1].lstrip("-").replace("-", "_")

    @property
    def operand(self) -> bool:
        """Whether it is given by place, without a flag."""
        return not self.flags[0].startswith("-")


@dataclass(frozen=True)
class Magic:
    """A magic and the options it takes, by name; `groups` exclude each other."""

    name: str
    sign: str
    operands: tuple[str, ...]
    options: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()


def _whole(text: str) -> int:
    value = _real(text)
    if value != int(value):
        raise argparse.ArgumentTypeError(say("magics-not-whole", value=text))
    return int(value)


def _real(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(say("magics-not-number", value=text)) from None
    if value in (float("inf"), float("-inf")) or value != value:
        raise argparse.ArgumentTypeError(say("magics-not-finite", value=text))
    return value


def _name(text: str) -> str:
    if not text.isidentifier():
        raise argparse.ArgumentTypeError(say("magics-not-name", value=text))
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(_name(part.strip()) for part in text.split(",") if part.strip())


def _language(text: str) -> str:
    if text not in ("en", "zh"):
        raise argparse.ArgumentTypeError(say("magics-not-language", value=text))
    return text


OPTIONS: dict[str, Option] = {
    "name": Option(("name",), "NAME", _name, nargs="?"),
    "target": Option(("target",), "TARGET"),
    "sources": Option(("sources",), "SOURCE", nargs="*"),
    "loss": Option(("loss",), "LOSS"),
    "variables": Option(("variables",), "VAR", nargs="*"),
    "watch": Option(("--watch",), "a,b", _names, "x,y"),
    "order": Option(("--order",), "N", _whole, "2"),
    "no-values": Option(("--no-values",)),
    "max-memory": Option(("--max-memory",), "SIZE", str, "256MB"),
    "jacobian": Option(("--jacobian",)),
    "hessian": Option(("--hessian",)),
    "tape": Option(("--tape",), "NAME", _name, "tape"),
    "output": Option(("-o", "--output"), "NAME", _name, "g"),
    "optimizer": Option(("--optimizer",), "NAME|EXPR", str, "adam", lambda: optimizer_names()),
    "learning-rate": Option(("--learning-rate",), "F", _real, "0.01"),
    "momentum": Option(("--momentum",), "F", _real, "0.9"),
    "steps": Option(("--steps",), "N", _whole, "1000"),
    "epochs": Option(("--epochs",), "N", _whole, "100"),
    "seed": Option(("--seed",), "N", _whole, "0"),
    "compile": Option(("--compile",), "MODE", str, "auto", lambda: COMPILE_MODES),
    "lang": Option(("--lang",), "LANG", _language, "zh", lambda: ("en", "zh")),
}

_TRAINING = ("optimizer", "learning-rate", "momentum", "steps", "epochs", "seed", "compile", "output")

MAGICS: dict[str, Magic] = {
    magic.name: magic
    for magic in (
        Magic("tape", "%%", ("name",), ("watch", "order", "no-values", "max-memory")),
        Magic(
            "grad",
            "%",
            ("target", "sources"),
            ("order", "jacobian", "hessian", "tape", "output"),
            groups=(("order", "jacobian", "hessian"),),
        ),
        Magic("train", "%", ("loss", "variables"), _TRAINING, groups=(("steps", "epochs"),)),
        Magic("train_cell", "%%", ("variables",), _TRAINING, groups=(("steps", "epochs"),)),
        Magic("gradmagic", "%", (), ("lang",)),
    )
}

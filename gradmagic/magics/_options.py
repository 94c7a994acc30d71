"""The one vocabulary of options: every magic picks its own from here, nothing is described twice."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from gradmagic.messages import LANGUAGES, say
from gradmagic.training import (
    COMPILE_MODES,
    DEFAULT_RACERS,
    STRATEGY_NAMES,
    SURFACE_KINDS,
    optimizer_names,
    schedule_names,
)

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
        suits: the kinds of the learner's own names that can be a value: keys of `KINDS`.
        separator: what stands between values where several can be given as one word.
        nargs: argparse's, for operands.
    """

    flags: tuple[str, ...]
    metavar: str | None = None
    kind: Callable[[str], Any] = str
    example: str = ""
    values: Callable[[], tuple[str, ...]] = tuple
    suits: tuple[str, ...] = ()
    separator: str = ""
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
    """A magic and the options it takes, by name.

    Attributes:
        name: the key in `MAGICS`; `train_cell` is the `train` with a body.
        sign: `%` or `%%`.
        operands: what it takes by place, in order.
        sections: its options, under the headings that its help gives them.
        groups: options that exclude each other.
    """

    name: str
    sign: str
    operands: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """The options of every section."""
        return tuple(chain.from_iterable(self.sections.values()))

    @property
    def written(self) -> str:
        """How a learner types it: `%train`."""
        return self.sign + self.name.removesuffix("_cell")


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


def _parts(text: str) -> tuple[str, ...]:
    """What stands between the commas, those in brackets apart: `w[0, 1],w[1, 1]` is two."""
    found, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return tuple(part.strip() for part in found if part.strip())


def _axes(text: str) -> str | tuple[str, ...]:
    parts = _parts(text)
    return parts[0] if len(parts) == 1 else parts


def _interval(text: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(say("magics-not-interval", value=text))
    ends = _real(low), _real(high)
    if ends[0] >= ends[1]:
        raise argparse.ArgumentTypeError(say("magics-not-interval", value=text))
    return ends


def _grid(text: str) -> dict[str, list[float]]:
    """`learning_rate=1e-3,1e-2;momentum=0,0.9` as `{name: values}`."""
    found: dict[str, list[float]] = {}
    for part in text.split(";"):
        name, equals, values = part.partition("=")
        if not equals or not values.strip():
            raise argparse.ArgumentTypeError(say("magics-not-grid", value=text))
        numbers = [_real(value) for value in values.split(",") if value.strip()]
        found[_name(name.strip())] = [
            int(n) if name.strip() == "seed" and n == int(n) else n for n in numbers
        ]
    return found


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise argparse.ArgumentTypeError(say("magics-not-language", value=text))
    return text


_CROSSENTROPIES = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")

OPTIONS: dict[str, Option] = {
    "name": Option(("name",), "NAME", _name, nargs="?"),
    "target": Option(("target",), "TARGET", suits=("tensors", "function")),
    "sources": Option(("sources",), "SOURCE", suits=("tensors",), nargs="*"),
    "loss": Option(("loss",), "LOSS", suits=("function",)),
    "variables": Option(("variables",), "VAR", suits=("tensors",), nargs="*"),
    "watch": Option(("--watch",), "a,b", _names, "x,y", suits=("tensors",), separator=","),
    "order": Option(("--order",), "N", _whole, "2"),
    "tape-order": Option(("--order",), "N", _whole, "2"),
    "no-values": Option(("--no-values",)),
    "max-memory": Option(("--max-memory",), "SIZE", str, "256MB"),
    "watch-only": Option(("--watch-only",), "a,b", _names, "x,y", suits=("tensors",), separator=","),
    "cell-graph": Option(("--graph",)),
    "expand": Option(("--expand",)),
    "jacobian": Option(("--jacobian",)),
    "batch-jacobian": Option(("--batch-jacobian",)),
    "hessian": Option(("--hessian",)),
    "vjp": Option(("--vjp",), "V", str, "[1.0,0.0]"),
    "jvp": Option(("--jvp",), "V", str, "[1.0,0.0]"),
    "hvp": Option(("--hvp",), "V", str, "[1.0,0.0]"),
    "newton": Option(("--newton",)),
    "zero": Option(("--zero",)),
    "check": Option(("--check",)),
    "compare": Option(("--compare",)),
    "explain": Option(("--explain",)),
    "graph": Option(("--graph",)),
    "steps": Option(("--steps",)),
    "flow": Option(("--flow",)),
    "plot": Option(("--plot",), "LO:HI", _interval, "-3:3"),
    "code": Option(("--code",)),
    "tape": Option(("--tape",), "NAME", _name, "tape", suits=("tape",)),
    "output": Option(("-o", "--output"), "NAME", _name, "g"),
    "optimizer": Option(
        ("--optimizer",), "NAME|EXPR", str, "adam", lambda: optimizer_names(), ("optimizer",)
    ),
    "learning-rate": Option(("--learning-rate",), "F", _real, "0.01"),
    "momentum": Option(("--momentum",), "F", _real, "0.9"),
    "training-steps": Option(("--steps",), "N", _whole, "1000"),
    "epochs": Option(("--epochs",), "N", _whole, "100"),
    "seed": Option(("--seed",), "N", _whole, "0"),
    "compile": Option(("--compile",), "MODE", str, "auto", lambda: COMPILE_MODES),
    "data": Option(("--data",), "X,y", _names, "X,y", suits=("data",), separator=","),
    "batch": Option(("--batch",), "N", _whole, "32"),
    "drop-last": Option(("--drop-last",)),
    "no-shuffle": Option(("--no-shuffle",)),
    "decay": Option(("--decay",), "SPEC", str, "cosine", lambda: schedule_names(), ("function",)),
    "clip-value": Option(("--clip-value",), "F", _real, "0.5"),
    "clip-norm": Option(("--clip-norm",), "F", _real, "1.0"),
    "clip-global-norm": Option(("--clip-global-norm",), "F", _real, "1.0"),
    "weight-decay": Option(("--weight-decay",), "F", _real, "0.01"),
    "noise": Option(("--noise",), "F", _real, "0.1"),
    "start-noise": Option(("--start-noise",), "F", _real, "0.5"),
    "live": Option(("--live",)),
    "explore": Option(("--explore",)),
    "race": Option(
        ("--race",),
        "NAME,NAME",
        _parts,
        "sgd,momentum,adam",
        lambda: (",".join(DEFAULT_RACERS), *optimizer_names()),
        ("optimizer",),
        ",",
    ),
    "surface": Option(("--surface",), "A,B", _axes, "a,b", lambda: SURFACE_KINDS, ("tensors",), ","),
    "tol": Option(("--tol",), "F", _real, "1e-4"),
    "patience": Option(("--patience",), "N", _whole, "10"),
    "validation": Option(("--validation",), "F", _real, "0.2"),
    "checkpoint": Option(("--checkpoint",), "PATH", str, "run.npz"),
    "resume": Option(("--resume",)),
    "device": Option(("--device",), "D", str, "cpu"),
    "strategy": Option(
        ("--strategy",), "EXPR", str, "mirrored", lambda: tuple(STRATEGY_NAMES), ("strategy",)
    ),
    "model-loss": Option(
        ("--loss",), "NAME", str, "mse", lambda: ("mse", "mae", *_CROSSENTROPIES), ("function",)
    ),
    "sweep": Option(("--sweep",), "NAME=A,B", _grid, "learning_rate=0.001,0.01,0.1"),
    "checks": Option(("checks",), "NAME", str, "derivative_1", nargs="*"),
    "all": Option(("--all",)),
    "learner": Option(("--learner",), "ID", str, "s1234567"),
    "lang": Option(("--lang",), "LANG", _language, "zh", lambda: LANGUAGES),
}

# What `%grad` shows: derivatives of one kind, or one look at them.
_KINDS = ("order", "jacobian", "batch-jacobian", "hessian", "vjp", "jvp", "hvp", "newton")
_LOOKS = ("check", "compare", "explain", "graph", "steps", "flow", "plot")

_TRAINING = {
    "update": (
        "optimizer",
        "learning-rate",
        "momentum",
        "decay",
        "weight-decay",
        "clip-value",
        "clip-norm",
        "clip-global-norm",
        "noise",
    ),
    "length": ("training-steps", "epochs", "tol", "patience"),
    "data": ("data", "batch", "drop-last", "no-shuffle", "validation"),
    "start": ("seed", "start-noise", "checkpoint", "resume"),
    "machine": ("compile", "device", "strategy"),
    "several": ("sweep", "race", "surface"),
    "result": ("live", "explore", "code", "output"),
}
_TRAINING_GROUPS = (
    ("training-steps", "epochs"),
    ("sweep", "live", "explore", "race", "code"),
    ("sweep", "checkpoint"),
    ("explore", "checkpoint"),
)

MAGICS: dict[str, Magic] = {
    magic.name: magic
    for magic in (
        Magic(
            "tape",
            "%%",
            ("name",),
            {
                "watched": ("watch", "watch-only", "tape-order"),
                "kept": ("no-values", "max-memory", "expand"),
                "result": ("cell-graph",),
            },
            groups=(("watch", "watch-only"),),
        ),
        Magic(
            "grad",
            "%",
            ("target", "sources"),
            {"kind": (*_KINDS, "zero"), "look": _LOOKS, "result": ("code", "tape", "output")},
            groups=(_KINDS, _LOOKS),
        ),
        Magic(
            "train",
            "%",
            ("loss", "variables"),
            {**_TRAINING, "model": ("model-loss",)},
            groups=_TRAINING_GROUPS,
        ),
        Magic("train_cell", "%%", ("variables",), _TRAINING, groups=_TRAINING_GROUPS),
        Magic("check", "%", ("checks",), {"checked": ("all", "learner"), "result": ("output",)}),
        Magic("hint", "%", ("checks",), {}),
        Magic("gradmagic", "%", (), {"status": ("lang",)}),
    )
}

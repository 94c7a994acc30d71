"""The grammar of the command line; a word outside it is answered with the nearest one inside."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any, NoReturn, Protocol

from gradmagic.errors import OptionError
from gradmagic.messages import say


class Command(Protocol):
    """A module of this package that is one command."""

    NAME: str

    def describe(self) -> str:
        """One line for `gradmagic --help`."""

    def declare(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit code."""


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` that raises `OptionError` instead of leaving the process."""

    def __init__(self, **settings: Any) -> None:
        # Abbreviated options would change meaning as options are added.
        super().__init__(**settings, exit_on_error=False, allow_abbrev=False, add_help=False)
        self.add_argument("-h", "--help", action="help", help=say("cli-help-help"))

    def error(self, message: str) -> NoReturn:
        """Called by argparse for what it cannot parse."""
        # The one complaint that is left to this method: words that are missing, named after a colon.
        missing = message.rpartition(": ")[2]
        raise OptionError(say("cli-missing-word", names=missing, usage=self.format_usage().strip()))

    def options(self) -> list[str]:
        """Every option that this parser knows."""
        return [name for action in self._actions for name in action.option_strings]


def parse(commands: Iterable[Command], arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the parsed line; its `run` is the function of the command that was asked for."""
    parser = Parser(prog="gradmagic", description=say("cli-summary"))
    parser.add_argument(
        "--version",
        action="version",
        version=f"gradmagic {version('gradmagic')}",
        help=say("cli-help-version"),
    )

    def show_help(_: argparse.Namespace) -> int:
        parser.print_help()
        return 0

    parser.set_defaults(run=show_help, parser=parser)
    # A metavar keeps the choices out of argparse's own error text; ours is in _explain.
    group = parser.add_subparsers(title=say("cli-commands"), metavar=say("cli-command"), parser_class=Parser)
    names = []
    for command in commands:
        child = group.add_parser(command.NAME, help=command.describe(), description=command.describe())
        command.declare(child)
        child.set_defaults(run=command.run, parser=child)
        names.append(command.NAME)
    try:
        parsed, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise OptionError(_explain(error, names)) from None
    if unknown:
        raise OptionError(_unknown(unknown[0], parsed.parser))
    return parsed


def _explain(error: argparse.ArgumentError, names: list[str]) -> str:
    """Say what argparse found, in the language in force."""
    if isinstance(error.argument_name, str) and error.argument_name.startswith("-"):
        return say("cli-option-value", option=error.argument_name.split("/")[-1])
    # The only positional with choices is the command; argparse quotes the word that came first.
    word = error.message.split("'")[1] if "'" in error.message else error.message
    return say("cli-unknown-command", name=word, hint=_hint(word, names), commands=", ".join(names))


def _unknown(word: str, parser: Parser) -> str:
    if word.startswith("-"):
        return say("cli-unknown-option", option=word, hint=_hint(word, parser.options()), command=parser.prog)
    return say("cli-unexpected-word", word=word, command=parser.prog)


def _hint(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return say("cli-did-you-mean", name=near[0]) if near else ""

"""Read a magic's line: split it, parse it by the one vocabulary, say kindly what cannot be understood."""

from __future__ import annotations

import argparse
import difflib
from functools import cache
from typing import NoReturn

from gradmagic.errors import OptionError
from gradmagic.magics._options import MAGICS, OPTIONS, Magic
from gradmagic.messages import say

__all__ = ["is_negative", "parse", "split"]

_CLOSING = {"(": ")", "[": "]", "{": "}"}


def split(line: str) -> list[str]:
    """Split a line at blanks that stand outside brackets and quotes.

    A word that is quoted as a whole loses its quotes, so that an expression with blanks can be given.

    Raises:
        OptionError: a bracket or a quote is not closed.
    """
    words: list[str] = []
    word, quote, open_brackets = "", "", ""
    for character in line:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in _CLOSING:
            open_brackets += _CLOSING[character]
        elif open_brackets.endswith(character) and open_brackets:
            open_brackets = open_brackets[:-1]
        elif character.isspace() and not open_brackets:
            words += [word] if word else []
            word = ""
            continue
        word += character
    if quote or open_brackets:
        raise OptionError(say("magics-not-closed", missing=quote or open_brackets[-1], line=line.strip()))
    words += [word] if word else []
    return [_unquoted(word) for word in words]


def parse(magic: str, line: str) -> argparse.Namespace:
    """Return the values of a magic's options, `None` for those not given, and whether to be `quiet`.

    Raises:
        OptionError: an unknown option, one without its value, one with a value that cannot be used, too
            many or too few operands; the message names the fix.
    """
    text, shape = line.rstrip(), MAGICS[magic]
    words = split(text.removesuffix(";"))
    try:
        found, rest = _parser(magic).parse_known_args(_joined(shape, words))
    except argparse.ArgumentError as error:
        raise OptionError(_explained(shape, error, words)) from None
    _take_operands(shape, found, rest)
    # A semicolon at the end asks not to display, as it does after any expression in a notebook.
    found.quiet = text.endswith(";")
    return found


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise argparse.ArgumentError(None, message)


@cache
def _parser(magic: str) -> _Parser:
    shape = MAGICS[magic]
    # Options alone: argparse cannot take operands before, between and after them without parsing twice.
    parser = _Parser(add_help=False, allow_abbrev=False, exit_on_error=False)
    groups = {group: parser.add_mutually_exclusive_group() for group in shape.groups}
    for name in shape.options:
        option = OPTIONS[name]
        place = next((groups[group] for group in shape.groups if name in group), parser)
        if option.metavar is None:
            place.add_argument(*option.flags, dest=_dest(name), action="store_true", default=None)
        else:
            place.add_argument(*option.flags, dest=_dest(name), metavar=option.metavar, type=option.kind)
    return parser


def _joined(shape: Magic, words: list[str]) -> list[str]:
    """Join an option and a value that begins with a minus, which argparse would take for an option."""
    taking = {flag for name in shape.options for flag in OPTIONS[name].flags if OPTIONS[name].metavar}
    found: list[str] = []
    for word in words:
        if found and found[-1] in taking and word.startswith("-") and is_negative(word):
            found[-1] = f"{found[-1]}={word}" if found[-1].startswith("--") else found[-1] + word
        else:
            found.append(word)
    return found


def _dest(name: str) -> str:
    # Options of the same flag in different magics (`--steps`) keep names of their own.
    return name.replace("-", "_")


def _take_operands(shape: Magic, found: argparse.Namespace, words: list[str]) -> None:
    """Give the words that are no options to the operands, in their order; a missing one is `None`."""
    unknown = next((word for word in words if word.startswith("-") and not is_negative(word)), None)
    if unknown is not None:
        raise OptionError(_unexpected(shape, unknown))
    left = list(words)
    for name in shape.operands:
        option = OPTIONS[name]
        if option.nargs == "*":
            setattr(found, _dest(name), left)
            return
        try:
            setattr(found, _dest(name), option.kind(left.pop(0)) if left else None)
        except argparse.ArgumentTypeError as error:
            raise OptionError(f"{option.metavar}: {error}.") from None
    if left:
        raise OptionError(_unexpected(shape, left[0]))


def is_negative(word: str) -> bool:
    """Whether a word that begins with a minus is a number, not an option."""
    return len(word) > 1 and (word[1].isdigit() or word[1] == ".")


def _explained(shape: Magic, error: argparse.ArgumentError, words: list[str]) -> str:
    """Turn one of argparse's complaints into a sentence of ours, about the option as it was written."""
    flags = (error.argument_name or "").split("/")
    flag = next((written for written in flags if written in words), flags[-1])
    option = next((OPTIONS[name] for name in shape.options if flag in OPTIONS[name].flags), None)
    if option is not None and "expected one argument" in error.message:
        return say("magics-no-value", option=flag, example=f"{flag} {option.example}")
    if option is not None and "not allowed with" in error.message:
        return say("magics-excluded", option=flag, other=error.message.rsplit(" ", 1)[-1].split("/")[-1])
    if option is not None:
        return say(
            "magics-bad-value", option=flag, complaint=error.message, example=f"{flag} {option.example}"
        )
    return error.message


def _unexpected(shape: Magic, word: str) -> str:
    magic = shape.written
    if not word.startswith("-"):
        return say("magics-too-many", magic=magic, word=word)
    written = word.split("=")[0]
    known = [flag for name in shape.options for flag in OPTIONS[name].flags]
    close = difflib.get_close_matches(written, known, n=1, cutoff=0.6)
    if close:
        return say("magics-unknown-close", magic=magic, option=written, close=close[0])
    return say("magics-unknown", magic=magic, option=written, known=", ".join(known))


def _unquoted(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" and word[0] not in word[1:-1]:
        return word[1:-1]
    return word

"""The page that `%train?` shows, made from the vocabulary that the line is read by."""

from __future__ import annotations

import textwrap

from gradmagic.magics._options import MAGICS, OPTIONS, Magic
from gradmagic.messages import catalogue, say

__all__ = ["help_page", "help_text"]

# Columns: where the sentences begin, and where a line ends in a terminal or a pane beside a notebook.
_COLUMN, _WIDTH = 30, 96


def help_page(*magics: str) -> str:
    """Return the page of one magic: what it does, how it is written, examples, its options, what comes back.

    Args:
        magics: the key, or the keys where a line and a cell share the name.
    """
    name = MAGICS[magics[0]].written.lstrip("%")
    parts = [say(f"help-{name}"), help_text(*magics)]
    if f"help-{name}-examples" in catalogue():
        parts.insert(1, _headed("help-examples", say(f"help-{name}-examples")))
    if f"help-{name}-notes" in catalogue():
        parts.append(_headed("help-notes", say(f"help-{name}-notes")))
    return "\n\n".join(parts)


def help_text(*magics: str) -> str:
    """Return how magics are written and what each operand and option means, under headings.

    Args:
        magics: keys; an option that only some of them take says so.
    """
    shapes = [MAGICS[magic] for magic in magics]
    operands = dict.fromkeys(name for shape in shapes for name in shape.operands)
    usage = [_usage(shape) for shape in shapes]
    shown: set[str] = set()
    rows = [_row(name, shapes, shown) for name in operands]
    parts = [_headed("help-usage", "\n".join([*usage, "", *rows] if rows else usage))]
    sections: dict[str, dict[str, None]] = {}
    for shape in shapes:
        for section, names in shape.sections.items():
            sections.setdefault(section, {}).update(dict.fromkeys(names))
    for section, found in sections.items():
        body = "\n".join(_row(name, shapes, shown) for name in found)
        parts.append(_headed(f"help-section-{section}", body))
    return "\n\n".join(parts)


def _headed(key: str, body: str) -> str:
    return f"{say(key)}\n{textwrap.indent(body, '    ')}"


def _usage(shape: Magic) -> str:
    words = [shape.written]
    for name in shape.operands:
        option = OPTIONS[name]
        more = " ..." if option.nargs == "*" else ""
        words.append(f"[{option.metavar}{more}]" if option.nargs else f"{option.metavar}")
    return " ".join([*words, f"[{say('magics-options')}]"] if shape.options else words)


def _row(name: str, shapes: list[Magic], shown: set[str]) -> str:
    """One operand or option: how it is written, what it means, the values that have a name, once a page."""
    option = OPTIONS[name]
    written = option.metavar or "" if option.operand else ", ".join(option.flags)
    if not option.operand and option.metavar is not None:
        written += f" {option.metavar}"
    taking = [shape for shape in shapes if name in (*shape.operands, *shape.options)]
    sentence = say(f"option-{name}")
    if not option.operand and len(taking) < len(shapes):
        sentence = say("help-only", sentence=sentence, magic=taking[0].written)
    lines = [sentence if not sentence.isascii() else _wrapped(sentence)]
    named = ", ".join(value for value in option.values() if "," not in value)
    if named and named not in shown:
        lines.append(_wrapped(named))
        shown.add(named)
    text = "\n".join(lines).split("\n")
    first = f"{written:<{_COLUMN - 4}}" if len(written) < _COLUMN - 5 else f"{written}  "
    return "\n".join([first + text[0], *(" " * (_COLUMN - 4) + line for line in text[1:])])


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, _WIDTH - _COLUMN, break_on_hyphens=False))

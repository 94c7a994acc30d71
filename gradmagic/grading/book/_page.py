"""The frame of a page that anyone may open: no script, nothing fetched, light and dark, phone and paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from contextvars import copy_context
from html import escape
from importlib.resources import files
from typing import Any, TypeVar

from gradmagic.messages import language, use_language

__all__ = ["coded", "page", "shown", "speaking", "tame"]

T = TypeVar("T")

# Control characters, halves of characters, and marks that turn the direction of what follows them.
_WILD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Characters of one text that a page shows; a learner's own can be as long as they like.
LONGEST = 4000

STYLE = files("gradmagic.grading.book").joinpath("page.css").read_text("utf-8")

# The one style sheet is allowed by its fingerprint; nothing else is, not even a style on an element.
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"


def page(title: str, body: str) -> str:
    """Return a whole page in the language in force; `body` is HTML, `title` is text."""
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-Hans" if language() == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(tame(title))}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def shown(text: str) -> str:
    """Return a text from outside as HTML: escaped, kept to itself in its direction, not endless."""
    return f"<bdi>{escape(tame(text))}</bdi>"


def coded(text: str) -> str:
    """Return a sentence as HTML, its `code` as code."""
    parts = tame(text).split("`")
    if len(parts) % 2 == 0:  # a lone mark is a mark
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    return "<bdi>{}</bdi>".format(
        "".join(
            f"<code>{escape(part)}</code>" if place % 2 else escape(part) for place, part in enumerate(parts)
        )
    )


def speaking(name: str, function: Callable[..., T], *arguments: Any) -> T:
    """Call a function with everything said in one language."""
    context = copy_context()
    context.run(use_language, "zh" if name == "zh" else "en")
    return context.run(function, *arguments)


def tame(text: str) -> str:
    """Replace control characters and those that turn the direction of writing; cut what is endless."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return _WILD.sub("\ufffd", cut)

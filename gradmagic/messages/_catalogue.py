"""Look a sentence up by its key and fill it in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from gradmagic.messages import (
    _check,
    _cli,
    _course,
    _diagnosis,
    _display,
    _exercise,
    _explain,
    _gradebook,
    _grading,
    _graph,
    _help,
    _kernels,
    _magics,
    _racing,
    _sandbox,
    _steering,
    _steps,
    _tape,
    _training,
)

LANGUAGES = ("en", "zh")

# A context variable, not a module global: a thread or a test sets its own without touching others.
_chosen: ContextVar[str | None] = ContextVar("gradmagic_language", default=None)


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """All sentences, `{key: (English, Chinese)}`; a key that two files define is an error."""
    merged: dict[str, tuple[str, str]] = {}
    for part in (
        _tape,
        _steps,
        _check,
        _explain,
        _graph,
        _training,
        _diagnosis,
        _steering,
        _racing,
        _display,
        _magics,
        _help,
        _course,
        _exercise,
        _gradebook,
        _grading,
        _kernels,
        _sandbox,
        _cli,
    ):
        doubled = merged.keys() & part.SENTENCES.keys()
        if doubled:
            raise KeyError(f"defined twice: {', '.join(sorted(doubled))}")
        merged.update(part.SENTENCES)
    return merged


def language() -> str:
    """The language in force, one of `LANGUAGES`."""
    asked = _chosen.get() or os.environ.get("GRADMAGIC_LANG") or ""
    if not asked:
        # The order in which POSIX reads its locale variables.
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            asked = os.environ.get(name, "")
            if asked:
                break
    return "zh" if asked.lower().startswith("zh") else "en"


def use_language(name: str | None) -> None:
    """Choose the language for this context; `None` returns to the environment's."""
    if name is not None and name not in LANGUAGES:
        raise ValueError(f"language {name!r}: there are {', '.join(LANGUAGES)}")
    _chosen.set(name)


@contextmanager
def in_language(name: str | None) -> Iterator[None]:
    """Speak a language inside the block; what was chosen before, if anything was, is in force again after it."""
    before = _chosen.get()
    use_language(name)
    try:
        yield
    finally:
        _chosen.set(before)


def say(key: str, /, **values: object) -> str:
    """Return the sentence `key` in the language in force, with `values` filled in."""
    english, chinese = catalogue()[key]
    sentence = chinese if language() == "zh" else english
    return sentence.format(**values) if values else sentence

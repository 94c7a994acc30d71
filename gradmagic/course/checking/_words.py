"""Sentences of an exercise, both languages in one place: `(English, Chinese)`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradmagic.messages import language

__all__ = ["Words", "in_two_languages", "told"]

Words = tuple[str, str]

CHINESE = re.compile("[\u4e00-\u9fff]")


def told(words: Words, values: Mapping[str, object] | None = None) -> str:
    """Return the sentence in the language in force, with `{names}` filled in if values are given."""
    sentence = words[1] if language() == "zh" else words[0]
    return sentence.format(**values) if values is not None else sentence


def in_two_languages(docstring: str | None, where: str) -> Words:
    """Split a docstring: its paragraphs without Chinese are the English, those with it the Chinese.

    Raises:
        ValueError: one of the languages is missing; an author's mistake, so it keeps its traceback.
    """
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", docstring or "") if part.strip()]
    english = "\n".join(part for part in paragraphs if not CHINESE.search(part))
    chinese = "\n".join(part for part in paragraphs if CHINESE.search(part))
    if not english or not chinese:
        raise ValueError(f"{where}: the docstring needs a paragraph in English and one in Chinese")
    return english, chinese

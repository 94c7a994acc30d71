"""Columns of text: a Chinese character takes two places on a line."""

from __future__ import annotations

from unicodedata import east_asian_width

__all__ = ["padded", "width"]


def width(text: str) -> int:
    """Return how many places a text takes on a line of a fixed-width font."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, places: int) -> str:
    """Return a text filled up with blanks to a number of places."""
    return text + " " * (places - width(text))

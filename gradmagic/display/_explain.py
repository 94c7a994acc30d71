"""Show an `Explanation`: what happened, and what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradmagic.tape import Explanation

__all__ = ["explanation_text"]


def explanation_text(explanation: Explanation) -> str:
    """Return what happened on one line and the fix on the next; the cause stands in brackets."""
    if explanation.cause is None:
        return explanation.what
    return f"{explanation.what} [{explanation.cause}]\n{explanation.fix}"

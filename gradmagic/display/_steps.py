"""The forms of the backward pass: text, and a table in HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradmagic.display._steps_html import steps_html
from gradmagic.display._steps_text import step_text, steps_text

if TYPE_CHECKING:
    from gradmagic.tape import Step, Steps

__all__ = ["step_bundle", "steps_bundle"]


def steps_bundle(steps: Steps) -> dict[str, str]:
    """Return the pass as text and as an HTML table."""
    return {"text/plain": steps_text(steps), "text/html": steps_html(steps)}


def step_bundle(step: Step) -> dict[str, str]:
    """Return one step as text."""
    return {"text/plain": step_text(step)}

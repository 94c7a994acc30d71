"""Show the backward pass as text: a few lines for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from gradmagic.display._columns import padded, width
from gradmagic.display._numbers import count
from gradmagic.display._steps_facts import Addition, StepFacts, brief, facts
from gradmagic.display._symbols import text_derivative
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Step, Steps

__all__ = ["head", "results", "selected", "step_text", "steps_text"]

# Steps shown of a long pass: the first ones and the last ones.
SHOWN = 24

T = TypeVar("T")


def steps_text(steps: Steps) -> str:
    """Return every step as text, or the first and the last ones of a long pass."""
    lines = [head(steps)]
    first, left_out, last = selected(steps.steps)
    lines += [step_text(step) for step in first]
    if left_out:
        lines += [say("steps-left-out", count=count(left_out)), *map(step_text, last)]
    lines += results(steps)
    if steps.unseen:
        lines.append(say("steps-unseen", count=count(steps.unseen)))
    return "\n".join(lines)


def step_text(step: Step) -> str:
    """Return one step: the learner's expression, the rule, what arrives and what is added to what."""
    said = facts(step)
    return "\n".join([_title(said), *_body(said)])


def head(steps: Steps) -> str:
    """Return the sentence about the whole pass."""
    if not steps.steps:
        return say("steps-none", target=steps.target)
    return say("steps-head", target=steps.target, count=count(len(steps)))


def results(steps: Steps) -> list[str]:
    """Return the gradients that the pass comes to, a line each."""
    if not steps.steps:
        return []
    partial = len(steps.sources) > 1
    pairs = zip(steps.sources, steps.results, strict=True)
    return [
        say(
            "steps-result",
            name=text_derivative(steps.target, name, 1, partial=partial),
            value=brief(value),
        )
        for name, value in pairs
        if name
    ]


def selected(steps: Sequence[T], shown: int = SHOWN) -> tuple[Sequence[T], int, Sequence[T]]:
    """Return the steps to show first, how many to leave out, and the ones to show last."""
    if len(steps) <= shown:
        return steps, 0, ()
    half = shown // 2
    return steps[:half], len(steps) - 2 * half, steps[-half:]


def _title(said: StepFacts) -> str:
    return say("steps-title", number=said.number, title=said.title, where=said.where)


def _body(said: StepFacts) -> Iterator[str]:
    names = [say("steps-rule"), say("steps-with"), say("steps-arrives"), say("steps-adds")]
    places = max(map(width, names)) + 2
    rule, given, arrives, adds = (padded(name, places) for name in names)
    blank = " " * places
    forward, *parts = said.rule
    yield f"   {rule}{forward}" + (": " + ", ".join(parts) if parts else "")
    for note in said.notes:
        yield f"   {blank}{note}"
    if said.operands:
        yield f"   {given}{'; '.join(said.operands)}"
    for name, value in said.incoming:
        yield f"   {arrives}{name} = {value}"
        arrives = blank
    for addition in said.additions:
        yield f"   {adds}{_addition(addition)}"
        adds = blank


def _addition(addition: Addition) -> str:
    line = f"{addition.symbol} += {addition.term} {say('steps-to', owner=addition.owner)}"
    if addition.total:
        line += say("steps-so-far", total=addition.total)
    return line + addition.progress

"""What there is to say about a step of the backward pass, in words and numbers, before it takes a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradmagic.display._numbers import as_array, number, shape_text, value_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Contribution, OpRecord, Step

__all__ = ["Addition", "StepFacts", "brief", "facts", "shorten"]

# Larger arrays are told by their shape and their norm.
ENTRIES = 8
LABEL = 48
# Inputs of one operation that are told by value.
FEW = 4


@dataclass(frozen=True)
class Addition:
    """A term that is added to an input's adjoint.

    Attributes:
        symbol: the adjoint as the rule writes it, `x̄`.
        owner: what the learner calls the input.
        term: the term, as text.
        total: the running total after it; empty when it is the only term.
        progress: which term of how many this is; empty when it is the only one.
        complete: whether the total is the adjoint.
    """

    symbol: str
    owner: str
    term: str
    total: str
    progress: str
    complete: bool


@dataclass(frozen=True)
class StepFacts:
    """One step, ready to be set as text or HTML.

    Attributes:
        number: its place in the pass, from 1.
        title: the learner's name and expression: `L = w * x + b`.
        label: the name alone, or else the expression.
        where: the operation and the line.
        rule: the rule's parts as text; `latex` the same in LaTeX.
        notes: sentences about the rule.
        operands: what the rule's names stand for: `x: w = 3`.
        incoming: `(symbol, value)` of each adjoint that arrives.
        additions: what is added to which input.
    """

    number: int
    title: str
    label: str
    where: str
    rule: tuple[str, ...]
    latex: tuple[str, ...]
    notes: tuple[str, ...]
    operands: tuple[str, ...]
    incoming: tuple[tuple[str, str], ...]
    additions: tuple[Addition, ...]


def facts(step: Step) -> StepFacts:
    """Return what there is to say about a step."""
    record, rule = step.record, step.rule
    line = record.place.line
    symbol = rule.incoming_name
    arriving = [adjoint for adjoint in step.incoming if adjoint is not None]
    several = len(record.outputs) > 1 and len(arriving) > 1
    return StepFacts(
        number=step.number,
        title=_title(step),
        label=shorten(step.label),
        where=say("steps-where", operation=_operation(record), line=line) if line else _operation(record),
        rule=rule.text_parts,
        latex=rule.latex_parts,
        notes=tuple(_notes(step)),
        operands=tuple(_operands(step)),
        incoming=tuple(
            (f"{symbol}{place.translate(_LOW)}", brief(adjoint))
            for place, adjoint in (
                (str(place) if several else "", adjoint) for place, adjoint in enumerate(step.incoming, 1)
            )
            if adjoint is not None
        ),
        additions=tuple(_addition(step, part) for part in step.contributions),
    )


def brief(value: Any) -> str:
    """Return a small tensor on one line, a large one by its shape and norm."""
    if value is None:
        return "None"
    array = as_array(value)
    if array.size <= ENTRIES:
        return " ".join(value_text(array).split()).replace("[ ", "[").replace(" ]", "]")
    norm = float(
        np.linalg.norm(array.astype(np.complex128 if np.iscomplexobj(array) else np.float64).ravel())
    )
    return say("steps-large", shape=shape_text(array.shape), norm=number(norm))


def shorten(text: str) -> str:
    """Return a label that fits its place."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LABEL else flat[: LABEL - 1] + "…"


_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _title(step: Step) -> str:
    label, expression = shorten(step.label), shorten(step.record.place.expression)
    if not expression or expression == label:
        return label
    if any(tensor.name == step.label for tensor in step.record.outputs):
        return f"{label} = {expression}"
    # One of several operations behind one expression, such as those inside a loss function.
    return say("steps-inside", operation=label, expression=expression)


def _operation(record: OpRecord) -> str:
    return f"{record.operation}, {record.scope}" if record.scope else record.operation


def _notes(step: Step) -> list[str]:
    rule, record = step.rule, step.record
    found = [say(rule.note)] if rule.note else []
    spread = any(part.tensor.shape != record.outputs[0].shape for part in step.contributions)
    if rule.broadcast and spread:
        found.append(say("rule-broadcast"))
    if rule.known and any(tensor.dtype.startswith("complex") for tensor in record.inputs):
        found.append(say("rule-complex"))
    return found


def _operands(step: Step) -> Iterator[str]:
    """What the names in the rule stand for here; a constant has only its value."""
    rule, record = step.rule, step.record
    if not rule.known:
        return
    labels = {part.slot: part.label for part in step.contributions}
    for slot, tensor in enumerate(record.inputs[:FEW]):
        name = rule.input_name(slot)
        if not name or tensor.dtype == "bool":
            continue
        value = "" if tensor.value is None or tensor.dtype == "resource" else brief(tensor.value)
        label = shorten(labels.get(slot) or tensor.name or "")
        if label or value:
            yield f"{name}: {' = '.join(part for part in (label, value) if part)}"
    output = record.outputs[rule.output]
    if rule.uses_output and output.value is not None:
        yield f"{rule.output_name}: {brief(output.value)}"


def _addition(step: Step, part: Contribution) -> Addition:
    return Addition(
        symbol=step.rule.adjoint_name(part.slot),
        owner=shorten(part.label) or say("steps-unnamed", place=part.slot + 1),
        term=brief(part.value) if part.known else say("steps-unknown"),
        total=brief(part.total) if part.terms > 1 or not part.known else "",
        progress=say("steps-term", term=part.term, terms=part.terms) if part.terms > 1 else "",
        complete=part.complete,
    )

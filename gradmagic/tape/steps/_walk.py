"""Walk a recording backward: which operations, which terms, and do they add up to TensorFlow's totals?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradmagic.tape._structure import check_sources, dense, leaves
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.graph._adjoints import Adjoints
from gradmagic.tape.recording._hook import tensor_id
from gradmagic.tape.recording._record import OpRecord, TensorRecord
from gradmagic.tape.rules._rules import Rule, general_rule, rule_for
from gradmagic.tape.steps._steps import Contribution, Step, Steps
from gradmagic.tape.steps._terms import Term, Visit, agrees, registered_terms

if TYPE_CHECKING:
    from gradmagic.tape._tape import Tape

__all__ = ["Walk"]


@dataclass
class _Sum:
    """An adjoint while it is being added up."""

    value: Any = None
    terms: int = 0
    added: int = 0


class Walk:
    """Finds the steps of one target.

    The terms are those of each operation's registered gradient, on the recorded tensors: what TensorFlow's
    tape itself calls. Then every total is compared with the tape's. Where they differ, the tape holds another
    derivative (a custom gradient), and the terms are asked of the tape.
    """

    def __init__(self, tape: Tape, target: Any, sources: Any, adjoints: Adjoints) -> None:
        self._tape = tape
        self._adjoints = adjoints
        self._owners = {number: tensor_id(variable) for number, variable in tape.variable_reads().items()}
        self._held = {tensor_id(variable): variable for variable in tape.variables}
        self._targets = leaves(target)
        if sources is not None:
            check_sources(sources)
        self._sources = list(tape.variables) if sources is None else leaves(sources)
        wanted = {tensor_id(leaf) for leaf in self._targets}
        self._way, self._reached = self._find_way(wanted, {tensor_id(leaf) for leaf in self._sources})
        self._makers = {tensor.number: record for record in self._way for tensor in record.outputs}
        self._labels = self._find_labels()

    def steps(self) -> Steps:
        """Return the steps."""
        visits = [visit for record in reversed(self._way) if (visit := self._visit(record)) is not None]
        self._settle(visits)
        names = [self._name(leaf) for leaf in self._sources]
        return Steps(
            steps=tuple(self._add_up(visits)),
            target=", ".join(map(self._name, self._targets)),
            sources=tuple(names),
            adjoints=self._adjoints,
            results=tuple(self._adjoints.get(tensor_id(leaf)) for leaf in self._sources),
            unseen=self._unseen,
        )

    # -- the way from the sources to the target ------------------------------------------------

    def _find_way(self, wanted: set[int], sources: set[int]) -> tuple[list[OpRecord], set[int]]:
        needed, leading = set(wanted), []
        for record in reversed(self._tape.records):
            if record.phase == "forward" and any(tensor.number in needed for tensor in record.outputs):
                leading.append(record)
                needed.update(self._owner(tensor) for tensor in record.inputs)
                needed.update(tensor.number for tensor in record.inputs)
        # Without its values an operation can be followed no further: not to the Variables it read.
        self._unseen = sum(
            record.operation != "ReadVariableOp" and any(tensor.value is None for tensor in record.outputs)
            for record in leading
        )
        reached, way = set(sources), []
        for record in reversed(leading):
            if record.operation == "ReadVariableOp":
                continue  # what is read stands for the Variable itself
            if any(self._owner(tensor) in reached for tensor in record.inputs):
                way.append(record)
                reached.update(tensor.number for tensor in record.outputs)
        return way, reached

    def _owner(self, tensor: TensorRecord) -> int:
        """The number under which an input's adjoint is known: a Variable's for what was read from it."""
        return self._owners.get(tensor.number, tensor.number)

    def _find_labels(self) -> dict[int, str]:
        found: dict[int, str] = {}
        last = {record.place.expression: record.index for record in self._way}
        for record in self._way:
            expression = record.place.expression
            own = expression if last[expression] == record.index else ""
            for tensor in record.outputs:
                found[tensor.number] = tensor.name or own or f"{record.operation}(…)"
        return found

    def _label(self, tensor: TensorRecord) -> str:
        owner = self._owner(tensor)
        if owner in self._held:
            return self._tape.name_of(self._held[owner]) or tensor.name or ""
        return tensor.name or self._labels.get(tensor.number, "")

    def _name(self, leaf: Any) -> str:
        return self._tape.name_of(leaf) or self._labels.get(tensor_id(leaf), "")

    # -- one operation -------------------------------------------------------------------------

    def _visit(self, record: OpRecord) -> Visit | None:
        incoming = tuple(self._adjoints.get(tensor.number) for tensor in record.outputs)
        if all(adjoint is None for adjoint in incoming):
            return None  # nothing arrives: it lies behind a stop_gradient, or inside a custom gradient
        visit = Visit(record, incoming)
        slots = [
            (slot, self._owner(tensor))
            for slot, tensor in enumerate(record.inputs)
            if self._owner(tensor) in self._reached
        ]
        handles = {number: getattr(variable, "handle", None) for number, variable in self._held.items()}
        registered_terms(visit, slots, self._adjoints, handles)
        return visit

    # -- do the terms add up? ------------------------------------------------------------------

    def _settle(self, visits: list[Visit]) -> None:
        """Ask the tape for the terms of functions and of custom gradients."""
        for visit in visits:
            if visit.kind != "operation":
                for number in self._around(visit):
                    self._ask_tape(visit, number)
        seeds = self._seeds()
        for number in self._missing(visits, seeds):
            for visit in visits:
                if number in self._around(visit) and self._ask_tape(visit, number):
                    visit.kind = "custom" if visit.kind == "operation" else visit.kind
        for number in self._missing(visits, seeds):
            for visit in visits:
                for term in visit.terms:
                    # Nothing is made up: a term that does not fit the total is not shown.
                    if term.owner == number:
                        term.known, term.value = False, None

    def _missing(self, visits: list[Visit], seeds: dict[int, Any]) -> list[int]:
        """The reached tensors whose terms do not add up to their adjoints."""
        found: dict[int, list[Any]] = {number: [seed] for number, seed in seeds.items()}
        unknown: set[int] = set()
        for visit in visits:
            for term in visit.terms:
                found.setdefault(term.owner, []).append(term.value)
                if not term.known:
                    unknown.add(term.owner)
        return [
            number
            for number in self._reached
            if number not in unknown
            and self._adjoints.get(number) is not None
            and not agrees(found.get(number, []), self._adjoints[number])
        ]

    def _around(self, visit: Visit) -> dict[int, TensorRecord]:
        """The tensors with adjoints from which the operation was computed, through any without one."""
        found: dict[int, TensorRecord] = {}
        waiting, seen = [visit.record], set()
        while waiting:
            for tensor in waiting.pop().inputs:
                number = self._owner(tensor)
                if number not in self._reached or number in seen:
                    continue
                seen.add(number)
                if self._adjoints.get(number) is not None:
                    found[number] = tensor
                elif number in self._makers:
                    waiting.append(self._makers[number])
        return found

    def _ask_tape(self, visit: Visit, number: int) -> bool:
        """Replace a visit's terms for one tensor by the tape's; return whether they changed."""
        around = self._around(visit)
        before = [term for term in visit.terms if term.owner == number]
        slot = next((s for s, t in enumerate(visit.record.inputs) if self._owner(t) == number), -1)
        term = Term(slot, number, around[number], None)
        if self._feeds(number, set(around) - {number}):
            # TensorFlow would add what comes through the other input, and that is another step's.
            if before or visit.kind == "operation":
                return False
            term.known = False
        else:
            outputs, weights = zip(*visit.outputs, strict=True)
            source = self._held.get(number, around[number].value)
            value = self._tape._gradient_tape.gradient(list(outputs), source, list(weights))
            if value is None:
                return False
            term.value = dense(value)
            if before and agrees([t.value for t in before], term.value):
                return False
        visit.terms = [t for t in visit.terms if t.owner != number] + [term]
        return True

    def _feeds(self, number: int, others: set[int]) -> bool:
        """Tell whether a tensor was used to compute one of the others."""
        waiting, seen = list(others), set(others)
        while waiting:
            record = self._makers.get(waiting.pop())
            for tensor in record.inputs if record else ():
                owner = self._owner(tensor)
                if owner == number:
                    return True
                if owner not in seen and owner in self._reached:
                    seen.add(owner)
                    waiting.append(owner)
        return False

    # -- adding up -----------------------------------------------------------------------------

    def _seeds(self) -> dict[int, Any]:
        """The derivative of the targets by themselves."""
        found: dict[int, Any] = {}
        for leaf in self._targets:
            number, one = tensor_id(leaf), tensorflow().ones_like(leaf)
            found[number] = found[number] + one if number in found else one
        return found

    def _add_up(self, visits: list[Visit]) -> Iterable[Step]:
        sums = {number: _Sum(seed) for number, seed in self._seeds().items()}
        for visit in visits:
            for term in visit.terms:
                sums.setdefault(term.owner, _Sum()).terms += 1
        for number, visit in enumerate(visits, 1):
            yield Step(
                number=number,
                label=self._label(visit.record.outputs[0]),
                record=visit.record,
                rule=_rule(visit),
                kind=visit.kind,
                incoming=visit.incoming,
                contributions=tuple(
                    self._contribution(term, sums[term.owner])
                    for term in sorted(visit.terms, key=lambda term: (term.slot < 0, term.slot))
                ),
            )

    def _contribution(self, term: Term, running: _Sum) -> Contribution:
        running.added += 1
        if running.added == running.terms:
            running.value = self._adjoints[term.owner]
        elif term.value is not None:
            running.value = term.value if running.value is None else running.value + term.value
        return Contribution(
            term.slot,
            self._label(term.tensor),
            term.tensor,
            term.value,
            term.known,
            running.value,
            running.terms,
            running.added,
        )


def _rule(visit: Visit) -> Rule:
    if visit.kind == "operation":
        return rule_for(visit.record.operation, visit.record.attributes)
    # The operation that a custom gradient ends in is recorded, but is not what is differentiated.
    if visit.kind == "custom":
        return general_rule("f", "rule-custom")
    name = visit.record.operation
    return general_rule(name if name.isidentifier() else "f", "rule-function")

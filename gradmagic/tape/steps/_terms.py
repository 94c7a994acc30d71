"""The terms that one operation adds to its inputs' adjoints, asked of TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradmagic.tape._structure import dense
from gradmagic.tape.graph._adjoints import Adjoints
from gradmagic.tape.recording._hook import local_gradient
from gradmagic.tape.recording._record import OpRecord, TensorRecord

__all__ = ["Term", "Visit", "agrees", "registered_terms"]


@dataclass(eq=False)
class Term:
    """One term: of which input (its slot and its number, a Variable's own), and its value."""

    slot: int
    owner: int
    tensor: TensorRecord
    value: Any
    known: bool = True


@dataclass(eq=False)
class Visit:
    """An operation that the backward pass comes to, while its terms are still being looked for."""

    record: OpRecord
    incoming: tuple[Any, ...]
    kind: str = "operation"
    terms: list[Term] = field(default_factory=list)

    @property
    def outputs(self) -> list[tuple[Any, Any]]:
        """The outputs that lead to the target, each with its adjoint."""
        pairs = zip(self.record.outputs, self.incoming, strict=True)
        return [(tensor.value, adjoint) for tensor, adjoint in pairs if adjoint is not None]


def registered_terms(
    visit: Visit, slots: Sequence[tuple[int, int]], adjoints: Adjoints, handles: Mapping[int, Any]
) -> None:
    """Fill in the terms that the operation's registered gradient gives.

    Args:
        visit: the operation; it becomes of kind `"custom"` if it has no registered gradient.
        slots: the inputs asked about, as `(slot, owner)`.
        adjoints: of the whole recording; what has none there gets no term.
        handles: the tensor of each Variable's handle, by its number.
    """
    record = visit.record
    if record.function:
        visit.kind = "function"
        return
    attributes = [item for pair in record.attributes.items() for item in pair]
    inputs = [
        tensor.value if tensor.value is not None else handles.get(tensor.number) for tensor in record.inputs
    ]
    try:
        found = local_gradient(
            record.operation, inputs, [tensor.value for tensor in record.outputs], attributes, visit.incoming
        )
    except (LookupError, NotImplementedError, TypeError, ValueError):
        # No registered gradient, or one that asks for what the record does not say: the tape knows.
        visit.kind = "custom"
        return
    for slot, owner in slots:
        if found[slot] is not None and adjoints.get(owner) is not None:
            visit.terms.append(Term(slot, owner, record.inputs[slot], dense(found[slot])))


def agrees(terms: Sequence[Any], total: Any) -> bool:
    """Tell whether terms add up to a total, up to the rounding of their dtype.

    Order matters in floating point: TensorFlow may have added the same terms in another one.
    """
    if total is None:
        return not terms
    if not terms:
        return False
    arrays = [np.asarray(dense(term)) for term in terms]
    whole = np.asarray(dense(total))
    if any(array.shape != whole.shape for array in arrays):
        return False
    kind = np.complex128 if np.iscomplexobj(whole) else np.float64
    with np.errstate(all="ignore"):
        wide = [array.astype(kind) for array in arrays]
        size = np.sum([np.abs(array) for array in wide], axis=0)
        added = np.sum(wide, axis=0)
        slack = 8 * len(arrays) * _epsilon(whole.dtype) * size
        close = (np.abs(added - whole.astype(kind)) <= slack) | (added == whole)
        # Where infinities meet, or the sum overflows its dtype, there is nothing to compare.
        return bool(np.all(close | ~np.isfinite(added) | ~np.isfinite(whole.astype(kind))))


def _epsilon(dtype: Any) -> float:
    if dtype.kind not in "fc":  # bfloat16 is no dtype of NumPy's own
        return 2.0**-7
    return float(np.finfo(dtype).eps)

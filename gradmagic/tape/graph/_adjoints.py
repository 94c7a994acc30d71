"""Adjoints: the derivative of one target by every tensor of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gradmagic.tape.recording._hook import tensor_id
from gradmagic.tape.recording._record import OpRecord

__all__ = ["Adjoints", "differentiable"]

_KINDS = ("float", "complex", "bfloat", "half")


class Adjoints(Mapping[int, Any]):
    """The adjoints of one target: a mapping from tensors, or their numbers, to derivatives.

    `adjoints[y]` is the derivative of the target by `y`, of the shape of `y`; `None` where the target does
    not depend on `y`. A tensor that was not recorded, or whose value was not kept, is not in it.
    """

    def __init__(self, found: dict[int, Any]) -> None:
        self._found = found

    def __getitem__(self, tensor: Any) -> Any:
        return self._found[tensor if isinstance(tensor, int) else tensor_id(tensor)]

    def __contains__(self, tensor: object) -> bool:
        return (tensor if isinstance(tensor, int) else tensor_id(tensor)) in self._found

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def differentiable(records: Iterable[OpRecord], variables: Iterable[Any]) -> dict[int, Any]:
    """Return the tensors of a recording by which something can be differentiated, by their numbers."""
    found = {tensor_id(variable): variable for variable in variables}
    for record in records:
        for tensor in (*record.inputs, *record.outputs):
            if tensor.value is not None and tensor.dtype.startswith(_KINDS):
                found.setdefault(tensor.number, tensor.value)
    return found

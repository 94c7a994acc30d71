"""What tensors are called: by the learner's names, and by the Variables they were read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType, NoneType
from typing import Any

from gradmagic.tape._structure import is_tensor
from gradmagic.tape._tensorflow import tensorflow
from gradmagic.tape.recording._hook import anyone_listens, tensor_id
from gradmagic.tape.recording._record import OpRecord

__all__ = ["Names", "find_reads"]

# Containers larger than this are data, not parameters with names of their own.
_LARGEST = 100

# What most names stand for, and no tensor is.
_NEVER = frozenset((ModuleType, FunctionType, BuiltinFunctionType, bool, int, float, complex, str, NoneType))


class Names:
    """The Python names of tensors, by the tensors' numbers.

    A tensor with several names is called by all of them, `x = start`: none of them is the right one. A
    tensor inside a list or a dict is called `w[0]`, `params['b']`, unless it has a name of its own.
    """

    def __init__(self) -> None:
        self._own: dict[int, list[str]] = {}
        self._inside: dict[int, str] = {}

    def learn(self, namespace: Mapping[str, Any]) -> None:
        """Take over the names of a namespace; names that begin with `_` are IPython's and Python's."""
        for name, value in list(namespace.items()):
            if type(value) in _NEVER or name.startswith("_") or isinstance(value, type):
                continue
            if _is_eager(value):
                known = self._own.setdefault(tensor_id(value), [])
                if name not in known:
                    known.append(name)
            elif isinstance(value, (list, tuple, dict)) and name not in ("In", "Out"):
                for part, tensor in _parts(name, value):
                    self._inside.setdefault(tensor_id(tensor), part)

    def learn_stopped(self, stopped: Iterable[tuple[Any, str]], namespace: Mapping[str, Any]) -> None:
        """Name what `tf.stop_gradient(w)` read from a Variable: it leaves no other trace of which one.

        A value just read lies in the Variable's own memory until the Variable is assigned to. Only where that
        is so, and the expression has the Variable's name, is the value given the name.

        Args:
            stopped: what was read, and the expression that read it.
            namespace: the learner's names.
        """
        for tensor, expression in stopped:
            number = tensor_id(tensor)
            if number in self._own or number in self._inside or anyone_listens():
                continue
            for name in dict.fromkeys(re.findall(r"[^\W\d]\w*", expression)):
                if _lies_in(tensor, namespace.get(name)):
                    self._inside[number] = name
                    break

    def by_number(self) -> dict[int, str]:
        """Return one label for each tensor that has a name."""
        return {**self._inside, **{number: " = ".join(names) for number, names in self._own.items()}}


def find_reads(records: Iterable[OpRecord], variables: Iterable[Any], gradient_tape: Any) -> dict[int, Any]:
    """Return the Variable that each tensor read from one came from, by the tensor's number."""
    known = {tensor_id(variable): variable for variable in variables if hasattr(variable, "handle")}
    reads: dict[int, Any] = {}
    made: set[int] = set()
    for record in records:
        for tensor in record.inputs:
            number = tensor.number
            if number in made or number in reads or number in known or tensor.value is None:
                continue
            if tensor.dtype.startswith(("float", "complex", "bfloat", "half")):
                owner = _owner(tensor.value, list(known.values()), gradient_tape)
                if owner is not None:
                    reads[number] = owner
            made.add(number)  # looked at: a constant otherwise
        for tensor in record.outputs:
            made.add(tensor.number)
        if record.operation == "ReadVariableOp" and record.inputs[0].number in known:
            reads[record.outputs[0].number] = known[record.inputs[0].number]
    return reads


def _owner(tensor: Any, variables: list[Any], gradient_tape: Any) -> Any:
    same_kind = [variable for variable in variables if tuple(variable.shape) == tuple(tensor.shape)]
    if not same_kind:
        return None
    try:
        found = gradient_tape.gradient(tensor, same_kind)
    except LookupError:  # made by an operation without a derivative, so not read from a Variable
        return None
    return next((variable for variable, g in zip(same_kind, found, strict=True) if g is not None), None)


def _lies_in(tensor: Any, variable: Any) -> bool:
    """Whether a tensor has its numbers where a Variable has them."""
    alike = is_tensor(variable) and hasattr(variable, "handle") and variable.dtype == tensor.dtype
    if not alike or variable.shape != tensor.shape or "CPU" not in tensor.device:
        return False
    read = tensorflow().raw_ops.ReadVariableOp
    now = read(resource=variable.handle, dtype=tensor.dtype)  # `read_value` would have other tapes watch it
    return "CPU" in now.device and _address(now) == _address(tensor) != 0


def _address(tensor: Any) -> int:
    import numpy as np

    if not tensor.dtype.is_floating or not tensor.shape.num_elements():
        return 0
    try:
        found: int = np.frombuffer(memoryview(tensor), np.uint8).__array_interface__["data"][0]
    except (TypeError, ValueError, BufferError):  # bfloat16 has no format that Python knows
        return 0
    return found


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if len(value) > _LARGEST:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in items:
        if _is_eager(part):
            yield f"{name}[{key!r}]", part
        elif isinstance(part, (list, tuple, dict)):
            yield from _parts(f"{name}[{key!r}]", part)


def _is_eager(value: Any) -> bool:
    # Symbolic tensors (inside a tf.function) have no number.
    return is_tensor(value) and (hasattr(value, "numpy") or hasattr(value, "handle"))

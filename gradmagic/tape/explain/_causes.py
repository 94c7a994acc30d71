"""Which operations let no derivative through, and why: the facts behind `explain`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradmagic.tape.recording._record import OpRecord

__all__ = ["Reach", "breaks", "has_no_gradient", "is_floating", "kills", "reach"]

# Operations with a floating result that TensorFlow does not differentiate.
_ROUNDING = frozenset({"Round", "Rint", "Floor", "Ceil", "FloorDiv", "FloorMod", "TruncateDiv"})
_STOPPING = frozenset({"StopGradient", "PreventGradient"})
_LEAVING = frozenset({"PyFunc", "PyFuncStateless", "AsString", "StringToNumber", "EncodeBase64"})
# They look at how a tensor is made up, not at its numbers.
_METADATA = frozenset({"Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike", "BroadcastArgs"})
_ASSIGNING = ("Assign", "ResourceScatter", "ResourceApply", "ResourceStridedSliceAssign")
# Flat far from zero, so that the derivative rounds to 0 there.
_SATURATING = frozenset(
    {"Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Erf", "Erfc", "Softplus", "Exp", "Elu", "Selu", "Atan"}
    | {"SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits", "Softsign", "LogisticGrad"}
)


@dataclass(frozen=True)
class Reach:
    """What the data of a source flowed into.

    Attributes:
        numbers: the tensors it reached, by their numbers, those through a Variable's state included.
        path: the operations on a way from the source to the target, in the order they ran.
        used: the first operation that read the source.
    """

    numbers: frozenset[int]
    path: tuple[OpRecord, ...]
    used: OpRecord | None

    @property
    def connected(self) -> bool:
        """Whether any data flowed from the source to the target."""
        return bool(self.path)


def reach(records: list[OpRecord], sources: Iterable[int], target: int) -> Reach:
    """Follow the data of `sources` (numbers) through the operations, assignments included."""
    reached, used = set(sources), None
    touched: list[OpRecord] = []
    for record in records:
        # A Variable does not flow into what is assigned to it: first its own handle, then the value.
        data = record.inputs[1:] if is_assignment(record) else record.inputs
        read = [tensor.number for tensor in data if tensor.number in reached]
        if not read:
            continue
        used = used or (record if record.operation != "ReadVariableOp" else None)
        touched.append(record)
        reached.update(tensor.number for tensor in record.outputs)
        if is_assignment(record):
            reached.add(record.inputs[0].number)  # the Variable holds the value now
    needed, path = {target}, []
    for record in reversed(touched):
        outputs = {tensor.number for tensor in record.outputs}
        if is_assignment(record):
            outputs.add(record.inputs[0].number)
        if outputs & needed:
            path.append(record)
            needed.update(tensor.number for tensor in record.inputs)
    return Reach(frozenset(reached), tuple(path[::-1]), used)


def breaks(record: OpRecord, functions: list[str]) -> str | None:
    """Return the code of why an operation lets no derivative through; `None` if its kind does.

    Args:
        record: the operation.
        functions: the types of the operations inside it, when it is a `tf.function`.
    """
    inside = [code for operation in functions if (code := _by_type(operation)) is not None]
    if inside:
        return inside[0]
    by_type = _by_type(record.operation)
    if by_type is not None:
        return by_type
    if record.operation == "ReadVariableOp" or not any(is_floating(tensor.dtype) for tensor in record.inputs):
        return None
    if record.outputs and not any(is_floating(tensor.dtype) for tensor in record.outputs):
        return "integer-dtype" if record.operation == "Cast" else "not-differentiable"
    return None


def _by_type(operation: str) -> str | None:
    if operation in _STOPPING:
        return "stop-gradient"
    if operation in _LEAVING:
        return "left-tensorflow"
    if operation in _METADATA:
        return "not-connected"
    if operation.startswith(_ASSIGNING):
        return "state-change"
    if operation in _ROUNDING:
        return "not-differentiable"
    return None


def kills(record: OpRecord, functions: list[str]) -> str:
    """Return the code of why an operation made a derivative zero."""
    saturating = record.operation in _SATURATING or any(name in _SATURATING for name in functions)
    return "saturated" if saturating else "zero-slope"


def has_no_gradient(record: OpRecord) -> bool:
    """Tell whether an operation is of a kind for which TensorFlow does not even note what it read."""
    return record.operation in _STOPPING | _ROUNDING | _LEAVING


def is_assignment(record: OpRecord) -> bool:
    """Tell whether an operation changes a Variable."""
    return record.operation.startswith(_ASSIGNING)


def is_floating(dtype: str) -> bool:
    """Tell whether numbers of a dtype have derivatives."""
    return dtype.startswith(("float", "complex", "bfloat", "half"))

"""The one place that touches TensorFlow's private interface: operation callbacks and tensor ids.

TensorFlow calls back after every operation that runs eagerly in this thread. Both names used here
are private (`tensorflow.python.framework.op_callbacks`, `EagerTensor._id`), so they are tried out
once, on an operation whose records are known. If they are missing or behave differently, recording
is off for the session: gradients still work, the list of operations is empty, and one warning says so.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from gradmagic.errors import RecordingError
from gradmagic.messages import say
from gradmagic.tape._tensorflow import tensorflow

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "Callback",
    "array_of",
    "execute_operation",
    "function_caller",
    "function_name",
    "function_operations",
    "hook_status",
    "is_listening",
    "listen",
    "local_gradient",
    "operation_name",
    "read_registries",
    "scope_reader",
    "stored_bytes",
    "tensor_id",
    "type_attributes",
    "unlisten",
]

# (operation, inputs, attributes, outputs, op_name, graph); TensorFlow passes the last two by name when
# it traces, so they must be called that.
Callback = Callable[..., None]


def tensor_id(tensor: Any) -> int:
    """Return the number TensorFlow gave an eager tensor; unlike `id()`, it is never given again.

    A Variable is known by its resource handle, which is what operations read it from.
    """
    # A tensor has no handle, and TensorFlow takes its time to say so.
    if isinstance(tensor, tensorflow().Tensor):
        own: int = tensor._id
        return own
    handle = getattr(tensor, "handle", None)
    number: int = (tensor if handle is None else handle)._id
    return number


def scope_reader() -> Callable[[], str]:
    """Return a function that gives the name scope in force in this thread: Keras layers open one each.

    `tf.get_current_name_scope` says the same, at three times the cost; it runs after every operation.
    """
    thread_local = _modules()[0].context()._thread_local_data
    return lambda: thread_local.scope_name


def stored_bytes(tensor: Any) -> int:
    """Return the bytes of an eager tensor's buffer; 0 for a handle (resource, variant) and for text.

    The public way, `shape.num_elements() * dtype.size`, takes five times as long, and this runs
    after every operation.
    """
    enum = tensor._datatype_enum()
    size = _BYTES.get(enum)
    if size is None:
        dtype = tensor.dtype
        size = 0 if dtype.name in ("resource", "variant", "string") else int(dtype.size)
        _BYTES[enum] = size
    return int(tensor._num_elements() * size) if size else 0


# A cache of facts about TensorFlow's dtypes, not state: number of the dtype -> bytes of an element.
_BYTES: dict[int, int] = {}


@cache
def hook_status() -> tuple[bool, str]:
    """Try the private interface out, once; return whether it works and, if not, what failed."""
    tf = tensorflow()
    seen: list[tuple[Any, ...]] = []

    def callback(
        operation: str, inputs: Any, attributes: Any, outputs: Any, op_name: Any = None, graph: Any = None
    ) -> None:
        if graph is None:
            seen.append((_text(operation), tuple(map(tensor_id, inputs)), tuple(map(tensor_id, outputs))))

    try:
        from tensorflow.python.framework import op_callbacks

        with tf.device("/CPU:0"):
            x = tf.constant(3.0)
            op_callbacks.add_op_callback(callback)
            try:
                y = tf.multiply(x, x)
                # Tracing calls back too, with other arguments; it must neither fail nor be recorded.
                tf.function(tf.negative).get_concrete_function(x)
            finally:
                op_callbacks.remove_op_callback(callback)
            tf.multiply(y, y)
        expected = [("Mul", (tensor_id(x), tensor_id(x)), (tensor_id(y),))]
    except Exception as error:  # noqa: BLE001 - whatever a changed private interface raises means the same
        return False, f"{type(error).__name__}: {error}"
    if seen != expected:
        return False, f"recorded {seen} where {expected} was due"
    return True, "every operation is recorded"


# Whose operations are being recorded: callback -> the list of its thread's callbacks. TensorFlow keeps
# those by thread but switches them on and off for all threads at once, so somebody has to count.
_LISTENING: dict[Callback, list[Any]] = {}
_LOCK = threading.Lock()


def listen(callback: Callback | None) -> bool:
    """Call `callback` after every eager operation of this thread; return whether that works."""
    ok, detail = hook_status()
    if not ok or callback is None:
        _warn_once(detail)
        return False
    context, _, op_callbacks = _modules()
    with _LOCK:
        _LISTENING[callback] = context.context().op_callbacks
        op_callbacks.add_op_callback(callback)
    return True


def anyone_listens() -> bool:
    """Return whether an operation that ran now in this thread would be told to somebody."""
    from tensorflow.python.eager import context

    return bool(context.context().op_callbacks)


def unlisten(callback: Callback) -> None:
    """Stop calling `callback`, from any thread; harmless if it was not listening."""
    context, execute, _ = _modules()
    with _LOCK:
        callbacks = _LISTENING.pop(callback, [])
        if callback in callbacks:
            callbacks.remove(callback)
        # Another thread may still record, and it is not for us to end what others have hooked.
        wanted = _LISTENING or callbacks or context.context().op_callbacks
        execute.execute = execute.execute_with_callbacks if wanted else execute.quick_execute


@cache
def _modules() -> tuple[Any, Any, Any]:
    from tensorflow.python.eager import context, execute
    from tensorflow.python.framework import op_callbacks

    return context, execute, op_callbacks


@cache
def _warn_once(detail: str) -> None:
    warnings.warn(say("tape-no-hook", detail=detail), RuntimeWarning, stacklevel=4)


def _text(operation: str | bytes) -> str:
    return operation.decode() if isinstance(operation, bytes) else operation


def operation_name(operation: str | bytes) -> str:
    """Return an operation's type as text, and a `tf.function`'s under the name the learner gave it."""
    text = _text(operation)
    for prefix in ("__inference_", "__forward_", "__backward_"):
        if text.startswith(prefix):
            return text.removeprefix(prefix).rstrip("0123456789").rstrip("_") or text
    return text


def function_name(operation: str | bytes) -> str:
    """Return TensorFlow's own name of a `tf.function`'s program; empty for an ordinary operation."""
    text = _text(operation)
    return text if operation_name(text) != text else ""


def function_operations(name: str) -> list[tuple[str, str]]:
    """Return `(operation, name)` of every operation in a `tf.function`'s program, nested ones included."""
    from tensorflow.python.eager import context

    found: list[tuple[str, str]] = []
    waiting, seen = [name], set()
    while waiting:
        function = waiting.pop(0)
        if function in seen or not context.context().has_function(function):
            continue
        seen.add(function)
        for node in context.context().get_function_def(function).node_def:
            found.append((node.op, node.name))
            waiting += [value.func.name for value in node.attr.values() if value.HasField("func")]
    return found


def is_listening(callbacks: Sequence[Callback]) -> bool:
    """Tell whether any of `callbacks` is still hooked in this thread (tests ask)."""
    if not hook_status()[0]:
        return False
    from tensorflow.python.eager import context

    return any(callback in context.context().op_callbacks for callback in callbacks)


@cache
def replay_status() -> tuple[bool, str]:
    """Try to execute an operation from its record, once; return whether it works and, if not, what failed."""
    tf = tensorflow()
    try:
        with tf.device("/CPU:0"), tf.GradientTape() as tape:
            x = tf.constant(3.0, tf.float64)
            tape.watch(x)
            (y,) = _execute("Mul", (x, x), ("T", tf.float64), 1)
        found = (float(y), float(tape.gradient(y, x)), sorted(type_attributes("Cast")))
    except Exception as error:  # noqa: BLE001 - whatever a changed private interface raises means the same
        return False, f"{type(error).__name__}: {error}"
    expected = (9.0, 6.0, ["DstT", "SrcT"])
    return (
        found == expected,
        "operations can be repeated" if found == expected else f"{found}, not {expected}",
    )


def execute_operation(
    operation: str | bytes, inputs: Sequence[Any], attributes: Sequence[Any], outputs: int
) -> list[Any]:
    """Execute an operation again from what a callback was told of it; callbacks are not told of this.

    Args:
        operation: its type, or the name of a `tf.function`'s concrete function.
        inputs: eager tensors, in the order of the record.
        attributes: names and values in turn, as in the record.
        outputs: how many tensors it makes.

    Returns:
        Its outputs; a `tf.GradientTape` that is recording can differentiate them.

    Raises:
        RecordingError: this TensorFlow cannot do that.
        tf.errors.OpError, TypeError, ValueError: the operation refuses these inputs.
    """
    ok, detail = replay_status()
    if not ok:
        raise RecordingError(say("check-no-replay", detail=detail))
    return _execute(_text(operation), inputs, attributes, outputs)


def _execute(operation: str, inputs: Sequence[Any], attributes: Sequence[Any], outputs: int) -> list[Any]:
    from tensorflow.python.eager import context, execute

    given = list(inputs)
    # Where the record says None, TensorFlow took the operation's own default.
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    settings = tuple(item for name, value in pairs if value is not None for item in (name, value))
    made = list(execute.quick_execute(operation, outputs, given, settings, context.context()))
    if made and execute.must_record_gradient():
        execute.record_gradient(operation, given, settings, made)
    return made


def function_caller(concrete: Any) -> Callable[[Sequence[Any]], Any]:
    """Return what calls a traced function with the tensors of its signature; it returns the outputs.

    TensorFlow's own call checks the signature, enters four contexts and puts the attributes together each
    time, which takes as long as a thousand small training steps. This hands the operation to the executor
    with what was put together once. Where TensorFlow has no such names any more, its own call it is.

    Args:
        concrete: a `ConcreteFunction` that takes and returns tensors in a flat list.
    """
    captured = list(concrete.captured_inputs)  # the property makes the list anew each time
    try:
        module, execute, _ = _modules()
        context = module.context()
        inner: Any = concrete.inference_fn
        name, count = inner.name.decode(), len(inner.function_type.flat_outputs)
        kept = _call_options(context)
        run = execute.quick_execute
    except (AttributeError, ImportError):
        return lambda inputs: concrete(*inputs)

    def call(inputs: Sequence[Any], _held: Any = concrete) -> Any:  # else TensorFlow forgets the function
        nonlocal kept
        if context.function_call_options is not kept[0]:  # a setting was changed, or this is another thread
            kept = _call_options(context)
        return run(name, count, [*inputs, *captured], kept[1], context)

    return call


def array_of(tensor: Any) -> np.ndarray[Any, Any]:
    """Return an eager tensor's own memory as an array: `tensor.numpy()` would copy it."""
    try:
        # What asks by NumPy's protocol takes a few microseconds more.
        array: np.ndarray[Any, Any] = tensor._numpy()
    except AttributeError:
        import numpy as np

        return np.asarray(tensor)
    return array


def _call_options(context: Any) -> tuple[Any, tuple[Any, ...]]:
    """What TensorFlow adds to the call of a function in this thread: the object, and its attributes."""
    options = context.function_call_options
    return options, tuple(item for pair in options.as_attrs().items() for item in pair)


# For these outputs TensorFlow's tape passes None, for all other ones without an adjoint zeros
# (`MakeZerosFunction` and its exceptions, tensorflow/c/eager/tape.h).
_NONE_ACCEPTED = {
    "SoftmaxCrossEntropyWithLogits": {1},
    "SparseSoftmaxCrossEntropyWithLogits": {1},
    "FusedBatchNorm": {1, 2, 3, 4},
    "FusedBatchNormV2": {1, 2, 3, 4},
    "FusedBatchNormV3": {1, 2, 3, 4},
}


def local_gradient(
    operation: str,
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    attributes: Sequence[Any],
    adjoints: Sequence[Any],
) -> list[Any]:
    """Return what TensorFlow's registered gradient of one operation adds to each of its inputs.

    Args:
        operation: its type; a `tf.function` has no registered gradient.
        inputs: the tensors it read.
        outputs: the tensors it made.
        attributes: names and values in turn, as in the record.
        adjoints: the derivative by each output, `None` where there is none.

    Returns:
        For each input a tensor, or `None` where nothing passes.

    Raises:
        LookupError: the operation has no registered gradient, or it asks for an unknown attribute.
        RecordingError: this TensorFlow cannot do that.
    """
    tf = tensorflow()
    try:
        from tensorflow.python.eager import backprop

        derive = backprop._gradient_function
    except (ImportError, AttributeError) as error:
        raise RecordingError(say("steps-no-rules", detail=f"{type(error).__name__}: {error}")) from error
    optional = _NONE_ACCEPTED.get(operation, set())
    incoming = [
        tf.zeros_like(output)
        if adjoint is None and place not in optional and _is_continuous(output)
        else adjoint
        for place, (output, adjoint) in enumerate(zip(outputs, adjoints, strict=True))
    ]
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    settings = tuple(item for name, value in pairs if value is not None for item in (name, value))
    found = derive(operation, settings, len(inputs), list(inputs), list(outputs), incoming, None, "")
    return list(found) if isinstance(found, (list, tuple)) else [found]


def _is_continuous(tensor: Any) -> bool:
    return bool(tensor.dtype.is_floating or tensor.dtype.is_complex)


def read_registries() -> bool:
    """Have TensorFlow sort its operations and its compilable kernels now, not when the first operation runs.

    It runs no operation and starts no thread: a process that is forked afterwards shares what was sorted,
    10 MB and 10 ms that each of its children would spend.

    Returns:
        Whether this TensorFlow could be asked; without it the first operation does this, as ever.
    """
    try:
        from tensorflow.python.framework import op_def_registry
        from tensorflow.python.util import pywrap_xla_ops

        op_def_registry.get("NoSuchOperation")  # an unknown name has it list all that it knows
        return bool(pywrap_xla_ops.get_cpu_kernel_names())
    except (ImportError, AttributeError):
        return False


@cache
def type_attributes(operation: str) -> frozenset[str]:
    """Return the names of an operation's attributes that are dtypes or lists of them."""
    from tensorflow.python.framework import op_def_registry

    definition = op_def_registry.get(operation)
    if definition is None:  # a tf.function: its dtypes are fixed
        return frozenset()
    return frozenset(entry.name for entry in definition.attr if entry.type in ("type", "list(type)"))

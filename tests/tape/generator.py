"""Random programs over TensorFlow's operations, and TensorFlow's own answer to what each of their tensors is worth.

A program is a list of steps over a few Variables, watched constants and plain constants, in float64. It can be
run as it is, or with one of its tensors cut out: replaced by a copy that a fresh `tf.GradientTape` watches. The
derivative by that copy is what an adjoint must be.

Every tensor has its place in the run: `mark` sees each result, and each use of a source, in the order they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import hypothesis.strategies as st
import keras
import numpy as np
import tensorflow as tf

__all__ = ["OPERATIONS", "Program", "Run", "make_program", "programs"]

Shape = tuple[int, ...]
Mark = Callable[[Any], Any]

VECTOR, LONG, WIDE, TALL, SQUARE = (3,), (4,), (2, 3), (3, 2), (3, 3)
SHAPES: tuple[Shape, ...] = ((), VECTOR, LONG, WIDE, TALL, SQUARE)
MATRICES = (WIDE, TALL, SQUARE)
ARRAYS = (VECTOR, LONG, *MATRICES)


@dataclass(frozen=True, repr=False)
class Operation:
    """What a step does: `function(mark, *inputs)`; `shapes` lists the shapes of inputs that fit."""

    name: str
    function: Callable[..., Any]
    shapes: tuple[tuple[Shape, ...], ...]


@dataclass(frozen=True)
class Step:
    operation: Operation
    inputs: tuple[int, ...]


@dataclass
class Run:
    """What a run gave.

    Attributes:
        target: the number to differentiate.
        marked: its tensors, by their place: the sources, then results and uses of Variables in turn.
        copy: the watched copy that stood in the place that was cut.
        uses: the places of the uses of a Variable in a step, by (step, source).
        starts: how many operations there had been when each step began, and when the last one ended.
    """

    target: Any = None
    marked: list[Any] = field(default_factory=list)
    copy: Any = None
    uses: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)


@dataclass(frozen=True, repr=False)
class Program:
    """Sources and steps; `results` are the values whose sum is the target."""

    seed: object
    kinds: tuple[str, ...]
    values: tuple[Any, ...]
    steps: tuple[Step, ...]
    results: tuple[int, ...]

    def sources(self) -> list[Any]:
        """Fresh Variables and constants."""
        make: dict[str, Any] = {"variable": tf.Variable, "watched": tf.constant, "constant": tf.constant}
        return [make[kind](value) for kind, value in zip(self.kinds, self.values, strict=True)]

    def watched(self, sources: list[Any]) -> list[Any]:
        return [source for source, kind in zip(sources, self.kinds, strict=True) if kind == "watched"]

    def run(
        self,
        sources: list[Any],
        cut: int | None = None,
        tape: Any = None,
        count: Callable[[], int] | None = None,
    ) -> Run:
        """Run it; the tensor in place `cut` is replaced by a copy that `tape` watches.

        `count` tells how many operations there have been so far.
        """
        run = Run()

        def mark(tensor: Any) -> Any:
            if len(run.marked) == cut:
                tensor = run.copy = tf.identity(tensor)
                tape.watch(tensor)
            run.marked.append(tensor)
            return tensor

        values = [mark(source) for source in sources]
        for step in self.steps:
            run.starts.append(0 if count is None else count())
            inputs = []
            for index in step.inputs:
                if index < len(sources) and self.kinds[index] == "variable":
                    run.uses.setdefault((len(run.starts) - 1, index), []).append(len(run.marked))
                    inputs.append(mark(values[index]))
                else:
                    inputs.append(values[index])
            values.append(mark(step.operation.function(mark, *inputs)))
        run.starts.append(0 if count is None else count())
        total = None
        for result in self.results:
            part = mark(tf.reduce_sum(values[result]))
            total = part if total is None else mark(tf.add(total, part))
        run.target = total
        return run

    def derivative_by(self, place: int, sources: list[Any]) -> Any:
        """What TensorFlow gives for the tensor in one place, with a watched copy of it."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            run = self.run(sources, place, tape)
        found = tape.gradient(run.target, run.copy)
        return None if found is None else tf.convert_to_tensor(found)

    def __repr__(self) -> str:
        lines = [
            f"  v{i}: {kind}{np.shape(v)}"
            for i, (kind, v) in enumerate(zip(self.kinds, self.values, strict=True))
        ]
        first = len(self.values)
        lines += [
            f"  v{first + i} = {step.operation.name}({', '.join(f'v{n}' for n in step.inputs)})"
            for i, step in enumerate(self.steps)
        ]
        return "\n".join([f"Program {self.seed}", *lines, f"  target: sum of {self.results}"])


# -- the operations ----------------------------------------------------------------------------


@tf.function
def _wave(x: Any) -> Any:
    return tf.sin(x) * tf.exp(-x * x)


@tf.function
def _mix(x: Any, y: Any) -> tuple[Any, Any]:
    for _ in tf.range(2):
        x = 0.5 * x + tf.tanh(y)
    return x, tf.cast(tf.argmax(tf.reshape(y, [-1])), tf.float64) * y


def _mix_marked(mark: Mark, x: Any, y: Any) -> Any:
    first, second = _mix(mark(tf.identity(x)), mark(tf.identity(y)))
    return tf.add(mark(first), mark(second))


@tf.custom_gradient
def _scaled(x: Any) -> Any:
    return x * 2.0, lambda g: g * 3.0


_DENSE: dict[int, Any] = {}


def _dense(mark: Mark, x: Any) -> Any:
    """A Keras layer, the same one for every program: its activation marks what it is given."""
    if not _DENSE:
        layer = keras.layers.Dense(3, dtype="float64")
        layer.build((2, 3))
        layer.set_weights([np.linspace(-0.7, 0.8, 9).reshape(3, 3), np.linspace(-0.2, 0.3, 3)])
        _DENSE[0] = layer
    layer = _DENSE[0]
    layer.activation = lambda z: tf.tanh(mark(z))
    return layer(x)


def _argmax_row(mark: Mark, x: Any) -> Any:
    return tf.gather(x, tf.argmax(tf.reduce_sum(mark(tf.identity(x)), axis=1)))


def _branch(mark: Mark, x: Any) -> Any:
    """An ordinary Python `if` on a value."""
    total = mark(tf.reduce_sum(mark(tf.identity(x))))
    return tf.sin(x) if total > 0 else tf.negative(x)


def _recurse(mark: Mark, x: Any, depth: int = 3) -> Any:
    return tf.tanh(x) if depth == 0 else _multiply_by(mark(_recurse(mark, x, depth - 1)))


def _multiply_by(x: Any) -> Any:
    return tf.multiply(x, tf.constant(1.25, tf.float64))


def _softmax(mark: Mark, x: Any) -> Any:
    raised = mark(tf.exp(mark(tf.tanh(x))))
    return raised / mark(tf.reduce_sum(raised))


def _loop(mark: Mark, x: Any) -> Any:
    for step in range(3):
        x = (
            mark(tf.add(x, mark(tf.sin(x))))
            if step % 2 == 0
            else mark(tf.multiply(x, tf.constant(0.5, tf.float64)))
        )
    return x


def _operations() -> tuple[Operation, ...]:
    rows: list[Operation] = []

    def add(name: str, function: Callable[..., Any], shapes: Any) -> None:
        given = tuple(entry if entry and isinstance(entry[0], tuple) else (entry,) for entry in shapes)
        rows.append(Operation(name, function, given))

    def unary(name: str, function: Callable[[Any], Any], shapes: Any = SHAPES) -> None:
        add(name, lambda mark, x: function(x), shapes)

    def small(name: str, function: Callable[[Any], Any]) -> None:
        """Of an operation that grows, or is not defined everywhere: after a tanh."""
        add(name, lambda mark, x: function(mark(tf.tanh(x))), SHAPES)

    def positive(name: str, function: Callable[[Any], Any]) -> None:
        half = tf.constant(0.5, tf.float64)
        add(name, lambda mark, x: function(mark(tf.add(mark(tf.square(mark(tf.tanh(x)))), half))), SHAPES)

    def binary(name: str, function: Callable[[Any, Any], Any]) -> None:
        pairs = [(s, s) for s in SHAPES] + [(s, ()) for s in ARRAYS] + [((), s) for s in ARRAYS]
        pairs += [(WIDE, VECTOR), (SQUARE, VECTOR)]
        add(name, lambda mark, x, y: function(x, y), pairs)

    for name in ("sin", "cos", "tanh", "sigmoid", "negative", "identity", "abs"):
        unary(name, getattr(tf, name))
    unary("atan", tf.atan)
    unary("asinh", tf.asinh)
    unary("erf", tf.math.erf)
    unary("softplus", tf.math.softplus)
    unary("relu", tf.nn.relu)
    unary("elu", tf.nn.elu)
    unary("selu", tf.nn.selu)
    unary("leaky_relu", tf.nn.leaky_relu)
    unary("stop_gradient", tf.stop_gradient)
    small("exp", tf.exp)
    small("expm1", tf.math.expm1)
    small("square", tf.square)
    small("cosh", tf.cosh)
    small("sinh", tf.sinh)
    small("tan", tf.tan)
    small("asin", lambda x: tf.asin(x))
    positive("log", tf.math.log)
    positive("log1p", tf.math.log1p)
    positive("sqrt", tf.sqrt)
    positive("rsqrt", tf.math.rsqrt)
    positive("reciprocal", tf.math.reciprocal)
    positive("lgamma", tf.math.lgamma)

    for name, function in {
        "add": tf.add,
        "subtract": tf.subtract,
        "multiply": tf.multiply,
        "operator +": lambda x, y: x + y,
        "operator -": lambda x, y: x - y,
        "operator *": lambda x, y: x * y,
        "maximum": tf.maximum,
        "minimum": tf.minimum,
        "squared_difference": tf.math.squared_difference,
        "atan2": tf.atan2,
    }.items():
        binary(name, function)
    add(
        "divide",
        lambda mark, x, y: tf.divide(x, mark(tf.add(tf.constant(1.0, tf.float64), mark(tf.square(y))))),
        [(s, s) for s in SHAPES],
    )
    add(
        "pow",
        lambda mark, x, y: tf.pow(
            mark(tf.add(mark(tf.sigmoid(x)), tf.constant(0.5, tf.float64))), mark(tf.tanh(y))
        ),
        [(s, s) for s in SHAPES],
    )
    add("where", lambda mark, x, y: tf.where(tf.greater(x, y), x, y), [((2, 3), (2, 3))])
    add(
        "where of one",
        lambda mark, x: tf.where(tf.constant([True, False, True]), x, mark(tf.zeros_like(x))),
        [VECTOR, SQUARE, WIDE],
    )
    add(
        "matmul",
        lambda mark, a, b: tf.matmul(a, b),
        [(WIDE, TALL), (WIDE, SQUARE), (TALL, WIDE), (SQUARE, SQUARE)],
    )
    add("operator @", lambda mark, a, b: a @ b, [(SQUARE, TALL), (SQUARE, SQUARE)])
    add(
        "matmul transposed",
        lambda mark, a, b: tf.matmul(a, b, transpose_b=True),
        [(WIDE, WIDE), (SQUARE, WIDE)],
    )
    add("matvec", lambda mark, a, x: tf.einsum("ij,j->i", a, x), [(WIDE, VECTOR), (SQUARE, VECTOR)])
    unary("transpose", tf.transpose, MATRICES)
    unary("reshape", lambda x: tf.reshape(x, [3, -1]), (VECTOR, WIDE, TALL, SQUARE))
    add("concat with itself", lambda mark, x: mark(tf.concat([x, x], axis=0))[1:4], [VECTOR])
    add("concat", lambda mark, x, y: tf.concat([x, y], axis=0), [((2, 3), (1, 3)), (WIDE, WIDE)])
    add("stack", lambda mark, x, y: tf.stack([x, y]), [(VECTOR, VECTOR), (LONG, LONG)])
    add("tile", lambda mark, x: tf.tile(x, [2, 1]), [WIDE])
    add("pad", lambda mark, x: tf.pad(x, [[1, 0]]), [VECTOR])
    add("unstack", lambda mark, x: [mark(part) for part in tf.unstack(x)][1], [WIDE, SQUARE, VECTOR])
    add("split", lambda mark, x: [mark(part) for part in tf.split(x, 3)][2], [VECTOR, SQUARE])
    add("slice", lambda mark, x: x[1], [VECTOR, LONG, WIDE, SQUARE])
    add("slice of columns", lambda mark, x: x[:, 1:], [SQUARE])
    add("gather", lambda mark, x: tf.gather(x, [0, 2, 2]), [VECTOR, LONG, SQUARE])
    add("gather_nd", lambda mark, x: tf.gather_nd(x, [[0, 1], [1, 0], [0, 1]]), MATRICES)
    add("gather by argmax", _argmax_row, [WIDE, SQUARE])
    add("boolean_mask", lambda mark, x: tf.boolean_mask(x, [True, False, True]), [VECTOR, SQUARE])
    unary("reverse", lambda x: tf.reverse(x, [0]), ARRAYS)
    unary("cumsum", tf.cumsum, ARRAYS)
    unary("sort", tf.sort, (VECTOR, LONG))
    unary("reduce_sum", tf.reduce_sum, ARRAYS)
    unary("reduce_mean", tf.reduce_mean, ARRAYS)
    unary("reduce_max", tf.reduce_max, ARRAYS)
    unary("reduce_min", tf.reduce_min, ARRAYS)
    small("reduce_prod", tf.reduce_prod)
    unary("sum of rows", lambda x: tf.reduce_sum(x, axis=0), MATRICES)
    unary("mean of columns", lambda x: tf.reduce_mean(x, axis=1, keepdims=True), MATRICES)
    unary("softmax", tf.nn.softmax, ARRAYS)
    unary("log_softmax", tf.nn.log_softmax, ARRAYS)
    add("softmax by hand", _softmax, ARRAYS)
    unary("diag_part", tf.linalg.diag_part, (SQUARE,))
    unary("diag", tf.linalg.diag, (VECTOR,))
    unary("band_part", lambda x: tf.linalg.band_part(x, 0, -1), (SQUARE,))
    add(
        "determinant",
        lambda mark, x: tf.linalg.det(mark(tf.add(x, tf.eye(3, dtype=tf.float64)))),
        [SQUARE],
    )
    unary("through integers", lambda x: tf.cast(tf.cast(x, tf.int32), tf.float64), SHAPES)
    unary("through complex", lambda x: tf.math.real(tf.complex(x, x)), SHAPES)
    add("shape and size", lambda mark, x: tf.divide(x, tf.cast(tf.size(x), tf.float64)), ARRAYS)
    unary("expand and squeeze", lambda x: tf.expand_dims(x, 0), (VECTOR,))
    unary("broadcast_to", lambda x: tf.broadcast_to(x, [2, 3]), ((), VECTOR))
    add("Keras Dense", _dense, [WIDE, SQUARE])
    add("tf.function", lambda mark, x: _wave(mark(tf.identity(x))), SHAPES)
    add("tf.function of two", lambda mark, x, y: _mix_marked(mark, x, y), [(s, s) for s in SHAPES])
    unary("custom_gradient", _scaled, SHAPES)
    add("branch", _branch, SHAPES)
    add("loop", _loop, SHAPES)
    add("recursion", _recurse, SHAPES)
    return tuple(rows)


OPERATIONS = _operations()


# -- programs ----------------------------------------------------------------------------------


def make_program(random: Random, steps: int, seed: object = None) -> Program:
    """Draw a program; the same numbers give the same program."""
    kinds, values = [], []
    for _ in range(random.randint(3, 6)):
        shape = random.choice(SHAPES)
        value = np.array([random.uniform(-1.5, 1.5) for _ in range(int(np.prod(shape, dtype=int)))]).reshape(
            shape
        )
        kinds.append(random.choice(("variable", "variable", "variable", "watched", "constant")))
        values.append(value)
        if random.random() < 0.25:  # another one of the same shape and value
            kinds.append("variable")
            values.append(value)
    shapes: list[Shape] = [np.shape(value) for value in values]
    chosen: list[Step] = []
    while len(chosen) < steps:
        operation = random.choice(OPERATIONS)
        fitting = [given for given in operation.shapes if all(shape in shapes for shape in given)]
        if not fitting:
            continue
        given = random.choice(fitting)
        # Late values are likelier, early ones stay possible: programs go deep, and share.
        inputs = []
        for shape in given:
            candidates = [index for index, known in enumerate(shapes) if known == shape]
            inputs.append(candidates[-1] if random.random() < 0.5 else random.choice(candidates))
        chosen.append(Step(operation, tuple(inputs)))
        shapes.append(_result_shape(operation, given))
    first = len(values)
    last = len(shapes) - 1
    results = {last, *(random.randint(first, last) for _ in range(3))}
    return Program(seed, tuple(kinds), tuple(values), tuple(chosen), tuple(sorted(results)))


_SHAPE_OF: dict[tuple[str, tuple[Shape, ...]], Shape] = {}


def _result_shape(operation: Operation, given: tuple[Shape, ...]) -> Shape:
    key = (operation.name, given)
    if key not in _SHAPE_OF:
        inputs = [
            tf.constant(np.linspace(0.1, 0.9, int(np.prod(shape, dtype=int))).reshape(shape))
            for shape in given
        ]
        _SHAPE_OF[key] = tuple(operation.function(lambda tensor: tensor, *inputs).shape)
    return _SHAPE_OF[key]


@st.composite
def programs(draw: st.DrawFn, longest: int = 12) -> Program:
    """Programs of up to `longest` steps."""
    steps = draw(st.integers(1, longest))
    return make_program(draw(st.randoms(use_true_random=False)), steps, "by hypothesis")

"""The symbolic Python number gives, as a tensor, what Python gives; the walker of attributes puts all back."""

import math
import operator
from collections import Counter, OrderedDict, deque

import numpy as np
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradmagic.training.update import Attributes, Number, evaluate, numbers_known
from gradmagic.training.update._number import as_tensor, combine

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "lt", "le", "gt", "ge", "eq", "ne")
UNARY = ("neg", "abs")
OF_A_FLOAT = ("exp", "sin", "cos", "tanh")
TO_WHOLE = {"floor": math.floor, "ceil": math.ceil, "round": round, "int": int}


class Here:
    """A trace whose leaves are known, so that each question has its answer."""

    floating = tf.float32

    def __init__(self, values):
        self.values = values

    def tensors(self):
        return [tf.constant(v, tf.int64 if isinstance(v, int) else tf.float64) for v in self.values]

    def decide(self, question):
        return bool(evaluate(question, self.values))


@st.composite
def expressions(draw):
    """A program of a few operations on two counters and two floats, as a list of its lines."""
    values = draw(st.tuples(*[st.integers(-20, 20)] * 2, *[st.floats(-8, 8).map(lambda x: round(x, 3))] * 2))
    lines = draw(
        st.lists(
            st.tuples(
                st.sampled_from([*BINARY, *BINARY, *UNARY, *OF_A_FLOAT, *TO_WHOLE]),
                st.integers(0, 9),
                st.integers(0, 9),
            ),
            min_size=1,
            max_size=5,
        )
    )
    return list(values), lines


def run(values, lines, *, trace=None):
    """Each line takes two earlier results, and adds its own."""
    for op, one, other in lines:
        a, b = values[one % len(values)], values[other % len(values)]
        if op in BINARY:
            result = getattr(operator, op)(a, b)
        elif op in UNARY:
            result = getattr(operator, op)(a)
        elif isinstance(a, Number):
            result = combine(trace, op, (a,))
        else:
            result = TO_WHOLE[op](a) if op in TO_WHOLE else getattr(math, op)(a)
        values = [*values, result]
    return values[-1]


def expected(values, lines):
    try:
        found = run(values, lines)
    except (ZeroDivisionError, OverflowError, ValueError):
        assume(False)
    assume(abs(found) < 2**53)
    return found


@settings(max_examples=150, deadline=None)
@given(expressions())
def test_python_itself_gives_the_same(program):
    values, lines = program
    wanted = expected(values, lines)
    trace = Here(values)
    symbols = [Number.leaf(trace, i, type(value)) for i, value in enumerate(values)]
    found = run(symbols, lines, trace=trace)
    again = evaluate(found, values)
    assert (type(again), again) == (type(wanted), wanted)
    assert found.kind is type(wanted)


@settings(max_examples=100, deadline=None)
@given(expressions())
def test_the_tensor_is_the_same_number(program):
    values, lines = program
    wanted = expected(values, lines)
    trace = Here(values)
    symbols = [Number.leaf(trace, i, type(value)) for i, value in enumerate(values)]
    found = as_tensor(run(symbols, lines, trace=trace), trace.tensors())
    assert found.dtype == {bool: tf.bool, int: tf.int64, float: tf.float64}[type(wanted)]
    # A jump may be on the other side of a rounding error in a sine: those are left to the comparison of runs.
    jumps = {"floordiv", "mod", *TO_WHOLE, *BINARY[6:]} & {op for op, *_ in lines}
    if not (jumps and {"truediv", *OF_A_FLOAT} & {op for op, *_ in lines}):
        assert np.isclose(found.numpy(), wanted, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 9), st.integers(-5, 19), st.sampled_from([tf.float32, tf.float64, tf.int64]))
def test_powers_and_meeting_a_tensor(base, exponent, dtype):
    numbers_known()
    trace = Here([exponent])
    t = Number.leaf(trace, 0, int)
    assert evaluate(base**t, [exponent]) == base**exponent
    assert (base**t).kind is type(base**exponent)
    met = tf.constant(3, dtype) * t
    assert met.dtype == dtype
    assert float(met) == 3.0 * exponent
    if 0 <= exponent < 8:
        assert list(range(9))[t] == exponent


leaves = st.one_of(
    st.integers(-5, 5),
    st.floats(allow_nan=False),
    st.none(),
    st.text(max_size=3),
    st.lists(st.floats(-1, 1), min_size=1, max_size=3).map(np.array),
)
keys = st.one_of(st.integers(0, 9), st.text(max_size=3))
states = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(deque),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(keys, inner, max_size=3),
        st.dictionaries(keys, inner, max_size=3).map(OrderedDict),
        st.dictionaries(keys, st.integers(0, 5), max_size=3).map(Counter),
    ),
    max_leaves=12,
)


class Kept:
    __slots__ = ("__dict__", "slot")


def written(value):
    """A value as text, arrays and the kinds of containers in it."""
    return repr(value)


def spoil(value):
    """Change all that can be changed in place."""
    if isinstance(value, np.ndarray):
        value += 1
    elif isinstance(value, dict):
        for inner in value.values():
            spoil(inner)
        value["new"] = 1
        value.pop(next(iter(value)))
    elif isinstance(value, (list, deque)):
        for inner in value:
            spoil(inner)
        value.append(0)
        value.reverse()
    elif isinstance(value, tuple):
        for inner in value:
            spoil(inner)


@settings(max_examples=150, deadline=None)
@given(st.lists(states, min_size=1, max_size=3), states)
def test_what_was_spoilt_comes_back(values, slot):
    kept = Kept()
    kept.slot = slot
    for number, value in enumerate(values):
        setattr(kept, f"v{number}", value)
    attributes = Attributes(kept)
    before, identities = written([vars(kept), kept.slot]), [id(value) for value in vars(kept).values()]
    snapshot = attributes.snapshot()
    for _ in range(2):  # a snapshot can be put back more than once
        spoil(kept.slot)
        for value in list(vars(kept).values()):
            spoil(value)
        kept.new, kept.v0, kept.slot = 1, None, 2
        attributes.restore(snapshot)
        assert written([vars(kept), kept.slot]) == before
        assert [id(value) for value in vars(kept).values()] == identities


@settings(max_examples=100, deadline=None)
@given(states)
def test_every_leaf_can_be_replaced_at_its_path(value):
    kept = Kept()
    kept.value = value
    attributes = Attributes(kept)
    paths = [leaf.path for leaf in attributes.leaves()]
    for number in range(len(paths)):
        attributes.leaves()[number].put(0.125 + number)
    assert [leaf.path for leaf in attributes.leaves()] == paths
    assert [leaf.value for leaf in attributes.leaves()] == [0.125 + number for number in range(len(paths))]
    assert len(set(paths)) == len(paths)

"""Only numbers come out of a learner's answer, and they survive JSON."""

import json
import math

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from gradmagic.course.checking import Answer, Closeness, Leaf, as_numbers, from_json, to_json
from gradmagic.course.checking._answer import NotNumbers
from gradmagic.course.checking._compare import compare

EXACT = Closeness(0, 0)


def same(one, other):
    return compare(as_numbers(one), as_numbers(other), EXACT) is None


@pytest.mark.parametrize(
    "value",
    [
        2.0,
        2,
        np.float32(2),
        np.int64(2),
        np.array(2.0),
        tf.constant(2.0),
        tf.Variable(2.0),
        tf.constant(2.0, tf.bfloat16),
        tf.constant(2),
    ],
)
def test_a_number_is_a_number_whatever_its_type(value):
    assert same(value, 2.0)


def test_a_list_of_numbers_and_an_array_are_the_same():
    assert same([1, 2.0, tf.constant(3.0)], np.array([1.0, 2, 3]))
    assert same([[1, 2], [3, 4]], tf.constant([[1.0, 2], [3, 4]]))
    assert same((tf.ones(3), tf.zeros(3)), [[1, 1, 1], [0, 0, 0]])
    assert same((tf.ones(3), tf.zeros(2)), [np.ones(3), np.zeros(2)])
    assert same({"w": 1, "b": tf.zeros(2)}, {"b": [0, 0], "w": 1.0})
    assert not same({"w": 1}, {"v": 1})
    assert same(
        tf.IndexedSlices(tf.constant([[1.0, 2]]), tf.constant([1]), tf.constant([2, 2])), [[0, 0], [1, 2]]
    )


class Agreeable:
    """Equal to everything, a number to everyone."""

    shape = ()
    dtype = np.dtype("float64")

    def __eq__(self, other):
        return True

    __hash__ = None

    def __float__(self):
        return 2.0

    def __array__(self, *_, **__):
        return np.array(2.0)

    def __sub__(self, other):
        return 0.0

    def numpy(self):
        return np.array(2.0)


class Sneaky(np.ndarray):
    def __eq__(self, other):
        return True

    __hash__ = None


class OddFloat(float):
    pass


@pytest.mark.parametrize(
    "value",
    [
        *(Agreeable(), "2", True, 1j, [1, "2"], object(), len, OddFloat(2), {1, 2}),
        *(np.array([True]), np.array(["2"]), np.array([{}]), np.array([1.0]).view(Sneaky)),
        *(tf.constant("two"), tf.constant([True])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_is_no_answer(value):
    with pytest.raises(NotNumbers) as refused:
        as_numbers(value)
    assert refused.value.problem == "type"


def test_what_is_too_large_or_too_deep_is_no_answer():
    deep = 1.0
    for _ in range(20):
        deep = [deep, None]
    for value in (np.zeros(20_001), [0.0] * 20_001, deep):
        with pytest.raises(NotNumbers) as refused:
            as_numbers(value)
        assert refused.value.problem == "large"
    endless = []
    endless.append(endless)
    with pytest.raises(NotNumbers):
        as_numbers(endless)


numbers = st.recursive(
    st.none() | st.floats() | st.integers(-(2**40), 2**40),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=3), parts, max_size=3),
    max_leaves=12,
)


@given(numbers)
def test_answers_survive_strict_json(value):
    try:
        answer = Answer(as_numbers(value), printed=3)
    except NotNumbers:
        return
    text = to_json([answer])
    json.loads(text, parse_constant=pytest.fail)
    (back,) = from_json(text)
    assert compare(back.value, answer.value, EXACT) is None
    assert back.printed == 3


@pytest.mark.parametrize(
    "text", ["[1]", '[{"value": 1}]', "[" * 5000, "{}x", '[{"value": {"numbers": [1]}}]', "1"]
)
def test_what_a_hostile_process_writes_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        from_json(text)
    with pytest.raises(ValueError, match="at most"):
        from_json(" " * 3_000_000)


# Comparing


def miss(came, right, **closeness):
    return compare(as_numbers(came), as_numbers(right), Closeness(**closeness))


def test_shapes_never_broadcast():
    found = miss(np.ones((3, 1)), np.ones(3))
    assert (found.kind, found.came, found.right) == ("shape", (3, 1), (3,))
    assert miss(np.ones((3, 1)), np.ones(3), shape="loose") is None
    assert miss(np.ones((1, 3)), np.ones((3, 1)), shape="exact").kind == "shape"
    assert miss(1.0, np.ones(3), shape="loose").kind == "shape"


def test_the_worst_element_is_named():
    found = miss([[1, 2.1], [3, 5]], [[1, 2], [3, 4.0]])
    assert (found.index, found.came, found.right, found.wrong, found.size) == ((1, 1), 5, 4, 2, 4)
    assert found.relative_error == 0.25
    found = miss((1.0, None, np.ones(2)), (1.0, 2.0, np.ones(2)))
    assert (found.kind, found.part) == ("none", 1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_never_right_by_accident(bad):
    found = miss([1.0, bad], [1.0, 2.0])
    assert (found.kind, found.index) == ("not-finite", (1,))
    assert miss([1.0, bad], [1.0, bad]) is None
    assert miss([1.0, 2.0], [1.0, bad]).kind == "number"
    assert miss(bad, 1.0, rtol=math.inf) is not None


def test_float32_is_near_enough_and_rounding_is_not_a_mistake():
    right = math.pi
    assert miss(np.float32(right), right) is None
    assert miss(right * (1 + 1e-3), right) is not None
    assert miss(1e-7, 0.0) is None
    assert miss(1e-3, 0.0).relative_error is None


def test_a_leaf_is_what_it_holds():
    assert isinstance(as_numbers([1, 2]), Leaf)
    assert as_numbers([1, 2]).shape == (2,)
    assert as_numbers([]) == []

"""What an optimizer decides by its counters, what it does wrong, and what only Python can do."""

import pytest

from . import conversions, counters, effects, mistakes, test_state
from .corpus import CORPUS
from .same_steps import assert_same_steps, names_of


@pytest.mark.parametrize("name", names_of(conversions, counters, effects, mistakes))
def test_the_same_steps(name, capsys):
    assert_same_steps(name, capsys)


def test_every_entry_is_compared():
    state = test_state.arrays, test_state.classes, test_state.containers, test_state.forms
    compared = names_of(conversions, counters, effects, mistakes, *state)
    assert compared == sorted(CORPUS)
    assert len(CORPUS) > 120

"""Where an optimizer keeps its state, and in which form it is written."""

import pytest

from . import arrays, classes, containers, forms
from .same_steps import assert_same_steps, names_of


@pytest.mark.parametrize("name", names_of(arrays, classes, containers, forms))
def test_the_same_steps(name, capsys):
    assert_same_steps(name, capsys)

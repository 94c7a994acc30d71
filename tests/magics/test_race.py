"""`%train --race` and `--surface` on a line."""

from __future__ import annotations

import numpy as np
import pytest

from gradmagic.errors import ArgumentError, OptionError
from gradmagic.magics._candidates import candidates

LOSS = "a, b = tf.Variable(0.0), tf.Variable(0.0)\ndef loss():\n    return (a - 1) ** 2 + 4 * (b - 2) ** 2"


@pytest.fixture
def ready(notebook):
    notebook.fine(LOSS)
    return notebook


def test_a_race_on_a_line(ready):
    cell = ready.fine("r = %train loss a b --race sgd,momentum,adam:0.1 --surface a,b --steps 40")
    race = ready.names["r"]
    assert [racer.label for racer in race] == ["sgd", "momentum", "adam 0.1"]
    assert race.surface.labels == ("a", "b")
    assert "3 optimizers, 40 steps each" in cell.texts[0]
    assert ready.names["a"].numpy() == 0


def test_an_optimizer_of_ones_own_and_elements(ready):
    ready.fine("mine = tf.keras.optimizers.SGD(0.05)\nw = tf.Variable([0.0, 1.0])")
    ready.fine("%train tf.reduce_sum((w-3)**2) w --race mine,sgd --surface w[0],w[1] --steps 9 -o r;")
    race = ready.names["r"]
    assert [racer.label for racer in race] == ["mine", "sgd"]
    assert race.surface.labels == ("w[0]", "w[1]")


def test_directions_by_their_names(ready):
    ready.fine("u, v = [1.0, 0.0], [0.0, 1.0]")
    ready.fine("%train loss a b --race sgd --surface u,v --steps 9 -o r;")
    assert ready.names["r"].surface.kind == "chosen"


def test_a_cell(ready):
    ready.fine("%%train a b --race sgd,adam --steps 9 -o r\n(a - 1.0) ** 2 + b ** 2 + 0.5 * (b - 1) ** 2")
    assert np.isfinite([racer.loss for racer in ready.names["r"]]).all()


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("%train loss a b --surface a,b", OptionError, "--race sgd"),
        ("%train loss a b --race sgd --live", OptionError, "--live"),
        ("%train loss a b --race sgd --optimizer adam", OptionError, "--race sgd,adam"),
        ("%train loss a b --race sdg", ArgumentError, "Did you mean"),
        ("%train loss a b --race sgd --surface a", ArgumentError, "two axes"),
    ],
)
def test_what_is_refused(ready, line, kind, said):
    cell = ready(line)
    assert isinstance(cell.error, kind)
    assert said in str(cell.error)


def test_completion():
    def complete(line):
        typed, found = candidates(line, {})
        return [line.removesuffix(typed) + one.text for one in found]

    assert complete("%train loss --ra") == ["%train loss --race"]
    assert "%train loss --race sgd,momentum,nesterov,adam" in complete("%train loss --race ")
    assert complete("%train loss --race sgd --surface p") == ["%train loss --race sgd --surface pca"]

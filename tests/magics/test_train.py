"""`%train` and `%%train`."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import Notebook

HOUSES = """
X = tf.constant([0., .25, .5, .75, 1.])
y = tf.constant([12000., 14000., 15000., 16500., 17500.])
y = (y - 12000) / 5500
a, b = tf.Variable(0.), tf.Variable(0.)
def loss():
    return 0.5 * tf.reduce_sum((a * X + b - y) ** 2)
"""
SHOWN = "10,000 steps of sgd, learning rate 0.001 (xla)\nloss  1.04959 → 0.00455495\na     0.97637\nb     0.0575651"


@pytest.fixture
def houses(notebook: Notebook) -> Notebook:
    notebook.fine(HOUSES)
    return notebook


def test_a_function(houses: Notebook) -> None:
    cell = houses.fine("%train loss a b --optimizer sgd --learning-rate 1e-3 --steps 10000")
    assert cell.texts == [SHOWN]
    assert "<svg" in cell.displayed[0].data["text/html"]
    assert "<title>" in cell.displayed[0].data["text/html"]
    assert float(houses.names["a"]) == pytest.approx(0.97637, abs=5e-6)


def test_a_cell(houses: Notebook) -> None:
    cell = houses.fine(
        "%%train a b --learning-rate 1e-3 --steps 10000 -o run\n"
        "prediction = a * X + b\n"
        "0.5 * tf.reduce_sum(\n"
        "    (prediction - y) ** 2\n"
        ")  # the loss"
    )
    assert cell.texts == [SHOWN]
    assert houses.names["run"].engine == "xla"
    # Names assigned in the cell stay assigned, to what they are after the training.
    expected = np.asarray(houses.names["a"]) * np.asarray(houses.names["X"]) + np.asarray(houses.names["b"])
    np.testing.assert_allclose(houses.names["prediction"], expected, rtol=1e-6)


def test_an_expression_and_found_variables(houses: Notebook) -> None:
    houses.fine("run = %train 'tf.reduce_mean((a * X + b - y) ** 2)' --steps 20")
    run = houses.names["run"]
    assert [name.shown for name in run.names] == ["a", "b"]
    assert len(run.history.loss) == 20


def test_strings_and_comments_in_a_cell_keep_their_lines(houses: Notebook) -> None:
    houses.fine(
        '%%train a --steps 5\ntext = """\n  two\nlines"""\n# a comment\nif True:\n    z = a * a\nz * len(text); z + 1'
    )
    assert houses.names["text"] == "\n  two\nlines"


def test_control_flow_on_tensors_is_compiled(houses: Notebook) -> None:
    cell = houses.fine(
        "%%train a --steps 50 --learning-rate 0.1 -o run\nif a > 0.5:\n    l = (a - 1) ** 2\nelse:\n    l = (a - 2) ** 2\nl"
    )
    assert houses.names["run"].engine == "xla", houses.names["run"].reason
    assert "50 steps" in cell.texts[0]


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adam", "nadam", "rmsprop", "adagrad"])
def test_every_optimizer_by_name(houses: Notebook, name: str) -> None:
    assert f"10 steps of {name}" in houses.fine(f"%train loss --optimizer {name} --steps 10").texts[0]


def test_an_optimizer_of_keras(houses: Notebook) -> None:
    houses.fine("import keras\nopt = keras.optimizers.Adam(0.05)")
    assert (
        "10 steps of Adam, learning rate 0.05"
        in houses.fine("%train loss --optimizer opt --steps 10").texts[0]
    )
    shown = houses.fine(
        '%train loss --optimizer "keras.optimizers.SGD(0.2, momentum=0.5)" --epochs 10'
    ).texts[0]
    assert "10 steps of SGD, learning rate 0.2" in shown


def test_defaults_are_configured(houses: Notebook) -> None:
    houses.fine(
        "%config GradMagic.steps = 7\n%config GradMagic.optimizer = 'adam'\n%config GradMagic.learning_rate = 0.5"
    )
    assert "7 steps of adam, learning rate 0.5" in houses.fine("%train loss").texts[0]


def test_the_same_seed_the_same_numbers(houses: Notebook) -> None:
    source = "a.assign(0.); b.assign(0.)\n%train loss --steps 30 --seed 3"
    assert houses.fine(source).displayed[0].data == houses.fine(source).displayed[0].data


def test_the_program_behind_it_gives_the_same_numbers(houses: Notebook) -> None:
    houses.fine("run = %train loss a b --steps 30 --learning-rate 0.01")
    first = float(houses.names["run"].loss)
    houses.fine("a.assign(0.); b.assign(0.)\nprogram = run.to_python()")
    exec(compile(houses.names["program"], "<program>", "exec"), houses.names)
    assert float(houses.names["loss"]()) == pytest.approx(first, rel=1e-5)


def test_diverging_is_said(houses: Notebook) -> None:
    assert "diverged" in houses.fine("%train loss --learning-rate 50 --steps 500").texts[0]


@pytest.mark.parametrize("line", ["%train loss", "run = %train loss", "%train loss -o run"])
def test_a_warning_says_what_and_since_when(houses: Notebook, line: str) -> None:
    cell = houses.fine(f"{line} --learning-rate 1 --steps 10")
    (warning,) = [text for text in cell.stderr.splitlines() if text.startswith("gradmagic")]
    assert warning == (
        "gradmagic: learning rate too high, since step 0. The run's `.diagnosis` says why, and what to try."
    )


def test_no_bar_is_left_behind(houses: Notebook) -> None:
    cell = houses.fine("%train loss --steps 100")
    assert cell.stdout == ""
    # On a machine so busy that a bar was shown, it was wiped out again.
    assert cell.stderr == "" or cell.stderr.endswith("\r")

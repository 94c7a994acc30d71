"""Names are read off a cell's text, magics and all."""

from contextlib import suppress

import pytest

from gradmagic.grading._closure import program_of
from gradmagic.grading._names import NO_PYTHON, names_of


def test_definitions_assignments_and_uses():
    names = names_of(
        "import numpy as np\ndef f(x):\n    return g(x) + k\ny = f(np.pi)\nfor i in range(3): pass"
    )
    assert names.defined == {"np", "f"}
    assert names.assigned == {"y", "i"}
    assert {"g", "k", "f", "np", "range"} <= names.used
    assert "x" not in names.used


@pytest.mark.parametrize(
    ("source", "bound", "used"),
    [
        ("%train loss w b --learning-rate 0.1 -o run", {"run"}, {"loss", "w", "b"}),
        ("%%tape mine\ny = x * x", {"mine", "tape", "y"}, {"x"}),
        ("g = %grad y x", {"g"}, {"y", "x", "tape"}),
        ("!ls", set(), set()),
        ("%%bash\nrm -rf x", set(), set()),
        ("tf.GradientTape?", set(), set()),
        ("a = 7 % 2", {"a"}, set()),
    ],
)
def test_magics(source, bound, used):
    names = names_of(source)
    assert bound <= names.bound
    assert used <= names.used
    assert names.readable or source.startswith("%%")


@pytest.mark.parametrize("source", ["def f(:", "x = \0", "(" * 500, "class"])
def test_what_is_no_python_binds_nothing(source):
    assert not names_of(source).bound
    assert not names_of(source).readable


@pytest.mark.parametrize(
    "source",
    [
        "exec('a = 1')",
        "globals()['a'] = 1",
        "from numpy import *",
        "get_ipython().run_cell('a = 1')",
        "_ + 1",
    ],
)
def test_what_may_bind_anything_is_opaque(source):
    assert names_of(source).opaque


def test_a_program_holds_what_the_answer_is_made_of_and_no_more():
    cells = [
        "import numpy as np, os\nimport tensorflow as tf",
        "def helper(x):\n    return np.sin(x)\ndef other(x):\n    return tf.sin(x)",
        "def f(x):\n    return helper(x)\nprint(other(1.0))",
    ]
    program = program_of(cells, ["f"])
    assert "import numpy as np" in program
    for absent in ("tensorflow", "other", "os", "print"):
        assert absent not in program


def test_of_two_definitions_the_last_counts_unless_it_wraps_the_first():
    assert "GradientTape" not in program_of(
        ["def f(x): return tf.GradientTape()", "def f(x): return x"], ["f"]
    )
    assert "GradientTape" in program_of(["def f(x): return tf.GradientTape()", "f = tf.function(f)"], ["f"])
    assert "GradientTape" in program_of(["class C: pass", "C.step = lambda s: tf.GradientTape()"], ["C"])


DEEP = {
    "sum": "x = 1" + " + 1" * 20_000,
    "minus": "x = " + "-" * 20_000 + "1",
    "attributes": "x = y" + ".a" * 20_000,
    "parentheses": "x = " + "(" * 190 + "1" + ")" * 190,
    "lambdas": "x = " + "lambda: " * 3_000 + "1",
    "blocks": "\n".join(" " * depth + "if 1:" for depth in range(90)) + "\n" + " " * 90 + "x = 1",
    "elif": "if 1:\n    x = 1\n" + "elif 1:\n    x = 2\n" * 3_000,
    "strings": "x = " + "'a' " * 50_000,
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_the_deepest_text_is_read_or_given_up_and_never_stops_us(source):
    names = names_of(source)
    assert names.readable in (True, False)
    with suppress(*NO_PYTHON):
        program_of([source], ["x"])

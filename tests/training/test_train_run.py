"""The result of a training: history, names, the plain program, the views."""

import contextlib
import io
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import DEFAULT_STEPS, History, Run, optimizer_names, train


def test_shapes_of_the_history():
    s, v, m = tf.Variable(1.0), tf.Variable([1.0, 2.0]), tf.Variable(tf.ones((2, 3)))
    large = tf.Variable(tf.ones(17))
    run = train(lambda: s**2 + tf.reduce_sum(v**2) + tf.reduce_sum(m**2) + tf.reduce_sum(large**2), steps=30)
    history = run.history
    assert isinstance(run, Run)
    assert isinstance(history, History)
    assert np.array_equal(history.step, np.arange(30))
    for array in (history.loss, history.learning_rate, history.grad_norm):
        assert array.shape == (30,)
        assert array.dtype == np.float32
    assert {name: array.shape for name, array in history.parameters.items()} == {
        "s": (30,),
        "v": (30, 2),
        "m": (30, 2, 3),
    }
    assert np.array_equal(history.parameters["m"][0], np.ones((2, 3)))
    assert history.grad_norm[0] == pytest.approx(2 * np.sqrt(1 + 5 + 6 + 17))
    assert history.loss[0] == 29
    assert np.all(history.learning_rate == np.float32(0.01))
    assert repr(history) == f"History(30 steps, loss 29 to {history.loss[-1]:.6g})"


def test_defaults_are_the_documented_ones():
    w = tf.Variable(1.0)
    run = train(lambda: w**2)
    assert run.steps == DEFAULT_STEPS == 1000
    assert run.settings.learning_rate == 0.01
    assert run.settings.optimizer == "sgd"
    assert run.settings.seed == 0
    assert run.settings.compile == "auto"


def test_an_epoch_is_a_step():
    w = tf.Variable(1.0)
    assert train(lambda: w**2, epochs=20).steps == 20


def test_whole_floats_are_steps():
    w = tf.Variable(1.0)
    assert train(lambda: w**2, steps=1e1).steps == 10
    assert train(lambda: w**2, steps=np.int64(12)).steps == 12


def test_momentum_overrides():
    histories = []
    for optimizer in ("momentum", tf.keras.optimizers.SGD(0.01, momentum=0.5)):
        w = tf.Variable(3.0)
        options = {"momentum": 0.5} if optimizer == "momentum" else {}
        histories.append(train(lambda w=w: w**2, w, optimizer=optimizer, steps=30, **options).history.loss)
    assert np.array_equal(*histories)


def test_variables_in_order_of_first_use():
    b, a = tf.Variable(1.0), tf.Variable(1.0)
    run = train(lambda: (a - 2) ** 2 + b**2, steps=10)
    assert list(run.parameters) == ["a", "b"]
    assert run.variables[0] is a


def test_names_from_lists_dictionaries_and_objects():
    class Line:
        def __init__(self):
            self.w = tf.Variable(1.0)

    layers, table, line = [tf.Variable(1.0)], {"k": tf.Variable(1.0)}, Line()
    named, unnamed = tf.Variable(1.0, name="named"), tf.Variable(1.0)
    hidden = [lambda: named + unnamed]

    def loss():
        return layers[0] ** 2 + table["k"] ** 2 + line.w**2 + hidden[0]() ** 2

    run = train(loss, [layers[0], table["k"], line.w, named, unnamed], steps=5)
    assert list(run.parameters) == ["layers[0]", "table['k']", "line.w", "named", "variable_4"]


def test_one_variable_a_tuple_and_nested_lists():
    for wrap in (lambda v: v[0], tuple, lambda v: [[v[0]], [v[1]]]):
        a, b = tf.Variable(1.0), tf.Variable(1.0)
        run = train(lambda a=a, b=b: a**2 + b**2, wrap([a, b]), steps=5)
        assert run.variables[0] is a
        assert float(a) < 1


def test_variables_left_out_stay():
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    run = train(lambda: (a + b) ** 2, [a], steps=100, learning_rate=0.1)
    assert float(b) == 1
    assert float(a) == pytest.approx(-1, abs=1e-3)
    assert list(run.parameters) == ["a"]


def test_the_same_call_gives_the_same_run():
    runs = []
    for _ in range(2):
        w = tf.Variable(2.0)
        runs.append(train(lambda w=w: (w - 1 + 0.1 * tf.random.normal(())) ** 2, w, steps=15))
    assert np.array_equal(runs[0].history.loss, runs[1].history.loss)


@pytest.mark.parametrize("optimizer", [*optimizer_names(), "instance"])
def test_the_plain_program_gives_the_same_numbers(optimizer):
    source = (
        "x = tf.constant([1.0, 2.0, 3.0])\n"
        "w = tf.Variable(0.5)\nb = tf.Variable(0.25)\n"
        "def fit():\n    return tf.reduce_mean((w * x + b - 2 * x - 1) ** 2)\n"
    )
    namespace = {"tf": tf}
    exec(source, namespace)
    asked = optimizer
    if optimizer == "instance":
        asked = tf.keras.optimizers.AdamW(
            tf.keras.optimizers.schedules.ExponentialDecay(0.05, 10, 0.9), weight_decay=0.01
        )
    run = train(namespace["fit"], optimizer=asked, steps=40)
    program = run.to_python(source)
    plain = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, plain)
    assert float(plain["w"]) == pytest.approx(float(namespace["w"]), rel=1e-5)
    assert float(plain["b"]) == pytest.approx(float(namespace["b"]), rel=1e-5)
    assert float(printed.getvalue()) == pytest.approx(run.loss, rel=1e-5)
    assert "variables = [w, b]" in program


def test_the_plain_program_where_variables_have_no_name():
    pair = [tf.Variable(1.0, name="first"), tf.Variable(2.0)]
    hidden = [lambda: pair]

    def fit():
        first, second = hidden[0]()
        return (first - second - 1) ** 2

    program = train(fit, steps=20).to_python()
    assert "tape.watched_variables()" in program
    compile(program, "program", "exec")
    pair[0].assign(1.0)
    pair[1].assign(2.0)
    run = train(fit, steps=20)
    pair[0].assign(1.0)
    pair[1].assign(2.0)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, {"fit": fit})
    assert float(printed.getvalue()) == pytest.approx(run.loss, rel=1e-5)


def test_the_text_does_not_depend_on_the_time():
    texts = []
    for _ in range(2):
        w = tf.Variable(2.0)
        run = train(lambda w=w: (w - 1) ** 2, w, steps=20)
        texts.append(repr(run))
        assert set(run._repr_mimebundle_()) >= {"text/plain"}
    assert texts[0] == texts[1]


@pytest.mark.parametrize("level", ["0", "2"])
def test_a_training_writes_nothing_to_the_descriptors(level):
    code = (
        "from gradmagic.tape import tensorflow\n"
        "tf = tensorflow()\n"
        "from gradmagic.training import train\n"
        "w = tf.Variable(2.0)\n"
        "assert train(lambda: (w - 1) ** 2, steps=50).engine == 'xla'\n"
        "python = lambda: tf.py_function(lambda v: (v - 1) ** 2, [w], tf.float32)\n"
        "assert train(python, steps=9).engine == 'graph'\n"
    )
    variables = os.environ | {"TF_CPP_MIN_LOG_LEVEL": level}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
    assert (done.stdout, done.stderr) == ("", "")

"""Which engine runs a loss, and that the numbers are those of the eager loop whichever it is."""

import itertools
import random

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.errors import ArgumentError, LossError
from gradmagic.training import train


def variable():
    return tf.Variable(2.0)


def both(make, steps=30):
    """Train the loss that `make(w)` gives, as auto chooses and eagerly; return both runs."""
    runs = []
    for mode in ("auto", "off"):
        w = variable()
        runs.append(train(make(w), w, steps=steps, compile=mode))
    auto, eager = runs
    assert eager.engine == "eager"
    assert np.allclose(auto.history.loss, eager.history.loss, rtol=1e-5, atol=0)
    return auto


def test_a_plain_loss_is_compiled():
    run = both(lambda w: lambda: (w - 1) ** 2)
    assert run.engine == "xla"
    assert "3 equal the eager loop" in run.reason


def test_python_function_inside_a_graph():
    run = both(lambda w: lambda: tf.py_function(lambda v: (v - 1) ** 2, [w], tf.float32))
    assert run.engine == "graph"
    assert "EagerPyFunc" in run.reason


def test_an_operation_without_a_kernel_in_xla():
    def make(w):
        return lambda: (w - 1) ** 2 + 1e-3 * tf.strings.to_number(tf.strings.as_string(w))

    run = both(make)
    assert run.engine == "graph"
    assert "XLA cannot compile AsString" in run.reason


# XLA differentiates a loop only when it knows how often it runs at most.
@pytest.mark.parametrize(("kind", "engine"), [("if", "xla"), ("while", "graph")])
def test_python_control_flow_on_tensors(kind, engine):
    def make_if(w):
        def loss():
            if w > 1.5:
                return (w - 1) ** 2
            return 0.25 * w**2

        return loss

    def make_while(w):
        def loss():
            total, i = w * 0.0, tf.constant(0)
            while i < 3:
                total += (w - tf.cast(i, tf.float32)) ** 2
                i += 1
            return total

        return loss

    assert both({"if": make_if, "while": make_while}[kind]).engine == engine


def test_a_global_counter_stays_in_python():
    def make(w):
        state = {"calls": 0}

        def loss():
            state["calls"] += 1
            return (w - 1) ** 2 / state["calls"]

        return loss

    run = both(make)
    assert run.engine == "eager"
    assert "state" in run.reason


class Counter:
    def __init__(self):
        self.calls = 0


def effects():
    w, calls, counter, array = variable(), [], Counter(), np.zeros(1)
    generator, own = np.random.default_rng(0), random.Random(0)
    count = 0

    def appends():
        calls.append(1)
        return (w - 1) ** 2

    def sets_attribute():
        counter.calls += 1
        return (w - 1) ** 2

    def rebinds():
        nonlocal count
        count += 1
        return (w - 1) ** 2

    def writes_array():
        array[0] += 1
        return (w - 1) ** 2

    def draws_from_numpy():
        return (w - 1) ** 2 + np.random.normal()

    def draws_from_generator():
        return (w - 1) ** 2 + generator.normal()

    def draws_from_random():
        return (w - 1) ** 2 + random.random()

    def draws_from_own():
        return (w - 1) ** 2 + own.random()

    def helper():
        calls.append(1)
        return w - 1

    def calls_a_helper():
        return helper() ** 2

    def draws_from_tensorflow():
        return (w - 1) ** 2 + tf.random.normal(())

    def prints_in_the_graph():
        tf.print("", end="")
        return (w - 1) ** 2

    def prints():
        print("", end="")
        return (w - 1) ** 2

    def leaves_tensorflow():
        return (w - 1) ** 2 + float(w.numpy())

    functions = (
        appends, sets_attribute, rebinds, writes_array, draws_from_numpy, draws_from_generator,
        draws_from_random, draws_from_own, calls_a_helper, draws_from_tensorflow, prints_in_the_graph,
        prints, leaves_tensorflow,
    )  # fmt: skip
    return {function.__name__: function for function in functions}


@pytest.mark.parametrize("name", list(effects()))
def test_what_a_compiled_loss_would_do_once_stays_eager(name):
    run = train(effects()[name], steps=12)
    assert run.engine == "eager"
    assert run.reason.startswith("step by step, because")


def test_side_effects_happen_as_often_as_in_the_plain_loop():
    w, calls = variable(), []

    def loss():
        calls.append(float(w.numpy()))
        return (w - 1) ** 2

    run = train(loss, w, steps=25)
    assert len(calls) == 25
    assert np.allclose(calls, run.history.parameters["w"])
    assert run.loss == run.history.loss[-1]


def test_a_hidden_state_that_only_the_numbers_show():
    w = variable()
    take = itertools.count(1.0).__next__  # a method of C: nothing about it can be read beforehand
    run = train(lambda: (w - 1) ** 2 * take(), w, steps=6, learning_rate=0.001)
    assert run.engine == "eager"
    assert "other numbers" in run.reason


def test_the_loss_is_called_a_few_times_and_traced_once():
    w, calls = variable(), 0

    def loss():
        return (w - 1) ** 2

    class Watched:
        def __call__(self):
            nonlocal calls
            if not tf.executing_eagerly():
                calls += 1
            return loss()

    run = train(Watched(), w, steps=100_000)
    assert run.engine == "xla"
    assert calls == 1


def test_neither_fewer_steps_nor_another_learning_rate_trace_again():
    w = variable()
    calls = 0

    class Counted:
        def __call__(self):
            nonlocal calls
            if not tf.executing_eagerly():
                calls += 1
            return (w - 1) ** 2

    rates = iter([0.1, 0.5, 0.25, 0.01])

    def listener(run):
        if (rate := next(rates, None)) is not None:
            run.set(learning_rate=rate)

    run = train(Counted(), w, steps=10_000_000, learning_rate=1e-6, background=True, pace=10_000_000)
    run.subscribe(listener)
    run.wait()
    assert run.engine == "xla"
    assert calls == 1
    assert len(run.changes) >= 2
    for step, _, rate in run.changes:
        assert run.history.learning_rate[step] == np.float32(rate)


def test_a_fit_that_is_perfect_already_is_still_compiled():
    x = tf.range(1.0, 6.0)
    w, b = tf.Variable(0.3), tf.Variable(0.7)

    def loss():
        return tf.reduce_mean((w * x + b - (2.1 * x + 1.3)) ** 2)

    engines = [train(loss, [w, b], steps=4000, learning_rate=0.05).engine for _ in range(3)]
    assert engines == ["xla"] * 3


@pytest.mark.parametrize("mode", ["xla", "graph"])
def test_a_mode_asked_for_by_name_refuses_to_go_lower(mode):
    w, calls = variable(), []

    def loss():
        calls.append(1)
        return (w - 1) ** 2

    with pytest.raises(ArgumentError, match=r"compile='auto'"):
        train(loss, w, steps=20, compile=mode)
    assert float(w) == 2.0


def test_xla_asked_for_where_it_cannot():
    w = variable()
    with pytest.raises(ArgumentError, match="XLA cannot compile EagerPyFunc"):
        train(lambda: tf.py_function(lambda v: (v - 1) ** 2, [w], tf.float32), w, compile="xla")
    assert float(w) == 2.0


def test_checks_that_xla_would_leave_out_still_fail():
    w = variable()

    def loss():
        tf.debugging.assert_greater(w, 1.5)
        return (w - 1) ** 2

    with pytest.raises(tf.errors.InvalidArgumentError) as failure:
        train(loss, w, learning_rate=0.05, steps=1000)
    assert any(entry.name == "loss" for entry in failure.traceback)  # the learner's own line
    assert float(w) <= 1.5


def test_a_learners_optimizer_with_state_in_python():
    class Warm(tf.keras.optimizers.SGD):
        def __init__(self):
            super().__init__(0.1)
            self.calls = 0

        def update_step(self, gradient, variable, learning_rate):
            self.calls += 1
            variable.assign_sub(0.1 / self.calls * gradient)

    losses = []
    for mode, engine in (("auto", "xla"), ("off", "eager")):
        w, optimizer = variable(), Warm()
        run = train(lambda w=w: (w - 1) ** 2, w, optimizer=optimizer, steps=20, compile=mode)
        assert run.engine == engine
        assert optimizer.calls == 20
        losses.append(run.history.loss)
    assert np.allclose(*losses, rtol=1e-5)


def test_a_learners_optimizer_without_state_is_compiled():
    class Plain(tf.keras.optimizers.Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            variable.assign_sub(tf.cast(learning_rate, variable.dtype) * gradient)

    w = variable()
    run = train(lambda: (w - 1) ** 2, w, optimizer=Plain(0.1), steps=20)
    assert run.engine == "xla"
    assert float(w) == pytest.approx(1 + 0.8**20, rel=1e-5)


def test_a_layer_built_on_its_first_call():
    layer = tf.keras.layers.Dense(1)
    x = tf.ones((3, 2))
    run = train(lambda: tf.reduce_mean((layer(x) - 1) ** 2), steps=200, learning_rate=0.1)
    assert run.engine == "xla"
    assert run.loss < 1e-6
    assert len(run.variables) == 2


def test_a_variable_created_inside_the_loss():
    w = variable()

    def loss():
        offset = tf.Variable(1.0, name="offset")
        return (w - offset) ** 2

    for mode in ("auto", "off"):
        with pytest.raises(LossError, match=r"creates a variable \(offset\)"):
            train(loss, steps=10, compile=mode)
        assert float(w) == 2.0


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6])
def test_very_few_steps(steps):
    w = variable()
    run = train(lambda: (w - 1) ** 2, w, learning_rate=0.1, steps=steps)
    assert len(run.history) == run.steps == steps
    assert float(w) == pytest.approx(1 + 0.8**steps, rel=1e-6)
    assert run.loss == pytest.approx(0.64**steps, rel=1e-5)
    assert run.engine == ("eager" if steps < 3 else "xla")


def test_random_numbers_are_those_of_the_plain_loop():
    def make():
        w = variable()
        return w, lambda: (w - 1 + 0.1 * tf.random.normal(())) ** 2

    w, loss = make()
    run = train(loss, w, steps=20, seed=7)
    w, loss = make()
    tf.keras.utils.set_random_seed(7)
    optimizer = tf.keras.optimizers.SGD(0.01)
    for recorded in run.history.loss:
        with tf.GradientTape() as tape:
            value = loss()
        assert float(value) == recorded
        optimizer.apply_gradients([(tape.gradient(value, w), w)])


def test_the_seed_leaves_the_generators_of_python_and_numpy_alone():
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    w = variable()
    train(lambda: (w - 1) ** 2, w, steps=5, seed=3)
    assert (random.random(), np.random.random()) == expected


def test_the_generator_of_tensorflow_is_left_alone_by_a_loss_that_draws_nothing():
    def next_number(train_between):
        tf.random.set_seed(5)
        tf.random.normal(())
        w = variable()
        if train_between:
            train(lambda: tf.square(w - 1), w, steps=20)
        return float(tf.random.normal(()))

    assert next_number(True) == next_number(False)

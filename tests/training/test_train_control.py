"""Interrupts, divergence and progress: what is left is always in order."""

import os
import signal
import threading
import time
import warnings

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.errors import ArgumentError, LossError
from gradmagic.training import _ladder, train
from gradmagic.training._program import Program
from gradmagic.training._session import Session

ENGINES = ["xla", "graph", "off"]

# Seconds after which a wait is given up: they end a hang, and pass no judgement on speed.
PATIENCE = 120.0


def bowl():
    w = tf.Variable(np.array([3.0, -1.0]), dtype="float64")
    return w, lambda: tf.reduce_sum((w - 1) ** 2)


def slow():
    """Some 0.1 ms a step, compiled."""
    w = tf.Variable(tf.eye(96))
    x = tf.constant(np.random.default_rng(0).normal(size=(96, 96)) / 20, tf.float32)
    return w, lambda: tf.reduce_mean((w @ x @ x - 1) ** 2)


def assert_consistent(run, w, loss, rate):
    """The variables are those that the history leads to, and training can go on."""
    assert len(run.history) == run.steps
    recorded = run.history.parameters["w"]
    if run.steps:
        last = recorded[-1]
        assert np.allclose(w, last - rate * 2 * (last - 1), rtol=1e-6)
    if loss is not None:
        assert run.loss == pytest.approx(float(loss()), rel=1e-12)
        assert train(loss, w, learning_rate=rate, steps=10).status == "finished"


@pytest.mark.parametrize("mode", ENGINES)
@pytest.mark.parametrize("when", [1, 3, 60])
def test_interrupt_from_the_progress_callback(mode, when):
    w, loss = bowl()

    def progress(done, total, value):
        if done >= when:
            raise KeyboardInterrupt

    run = train(loss, w, learning_rate=1e-3, steps=200, compile=mode, progress=progress)
    assert run.status == "interrupted"
    assert when <= run.steps
    assert_consistent(run, w, loss, 1e-3)


@pytest.mark.parametrize("call", [2, 3, 4, 5, 6])
def test_interrupt_inside_the_loss(call):
    w, loss = bowl()
    calls = []

    def interrupted():
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        return loss()

    run = train(interrupted, w, learning_rate=1e-3, steps=200)
    assert run.status == "interrupted"
    assert run.steps <= call
    assert np.isfinite(run.loss)
    assert_consistent(run, w, None, 1e-3)  # a loss with side effects is not called once more at the end
    assert train(loss, w, steps=5).status == "finished"


def test_interrupt_before_anything_was_learned():
    w, loss = bowl()

    def interrupted():
        loss()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(interrupted, w)
    assert np.array_equal(w, [3.0, -1.0])


class Sender(threading.Thread):
    """Sends this process a SIGINT once it is told to.

    Attributes:
        go: Set by who wants the signal.
        sent: Set when it was sent: whoever may come to an end without it waits for this.
    """

    def __init__(self, delay=0.0, after=lambda: None):
        super().__init__(daemon=True)
        self.go, self.sent = threading.Event(), threading.Event()
        self._delay, self._after = delay, after

    def run(self):
        self.go.wait()
        time.sleep(self._delay)
        os.kill(os.getpid(), signal.SIGINT)
        self._after()
        self.sent.set()


@pytest.mark.parametrize("mode", ENGINES)
def test_a_real_signal(mode, monkeypatch):
    """While a chunk is made, after the hundredth step: it is the last one."""
    w, loss = slow()
    told, known = [], []
    sender = Sender(after=lambda: known.append(len(told)))
    sender.start()
    real = Session.advance

    def advance(session, engine, count):
        if session.done > 100:
            sender.go.set()
        return real(session, engine, count)

    def progress(done, total, value):
        told.append(done)
        if done > 10_000:
            assert sender.sent.wait(PATIENCE)

    monkeypatch.setattr(Session, "advance", advance)
    run = train(loss, w, learning_rate=1e-4, steps=200_000, compile=mode, progress=progress)
    assert sender.sent.wait(PATIENCE)
    assert run.status == "interrupted"
    assert 100 < run.steps < 200_000
    assert len(told) <= known[0] + 1
    assert len(run.history) == run.steps
    assert run.loss < run.history.loss[0]
    assert train(loss, w, steps=5).status == "finished"


def check_that_a_signal_interrupts(sender, start):
    """Train until the signal comes; `start` is called after the first step."""
    w, loss = bowl()
    sender.start()

    def progress(done, total, value):
        start()
        if done > 1_000_000:
            assert sender.sent.wait(PATIENCE)

    run = train(loss, w, learning_rate=1e-6, steps=10_000_000, progress=progress)
    assert sender.sent.wait(PATIENCE)
    assert run.status == "interrupted"
    assert_consistent(run, w, loss, 1e-6)


# Where garbage is collected at that moment, a library's own callback may swallow the interrupt.
SWALLOWED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@SWALLOWED
@pytest.mark.parametrize("delay", [0.0, 0.005, 0.02, 0.05, 0.1, 0.15])
def test_a_signal_while_verifying_and_compiling(delay):
    sender = Sender(delay)
    check_that_a_signal_interrupts(sender, sender.go.set)


@SWALLOWED
@pytest.mark.parametrize(
    ("owner", "name"),
    [(Program, "__init__"), (_ladder, "try_out"), (_ladder, "agrees"), (Program, "advance")],
)
def test_a_signal_at_the_beginning_of(owner, name, monkeypatch):
    """Tracing, compiling, comparing, computing."""
    sender, real = Sender(), getattr(owner, name)

    def announced(*arguments, **options):
        sender.go.set()
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, announced)
    check_that_a_signal_interrupts(sender, lambda: None)


@pytest.mark.parametrize("mode", ENGINES)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_divergence_keeps_the_last_finite_parameters(mode, optimizer):
    def make():
        w = tf.Variable([3.0, -1.0])
        return w, lambda: tf.reduce_sum((w - 1) ** 4)

    rate = {"sgd": 10.0, "momentum": 10.0, "adam": 1e8}[optimizer]
    w, loss = make()
    keras = {
        "sgd": tf.keras.optimizers.SGD(rate),
        "momentum": tf.keras.optimizers.SGD(rate, momentum=0.9),
        "adam": tf.keras.optimizers.Adam(rate),
    }[optimizer]
    finite = []
    for _ in range(100):
        with tf.GradientTape() as tape:
            value = loss()
        if not np.isfinite(value):
            break
        finite.append((w.numpy(), float(value)))
        keras.apply_gradients([(tape.gradient(value, w), w)])
    assert 1 <= len(finite) < 100

    w, loss = make()
    run = train(loss, w, optimizer=optimizer, learning_rate=rate, steps=100, compile=mode)
    assert run.status == "diverged"
    assert run.steps == len(finite)
    assert f"at step {len(finite)}" in run.reason
    assert np.all(np.isfinite(w))
    assert np.allclose(w, finite[-1][0], rtol=1e-4)
    assert run.loss == pytest.approx(float(loss()))
    assert np.all(np.isfinite(run.history.loss))


@pytest.mark.parametrize("mode", ENGINES)
@pytest.mark.parametrize("rate", [1.5, 1.05])
def test_divergence_after_many_steps(mode, rate):
    w = tf.Variable(2.0, dtype="float32")
    run = train(lambda: (w - 1) ** 2, w, learning_rate=rate, steps=5000, compile=mode)
    assert run.status == "diverged"
    assert np.isfinite(w)
    assert np.isfinite(run.loss)
    with np.errstate(over="ignore"):
        assert np.isinf((np.float32(w - 1) * np.float32(1 - 2 * rate)) ** np.float32(2))
    assert int(run.steps) == len(run.history)


def test_divergence_in_the_very_last_update():
    for steps in range(1, 12):
        w = tf.Variable(3.0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            run = train(lambda w=w: w**4, w, learning_rate=1.0, steps=steps)
        assert np.isfinite(w)
        assert np.isfinite(run.loss)
        assert run.steps == min(steps, 3)
        assert run.status == ("finished" if steps < 3 else "diverged")


def test_a_gradient_that_is_not_finite():
    w = tf.Variable([1.0, 0.0])
    run = train(lambda: tf.reduce_sum(tf.sqrt(tf.abs(w))), w, steps=50)
    assert run.status == "diverged"
    assert np.array_equal(w, [1.0, 0.0])
    assert run.steps == 1


def test_a_loss_that_is_not_finite_at_the_start():
    w = tf.Variable(0.0)
    with pytest.raises(LossError, match="before the first step"):
        train(lambda: tf.math.log(w), w)


def test_progress_tells_every_chunk_and_the_end():
    w, loss = bowl()
    told = []
    run = train(loss, w, steps=300, progress=lambda *what: told.append(what))
    dones = [done for done, _, _ in told]
    assert dones == sorted(set(dones))
    assert dones[-1] == 300
    assert {total for _, total, _ in told} == {300}
    for done, _, value in told:
        assert value == run.history.loss[done - 1]


def test_progress_bar_on_standard_error(capsys):
    w, loss = bowl()

    def slow():
        time.sleep(0.02)
        return loss()

    train(slow, w, steps=50, compile="off", progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "/50" in err
    assert "loss=" in err


def test_silence_without_progress(capfd):
    w, loss = bowl()
    train(loss, w, steps=300)
    assert capfd.readouterr() == ("", "")


def test_progress_of_another_kind():
    w, loss = bowl()
    with pytest.raises(ArgumentError, match="progress is a str"):
        train(loss, w, progress="tqdm")


def test_a_bug_in_the_callback_is_not_hidden():
    w, loss = bowl()

    def progress(done, total, value):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train(loss, w, steps=300, progress=progress)
    assert train(loss, w, steps=10).status == "finished"


def test_a_saved_state_is_not_touched_by_compiled_updates():
    from gradmagic.training._state import State

    w = tf.Variable(tf.ones(1000))
    state = State([w])
    saved = state.save()

    @tf.function(jit_compile=True)
    def update():
        w.assign_add(tf.ones(1000))

    for _ in range(3):
        update()
    w.assign_add(tf.ones(1000))
    assert float(tf.reduce_max(saved.tensors[0][1])) == 1
    state.load(saved)
    assert float(tf.reduce_max(w)) == 1
    update()
    assert float(tf.reduce_max(saved.tensors[0][1])) == 1

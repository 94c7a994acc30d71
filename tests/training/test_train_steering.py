"""A run is observed and steered from another thread: it acts after the chunk that runs and never compiles anew.

How long a chunk is: `test_pace.py`. How soon that is on this machine: `benchmarks/train/steering.py`.
"""

import threading
import time

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, LossError

# Seconds after which a wait is given up: they end a hang, and pass no judgement on speed.
PATIENCE = 120.0


@pytest.fixture
def started():
    """Start trainings in the background; all are ended."""
    runs = []

    def start(optimizer="sgd", loss=None, variables=None, **options):
        v = tf.Variable([3.0, -1.0], name="v")
        traced = []

        def bowl():
            if not tf.executing_eagerly():
                traced.append(1)
            return 1 + tf.reduce_sum(tf.constant([1.0, 4.0]) * v**2)

        # At full speed it would be over in 0.2 s, and so in 100: longer than any test needs it.
        asked = {"learning_rate": 1e-6, "steps": 10_000_000, "pace": 100_000, **options}
        run = gm.train(
            loss or bowl, v if variables is None else variables, optimizer=optimizer, background=True, **asked
        )
        run.traced, run.v = traced, v
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.stop()
        run.wait(PATIENCE)


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)


def running(run):
    until(lambda: run.engine == "xla" and run.steps > 1000)
    return run


def ends_of_chunks(run):
    """The steps made at the end of each chunk from now on, as its own thread tells them."""
    ends = []
    run.subscribe(lambda run: ends.append(run.steps))
    return ends


def busy():
    """A training that never rests: some 0.1 ms a step, compiled, and so 50 ms a chunk."""
    w = tf.Variable(tf.eye(96))
    x = tf.constant(np.random.default_rng(0).normal(size=(96, 96)) / 20, tf.float32)
    return {"loss": lambda: tf.reduce_mean((w @ x @ x - 1) ** 2), "variables": w, "pace": None}


@pytest.mark.parametrize("kind", ["resting", "busy"])
@pytest.mark.parametrize(("what", "status"), [("pause", "paused"), ("stop", "stopped")])
def test_it_acts_after_the_chunk_that_runs(started, what, status, kind):
    run = running(started(**(busy() if kind == "busy" else {})))
    ends = ends_of_chunks(run)
    until(lambda: len(ends) > 2)
    getattr(run, what)()
    before = ends[-1]
    until(lambda: run.status == status)
    later = sorted({steps for steps in ends if steps > before})
    assert len(later) <= 1
    assert run.steps == (later or [before])[-1] < 10_000_000


def test_set_acts_after_the_chunk_that_runs_and_does_not_trace(started):
    run = running(started())
    traces = len(run.traced)
    ends = ends_of_chunks(run)
    for rate in (2e-6, 3e-6, 4e-6, 5e-6):
        run.set(learning_rate=rate)
        known = len(ends)
        until(lambda known=known: len(ends) > known + 1)
        (step,) = [step for step, _, value in run.changes if value == rate]
        assert step <= ends[known]
    run.stop().wait()
    assert len(run.traced) == traces
    rates = run.history.learning_rate
    assert run.changes[0][0] < run.steps
    for step, name, value in run.changes:
        assert name == "learning_rate"
        if step == run.steps:  # stopped before a step was made with the last of them
            continue
        assert rates[step] == pytest.approx(value)
        assert rates[step - 1] != pytest.approx(value)


def test_what_is_set_again_before_a_step_leaves_one_mark(started):
    run = running(started())
    run.pause()
    until(lambda: run.status == "paused")
    run.set(learning_rate=2e-6).set(learning_rate=3e-6)
    run.resume()
    until(lambda: run.changes and run.steps > run.changes[0][0])
    run.stop().wait()
    assert [mark[1:] for mark in run.changes] == [("learning_rate", 3e-6)]
    run.set(learning_rate=4e-6)
    run.set(learning_rate=5e-6)  # at once: the training is over
    assert [mark[2] for mark in run.changes] == [3e-6, 5e-6]


@pytest.mark.parametrize(
    ("optimizer", "name", "value"),
    [
        ("momentum", "momentum", 0.5),
        ("adam", "beta_1", 0.8),
        ("adam", "beta_2", 0.99),
        ("rmsprop", "rho", 0.7),
    ],
)
def test_every_hyperparameter_can_be_set_without_tracing(started, optimizer, name, value):
    run = running(started(optimizer))
    traces = len(run.traced)
    assert name in run.hyperparameters
    run.set(**{name: value})
    until(lambda: run.changes)
    assert run.hyperparameters[name] == pytest.approx(value)
    run.stop().wait()
    assert len(run.traced) == traces


def of_rows(steps, **asked):
    """A fit of 100 rows, by mini-batches."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(100, 3)).astype(np.float32)
    targets = rows @ np.array([1, 2, 3], np.float32)
    w = tf.Variable(tf.zeros(3))

    def loss(x, y):
        return tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)

    run = gm.train(loss, w, data=(rows, targets), steps=steps, learning_rate=1e-6, background=True, **asked)
    return run, lambda at: np.mean((rows @ at - targets) ** 2)


def test_the_batch_size_can_be_set_and_begins_a_new_epoch():
    run, whole_loss = of_rows(3_000_000, batch=32, pace=30_000)
    running(run)
    run.set(batch=100)
    until(lambda: run.batch == 100 and run.engine == "xla" and run.steps > run.changes[0][0] + 100)
    run.stop().wait()
    ((step, name, value),) = run.changes
    assert (name, value) == ("batch", 100)
    losses, weights = run.history.loss, next(iter(run.history.parameters.values()))
    after = [whole_loss(at) for at in weights[step : step + 50]]
    np.testing.assert_allclose(losses[step : step + 50], after, rtol=1e-5)
    before = [whole_loss(at) for at in weights[step - 50 : step]]
    assert not np.allclose(losses[step - 50 : step], before, rtol=1e-3)


def test_after_a_reset_batches_are_those_of_the_same_training_from_the_start():
    run, _ = of_rows(3_000_000, batch=32, pace=30_000)
    running(run).set(batch=8)
    until(lambda: run.batch == 8)
    run.reset(paused=True)
    until(lambda: run.status == "paused")
    for _ in range(30):
        run.step()
    until(lambda: run.steps == 30)
    losses = run.history.loss[:30]
    run.stop().wait()
    again, _ = of_rows(30, batch=8)
    np.testing.assert_allclose(again.wait().history.loss, losses, rtol=1e-6)


@pytest.mark.parametrize("batch", [0, -3, 2.5, 101, True, "many", float("nan")])
def test_a_batch_that_cannot_be_is_refused(batch):
    run, _ = of_rows(30, batch=8)
    with pytest.raises(ArgumentError, match="batch"):
        run.set(batch=batch)
    run.wait()


def test_without_mini_batches_there_is_no_batch_to_set(started):
    run = running(started())
    assert (run.batch, run.rows) == (None, 0)
    with pytest.raises(ArgumentError, match="batch"):
        run.set(batch=8)


def test_numbers_after_a_change_are_those_of_the_plain_loop():
    """Steps made with one rate, then with another, in the compiled program."""
    v = tf.Variable([3.0, -1.0])
    loss = lambda: tf.reduce_sum(tf.constant([1.0, 4.0]) * v**2)  # noqa: E731
    changed, run_of, known = [], [], threading.Event()

    def progress(done, total, value):
        if not changed and done > 500:
            assert known.wait(PATIENCE)
            run_of[0].set(momentum=0.3, learning_rate=0.001)
            changed.append(done)

    run = gm.train(
        loss,
        v,
        optimizer="momentum",
        learning_rate=1e-4,
        steps=40_000,
        background=True,
        progress=progress,
    )
    run_of.append(run)
    known.set()
    run.wait()
    (step, *_), *_ = run.changes
    assert 500 < step == changed[0] < run.steps
    assert {name for _, name, _ in run.changes} == {"momentum", "learning_rate"}
    velocity = np.zeros(2)
    values = np.array([3.0, -1.0])
    losses = []
    for number in range(run.steps):
        rate, momentum = (1e-4, 0.9) if number < step else (0.001, 0.3)
        losses.append((np.array([1.0, 4.0]) * values**2).sum())
        velocity = momentum * velocity - rate * 2 * np.array([1.0, 4.0]) * values
        values = values + velocity
    losses = np.array(losses)
    large = losses > 1e-6
    assert np.allclose(run.history.loss[large], losses[large], rtol=2e-3)


def test_pause_holds_and_resume_goes_on(started):
    run = running(started())
    run.pause()
    until(lambda: run.status == "paused")
    steps = run.steps
    time.sleep(0.2)
    assert run.steps == steps
    assert len(run.history.loss) == steps  # a paused run can be read
    run.resume()
    until(lambda: run.steps > steps)
    run.stop().wait()
    assert run.status == "stopped"
    assert len(run.history) == run.steps


def test_stop_while_paused(started):
    run = running(started())
    run.pause()
    until(lambda: run.status == "paused")
    run.stop().wait(PATIENCE)
    assert run.status == "stopped"


def test_subscribers_hear_of_every_chunk_until_they_leave(started):
    run = started()
    heard, threads = [], set()

    def listener(handle):
        heard.append(handle.steps)
        threads.add(threading.current_thread().name)

    leave = run.subscribe(listener)
    until(lambda: len(heard) > 3)
    others = ends_of_chunks(run)
    leave()
    until(lambda: len(others) > 1)  # a chunk that was being told of then may still have been heard
    count = len(heard)
    until(lambda: len(others) > 4)
    assert len(heard) == count
    assert heard == sorted(heard)
    assert threads == {"gradmagic"}


def test_a_listener_that_fails_does_not_end_the_training(started):
    run = started()

    def broken(handle):
        raise RuntimeError("broken listener")

    run.subscribe(broken)
    with pytest.warns(UserWarning, match="broken listener") as warned:
        until(lambda: len(warned) > 0)
    running(run)
    assert run.status == "running"


def test_wait_raises_what_went_wrong_in_the_thread():
    v = tf.Variable(1.0)
    calls = []

    def loss():
        calls.append(1)
        if len(calls) > 3:
            raise ZeroDivisionError("mine")
        return v**2

    with pytest.raises(ZeroDivisionError, match="mine"):
        gm.train(loss, v, steps=10, background=True).wait()


def test_bad_arguments_are_raised_at_once():
    v = tf.Variable([1.0, 2.0])
    with pytest.raises(LossError):
        gm.train(lambda: v**2, v, steps=10, background=True)


def test_wait_with_a_time_limit(started):
    run = started()
    for seconds in (0, 0.05):
        assert run.wait(seconds) is run
        assert run.status == "running"  # the call came back before its end


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"momentun": 0.9}, "momentum"),
        ({"learning_rate": float("nan")}, "nan"),
        ({"learning_rate": -1.0}, "-1"),
        ({"learning_rate": "fast"}, "'fast'"),
        ({"learning_rate": True}, "True"),
    ],
)
def test_what_cannot_be_set(started, settings, said):
    run = started("momentum")
    with pytest.raises(ArgumentError) as caught:
        run.set(**settings)
    assert said in str(caught.value)


def test_no_thread_is_left(started):
    run = running(started())
    run.stop().wait()
    run.join(PATIENCE)
    until(lambda: not any(thread.name == "gradmagic" for thread in threading.enumerate()))

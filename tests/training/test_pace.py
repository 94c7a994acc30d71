"""How many steps make a chunk: 50 ms of them, by a clock of the test's own."""

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import _control, _drive, _training, train
from gradmagic.training._control import Control
from gradmagic.training._drive import _LOOK_AGAIN
from gradmagic.training._pace import CHUNK_SECONDS, EvenPace, Pace
from gradmagic.training._verify import VERIFIED_STEPS

MANY = 10**9


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


def test_a_chunk_is_50_ms():
    assert CHUNK_SECONDS == 0.05


@pytest.mark.parametrize(
    ("seconds", "count"), [(1e-3, 50), (1e-5, 5000), (0.05, 1), (0.4, 1), (0.0, 50_000_000)]
)
def test_the_first_chunk_is_by_the_time_of_the_first_step(seconds, count):
    assert Pace(seconds).count(MANY) == count


@pytest.mark.parametrize(
    ("made", "seconds", "following"),
    [
        (50, 0.05, 50),
        (50, 0.1, 25),  # twice as slow as was thought
        (50, 0.025, 100),
        (50, 1e-9, 50 * 64),  # so short a time says little: it grows 64-fold at most
        (1, 0.0, 64),
        (50, 10.0, 1),  # never none at all
    ],
)
def test_the_next_chunk_is_by_the_time_of_the_last(made, seconds, following):
    pace = Pace(1e-3)
    pace.made(made, seconds)
    assert pace.count(MANY) == following


def test_a_chunk_is_no_longer_than_what_is_left():
    assert Pace(1e-3).count(7) == 7


def test_chunks_that_are_all_alike():
    pace = EvenPace(8)
    pace.made(8, 60.0)
    assert (pace.count(MANY), pace.count(3)) == (8, 3)


@pytest.mark.parametrize("mode", ["xla", "graph", "off"])
@pytest.mark.parametrize("step_seconds", [1e-3, 4e-4])
def test_a_training_makes_chunks_of_50_ms(monkeypatch, mode, step_seconds):
    """Where each step takes so long: by the clock, whatever this machine needs."""
    clock, first, done = Clock(), Clock(), [0]

    def one_step():
        first.advance(step_seconds)
        return first()

    def progress(now, total, loss):
        clock.advance((now - done[-1]) * step_seconds)
        done.append(now)

    monkeypatch.setattr(_training, "perf_counter", one_step)
    monkeypatch.setattr(_drive, "perf_counter", clock)
    w = tf.Variable([3.0, -1.0])
    steps = 400 if mode == "off" else 2000
    train(
        lambda: tf.reduce_sum((w - 1) ** 2),
        w,
        learning_rate=1e-4,
        steps=steps,
        compile=mode,
        progress=progress,
    )
    fitting = round(CHUNK_SECONDS / step_seconds)
    chunks, ends = np.diff(done), done[1:]
    assert max(chunks) <= fitting
    # Shorter are the first steps, made one by one and compared; the last chunk; those up to a later comparison
    # with the eager loop, which makes a few steps itself; and nothing else.
    compared = [end for end in ends for steps in _LOOK_AGAIN if 0 <= end - steps <= 4 * VERIFIED_STEPS]
    short = [end for end, chunk in zip(ends, chunks, strict=True) if chunk < fitting - 1]
    assert set(short) <= {*ends[:3], *compared, ends[-1]}
    assert len(short) < len(chunks)


def test_a_speed_makes_chunks_shorter():
    control = Control()
    assert control.allowed(5000) == 5000
    control.set_speed(200)
    assert control.allowed(5000) == 200 * CHUNK_SECONDS
    control.set_speed(3)
    assert control.allowed(5000) == 1
    control.set_speed(None)
    control.longest = 40
    assert control.allowed(5000) == 40
    control.step(7)
    assert control.allowed(5000) == 7


@pytest.fixture
def rests(monkeypatch):
    """A control whose rests take no time, and how long each would have been."""
    clock, control, found = Clock(), Control(), []

    def wait(seconds):
        found.append(seconds)
        clock.advance(seconds)
        return False

    monkeypatch.setattr(_control, "monotonic", clock)
    monkeypatch.setattr(control._changed, "wait", wait)
    return control, found, clock


def test_a_speed_is_kept_by_rests(rests):
    control, found, _ = rests
    control.made(10, 0.001)
    assert found == []
    control.set_speed(20)
    control.made(10, 0.1)
    assert sum(found) == pytest.approx(10 / 20 - 0.1)
    assert max(found) <= CHUNK_SECONDS  # an interrupt reaches it
    found.clear()
    control.made(10, 0.7)  # slower than it may be
    assert found == []


@pytest.mark.parametrize("what", ["pause", "stop"])
def test_a_rest_is_cut_short(rests, monkeypatch, what):
    control, found, clock = rests
    control.set_speed(0.001)

    def wait(seconds):
        found.append(seconds)
        clock.advance(seconds)
        control.stopping, control.pausing = (
            what == "stop",
            what == "pause",
        )  # by another thread, as `pause` does

    monkeypatch.setattr(control._changed, "wait", wait)
    control.made(1, 0.0)
    assert len(found) == 1

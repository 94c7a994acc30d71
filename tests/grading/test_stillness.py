"""A machine that stands still costs nobody a point: it is noticed, and the submission is run again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradmagic.grading import _session
from gradmagic.grading._score import GRADED
from gradmagic.grading._session import _Loop

ROOT = Path(__file__).parents[2]
WATCHES = """
import sys, time
from gradmagic.grading._stillness import Stillness
with Stillness() as watch:
    print("watching", flush=True)
    until = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < until:
        pass
print(watch.seconds)
"""


def watched(seconds, stopped):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WATCHES, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout.readline() == "watching\n"
        if stopped:
            time.sleep(0.3)
            process.send_signal(signal.SIGSTOP)
            time.sleep(stopped)
            process.send_signal(signal.SIGCONT)
        return float(process.stdout.read())


def test_a_stop_is_noticed_for_as_long_as_it_was():
    assert 3.4 < watched(4, stopped=3.5) < 5


def test_a_block_that_ends_with_the_stop_notices_it_too():
    assert watched(1, stopped=3.5) > 2


def test_being_busy_is_no_stop():
    assert watched(2.5, stopped=0) == 0


class FakeWork:
    """A submission, and whether it has passed after each run."""

    status = GRADED

    def __init__(self, passes, runs=0):
        self.passes, self.runs = passes, runs

    @property
    def is_passed(self):
        return self.passes[self.runs - 1]

    def afresh(self):
        return FakeWork(self.passes, self.runs)


@pytest.mark.parametrize(
    ("still", "passes", "runs"),
    [
        ([0.0], [True], 1),
        ([0.0], [False], 1),  # wrong, and nothing stood still
        ([3.0], [True], 1),  # no harm was done
        ([3.0, 0.0], [False, True], 2),
        ([3.0, 3.0, 3.0], [False, False, False], 3),  # enough
        ([3.0, 0.0], [False, False], 2),  # it is wrong
    ],
)
def test_what_lost_points_meanwhile_is_run_again(monkeypatch, still, passes, runs):
    count, left = [], list(still)

    class Watch:
        def __enter__(self):
            self.seconds = left.pop(0)
            return self

        def __exit__(self, *_):
            return None

    def run(self, session, work):
        count.append(work)
        work.runs = len(count)

    monkeypatch.setattr(_session, "Stillness", Watch)
    monkeypatch.setattr(_Loop, "_run", run)
    settled = _Loop([], None, print)._settled(SimpleNamespace(), FakeWork(passes))
    assert len(count) == runs
    assert settled.is_passed == passes[runs - 1]


def test_what_cannot_be_read_is_not_run(monkeypatch):
    monkeypatch.setattr(_Loop, "_run", pytest.fail)
    work = FakeWork([])
    work.status = "not-a-notebook"
    assert _Loop([], None, print)._settled(SimpleNamespace(), work) is work

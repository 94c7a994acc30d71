"""Several graders at once, and graders that are killed: the same table as one that was left in peace."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradmagic.grading.book import Gradebook, audit

from .fakes import KEY, RUBRICS, class_of, grade_all, table

ROOT = Path(__file__).parents[3]
STUDENTS = 30


def grader(path, pause, students=STUDENTS):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.grading.book.fakes", str(path), str(students), str(pause)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def undisturbed(tmp_path):
    with Gradebook.open(tmp_path / "undisturbed.sqlite", KEY) as book:
        book.plan(class_of(STUDENTS), RUBRICS)
        grade_all(book)
        return table(book)


def checked(path):
    report = audit(path, KEY)
    assert report.findings == ()
    with Gradebook.open(path, KEY) as book:
        assert book.progress().due == 0
        runs = sum(len(book.history(item.student, item.exercise)) for item in class_of(STUDENTS))
        assert runs == report.results == 2 * STUDENTS, "a submission was recorded twice"
        return table(book)


def test_two_graders_share_the_work(tmp_path):
    path = tmp_path / "gradebook.sqlite"
    both = [grader(path, 0.004) for _ in range(2)]
    assert [one.communicate(timeout=100)[0] for one in both] == ["planned\ndone\n"] * 2
    assert checked(path) == undisturbed(tmp_path)


@pytest.mark.parametrize("seed", range(2))
def test_killed_ten_times_and_started_again(tmp_path, seed):
    """Two graders at once, one of which is killed -9 at a random point and replaced, ten times."""
    path = tmp_path / "gradebook.sqlite"
    chance = random.Random(seed)
    steady = grader(path, 0.2)
    killed = 0
    for _ in range(10):
        victim = grader(path, 0.06)
        # Also while it opens the file, and while it plans.
        time.sleep(chance.uniform(0.02, 0.5))
        if victim.poll() is None:
            victim.send_signal(signal.SIGKILL)
            killed += 1
        victim.communicate()
        if killed == 5:
            steady.kill()  # no other one is left but the victims to come
    steady.communicate(timeout=100)
    began = time.monotonic()
    assert grader(path, 0).communicate(timeout=100)[0] == "planned\ndone\n"
    assert time.monotonic() - began < 25, "it waited for the leases of the dead"
    assert killed == 10
    assert checked(path) == undisturbed(tmp_path)

"""A whole grader that is stopped in the middle, kernels and all, and let on: every score is what it was to be."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradmagic.grading import Gradebook, find_key
from gradmagic.grading.sandbox import probe
from tests.grading.notebooks import ROOT, SOLUTIONS, answered, written

NAME = "02-higher-derivatives"
RIGHT = "return 4 * x**3 + 6 * x**2 - 6 * x + 4"
# A check of a fifth of a second or more, so that the stop falls into some.
SLOW = f"import time\ndef first(x):\n    time.sleep(0.2)\n    {RIGHT}\n"
OTHERS = "def second(x):\n    return 12 * x**2 + 12 * x - 6\n\n\ndef third(x):\n    return 24 * x + 12"
STUDENTS = 16
STOPPED_SECONDS = 25.0


def processes_below(root):
    """The process and all that it has started, at any depth."""
    children = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(place.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def signalled(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def stopped_for(root, seconds):
    """Stop a process and all below it, until none is found that is not stopped; let all on after a while."""
    stopped = []
    while more := [pid for pid in processes_below(root) if pid not in stopped]:
        signalled(more, signal.SIGSTOP)
        stopped += more
    time.sleep(seconds)
    signalled(reversed(stopped), signal.SIGCONT)
    return stopped


def graded_in(out, key):
    """How many results the gradebook has."""
    if not (out / "gradebook.sqlite").exists():
        return 0
    with Gradebook.open(out / "gradebook.sqlite", find_key(key)) as book:
        return sum(1 for _ in book.current())


@pytest.mark.soak
def test_a_grader_stopped_in_the_middle_gives_every_submission_what_it_deserves(tmp_path):
    for number in range(STUDENTS):
        source = f"{SLOW}\n\n{OTHERS}{' + 1' if number % 4 == 3 else ''}"
        written(tmp_path / "subs", f"s{number:02}", NAME, answered(NAME, {"by-hand": source}))
    tier = probe().name
    command = [sys.executable, "-m", "gradmagic", "grade", str(tmp_path / "subs"), "--jobs", "2"]
    command += ["--solutions", str(SOLUTIONS), "--out", str(tmp_path / "out"), "--key", str(tmp_path / "key")]
    command += [] if tier == "full" else ["--below-full-tier", tier]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 240
            while graded_in(tmp_path / "out", tmp_path / "key") < 4:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            stopped = stopped_for(process.pid, STOPPED_SECONDS)
            told = process.communicate(timeout=240)[0]
        finally:
            if process.poll() is None:
                process.kill()
    assert process.returncode == 0, told
    # The grader, two workers, the kernels' parent, and kernels with their keepers.
    assert len(stopped) > 5
    with Gradebook.open(tmp_path / "out" / "gradebook.sqlite", find_key(tmp_path / "key")) as book:
        found = {result.graded.student: result.graded for result in book.current()}
        assert all(len(book.history(student, NAME)) == 1 for student in found)
        assert book.audit().ok
    assert len(found) == STUDENTS
    for number in range(STUDENTS):
        graded = found[f"s{number:02}"]
        assert graded.status == "graded"
        missed = {score.check for score in graded.scores if score.points < score.possible}
        assert missed == ({"derivative_3"} if number % 4 == 3 else set()), (number, graded.scores)

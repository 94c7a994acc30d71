"""The kernels' parent is killed while a class is graded: nobody pays for it, and nothing is left of it."""

import os
import signal

from gradmagic.grading import Gradebook, Settings, _grade, find_key
from gradmagic.grading._kernels import Kernels
from gradmagic.grading.sandbox import probe
from tests.grading.notebooks import SOLUTIONS, answered, solution, written

NAME = "02-higher-derivatives"
# Long enough that the parent dies while cells run.
SLOW = {"by-hand": "import time; time.sleep(1)\ndef first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"}


def test_a_parent_that_dies_is_replaced_and_costs_no_points(tmp_path, monkeypatch):
    for number in range(6):
        notebook = answered(NAME, SLOW) if number % 2 else solution(NAME)
        written(tmp_path / "subs", f"s{number}", NAME, notebook)
    made = []

    def kernels(tier):
        made.append(Kernels(tier=tier))
        return made[-1]

    killed = []

    def kill(done, due, graded):
        if done in (1, 3):
            killed.append(made[0]._parent.pid)
            os.kill(killed[-1], signal.SIGKILL)

    monkeypatch.setattr(_grade, "Kernels", kernels)
    key = find_key(tmp_path / "key", make=True)
    settings = Settings(tmp_path / "subs", SOLUTIONS, tmp_path, jobs=2, tier=probe().name)
    with Gradebook.open(tmp_path / "book.sqlite", key) as book:
        summary = _grade.grade(settings, key, book, kill)
        results = {result.graded.student: result.graded for result in book.current()}
        assert all(len(book.history(student, NAME)) == 1 for student in results)
    assert len(set(killed)) == 2
    assert summary.failed == ()
    assert {student: graded.points for student, graded in results.items()} == {
        f"s{number}": 5 if number % 2 else 7 for number in range(6)
    }
    assert all(graded.notes == () for graded in results.values())
    assert list((tmp_path).glob("gmg-*")) == []

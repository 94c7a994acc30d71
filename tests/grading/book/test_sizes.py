"""A hundred thousand scores: everything stays linear, and memory flat."""

import os
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from gradmagic.grading.book import Gradebook, audit_folder, export

from .fakes import KEY, RUBRICS, class_of, grade_all

ROOT = Path(__file__).parents[3]


def measure(folder, students):
    """Seconds to plan, to record, to export and to check, and the most memory used, in MB."""
    marks = [time.perf_counter()]

    def mark():
        marks.append(time.perf_counter())

    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        book.plan(class_of(students), RUBRICS)
        mark()
        grade_all(book, batch=200)
        mark()
        export(book, folder)
        mark()
    assert audit_folder(folder, KEY).ok
    mark()
    times = [f"{after - before:.1f}" for before, after in pairwise(marks)]
    print(*times, peak_memory())


def peak_memory():
    """The most memory this program has used, in MB.

    `getrusage` would include what the process that started it used: its peak outlives the exec.
    """
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) // 1024


@pytest.mark.parametrize("students", [1000, pytest.param(16_667, marks=pytest.mark.soak)])
def test_scores_take_little_time_and_memory(tmp_path, students):
    code = f"from pathlib import Path\nfrom tests.grading.book.test_sizes import measure\nmeasure(Path({str(tmp_path)!r}), {students})"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    print(f"{6 * students} scores: plan, record, export, check (s), memory (MB):", result.stdout)
    # What the interpreter and the modules need, and less than a kilobyte for each submission.
    assert int(result.stdout.split()[-1]) < 80 + 2 * students / 1024 + 40

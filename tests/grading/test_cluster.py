"""A class graded by a Dask cluster of processes: the same gradebook, also when a worker is killed in the middle."""

import os
import signal
import time
from types import SimpleNamespace

import pytest

from gradmagic.grading import find_key
from gradmagic.grading._cluster import Cluster
from gradmagic.grading._grade import Settings, _Run, grade
from gradmagic.grading._station import ClusterError
from gradmagic.grading.book import Gradebook, audit
from gradmagic.grading.sandbox import probe
from tests.grading.notebooks import SOLUTIONS, answered, solution, written

from .book.fakes import EXERCISES, KEY, RUBRICS, class_of, grade_all, graded, table

distributed = pytest.importorskip("distributed")
STUDENTS = 30
NAME = "02-higher-derivatives"
HALF = {"by-hand": "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"}


def grade_slowly(task):
    """A grading that needs no kernel."""
    time.sleep(0.02)
    return fake(task)


def fake(task):
    claim = SimpleNamespace(item=task.item, rubric="rubric 1", checks=task.checks)
    return graded(claim)


def no_folder(task):
    raise ClusterError("node7 has no folder /submissions")


@pytest.fixture(scope="module")
def workers():
    before = dict(os.environ)
    try:
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as local:
            yield local
    finally:
        # Older versions leave here what they start a worker with; no other test is to have it.
        for name in os.environ.keys() - before.keys():
            del os.environ[name]


def run(path, workers, function, on_progress=lambda *_: None, students=STUDENTS):
    """Grade a class, and return what the gradebook then has."""
    with Gradebook.open(path, KEY) as book:
        book.plan(class_of(students), RUBRICS)
        settings = Settings(path.parent, path.parent, path.parent)
        rubrics = {name: SimpleNamespace(fingerprint="rubric 1") for name in EXERCISES}
        grading = _Run(settings, book, rubrics, on_progress, book.progress().due)
        with Cluster(workers.scheduler_address, function=function) as cluster:
            grading.all(cluster)
        assert book.progress().due == 0
    report = audit(path, KEY)
    assert report.ok
    assert report.results == 2 * students
    with Gradebook.open(path, KEY) as book:
        return table(book)


@pytest.fixture
def undisturbed(tmp_path):
    with Gradebook.open(tmp_path / "undisturbed.sqlite", KEY) as book:
        book.plan(class_of(STUDENTS), RUBRICS)
        grade_all(book)
        return table(book)


def test_a_cluster_gives_the_same_gradebook(tmp_path, workers, undisturbed):
    assert run(tmp_path / "gradebook.sqlite", workers, grade_slowly) == undisturbed


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path, workers, undisturbed):
    killed = []

    def kill(done, due, result):
        if done in (10, 30):
            victim = next(iter(workers.workers.values()))
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    assert run(tmp_path / "gradebook.sqlite", workers, grade_slowly, kill) == undisturbed
    assert len(killed) == 2


def test_what_the_cluster_refuses_is_told(tmp_path, workers):
    with pytest.raises(ClusterError, match="node7 has no folder"):
        run(tmp_path / "gradebook.sqlite", workers, no_folder)


@pytest.mark.soak
def test_real_grading_with_a_worker_killed_in_the_middle(tmp_path, workers):
    """Each machine's own kernels, in the sandbox; the class of the local test, and the same points."""
    students = 16
    for number in range(students):
        notebook = answered(NAME, HALF) if number % 2 else solution(NAME)
        written(tmp_path / "subs", f"s{number:02}", NAME, notebook)
    key = find_key(tmp_path / "key", make=True)
    settings = Settings(
        tmp_path / "subs", SOLUTIONS, tmp_path, tier=probe().name, dask=workers.scheduler_address
    )
    killed = []

    def kill(done, due, result):
        if done == 4:
            victim = next(iter(workers.workers.values()))
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    with Gradebook.open(tmp_path / "book.sqlite", key) as book:
        summary = grade(settings, key, book, kill)
        results = {result.graded.student: result.graded for result in book.current()}
        assert all(len(book.history(student, NAME)) == 1 for student in results)
        assert book.audit().ok
    assert len(killed) == 1
    assert summary.failed == ()
    assert summary.tier == probe().name
    assert {student: graded.points for student, graded in results.items()} == {
        f"s{number:02}": 5 if number % 2 else 7 for number in range(students)
    }


def test_nobody_answers(monkeypatch):
    from gradmagic.grading import _cluster

    monkeypatch.setattr(_cluster, "PATIENCE_SECONDS", 1)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9.*dask scheduler"):
        Cluster("tcp://127.0.0.1:9")

"""A class graded by a Dask cluster of processes: the same gradebook, also when a worker is killed in the middle."""

import os
import signal
import time
from types import SimpleNamespace

import pytest

from gradmagic.grading._cluster import Cluster
from gradmagic.grading._grade import Settings, _Run
from gradmagic.grading._station import ClusterError
from gradmagic.grading.book import Gradebook, audit

from .book.fakes import EXERCISES, KEY, RUBRICS, class_of, grade_all, graded, table

distributed = pytest.importorskip("distributed")
STUDENTS = 30


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
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        yield local


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


def test_nobody_answers(monkeypatch):
    from gradmagic.grading import _cluster

    monkeypatch.setattr(_cluster, "PATIENCE_SECONDS", 1)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9.*dask scheduler"):
        Cluster("tcp://127.0.0.1:9")

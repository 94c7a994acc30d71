"""The parent forks with one thread: one that has just ended may be listed a moment more, one that runs is refused."""

import pytest

from gradmagic.kernels import _preload


def test_a_thread_that_has_just_ended_is_waited_for(monkeypatch):
    counts = iter([3, 2, 1])
    monkeypatch.setattr(_preload, "threads", lambda: next(counts))
    _preload._await_one_thread()
    assert not list(counts)


def test_a_thread_that_runs_is_refused(monkeypatch):
    monkeypatch.setattr(_preload, "threads", lambda: 2)
    monkeypatch.setattr(_preload, "_CLEARED_SECONDS", 0.05)
    with pytest.raises(RuntimeError, match="2 threads run after the imports"):
        _preload._await_one_thread()

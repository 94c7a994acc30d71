"""A cgroup is found where the system gives one, and holds the limits.

Against a folder that looks like cgroup v2: the kernel's own is seldom a test's to change. One that is, is used as well.
"""

import errno
from pathlib import Path

import pytest

from gradmagic.grading.sandbox import Limits, _cgroup, probe


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """user.slice has given this user app.slice, in which this process's own scope lies."""
    for name, given in (
        ("", "cpu memory pids"),
        ("user.slice", "memory pids"),
        ("user.slice/app.slice", "memory pids"),
    ):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "cgroup.subtree_control").write_text(given)
        (tmp_path / name / "cgroup.procs").write_text("")
    scope = tmp_path / "user.slice/app.slice/one.scope"
    scope.mkdir()
    (scope / "cgroup.subtree_control").write_text("")
    (scope / "cgroup.procs").write_text("1")
    monkeypatch.setattr(_cgroup, "_root", lambda: tmp_path)
    monkeypatch.setattr(_cgroup, "_own", lambda: Path("/user.slice/app.slice/one.scope"))
    return tmp_path


def test_the_nearest_that_gives_both_controllers_is_taken(tree):
    assert _cgroup.home() == tree / "user.slice/app.slice"
    (tree / "user.slice/app.slice/cgroup.subtree_control").write_text("pids")
    assert _cgroup.home() == tree / "user.slice"


def test_limits_are_written_down(tree):
    group = _cgroup.make(Limits(memory=1000, processes=10))
    assert group.path.parent == tree / "user.slice/app.slice"
    assert (group.path / "memory.max").read_text() == "1000"
    assert (group.path / "pids.max").read_text() == "10"
    group.join(42)
    assert (group.path / "cgroup.procs").read_text() == "42"


def test_what_it_says_at_the_end(tree):
    group = _cgroup.make(Limits())
    assert group.peak() == 0
    (group.path / "memory.peak").write_text("123456\n")
    (group.path / "memory.events").write_text("low 0\noom 1\noom_kill 0\noom_group_kill 0\n")
    assert (group.peak(), group.ran_out()) == (123456, False)
    (group.path / "memory.events").write_text("oom 1\noom_kill 2\n")
    assert group.ran_out()


def test_none_where_nothing_is_given(tree):
    for path in tree.rglob("cgroup.subtree_control"):
        path.write_text("cpu")
    with pytest.raises(OSError, match=r"one\.scope has memory and pids"):
        _cgroup.make(Limits())


def test_one_whose_limits_cannot_be_set_is_taken_away_again(tree, monkeypatch):
    def refuse(self, limits):
        raise OSError(errno.EACCES, "no")

    monkeypatch.setattr(_cgroup.Group, "limit", refuse)
    with pytest.raises(OSError, match="no"):
        _cgroup.make(Limits())
    assert not list(tree.rglob("gradmagic-*"))


def test_a_real_one_holds_memory(worker):
    reason = probe().means["cgroup"]
    if reason is not None:
        pytest.skip(f"this machine gives none: {reason}")
    held = worker.confined("held = b'x' * (200 << 20)", limits={"memory": 64 << 20})
    assert "cgroup" in held.means
    assert held.limit == "memory"

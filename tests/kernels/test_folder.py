"""The folder of the sockets belongs to the user alone."""

import os
import stat
import sys
from pathlib import Path

import pytest

from gradmagic.kernels import KernelError
from gradmagic.kernels._folder import runtime_folder, socket_path


@pytest.fixture
def place(tmp_path):
    return {"GRADMAGIC_RUNTIME_DIR": str(tmp_path / "run")}


def test_it_is_made_private_whatever_the_umask(place):
    before = os.umask(0)
    try:
        folder = runtime_folder(place)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert runtime_folder(place) == folder


def test_it_is_in_the_sessions_own_folder(tmp_path):
    assert runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)}) == tmp_path / "gradmagic"
    fallback = runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path / "missing")})
    assert fallback == Path(f"/tmp/gradmagic-{os.geteuid()}")


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_one_that_others_may_enter_is_refused(place, mode):
    folder = runtime_folder(place)
    folder.chmod(mode)
    with pytest.raises(KernelError, match="nobody else can enter"):
        runtime_folder(place)


def test_a_link_or_a_file_in_its_place_is_refused(place, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KernelError):
        runtime_folder(place)
    (tmp_path / "run").unlink()
    (tmp_path / "run").write_text("")
    with pytest.raises(KernelError):
        runtime_folder(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_is_refused(place):
    os.chown(runtime_folder(place), 65534, 65534)
    with pytest.raises(KernelError, match="not a folder of your own"):
        runtime_folder(place)


def test_each_interpreter_has_a_socket(place):
    assert socket_path(sys.executable, place) != socket_path("/usr/bin/python3", place)
    assert socket_path(sys.executable, place) == socket_path(sys.executable, place)


def test_a_path_that_a_socket_cannot_have_is_told(tmp_path):
    long = tmp_path / ("x" * 100)
    with pytest.raises(KernelError, match="GRADMAGIC_RUNTIME_DIR"):
        socket_path(sys.executable, {"GRADMAGIC_RUNTIME_DIR": str(long)})

"""The kernelspec as it is installed."""

import os

from gradmagic import kernels


def test_an_environment_s_other_users_may_read_it(tmp_path):
    before = os.umask(0o022)
    try:
        folder = kernels.install(str(tmp_path), name="python3")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / "kernel.json").stat().st_mode & 0o777 == 0o644

"""Warm kernels for the notebooks' tests: a parent has imported TensorFlow, each notebook gets a fork of it.

That a warm kernel does what a cold one does is shown by tests/kernels; of each kind of test here, one member runs in
a cold kernel.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec

from gradmagic import kernels
from gradmagic.course import _execute
from gradmagic.kernels import _record
from tests.kernels.conftest import swept

ROOT = Path(__file__).parents[2]
# Another order of hashes than the one by which the outputs were kept: none may depend on it.
SEED = "1"


@pytest.fixture(scope="session")
def warm_folder():
    """The runtime folder of the parent that these tests share, ended with the session."""
    if sys.platform != "linux":
        pytest.skip("warm kernels are Linux's")
    folder = Path(tempfile.mkdtemp(prefix="gm-"))
    with in_warm_kernels(folder):
        kernels.install(prefix=str(folder))
    yield folder
    with in_warm_kernels(folder):
        ordinary = _record.read()
    swept(folder)
    shutil.rmtree(folder, ignore_errors=True)
    assert not ordinary, f"some kernels were ordinary ones: {ordinary}"


@contextmanager
def in_warm_kernels(folder):
    """Have notebooks run in warm kernels, by `course` and by nbval with `--nbval-kernel-name gradmagic`."""
    spec = kernels.kernelspec()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADMAGIC_RUNTIME_DIR", str(folder))
        patch.setenv("JUPYTER_PATH", str(folder / "share" / "jupyter"))
        patch.setenv("GRADMAGIC_LANG", "en")
        patch.setenv("PYTHONHASHSEED", SEED)
        patch.setattr(_execute._ThisInterpreter, "get_kernel_spec", lambda *_: KernelSpec(**spec))
        yield


@pytest.fixture
def warm_kernels(warm_folder):
    with in_warm_kernels(warm_folder):
        yield


def nbval(*paths, kernel="--nbval-kernel-name=gradmagic", rootdir=ROOT, **variables):
    """Run notebooks as CI does, in a process of its own; what pytest said."""
    command = [sys.executable, "-m", "pytest", "--nbval", kernel, "-n", "0", *map(str, paths)]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(rootdir)],
        cwd=rootdir,
        capture_output=True,
        text=True,
        env={**os.environ, "GRADMAGIC_LANG": "en", **variables},
    )

"""The hook by which a sandbox gets hold of a kernel's process before anything of the learner's runs there."""

import os
import signal

import pytest

from gradmagic import kernels
from tests.kernels.conftest import alive, running, until


@pytest.fixture
def parent(light):
    """Start a parent that confines: `parent(function)`."""
    started = []

    def start(function):
        started.append(kernels.Parent(light / "parent.sock", confine=f"confiner:{function}").start())
        return started[-1]

    yield start
    for one in started:
        one.stop()


def test_it_is_called_first_and_with_the_settings(parent, spec, light):
    inside = light / "scratch"
    inside.mkdir()
    confine = {
        "mark": str(light / "mark"),
        "folder": str(inside),
        "environment": {"HOME": str(inside), "PATH": "/usr/bin"},
    }
    name = spec(
        "confined", socket=str(parent("note").socket), confine=confine, runtime=str(light / "runtime")
    )
    with running(name) as kernel:
        assert kernel.is_warm
        assert (light / "mark").read_text() == "1 [0, 1, 2]"
        assert kernel.run("import os; print(os.getcwd())") == str(inside)
        seen = kernel.run(
            "print('JUPYTER_PATH' in os.environ, os.environ['HOME'], 'TF2_BEHAVIOR' in os.environ)"
        )
        assert seen == f"False {inside} False"


def test_its_connection_is_by_sockets_in_a_folder(parent, spec, light):
    name = spec(
        "confined",
        socket=str(parent("fork").socket),
        confine={},
        runtime=str(light / "runtime"),
        fallback=True,
    )
    with running(name) as kernel:
        assert kernel.manager.transport == "ipc"
        assert len(list((light / "runtime").glob("kernel-*-ipc-*"))) == 5
        assert kernel.run("print(6 * 7)") == "42"
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)
        assert kernel.run("print(6 * 7)") == "42"
    assert list((light / "runtime").iterdir()) == []


def test_a_hook_that_forks_makes_the_second_process_the_kernel(parent, spec, light):
    name = spec("confined", socket=str(parent("fork").socket), confine={}, runtime=str(light / "runtime"))
    with running(name) as kernel:
        pid = int(kernel.run("import os; print(os.getpid())"))
        assert kernel.manager.provisioner.pid == pid
        assert kernel.run("print(os.getpgid(0) == os.getpid())") == "True"
        process = kernel.manager.provisioner.process
        os.kill(pid, signal.SIGKILL)
        assert until(lambda: process.poll() is not None)
        assert not alive(pid)


def test_what_it_raises_stops_the_start_and_is_told(parent, spec):
    name = spec("confined", socket=str(parent("refuse").socket), confine={"wanted": "namespace"})
    with pytest.raises(kernels.Unavailable, match="PermissionError: no namespace here"), running(name):
        pass


def test_a_hook_that_ends_its_process_is_told(parent, spec):
    name = spec("confined", socket=str(parent("leave").socket), confine={})
    with pytest.raises(kernels.Unavailable, match="exit status 7"), running(name):
        pass


@pytest.mark.parametrize("fallback", [True, False])
def test_no_kernel_runs_unconfined_in_its_stead(light, spec, fallback):
    with kernels.Parent(light / "parent.sock") as plain:
        name = spec("confined", socket=str(plain.socket), confine={}, fallback=fallback)
        with pytest.raises(kernels.Unavailable, match="cannot confine"), running(name):
            pass
    with pytest.raises(kernels.Unavailable, match="no preloaded parent"), running(name):
        pass


def test_a_parent_that_confines_gives_no_other_kernel(parent, spec):
    name = spec("plain", socket=str(parent("note").socket), fallback=False)
    with pytest.raises(kernels.Unavailable, match="confines every kernel"), running(name):
        pass

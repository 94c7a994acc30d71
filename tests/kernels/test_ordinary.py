"""When there is no warm kernel, an ordinary one starts and it is said why."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gradmagic import kernels
from gradmagic.kernels import _record
from gradmagic.kernels._request import Start
from tests.kernels.conftest import ended, running, the_parent

ROOT = Path(__file__).parents[2]


def refused(command, **options):
    with pytest.raises(kernels.Unavailable) as told:
        Start.of(command, options)
    return told.value.code


def test_what_a_fork_cannot_do_is_known():
    ordinary = [sys.executable, "-m", "ipykernel_launcher", "-f", "x.json"]
    start = Start.of(ordinary, {"env": {"A": "1"}, "cwd": None, "independent": True, "preexec_fn": None})
    assert start.arguments == ("-f", "x.json")
    assert refused(["bash", "-c", "true"]) == "command"
    assert refused([sys.executable, "-X", "dev", "-m", "ipykernel_launcher"]) == "command"
    assert refused([sys.executable, "-m", "bash_kernel"]) == "command"
    assert refused(ordinary, preexec_fn=print) == "option"
    assert refused(ordinary, user="nobody") == "option"


def test_an_extra_argument_reaches_the_kernel_application(light, spec):
    with running(spec("gradmagic"), extra_arguments=["--IPKernelApp.exec_lines=x = 7"]) as kernel:
        assert kernel.is_warm
        assert kernel.run("print(x)") == "7"


def test_without_a_parent_at_the_socket_it_is_ordinary_and_said(light, spec, capfd):
    with running(spec("gone", socket=str(light / "nobody.sock"))) as kernel:
        assert not kernel.is_warm
        assert kernel.run("print(1)") == "1"
    told = capfd.readouterr().err
    assert (
        "gradmagic: an ordinary kernel is started, without TensorFlow preloaded: no preloaded parent" in told
    )
    assert "no preloaded parent" in _record.read()[-1]
    assert kernels.state().ordinary[-1] == _record.read()[-1]


def test_it_is_said_where_the_kernels_errors_go(light, spec, tmp_path):
    name = spec("gone", socket=str(light / "nobody.sock"))
    with (tmp_path / "stderr").open("w") as stderr, running(name, stderr=stderr) as kernel:
        assert not kernel.is_warm
    assert "no preloaded parent" in (tmp_path / "stderr").read_text()


APPLICATION = """
import sys
from traitlets.config import Application
Application.instance()
from tests.kernels.conftest import running
with running(sys.argv[1]):
    pass
"""


def test_in_an_application_it_is_in_its_log(light, spec):
    """In a process of its own: an application sets up logging anew, which closes pytest's own handlers."""
    name = spec("gone", socket=str(light / "nobody.sock"))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path])}
    command = [sys.executable, "-c", APPLICATION, name]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    told = result.stderr
    assert (
        "WARNING | an ordinary kernel is started, without TensorFlow preloaded: no preloaded parent" in told
    )
    assert "gradmagic:" not in told


def test_fallback_off_is_an_error(light, spec):
    name = spec("strict", socket=str(light / "nobody.sock"), fallback=False)
    with pytest.raises(kernels.Unavailable, match="`gradmagic kernel start`"), running(name):
        pass


def test_a_folder_that_others_can_enter_is_not_used(light, spec, capfd):
    light.chmod(0o755)
    with running(spec("gradmagic")) as kernel:
        assert not kernel.is_warm
    assert f"chmod 700 {light}" in capfd.readouterr().err
    light.chmod(0o700)


def test_after_its_parent_was_killed_the_next_kernel_has_a_new_one(light, spec):
    name = spec("gradmagic")
    with running(name) as kernel:
        first = the_parent()["pid"]
        os.kill(first, signal.SIGKILL)
        assert ended(first)
        kernel.run("x = 1")
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)
        assert kernel.is_warm
        assert the_parent()["pid"] != first
        assert "NameError" in kernel.run("x")


def test_a_folder_that_does_not_exist_is_told_as_an_ordinary_kernel_does(light, spec):
    with pytest.raises(FileNotFoundError), running(spec("gradmagic"), cwd=str(light / "missing")):
        pass


def test_in_chinese(light, spec, capfd, monkeypatch):
    monkeypatch.setenv("GRADMAGIC_LANG", "zh")
    with running(spec("gone", socket=str(light / "nobody.sock"))):
        pass
    assert "已按普通方式启动内核" in capfd.readouterr().err


def test_a_kernelspec_by_the_same_name_works_without_the_provisioner(light):
    command = kernels.kernelspec()["argv"]
    told = subprocess.run([*command[:-2], "--version"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0

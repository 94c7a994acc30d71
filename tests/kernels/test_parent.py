"""A parent's life, with stand-ins for TensorFlow: the pool, its end, and what makes it step aside."""

import os
import shutil
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradmagic import kernels
from gradmagic.kernels import _client, _record
from gradmagic.kernels._folder import lock_path, socket_path
from tests.kernels.conftest import LIGHT, alive, ended, running, the_parent, until

STATE = {"ask": "state"}


@pytest.fixture
def parent(light):
    with kernels.Parent(light / "parent.sock", pool=2) as parent:
        yield parent


def children(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def pooled(parent, count):
    return until(lambda: parent.state()["idle"] == count and len(children(parent.pid)) == count)


class TestPool:
    def test_it_fills_and_fills_again(self, parent, spec):
        assert pooled(parent, 2)
        waiting = children(parent.pid)
        with running(spec("light", socket=str(parent.socket))) as kernel:
            assert kernel.is_warm
            assert kernel.pid in waiting
            assert until(lambda: parent.state()["idle"] == 2)
            assert parent.state()["kernels"] == [kernel.pid]
        assert until(lambda: parent.state()["kernels"] == [])

    def test_an_idle_kernel_that_was_killed_is_replaced(self, parent):
        assert pooled(parent, 2)
        victim = children(parent.pid)[0]
        os.kill(victim, signal.SIGKILL)
        assert until(lambda: not alive(victim) and victim not in children(parent.pid))
        assert pooled(parent, 2)

    def test_an_idle_kernel_that_was_stopped_is_passed_over(self, parent, spec):
        assert pooled(parent, 2)
        # Whichever is handed out first, a request finds one that runs.
        stopped = children(parent.pid)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            environment = os.environ | {
                "LARGE": "x" * 100_000,
                "LARGER": "x" * 120_000,
                "LAST": "x" * 120_000,
            }
            with running(spec("light", socket=str(parent.socket)), env=environment) as kernel:
                assert kernel.is_warm
                assert kernel.pid not in stopped
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGKILL)

    def test_many_at_once(self, parent, spec):
        name = spec("light", socket=str(parent.socket))

        def one(number):
            with running(name) as kernel:
                return kernel.is_warm, kernel.run(f"print({number} + 1)"), kernel.pid

        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(one, range(4)))
        assert [(warm, answer) for warm, answer, _ in found] == [(True, str(n + 1)) for n in range(4)]
        assert len({pid for *_, pid in found}) == 4


class TestEnd:
    def test_it_ends_with_its_owner_and_leaves_nobody(self, light):
        parent = kernels.Parent(light / "parent.sock").start()
        assert pooled(parent, 1)
        pid, idle = parent.pid, children(parent.pid)
        parent.stop()
        assert not alive(pid)
        assert all(ended(child) for child in idle)
        assert not parent.socket.exists()

    def test_its_owner_may_be_killed(self, light):
        program = f"from gradmagic import kernels; p = kernels.Parent({str(light / 'p.sock')!r}).start()\n"
        program += "import os, signal; print(p.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
        import subprocess

        told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert told.returncode == -signal.SIGKILL, told.stderr
        assert ended(int(told.stdout))

    def test_killed_its_idle_kernels_end_and_one_in_use_goes_on(self, parent, spec):
        with running(spec("light", socket=str(parent.socket))) as kernel:
            assert pooled_beside(parent, kernel.pid)
            idle = [pid for pid in children(parent.pid) if pid != kernel.pid]
            kernel.run("x = 41")
            os.kill(parent.pid, signal.SIGKILL)
            parent._process.wait()
            assert all(ended(pid) for pid in idle)
            assert kernel.run("print(x + 1)") == "42"
            process = kernel.manager.provisioner.process
            assert process.poll() is None
            kernel.manager.interrupt_kernel()
            process.kill()
            assert until(lambda: process.poll() is not None)
            assert not alive(kernel.pid)

    def test_stopped_it_ends_with_its_last_kernel(self, light, spec):
        with running(spec("gradmagic")) as kernel:
            pid = the_parent()["pid"]
            assert kernels.stop() == 1
            assert kernels.stop() is None
            assert alive(pid)
            assert kernel.run("print(1)") == "1"
        assert ended(pid)

    def test_without_work_it_ends(self, light):
        found = kernels.start(idle=0.5)
        assert found.pid is not None
        assert ended(found.pid)
        assert not socket_path(sys.executable).exists()


def pooled_beside(parent, pid):
    return until(lambda: parent.state()["idle"] == 2 and pid in parent.state()["kernels"])


class TestStart:
    def test_two_at_once_make_one(self, light):
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: kernels.start(), range(4)))
        assert len({one.pid for one in found}) == 1

    def test_what_a_killed_parent_left_is_replaced(self, light):
        first = kernels.start().pid
        os.kill(first, signal.SIGKILL)
        assert ended(first)
        assert socket_path(sys.executable).exists()
        assert kernels.state().pid is None
        assert kernels.start().pid not in (None, first)

    def test_a_parent_that_cannot_import_says_where_to_look(self, light, monkeypatch, tmp_path):
        (tmp_path / "tensorflow.py").write_text("raise ImportError('broken on purpose')")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path) + os.pathsep + os.environ["PYTHONPATH"])
        with pytest.raises(kernels.Unavailable, match="ended before it answered") as told:
            kernels.start()
        log = Path(str(told.value).rpartition(" ")[2])
        assert "broken on purpose" in log.read_text()

    def test_its_files_are_private(self, light):
        kernels.start()
        path = socket_path(sys.executable)
        assert [f"{one.stat().st_mode & 0o777:o}" for one in (path.parent, path, lock_path(path))] == [
            "700",
            "600",
            "600",
        ]


class TestRequests:
    @pytest.mark.parametrize("said", [b"nonsense\n", b"[]\n", b'{"ask": "tea"}\n', b'{"ask": "kernel"}\n'])
    def test_what_it_cannot_understand_does_it_no_harm(self, parent, said):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(parent.socket))
            connection.sendall(said)
            connection.settimeout(10)
            assert b'"refused"' in connection.recv(10_000)
        assert parent.state()["pid"] == parent.pid

    def test_who_asks_and_goes_does_it_no_harm(self, parent):
        for said in (b"", b'{"ask": "state"}\n', b'{"ask"'):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(parent.socket))
                connection.sendall(said)
        assert parent.state()["pid"] == parent.pid

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can be someone else")
    def test_another_user_gets_nothing(self, parent):
        parent.socket.parent.chmod(0o711)
        parent.socket.chmod(0o666)
        child = os.fork()
        if not child:
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(parent.socket))
                connection.settimeout(10)
                try:
                    connection.sendall(b'{"ask": "state"}\n')
                    answer = connection.recv(100)
                except OSError:
                    answer = b""
            os._exit(len(answer) > 0)
        assert os.waitpid(child, 0)[1] == 0
        parent.socket.parent.chmod(0o700)


class TestStale:
    @pytest.fixture
    def installed(self, light, monkeypatch):
        """Stand-ins that may be changed."""
        folder = light / "installed"
        shutil.copytree(LIGHT, folder)
        monkeypatch.setenv("PYTHONPATH", os.environ["PYTHONPATH"].replace(str(LIGHT), str(folder)))
        return folder

    def test_an_upgraded_package_is_seen_and_the_next_kernel_is_warm_again(self, installed, spec, capfd):
        name = spec("gradmagic")
        first = kernels.start().pid
        os.utime(installed / "tensorflow.py", ns=(1, 1))
        assert kernels.state().changed == ("tensorflow",)
        with running(name) as kernel:
            assert not kernel.is_warm
        assert "older than what is installed now (tensorflow)" in capfd.readouterr().err
        assert "(tensorflow)" in _record.read()[-1]
        assert ended(first)
        with running(name) as kernel:
            assert kernel.is_warm
            assert the_parent()["pid"] != first

    def test_a_variable_read_at_import_is_honoured(self, light, spec, capfd):
        name = spec("gradmagic")
        kernels.start()
        with running(name, env=os.environ | {"TF_ENABLE_ONEDNN_OPTS": "0"}) as kernel:
            assert not kernel.is_warm
            assert kernel.run("import os; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])") == "0"
        assert "other values of TF_ENABLE_ONEDNN_OPTS" in capfd.readouterr().err
        with running(name) as kernel:
            assert kernel.is_warm

    def test_a_kernelspec_with_such_a_variable_has_it(self, light, spec):
        """A parent that is started for it has it from its start."""
        with running(spec("own", env={"XLA_FLAGS": "--xla_cpu_enable_fast_math=false"})) as kernel:
            assert kernel.is_warm
            assert "fast_math=false" in kernel.run("import os; print(os.environ['XLA_FLAGS'])")

    def test_another_interpreter_has_another_parent(self, light, tmp_path):
        kernels.start()
        other = tmp_path / "python"
        other.symlink_to(sys.executable)
        with pytest.raises(kernels.Unavailable, match="no preloaded parent"):
            _client.ask(socket_path(str(other)), STATE)

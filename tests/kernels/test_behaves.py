"""A warm kernel behaves as a stock one: the same questions, put to both."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.kernels.conftest import alive, ended, running, until


@pytest.fixture(params=["warm", pytest.param("stock", marks=pytest.mark.soak)])
def name(request, light, spec):
    return spec("gradmagic") if request.param == "warm" else spec("stock", cold=True)


@pytest.fixture
def is_warm(name):
    return name == "gradmagic"


@pytest.fixture
def outside():
    """Variables in which ipykernel captures descriptors, as it does except under pytest."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def answer(kernel, expression):
    return json.loads(kernel.run(f"import json, os, sys; print(json.dumps({expression}))"))


def test_folder_variables_and_path(name, is_warm, tmp_path, monkeypatch):
    (tmp_path / "beside.py").write_text("here = True")
    environment = os.environ | {"HOME": str(tmp_path), "MY_OWN": "ü", "PATH": f"{tmp_path}:/usr/bin:/bin"}
    environment.pop("MPLBACKEND", None)
    monkeypatch.setenv("LEFT_OUT", "1")
    with running(name, cwd=str(tmp_path), env=environment) as kernel:
        assert kernel.is_warm == is_warm
        assert answer(kernel, "os.getcwd()") == str(tmp_path)
        wanted = {"HOME": str(tmp_path), "MY_OWN": "ü", "JPY_PARENT_PID": str(os.getpid()), "LEFT_OUT": None}
        assert {one: answer(kernel, f"os.environ.get({one!r})") for one in wanted} == wanted
        assert kernel.run("!echo $MY_OWN $LEFT_OUT") == "ü", "a child process has another environment"
        assert kernel.run("import beside; print(beside.here)") == "True"
        assert answer(kernel, "'' in sys.path") is True
        assert answer(kernel, "os.path.expanduser('~')") == str(tmp_path)
        argv = answer(kernel, "sys.argv")
        assert Path(argv[0]).name == "ipykernel_launcher.py"
        assert argv[1:] == ["-f", kernel.manager.connection_file]
        assert answer(kernel, "sys.orig_argv[1:3]") == ["-m", "ipykernel_launcher"]
        assert answer(kernel, "[__name__, sys.modules['__main__'].__name__]") == ["__main__", "__main__"]
        assert answer(kernel, "os.environ['MPLBACKEND']") == "module://matplotlib_inline.backend_inline"


def test_limits_and_mask_are_those_of_who_asked(name):
    before = os.umask(0o027)
    try:
        with running(name) as kernel:
            assert answer(kernel, "os.umask(0)") == 0o027
            assert answer(kernel, "sorted(os.sched_getaffinity(0))") == sorted(os.sched_getaffinity(0))
    finally:
        os.umask(before)


def test_output_of_python_of_descriptors_and_of_children(name, outside):
    with running(name, env=outside) as kernel:
        assert kernel.run("print('from Python')") == "from Python"
        for written in ("os.write(1, b'low\\n')", "os.write(2, b'low\\n')", "os.system('echo low')"):
            assert "low" in kernel.run(f"import os, time; _ = {written}; time.sleep(0.3)")
        assert kernel.run("1 + 1") == "2"
        assert "ZeroDivisionError" in kernel.run("1 / 0")
        assert answer(kernel, "sys.__stdin__.read()") == ""


def test_its_streams_may_be_pipes(name, outside):
    with running(name, env=outside, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as kernel:
        kernel.run("import sys, os; os.write(sys.stdout._original_stdstream_copy, b'to the terminal\\n')")
        stream = kernel.manager.provisioner.process.stdout
        assert b"to the terminal" in os.read(stream.fileno(), 10_000)


@pytest.mark.parametrize("cell", ["time.sleep(30)", "while True: pass", "os.system('sleep 30')"])
def test_an_interrupt_stops_a_cell_and_keeps_its_names(name, cell, tmp_path):
    mark = tmp_path / "begun"
    with running(name) as kernel:
        kernel.run("import os, time; from pathlib import Path; kept = 5")
        message = kernel.client.execute(f"Path({str(mark)!r}).touch()\n{cell}", stop_on_error=False)
        assert until(mark.exists)
        time.sleep(0.2)  # the child of `system` begins later than its cell
        began = time.monotonic()
        kernel.manager.interrupt_kernel()
        while (reply := kernel.client.get_shell_msg(timeout=10))["parent_header"]["msg_id"] != message:
            pass
        assert time.monotonic() - began < 5
        if "system" not in cell:
            assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert kernel.run("print(kept)") == "5"


def test_an_interrupt_of_an_idle_kernel_does_nothing(name):
    with running(name) as kernel:
        kernel.manager.interrupt_kernel()
        time.sleep(0.2)
        assert kernel.run("print(1)") == "1"


def test_a_restart_is_a_new_process_at_the_same_place(name, is_warm):
    with running(name) as kernel:
        kernel.run("x = 1")
        before, info = kernel.pid, kernel.manager.get_connection_info()
        kernel.manager.restart_kernel()
        kernel.client.wait_for_ready(timeout=60)
        assert kernel.is_warm == is_warm
        assert kernel.pid != before
        assert not alive(before)
        assert kernel.manager.get_connection_info() == info
        assert "NameError" in kernel.run("x")


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("import os; os._exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os; os.abort()", -signal.SIGABRT),
    ],
)
def test_its_exit_status_is_known(name, cell, status):
    with running(name) as kernel:
        process = kernel.manager.provisioner.process
        assert process.poll() is None
        kernel.client.execute(cell)
        assert until(lambda: process.poll() is not None)
        assert process.poll() == process.wait() == status
        assert not kernel.manager.is_alive()


def test_a_shutdown_is_in_order(name, tmp_path):
    with running(name) as kernel:
        mark = tmp_path / "goodbye"
        kernel.run(f"import atexit; _ = atexit.register(lambda: open({str(mark)!r}, 'w').close())")
        process = kernel.manager.provisioner.process
        kernel.manager.shutdown_kernel()
        assert process.returncode == 0
        assert mark.exists()
        assert not Path(kernel.manager.connection_file).exists()


def test_a_signal_reaches_its_children_too(name):
    with running(name) as kernel:
        child = int(kernel.run("import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid)"))
        kernel.manager.signal_kernel(signal.SIGTERM)
        assert ended(child)


@pytest.mark.parametrize("independent", [False, True])
def test_it_ends_with_who_asked_unless_it_is_independent(name, independent):
    program = f"""
import os, signal
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name={name!r})
manager.start_kernel(independent={independent})
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
print(manager.provisioner.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as asking:
        # A kernel that is independent greets its terminal.
        pid = int(next(line for line in asking.stdout if line.strip().isdigit()))
    if independent:
        assert not until(lambda: not alive(pid), seconds=2.5)
        os.kill(pid, signal.SIGKILL)
    assert ended(pid)


class TestWarmOnly:
    """What only a fork could get wrong."""

    @pytest.fixture
    def name(self, light, spec):
        return spec("gradmagic")

    def test_random_numbers_are_its_own(self, name):
        expression = "[__import__('random').random(), __import__('numpy').random.rand(), __import__('uuid').uuid4().hex]"
        with running(name) as one, running(name) as other:
            first, second = answer(one, expression), answer(other, expression)
        assert all(a != b for a, b in zip(first, second, strict=True))

    def test_it_holds_nothing_of_the_parents(self, name, light):
        with running(name) as kernel:
            listing = "[os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')]"
            opened = answer(kernel, listing)
            assert opened
            assert not [path for path in opened if path.startswith(str(light))]
            inherited = answer(
                kernel,
                "[n for n in map(int, os.listdir('/proc/self/fd')) if os.path.exists(f'/proc/self/fd/{n}') and os.get_inheritable(n)]",
            )
            assert inherited == [0, 1, 2]

    def test_its_signals_are_as_in_a_fresh_interpreter(self, name):
        with running(name) as kernel:
            code = "[int(signal.getsignal(one)) for one in (signal.SIGTERM, signal.SIGCHLD)] + [len(signal.pthread_sigmask(0, []))]"
            assert kernel.run(f"import signal; print({code})") == "[0, 0, 0]"

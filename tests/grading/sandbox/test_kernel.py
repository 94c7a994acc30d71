"""A Jupyter kernel from a preloaded parent, confined: TensorFlow works, and its neighbours are out of sight."""

import json
import os
import re
import signal
import sys
from importlib.metadata import EntryPoint

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from gradmagic.grading.sandbox import Confinement, Ending, Limits, allowed_variables, probe
from gradmagic.kernels import Parent
from tests.grading.machine import less_than_full

TENSORFLOW = """
import tensorflow as tf, keras, numpy as np
x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = x ** 3
print(tape.gradient(y, x).numpy())
@tf.function(jit_compile=True)
def f(v):
    return tf.reduce_sum(v * v)
print(f(tf.ones((8, 8))).numpy())
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile("adam", "mse", jit_compile=True)
history = model.fit(np.ones((64, 4)), np.ones((64, 1)), epochs=3, verbose=0).history["loss"]
print(history[-1] < history[0])
"""


@pytest.fixture(scope="module", autouse=True)
def full():
    if probe().name != "full":
        less_than_full(probe())


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    """A parent that was started with no variable but the allowed ones."""
    factory = KernelProvisionerFactory.instance()
    name = "gradmagic-warm"
    factory.provisioners.setdefault(
        name, EntryPoint(name, "gradmagic.kernels:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME)
    )
    clean = {**allowed_variables(os.environ), "PATH": os.environ["PATH"]}
    clean |= {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    folder = tmp_path_factory.mktemp("p")
    folder.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        for variable in set(os.environ) - set(clean):
            patch.delenv(variable)
        with Parent(folder / "s", confine="gradmagic.grading.sandbox:confine", environment=clean) as started:
            yield started


@pytest.fixture
def kernel(parent, tmp_path_factory):
    """Start a confined kernel: `kernel(Confinement)` gives what runs a cell and returns what it printed."""
    running = []

    def start(**settings):
        folder = tmp_path_factory.mktemp("k")
        runtime = folder / "r"
        runtime.mkdir(mode=0o700)
        confinement = Confinement(
            connection=str(runtime), descriptors=None, report=str(folder / "ending.json"), **settings
        )
        config = {"socket": str(parent.socket), "confine": confinement.to_json(), "runtime": str(runtime)}
        spec = folder / "kernels" / "confined"
        spec.mkdir(parents=True)
        provisioner = {"provisioner_name": "gradmagic-warm", "config": config | {"fallback": False}}
        spec.joinpath("kernel.json").write_text(
            json.dumps(
                {
                    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                    "display_name": "confined",
                    "language": "python",
                    "metadata": {"kernel_provisioner": provisioner},
                }
            )
        )
        manager = KernelManager(
            kernel_name="confined",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(folder / "kernels")]),
        )
        manager.start_kernel()
        client = manager.client()
        running.append((manager, client))
        client.start_channels()
        client.wait_for_ready(timeout=60)

        def run(code):
            said = []
            client.execute_interactive(
                code,
                output_hook=lambda message: said.append(message["content"]),
                timeout=90,
                stop_on_error=False,
            )
            return "".join(part.get("text", "") + "\n".join(part.get("traceback", [])) for part in said)

        run.manager, run.client, run.report = manager, client, confinement.report
        return run

    yield start
    for manager, client in running:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_tensorflow_works_in_a_confined_kernel(kernel):
    run = kernel()
    # TensorFlow 2.18 logs its start-up beside them, whatever the level.
    told = [
        line for line in run(TENSORFLOW).splitlines() if not re.match(r"[IW]0000 |WARNING: All log", line)
    ]
    assert told == ["12.0", "64.0", "True"]
    assert run("import os; print(os.getpid(), os.getcwd(), os.getuid())") == "1 /scratch 1000\n"
    run.manager.shutdown_kernel(now=True)
    ending = Ending.read(run.report)
    assert ending.limit is None
    assert "landlock" in ending.means


def test_two_kernels_do_not_see_each_other(kernel):
    first, second = kernel(), kernel()
    first("open('mine', 'w').write('x'); import os")
    look = "import os; print(os.listdir('.'), [name for name in os.listdir('/proc') if name.isdigit()])"
    assert "mine" in first(look)
    assert "mine" not in second(look)
    folder = first.manager.connection_file
    assert "No such file" in second(f"open({folder!r})")


def test_a_memory_bomb_costs_its_own_kernel_only(kernel):
    other, run = kernel(), kernel(limits=Limits(memory=300 << 20))
    assert "MemoryError" in run("x = bytearray(2000 << 20)")
    assert run("print(1)") == "1\n"
    bomb = "import mmap\nheld = [mmap.mmap(-1, 64 << 20) for _ in range(10)]\nfor m in held: m.write(b'x' * (64 << 20))"
    run.client.execute(bomb)
    assert run.manager.provisioner.process.wait(30) == -signal.SIGKILL
    assert Ending.read(run.report).limit == "memory"
    assert other("print(2)") == "2\n"

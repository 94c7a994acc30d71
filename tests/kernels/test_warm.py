"""TensorFlow in a forked kernel, and what a learner would see of the difference: nothing but the time."""

import time
from pathlib import Path

import pytest

from tests.kernels.conftest import running, the_parent

GRADIENT = """
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**3
print(tape.gradient(y, x).numpy())
"""


@pytest.fixture(scope="module")
def kernel(warm):
    with running(warm) as kernel:
        yield kernel


def test_it_is_forked_from_the_parent(kernel):
    assert kernel.is_warm
    assert kernel.pid in the_parent()["kernels"]
    assert kernel.run("import sys; print('tensorflow' in sys.modules)") == "True"


def test_a_gradient(kernel):
    assert kernel.run(GRADIENT) == "27.0"


def test_keras_learns(kernel):
    code = """
import numpy as np, keras
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
model.compile("adam", "mse")
x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
loss = model.fit(x, x**2, epochs=3, verbose=0).history["loss"]
print(loss[-1] < loss[0])
"""
    assert kernel.run(code) == "True"


def test_xla_compiles(kernel):
    code = """
import tensorflow as tf
f = tf.function(lambda x: tf.reduce_sum(tf.sin(x) * x), jit_compile=True)
print(abs(float(f(tf.constant([1.0, 2.0]))) - 2.660066) < 1e-5)
"""
    assert kernel.run(code) == "True"


def test_its_random_numbers_are_its_own(kernel, warm):
    code = (
        "import tensorflow as tf, keras; print(float(tf.random.normal([])), float(keras.random.normal(())))"
    )
    with running(warm) as other:
        first, second = kernel.run(code).split(), other.run(code).split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_the_parent_has_one_thread(kernel):
    parent = the_parent()["pid"]
    assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1


def test_idle_and_trained_kernels_share_the_parents_memory(kernel):
    """The benchmark has the figures; here only that a kernel does not copy what it was given."""
    kernel.run(GRADIENT)
    fields = dict(
        line.split(":") for line in Path(f"/proc/{kernel.pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    private = sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))
    assert private < int(fields["Rss"].split()[0]) / 2


def test_the_magics_are_there_already(kernel):
    assert kernel.run("import sys; kept = set(sys.modules); print('gradmagic.magics' in kept)") == "True"
    kernel.run("%load_ext gradmagic")
    kernel.run("%%tape\nimport tensorflow as tf\nx = tf.Variable(3.0)\ny = x**3")
    kernel.run("%grad y x --explain --check --compare")
    new = "print(sorted(name for name in set(sys.modules) - kept if name.startswith(('gradmagic', 'sympy'))))"
    assert kernel.run(new) == "[]"


def test_what_looks_for_its_shell_as_it_is_imported_is_left_to_the_kernel(warm):
    with running(warm) as fresh:
        asked = "import sys; print([name for name in ('ipywidgets', 'anywidget', 'tqdm.auto') if name in sys.modules])"
        assert fresh.run(asked) == "[]"
        assert fresh.run("from tqdm.auto import tqdm; print(tqdm.__mro__[1].__name__)") == "tqdm_notebook"


def test_an_interrupt_reaches_a_training(kernel):
    message = kernel.client.execute("while True: tf.reduce_sum(tf.ones([100, 100]))", stop_on_error=False)
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    while (reply := kernel.client.get_shell_msg(timeout=20))["parent_header"]["msg_id"] != message:
        pass
    # Inside one of TensorFlow's own calls Python makes a SystemError of it, in a stock kernel as well.
    assert reply["content"]["ename"] in ("KeyboardInterrupt", "SystemError")
    assert kernel.run("print(1)") == "1"


def test_the_debugger_knows_the_modules_that_a_stock_kernel_would_list(kernel):
    code = """
import sys
inside = get_ipython().kernel
listed = set(inside._kernel_modules)
print(inside.debugger.kernel_modules is inside._kernel_modules, tf.__file__ in listed, sys.modules["ipykernel.kernelapp"].__file__ in listed)
"""
    assert kernel.run("import tensorflow as tf" + code) == "True True True"


def test_reset_forgets_the_modules_that_a_cell_has_imported_and_no_others(kernel):
    code = """
import sys, tensorflow, wave
shell = get_ipython()
kept = shell._sys_modules_keys
print("wave" in kept, {"tensorflow", "ipykernel.kernelapp", "sys"} <= kept)
shell.run_line_magic("reset", "-f --aggressive")
import sys
print("wave" in sys.modules, "tensorflow" in sys.modules)
"""
    assert kernel.run(code).splitlines() == ["False True", "culling sys module...", "False True"]
    assert kernel.run("print(1)") == "1"

"""Warm kernels beside cold ones, in turn: the first gradient, memory, and nbval over the solutions.

python benchmarks/kernels/warm.py [--rounds N] [--kernels N] [--skip-nbval] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep, strftime

from jupyter_client.manager import KernelManager

from gradmagic import kernels

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "benchmarks" / "README.md"
GRADIENT = """
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**3
answer = float(tape.gradient(y, x))
"""
TRAINING = """
import numpy as np, keras, tensorflow as tf
model = keras.Sequential([keras.layers.Dense(32, activation="tanh"), keras.layers.Dense(1)])
model.compile("adam", "mse")
x = np.linspace(-1, 1, 256, dtype="float32")[:, None]
model.fit(x, x**2, epochs=2, verbose=0)
answer = float(tf.function(lambda x: tf.reduce_sum(tf.sin(x) * x), jit_compile=True)(tf.constant(x)))
"""
IMPORT = "import tensorflow, keras; answer = 0"


def install(folder):
    """Two kernelspecs that differ in the provisioner alone."""
    for name in ("warm", "cold"):
        content = kernels.kernelspec()
        if name == "cold":
            del content["metadata"]["kernel_provisioner"]
        place = folder / "jupyter" / "kernels" / name
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(json.dumps(content), "utf-8")


def answered(client, code):
    """Run a cell and wait for its reply, which carries the value of `answer`."""
    message = client.execute(code, user_expressions={"answer": "answer"})
    while True:
        reply = client.get_shell_msg(timeout=300)
        if reply["parent_header"].get("msg_id") == message:
            (value,) = re.findall(
                r"[-\d.e]+", reply["content"]["user_expressions"]["answer"]["data"]["text/plain"]
            )
            return float(value)


@contextmanager
def kernel(name):
    with open(os.devnull, "w") as quiet:
        manager = KernelManager(kernel_name=name)
        manager.start_kernel(stderr=quiet, stdout=quiet)
        client = manager.client()
        client.start_channels()
        try:
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def first_gradient(name):
    """Seconds from asking for a kernel to the value of a derivative."""
    began = perf_counter()
    with kernel(name) as (manager, client):
        value = answered(client, GRADIENT)
        spent = perf_counter() - began
        assert value == 27.0
        assert is_warm(manager) == (name == "warm")
    sleep(1.0)  # the pool fills while nobody waits, as it does in use
    return spent


def is_warm(manager):
    return type(manager.provisioner.process).__name__ == "WarmProcess"


def private_megabytes(pid):
    """What the process would give back if it ended."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return (
        sum(int(found) for found in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.MULTILINE))
        / 1024
    )


def memory(name, count, code):
    """Median private memory of `count` kernels side by side that have run `code`."""
    with ExitStack() as stack:
        opened = [stack.enter_context(kernel(name)) for _ in range(count)]
        for _, client in opened:
            answered(client, code)
        return median(private_megabytes(manager.provisioner.pid) for manager, _ in opened)


def nbval(name):
    """Seconds for nbval over all solutions, in one process, one notebook after another."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-kernel-name", name, "-q", "-n", "0"]
    began = perf_counter()
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *map(str, sorted((ROOT / "solutions").glob("*.ipynb")))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"GRADMAGIC_LANG": "en"},
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return perf_counter() - began


def spread(values):
    if len(values) < 3:
        return ""
    low, _, high = quantiles(values, n=4)
    return f" ({low:.3g} to {high:.3g})"


def measure(arguments):
    """The rows of the table: what, cold, warm, their ratio, what was asked."""
    first_gradient("warm")  # starts the parent
    pairs = [(first_gradient("cold"), first_gradient("warm")) for _ in range(arguments.rounds)]
    cold, warm = (median(column) for column in zip(*pairs, strict=True))
    ratio = median(b / a for a, b in pairs)
    yield (
        "first gradient, s",
        f"{cold:.2f}",
        f"{warm:.2f}",
        f"{ratio:.3f}{spread([b / a for a, b in pairs])}",
        "warm over cold at most 0.12",
    )
    # A cold kernel that has only imported TensorFlow is what an idle warm one stands for.
    for what, code, cold_code in (
        ("private memory of an idle kernel, MB", "answer = 0", IMPORT),
        ("private memory after a gradient, MB", GRADIENT, GRADIENT),
        ("private memory after Keras and XLA, MB", TRAINING, TRAINING),
    ):
        before = memory("cold", 2, cold_code)
        after = memory("warm", arguments.kernels, code)
        yield what, f"{before:.0f}", f"{after:.0f}", f"{before / after:.1f}", "cold over warm at least 4"
    if not arguments.skip_nbval:
        spent = {name: nbval(name) for name in ("cold", "warm")}
        yield (
            "nbval over all solutions, s",
            f"{spent['cold']:.0f}",
            f"{spent['warm']:.0f}",
            f"{spent['cold'] / spent['warm']:.2f}",
            "cold over warm at least 4",
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="of the first gradient")
    parser.add_argument("--kernels", type=int, default=8, help="warm kernels side by side, for their memory")
    parser.add_argument("--skip-nbval", action="store_true")
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    arguments = parser.parse_args()
    # Short: a Unix socket's path has 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="gm-"))
    os.environ |= {
        "GRADMAGIC_RUNTIME_DIR": str(folder),
        "JUPYTER_PATH": str(folder / "jupyter"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    install(folder)
    try:
        rows = list(measure(arguments))
    finally:
        kernels.stop()
        shutil.rmtree(folder, ignore_errors=True)
    tensorflow = found("tensorflow", "tensorflow-cpu")
    lines = [
        f"Measured {strftime('%Y-%m-%d')}: TensorFlow {tensorflow}, Keras {version('keras')}, "
        f"ipykernel {version('ipykernel')}, Python {platform.python_version()}; {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of {arguments.rounds} rounds by "
        f"turns (in brackets: quartiles), {arguments.kernels} warm kernels side by side, 2 cold.",
        "",
        "| what | cold | warm | ratio | asked |",
        "| --- | ---: | ---: | ---: | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    print("\n".join(lines))
    if arguments.write:
        text = TABLE.read_text("utf-8")
        begin, end = "<!-- warm kernels: begin -->\n", "<!-- warm kernels: end -->"
        head, tail = text.split(begin)[0], text.split(end)[1]
        TABLE.write_text(head + begin + "\n".join(lines) + "\n" + end + tail, "utf-8")


def found(*names):
    """The version of whichever distribution is installed."""
    from importlib.metadata import PackageNotFoundError

    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "?"


if __name__ == "__main__":
    main()

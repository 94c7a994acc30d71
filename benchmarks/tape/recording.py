"""What recording costs: a `%%tape` cell and a `Tape` beside a plain `tf.GradientTape`, in one run.

    python benchmarks/tape/recording.py [--rounds N]

Each pair runs in turn, so that both see the same machine; a ratio is the median of the pairs'. The
learner's whole way is measured (record, then differentiate), in a shell and as plain Python, on the
regression loss of the handbook chapter and on a chain of 2,000 operations.
"""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import version
from statistics import median
from time import perf_counter

from IPython.core.interactiveshell import InteractiveShell

import gradmagic as gm
from gradmagic.tape import tensorflow

LESSON = "loss = 0.5 * tf.reduce_sum((X @ w + b - y) ** 2)"
CHAIN = "z = x\nfor _ in range(1000):\n    z = tf.sin(z) * 1.001"
# (name, cell, target, sources, repetitions in a round)
CELLS = (("the chapter's loss", LESSON, "loss", "[w, b]", 50), ("2,000 operations", CHAIN, "z", "[x]", 1))


def python_pair(namespace, cell, target, sources):
    """Two functions that record and differentiate: TensorFlow's tape, and ours."""

    def compiled(tape):
        body = "".join(f"        {line}\n" for line in cell.splitlines())
        source = f"def run():\n    with {tape} as t:\n{body}    return t.gradient({target}, {sources})\n"
        made = {}
        exec(compile(source, "<benchmark>", "exec"), namespace, made)
        return made["run"]

    return compiled("tf.GradientTape()"), compiled("gm.Tape()")


def shell_pair(shell, cell, target, sources):
    """The same in a notebook: one cell records, the next differentiates."""
    body = "".join(f"    {line}\n" for line in cell.splitlines())

    def run(record, differentiate):
        shell.run_cell(record).raise_error()
        shell.run_cell(differentiate).raise_error()

    return (
        lambda: run(f"with tf.GradientTape() as t:\n{body}", f"g = t.gradient({target}, {sources})"),
        lambda: run(f"%%tape\n{cell}", f"g = tape.gradient({target}, {sources})"),
    )


def seconds(function, repetitions):
    began = perf_counter()
    for _ in range(repetitions):
        function()
    return (perf_counter() - began) / repetitions


def compare(plain, ours, repetitions, rounds):
    plain(), ours()
    pairs = [(seconds(plain, repetitions), seconds(ours, repetitions)) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(b / a for a, b in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    tf = tensorflow()
    namespace = {
        "tf": tf,
        "gm": gm,
        "X": tf.constant([[1.0, 2.0], [3.0, 4.0]]),
        "y": tf.constant([[1.0], [2.0]]),
        "w": tf.Variable([[1.0], [2.0]]),
        "b": tf.Variable(1.0),
        "x": tf.Variable(0.5),
    }
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "gradmagic")
    shell.user_ns.update(namespace)
    package = "tensorflow-cpu" if _cpu() else "tensorflow"
    print(f"TensorFlow {version(package)}, Python {platform.python_version()}\n")
    print("| record and differentiate | where | plain tape, ms | gradmagic, ms | ratio |")
    print("| --- | --- | --- | --- | --- |")
    for name, cell, target, sources, repetitions in CELLS:
        for where, pair in (
            ("Python", python_pair(namespace, cell, target, sources)),
            ("cell", shell_pair(shell, cell, target, sources)),
        ):
            plain, ours, ratio = compare(*pair, repetitions, rounds)
            print(f"| {name} | {where} | {plain * 1e3:.2f} | {ours * 1e3:.2f} | {ratio:.2f} |")


def _cpu():
    from importlib.metadata import PackageNotFoundError

    try:
        version("tensorflow-cpu")
    except PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    main()

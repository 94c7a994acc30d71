"""The house prices of the handbook chapter, 10,000 steps: gradmagic beside its peers, in one run.

    python benchmarks/train/house_prices.py [--write FILE] [--eager-runs N] [--rounds N]

(a) the tutorial's own loop, Keras SGD with `apply_gradients`, one eager step at a time;
(b) `gm.train` from the call to the result, tracing, compiling and checking included, on fresh variables;
(c) the compiled program alone, one call of 10,000 steps with its history fetched to NumPy, beside JAX's
    jitted `lax.scan` of the same: data and learning rate are inputs, and each step's loss, gradient norm,
    learning rate, a and b are fetched to NumPy. The scan that keeps only the losses, with the data
    compiled in, is measured too: what JAX does at its barest.
"""

from __future__ import annotations

import argparse
import gc
import platform
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from gradmagic.tape import tensorflow
from gradmagic.training import train
from gradmagic.training._problem import Problem
from gradmagic.training._settings import Settings
from gradmagic.training._training import Training
from gradmagic.training.feed import NoData
from gradmagic.training.update import make_optimizer, make_update

STEPS = 10_000
RATE = 1e-3

# What is aimed at.
SPEEDUP = 100
OF_JAX = 1.3


def data():
    """Years and prices, both scaled to [0, 1]."""
    years = np.array([2013, 2014, 2015, 2016, 2017], np.float32)
    prices = np.array([12000, 14000, 15000, 16500, 17500], np.float32)
    return (years - years.min()) / np.ptp(years), (prices - prices.min()) / np.ptp(prices)


def problem(tf):
    x, y = (tf.constant(values) for values in data())
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    return a, b, lambda: 0.5 * tf.reduce_sum((a * x + b - y) ** 2)


def eager_loop(tf):
    """Seconds of the tutorial's loop, and the a and b that it finds."""
    a, b, loss = problem(tf)
    optimizer = tf.keras.optimizers.SGD(learning_rate=RATE)
    began = perf_counter()
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            value = loss()
        gradients = tape.gradient(value, [a, b])
        optimizer.apply_gradients(zip(gradients, [a, b], strict=True))
    return perf_counter() - began, float(a), float(b)


def whole_training(tf):
    """Seconds of `gm.train` on a loss that it has never seen, and the a and b that it finds."""
    a, b, loss = problem(tf)
    gc.collect()  # the program of the round before is not ours to pay for
    began = perf_counter()
    run = train(loss, [a, b], optimizer="sgd", learning_rate=RATE, steps=STEPS)
    took = perf_counter() - began
    assert run.engine == "xla", run.reason
    return took, float(a), float(b)


def compiled_call(tf):
    """A function that makes all steps in the compiled program and fetches the history."""
    a, b, loss = problem(tf)
    settings = Settings.checked(learning_rate=RATE, steps=STEPS)
    update = make_update(make_optimizer(settings))
    to_solve = Problem(loss, [a, b])
    training = Training(to_solve, update, settings, NoData(), None, None, None)
    program = training.program(xla=True)

    def call():
        began = perf_counter()  # its steps go on from where the call before ended: the work is the same
        rows = program.advance(0, STEPS)
        assert rows.shape == (STEPS, 5)
        return perf_counter() - began

    return call


def jax_call(bare):
    """A function that makes all steps in JAX's scan and fetches the history, or only the losses."""
    import jax
    import jax.numpy as jnp

    def scan(start, x, y, rate):
        def loss(parameters):
            a, b = parameters
            return 0.5 * jnp.sum((a * x + b - y) ** 2)

        def step(parameters, _):
            value, gradients = jax.value_and_grad(loss)(parameters)
            moved = tuple(p - rate * g for p, g in zip(parameters, gradients, strict=True))
            norm = jnp.sqrt(sum(g * g for g in gradients))
            return moved, value if bare else jnp.stack([value, norm, rate, *parameters])

        return jax.lax.scan(step, start, length=STEPS)

    start, rate = (jnp.float32(0), jnp.float32(0)), jnp.float32(RATE)
    x, y = (jnp.asarray(values) for values in data())
    jitted = jax.jit(lambda start: scan(start, x, y, RATE)) if bare else jax.jit(scan)
    inputs = (start,) if bare else (start, x, y, rate)

    def call():
        began = perf_counter()
        parameters, history = jitted(*inputs)
        assert len(np.asarray(history)) == STEPS
        jax.block_until_ready(parameters)
        return perf_counter() - began

    return call


def in_blocks(calls, blocks=8, repeats=25):
    """The median of each call, in blocks by turns: each block is warm, and all see the same machine."""
    times = [[] for _ in calls]
    for _ in range(blocks):
        for call, kept in zip(calls, times, strict=True):
            call()
            kept += [call() for _ in range(repeats)]
    return [median(kept) for kept in times]


def milliseconds(seconds):
    return f"{seconds * 1e3:,.3g}" if seconds < 1 else f"{seconds * 1e3:,.0f}"


def measure(eager_runs, rounds):
    """The table."""
    tf = tensorflow()
    with tf.GradientTape():  # TensorFlow and Keras are warm: the learner has run a cell before
        problem(tf)[2]()
    tf.keras.optimizers.SGD()
    first, *_ = whole_training(tf)
    eager = [eager_loop(tf) for _ in range(eager_runs)]
    whole = [whole_training(tf) for _ in range(rounds)]
    t_call, t_jax, t_bare = in_blocks([compiled_call(tf), jax_call(bare=False), jax_call(bare=True)])
    t_eager, t_whole = (median(run[0] for run in runs) for runs in (eager, whole))
    (_, a0, b0), (_, a1, b1) = eager[0], whole[0]
    off = max(abs(a0 - a1), abs(b0 - b1))
    times = f"{t_eager / t_whole:.0f} times faster (asked for: {SPEEDUP})"
    found = "a = {:.5f}, b = {:.5f}"
    rows = [
        ("eager loop, Keras SGD, `apply_gradients`", t_eager, found.format(a0, b0)),
        ("`gm.train`, compilation included", t_whole, f"{times}; {found.format(a1, b1)}"),
        ("`gm.train`, first of the process: XLA starts", first, f"{t_eager / first:.0f} times faster"),
        ("its compiled program, one call", t_call, f"{t_call / t_jax:.2f} times JAX (asked for: {OF_JAX})"),
        ("JAX, jitted `lax.scan`, the same history", t_jax, ""),
        (
            "JAX at its barest: losses only, data compiled in",
            t_bare,
            f"ours: {t_call / t_bare:.2f} times this",
        ),
    ]
    lines = [
        f"House prices, {STEPS:,} steps, medians: TensorFlow {tf.__version__}, JAX {version('jax')},"
        f" Python {platform.python_version()}. The a and b of both loops differ by {off:.1e} at most.",
        "",
        "| what | ms | |",
        "| --- | ---: | --- |",
        *(f"| {what} | {milliseconds(seconds)} | {note} |" for what, seconds, note in rows),
    ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, help="write the table to this file too")
    parser.add_argument("--eager-runs", type=int, default=1, help="runs of the eager loop (default 1)")
    parser.add_argument("--rounds", type=int, default=7, help="runs of gm.train (default 7)")
    arguments = parser.parse_args()
    table = measure(arguments.eager_runs, arguments.rounds)
    print(table)
    if arguments.write:
        arguments.write.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()

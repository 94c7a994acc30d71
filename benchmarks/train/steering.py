"""What steering costs: chunks, a listener, pause, stop, set, an interrupt; 64 learning rates as one program.

    python benchmarks/train/steering.py [--rounds N] [--short] [--write]

The speed of a run, with its chunks and a listener, is set against one call of its compiled program that
makes as many steps. Latencies are those of a training in the background: from the call to the
status `"paused"`, until the new learning rate is there, to the end; the longest of all rounds counts. So it
does for an interrupt: from the signal until `train` returns.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from statistics import median

import timing
from problems import Problem, house_prices, mlp


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--short", action="store_true", help="a few steps: does it run?")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    asked = parser.parse_args()
    timing.use_cores(2)
    sizes = (2_000, 200) if asked.short else (10_000_000, 30_000)
    problems = [replace(make(), steps=size) for make, size in zip((house_prices, mlp), sizes, strict=True)]
    rounds = 1 if asked.short else asked.rounds
    head = (
        "problem",
        "steps",
        "speed with chunks and a listener",
        "pause, ms",
        "set, ms",
        "stop, ms",
        "interrupt, ms",
    )
    rows = [steered(problem, rounds, short=asked.short) for problem in problems]
    text = f"{timing.versions('TensorFlow', 'Keras', 'NumPy')}\n\n{timing.table(head, rows)}\n\n"
    text += sweeps(rounds, 500 if asked.short else 10_000)
    print(text)
    if asked.write:
        timing.write("steering", text)


def steered(problem: Problem, rounds: int, *, short: bool) -> list[str]:
    """A row: the speed in percent of one call's, the latencies."""
    speeds = [share_of_full_speed(problem) for _ in range(rounds)]
    endless = replace(problem, steps=20_000 if short else 10_000_000 if problem.batch is None else 2_000_000)
    found = [(*latencies(endless), interrupted(endless)) for _ in range(rounds)]
    longest = [timing.number(1e3 * max(column)) for column in zip(*found, strict=True)]
    speed = f"{median(speeds):.0%} ({min(speeds):.0%} to {max(speeds):.0%})"
    return [problem.name, f"{problem.steps:,}", speed, *longest]


def share_of_full_speed(problem: Problem) -> float:
    """How fast a run is from its first long chunk to its last, as a share of one call of its program."""
    import peers

    from gradmagic.training import _program, train

    variables, loss, _, options = peers.in_tensorflow(problem)
    marks: list[tuple[float, int]] = []

    def heard(done: int, total: int, last: float) -> None:
        if done > total // 3:  # the comparisons with the eager loop are behind it
            marks.append((time.perf_counter(), done))

    run = train(loss, variables, **options, progress=heard)
    assert run.engine == "xla", run.reason
    # From one report to the next is a chunk with all that is beside it; the last one may be short.
    whole = [(later - earlier) / (done - before) for (earlier, before), (later, done) in pairwise(marks[:-1])]
    if not whole:  # one chunk was enough
        return 1.0
    bounds = _program.MAX_CAPACITY, _program._HISTORY_BYTES
    _program.MAX_CAPACITY = _program._HISTORY_BYTES = 1 << 31  # all of them in one call
    try:
        call = partial(peers.gradmagic(problem), problem.steps // 3)  # data may allow fewer at a time
    finally:
        _program.MAX_CAPACITY, _program._HISTORY_BYTES = bounds
    made = len(call())
    return median(timing.seconds(call) for _ in range(3)) / made / median(whole)


def latencies(problem: Problem) -> tuple[float, float, float]:
    """Seconds until a running training has paused, has taken a learning rate, has stopped."""
    import peers

    from gradmagic.training import train

    variables, loss, _, options = peers.in_tensorflow(problem)
    run = train(loss, variables, **options, background=True)
    wait(lambda: run.steps > 5000 or run.is_over)
    began = time.perf_counter()
    run.pause()
    wait(lambda: run.status == "paused" or run.is_over)
    paused = time.perf_counter() - began
    run.resume()
    wait(lambda: run.status == "running" or run.is_over)
    began = time.perf_counter()
    run.set(learning_rate=problem.learning_rate / 2)
    wait(lambda: bool(run.changes) or run.is_over)
    taken = time.perf_counter() - began
    began = time.perf_counter()
    run.stop().wait()
    return paused, taken, time.perf_counter() - began


def interrupted(problem: Problem) -> float:
    """Seconds until a training in the main thread has returned after a SIGINT."""
    import peers

    from gradmagic.training import train

    variables, loss, _, options = peers.in_tensorflow(problem)
    sent: list[float] = []

    def send() -> None:
        time.sleep(0.03)
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    sender = threading.Thread(target=send)

    def heard(done: int, total: int, last: float) -> None:
        if done > 5000 and sender.ident is None:
            sender.start()
        if done > total // 2:
            sender.join()  # it must not come when the training is over

    run = train(loss, variables, **options, progress=heard)
    ended = time.perf_counter()
    assert run.status == "interrupted", run.status
    return ended - sent[0]


def wait(until: Callable[[], bool]) -> None:
    while not until():
        time.sleep(0.0005)


def sweeps(rounds: int, steps: int) -> str:
    """One line: 64 learning rates against one training, compilation included in both."""
    import numpy as np
    import peers

    from gradmagic.training import sweep

    problem = replace(house_prices(), steps=steps)
    rates = [float(rate) for rate in np.geomspace(1e-4, 1e-1, 64)]

    def many() -> None:
        variables, loss, _, options = peers.in_tensorflow(problem)
        options.pop("learning_rate")
        found = sweep(loss, variables, over={"learning_rate": rates}, **options)
        assert found.engine == "vectorised", found.reason

    times = timing.by_turns({"one": lambda: peers.whole_training(problem), "many": many}, rounds)
    one, all_of_them = (timing.number(1e3 * median(times[name])) for name in ("one", "many"))
    share = timing.ratio(times["many"], times["one"])
    return (
        f"64 learning rates of house prices, {steps:,} steps, by `gm.sweep`: {all_of_them} ms;"
        f" one training: {one} ms; ratio {share}."
    )


if __name__ == "__main__":
    main()

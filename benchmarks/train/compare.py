"""gradmagic beside its peers on every problem, on one core and on two.

    python benchmarks/train/compare.py [--problems house,mlp] [--cores 1] [--rounds N] [--short] [--write]

In each round every peer makes some steps, one after the other: a ratio compares what ran within the same
second or two. What is given is the median of a step in microseconds, and our time over theirs with the
quartiles of the rounds. What compiles has compiled before; that time is measured too. JAX records what
gradmagic records; the other peers keep the loss alone. `Model.fit` is given at the best of its settings.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import timing
from problems import PROBLEMS, Problem

FIT_SETTINGS = ((True, 32), (True, 256))
# Steps of a round: the slower a peer, the fewer of them.
_STEPS = {"eager loop": 60, "tf.function a step": 400, "PyTorch": 400, "NumPy": 1000, "Model.fit": 1024}


def measure(problem: Problem, rounds: int, *, short: bool) -> dict[str, Any]:
    """Seconds of a step for each peer and round, seconds of whole trainings, and the settings of `fit`."""
    import peers  # after the threads are limited

    makers: dict[str, Callable[[Problem], peers.Steps]] = {
        "gradmagic": peers.gradmagic,
        "eager loop": peers.eager_loop,
        "tf.function a step": peers.function_a_step,
    }
    if timing.installed("optax"):
        makers["JAX scan"] = peers.jax_scan
    if timing.installed("torch"):
        makers["PyTorch"] = peers.pytorch
    if problem.by_hand is not None:
        makers["NumPy"] = peers.numpy_loop
    counts = {name: _STEPS.get(name, problem.steps) for name in makers}
    calls = {name: partial(make(problem), 10 if short else counts[name]) for name, make in makers.items()}
    fits = [] if short else [fit(problem, *setting) for setting in FIT_SETTINGS]
    if fits:
        best = min(range(len(fits)), key=lambda place: min(timing.seconds(fits[place]) for _ in range(2)))
        calls["Model.fit"], counts["Model.fit"] = fits[best], _STEPS["Model.fit"]
    scan = timing.seconds(calls["JAX scan"]) if "JAX scan" in calls else None
    if not short:
        peers.whole_training(problem)  # XLA starts
    whole = [peers.whole_training(problem) for _ in range(1 if short else 3)]
    times = timing.by_turns(calls, rounds)
    steps = {name: [took / (10 if short else counts[name]) for took in times[name]] for name in calls}
    setting = FIT_SETTINGS[best] if fits else None
    return {"steps": steps, "whole": whole, "fit": setting, "scan": scan}


def fit(problem: Problem, jit: bool, at_once: int) -> Callable[[], object]:
    """`Model.fit` with these settings, compiled."""
    import peers

    call = partial(peers.model_fit(problem, jit=jit, at_once=at_once), _STEPS["Model.fit"])
    call()
    return call


def row(problem: Problem, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    steps, whole = found["steps"], found["whole"]
    ours = steps["gradmagic"]

    def against(name: str) -> str:
        return timing.ratio(ours, steps[name]) if name in steps else ""

    def faster(name: str) -> str:
        return timing.ratio(steps[name], ours) if name in steps else ""

    eager_training = median(steps["eager loop"]) * problem.steps
    fitted = found["fit"]
    setting = f"; jit {'on' if fitted[0] else 'off'}, {fitted[1]} at once" if fitted else ""
    return [
        problem.name,
        timing.number(median(ours) * 1e6),
        against("JAX scan"),
        faster("eager loop"),
        faster("tf.function a step"),
        faster("Model.fit") + setting,
        faster("PyTorch"),
        faster("NumPy"),
        f"{problem.steps:,} in {timing.number(median(whole) * 1e3)} ms",
        timing.number(eager_training / median(whole)),
        timing.number(median(whole) / found["scan"]) if found["scan"] else "",
    ]


HEAD = (
    "problem",
    "a step, µs",
    "over JAX scan",
    "times faster than the eager loop",
    "than tf.function a step",
    "than Model.fit",
    "than PyTorch",
    "than NumPy",
    "`gm.train`, all included",
    "times faster than the eager loop so",
    "over JAX, compiled and run so",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--problems", default=",".join(PROBLEMS), help="some of the problems, by their names")
    parser.add_argument("--cores", type=int, help="1 or 2; both, one after the other, unless given")
    parser.add_argument("--rounds", type=int, default=15, help="rounds (default 15)")
    parser.add_argument("--short", action="store_true", help="ten steps, one round: does it run?")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = parser.parse_args()
    names = asked.problems.split(",")
    if asked.cores is None:
        text = versions_line()
        for cores in (1, 2):
            arguments = ["--problems", asked.problems, "--rounds", str(asked.rounds)]
            arguments += ["--short"] if asked.short else []
            text += f"\n\nOn {cores} core{'s' * (cores > 1)}:\n\n"
            text += timing.on_cores(__file__, cores, arguments).strip()
        print(text)
        if asked.write:
            timing.write("training", text)
        return
    timing.use_cores(asked.cores)
    problems = [PROBLEMS[name]() for name in names]
    print(timing.table(HEAD, []))
    for problem in problems:
        found = measure(problem, 1 if asked.short else asked.rounds, short=asked.short)
        print(timing.line(row(problem, found)), flush=True)


def versions_line() -> str:
    return timing.versions("TensorFlow", "Keras", "JAX", "Optax", "Torch", "NumPy")


if __name__ == "__main__":
    main()

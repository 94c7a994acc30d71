"""A GPU beside the CPU of the same machine: a training step under XLA, a recording's cost, memory.

    python benchmarks/gpu/compare.py [--problems mlp] [--rounds N] [--short] [--device GPU:0] [--write]

Needs `gradmagic[gpu]`; for a column with JAX's scan `jax[cuda12]`. Ratios of what ran by turns in a process.
Without a GPU it says so and ends with status 1; with `--device CPU:0` all of it runs on the CPU.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "train"))

import peers
import timing
from problems import PROBLEMS, Problem

import gradmagic as gm
from gradmagic.tape import tensorflow

HEAD = (
    "problem",
    "a step on the device, µs",
    "times faster than the CPU",
    "over JAX scan on the device",
    "a recording with its gradient, over the plain tape",
    "device memory at most, MiB",
)


def programs(problem: Problem, device: str, *, short: bool) -> dict[str, Callable[[], object]]:
    """What is taken by turns: our program on the device and on the CPU, and JAX's where it has one."""
    tf, steps = tensorflow(), 10 if short else problem.steps
    calls: dict[str, Callable[[], object]] = {}
    for name, place in (("device", device), ("cpu", "CPU:0")):
        with tf.device(place):
            calls[name] = partial(on, place, peers.gradmagic(problem), steps)
    if jax_sees(device):
        calls["jax"] = partial(peers.jax_scan(problem), steps)
    return calls


def on(place: str, call: Callable[[int], object], steps: int) -> object:
    with tensorflow().device(place):
        return call(steps)


def jax_sees(device: str) -> bool:
    """Whether JAX is installed and would run where we do."""
    if not timing.installed("optax"):
        return False
    import jax

    return bool((jax.default_backend() == "gpu") == device.startswith("GPU"))


def recordings(problem: Problem, device: str) -> dict[str, Callable[[], object]]:
    """A loss with its gradient, by our tape and by TensorFlow's own."""
    tf = tensorflow()
    with tf.device(device):
        variables, loss, data, _ = peers.in_tensorflow(problem)
        batch = tuple(part[: problem.batch] for part in data)

    def by(tape: Any) -> object:
        with tf.device(device):
            with tape() as recording:
                value = loss(*batch)
            return [gradient.numpy() for gradient in recording.gradient(value, variables)]

    return {"ours": partial(by, gm.Tape), "plain": partial(by, tf.GradientTape)}


def row(problem: Problem, device: str, rounds: int, *, short: bool) -> list[str]:
    calls = {**programs(problem, device, short=short), **recordings(problem, device)}
    times = timing.by_turns(calls, rounds)
    steps = 10 if short else problem.steps
    memory = ""
    if device.startswith("GPU"):
        peak = tensorflow().config.experimental.get_memory_info(device)["peak"]
        memory = timing.number(peak / 2**20)
    return [
        problem.name,
        timing.number(median(times["device"]) / steps * 1e6),
        timing.ratio(times["cpu"], times["device"]),
        timing.ratio(times["device"], times["jax"]) if "jax" in times else "",
        timing.ratio(times["ours"], times["plain"]),
        memory,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--problems", default="house,mlp,convolution", help="some of the problems, by name")
    parser.add_argument("--rounds", type=int, default=15, help="rounds (default 15)")
    parser.add_argument("--device", default="GPU:0", help="default GPU:0")
    parser.add_argument("--short", action="store_true", help="ten steps, one round: does it run?")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = parser.parse_args()
    kind = asked.device.partition(":")[0]
    found = tensorflow().config.list_physical_devices(kind)
    if not found:
        raise SystemExit(
            f"TensorFlow sees no {kind} here: pip install 'gradmagic[gpu]', and look at `gradmagic doctor`"
        )
    details = tensorflow().config.experimental.get_device_details(found[0])
    lines = [f"On {details.get('device_name', asked.device)}; by turns with the CPU of the same machine.", ""]
    lines.append(timing.table(HEAD, []).rstrip())
    for name in asked.problems.split(","):
        made = row(PROBLEMS[name](), asked.device, 1 if asked.short else asked.rounds, short=asked.short)
        lines.append(timing.line(made))
        print(lines[-1], flush=True)
    text = "\n".join(lines)
    print(text)
    if asked.write:
        timing.write("gpu", text)


if __name__ == "__main__":
    main()

"""How the time of a step grows with steps, parameters and the batch; JAX's scan beside it.

python benchmarks/train/growth.py [--rounds N] [--short] [--write]
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from statistics import linear_regression, median

import numpy as np
import timing
from problems import Problem, house_prices, mlp


def series(*, short: bool) -> dict[str, list[tuple[int, Problem]]]:
    """What grows, and the problem at each size."""
    if short:
        return {"steps": [(size, replace(house_prices(), steps=size)) for size in (50, 100)]}
    widths = (32, 128, 512)
    return {
        "steps (house prices)": [
            (size, replace(house_prices(), steps=size)) for size in (1000, 10_000, 100_000)
        ],
        "parameters (MLP, batch 32)": [
            (width * 75 + 10, replace(mlp(hidden=width), steps=20_000 // width)) for width in widths
        ],
        "rows of a batch (MLP)": [
            (batch, replace(mlp(batch=batch), steps=10_000 // batch)) for batch in (8, 32, 128, 512)
        ],
    }


def measured(problems: list[tuple[int, Problem]], rounds: int) -> list[tuple[int, float, float, str]]:
    """For each size the seconds of a training in one call, ours and JAX's, and the ratio."""
    import peers

    found = []
    for size, problem in problems:
        ours, scan = peers.gradmagic(problem), peers.jax_scan(problem)
        calls = {"ours": lambda: ours(problem.steps), "scan": lambda: scan(problem.steps)}  # noqa: B023
        times = timing.by_turns(calls, rounds)
        share = timing.ratio(times["ours"], times["scan"])
        found.append((size, median(times["ours"]), median(times["scan"]), share))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="rounds (default 15)")
    parser.add_argument("--short", action="store_true", help="two small sizes: does it run?")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = parser.parse_args()
    timing.use_cores(2)
    rows = []
    for name, problems in series(short=asked.short).items():
        found = measured(problems, 2 if asked.short else asked.rounds)
        whole = name.startswith("steps")
        scales = [1.0 if whole else problem.steps for _, problem in problems]
        spent = [seconds / scale for (_, seconds, _, _), scale in zip(found, scales, strict=True)]
        slope = linear_regression(np.log([size for size, *_ in found]), np.log(spent)).slope
        for (size, seconds, _, share), scale in zip(found, scales, strict=True):
            unit = f"{timing.number(seconds / scale * 1e6)} {'a call' if whole else 'a step'}"
            rows.append([name, f"{size:,}", unit, share])
        rows.append([name, "grows as n to the", f"{slope:.2f}", ""])
    text = f"{timing.versions('TensorFlow', 'JAX', 'Optax', 'NumPy')}\n\n"
    text += timing.table(("what grows", "n", "µs", "over JAX scan"), rows)
    print(text)
    if asked.write:
        timing.write("growth of a training", text)


if __name__ == "__main__":
    main()

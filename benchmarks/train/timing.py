"""Times taken by turns, on one core or two, and the tables made of them."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, sleep

README = Path(__file__).parents[1] / "README.md"


def use_cores(count: int) -> None:
    """Keep this process on the first cores; to be called before a library starts its threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(count)
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[name] = str(count)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def seconds(call: Callable[[], object]) -> float:
    began = perf_counter()
    call()
    return perf_counter() - began


def by_turns(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each call in each round: all see the same machine, a short while apart.

    The order is another one in each round, drawn from a seed: what one leaves behind (threads that still
    fetch data, or spin) must not always meet the same other. Each then waits 20 ms, is called once
    unmeasured, for others have used the caches; then as often as fits into 40 ms, 50 times at most, and the
    median counts.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    draw = Random(0)
    for _ in range(rounds):
        for name in draw.sample(list(calls), len(calls)):
            call = calls[name]
            sleep(0.02)
            call()
            taken = [seconds(call)]
            while sum(taken) < 0.04 and len(taken) < 50:
                taken.append(seconds(call))
            times[name].append(median(taken))
    return times


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The ratio of the medians, and the quartiles of the rounds' ratios."""
    each = sorted(one / other for one, other in zip(ours, theirs, strict=True))
    low, _, high = quantiles(each, n=4) if len(each) > 1 else (each[0],) * 3
    return f"{number(median(ours) / median(theirs))} ({number(low)} to {number(high)})"


def number(value: float) -> str:
    """Three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(map(line, [head, marks, *rows]))


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def versions(*names: str) -> str:
    """The date, the versions and the class of the machine."""
    packages = {name: f"{name.lower()}{'' if installed(name.lower()) else '-cpu'}" for name in names}
    found = ", ".join(f"{name} {version(key)}" for name, key in packages.items() if installed(key))
    today = datetime.now(UTC).date().isoformat()
    machine = f"{platform.machine()}, {os.cpu_count()} cores shared with other work"
    return f"Measured {today}: {found}, Python {platform.python_version()}; {machine}."


def installed(name: str) -> bool:
    try:
        version(name)
    except ModuleNotFoundError:
        return False
    return True


def write(part: str, text: str) -> None:
    """Put a text between its markers in benchmarks/README.md."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    page = README.read_text("utf-8")
    pattern = re.escape(begin) + ".*?" + re.escape(end)
    page, count = re.subn(pattern, lambda _: f"{begin}\n{text}\n{end}", page, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"benchmarks/README.md has no {begin} ... {end}")
    README.write_text(page, "utf-8")


def on_cores(script: str, cores: int, arguments: Sequence[str]) -> str:
    """Run a script in a process of its own on this many cores, and return what it prints."""
    command = [sys.executable, script, "--cores", str(cores), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

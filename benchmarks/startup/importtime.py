"""What `import gradmagic` and `%load_ext gradmagic` import, and how long it takes, by `-X importtime`.

python benchmarks/startup/importtime.py [--rounds N] [--write]
"""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from time import strftime

TABLE = Path(__file__).parents[1] / "README.md"
MARKS = "<!-- importtime: begin -->", "<!-- importtime: end -->"
SHELL = "from IPython.core.interactiveshell import InteractiveShell as S; shell = S.instance()"
PROGRAMS = {
    "import gradmagic": ("pass", "import gradmagic"),
    "%load_ext gradmagic": (SHELL, f"{SHELL}; shell.run_line_magic('load_ext', 'gradmagic')"),
}
LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|(\s*)(\S+)")


def imported(program):
    """Microseconds of each module's own code, `{module: time}`."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program], check=True, capture_output=True, text=True
    )
    return {name: int(own) for own, _, _, name in LINE.findall(done.stderr)}


def by_package(before, after):
    """Milliseconds a package of what the second program imports beyond the first."""
    found = defaultdict(float)
    for name, own in after.items():
        if name not in before:
            package = ".".join(name.split(".")[: 2 if name.startswith("gradmagic.") else 1])
            found[package] += own / 1000
    return found


def table(rounds):
    who = f"Python {platform.python_version()}, IPython {version('ipython')}, {platform.machine()}"
    # The fastest: whatever else the machine does can only add to a time.
    yield f"Measured {strftime('%Y-%m-%d')}: {who}; the fastest of {rounds}."
    yield ""
    yield "| what | modules | ms | of gradmagic | of others |"
    yield "| --- | ---: | ---: | --- | --- |"
    for name, (plain, ours) in PROGRAMS.items():
        before = imported(plain)
        taken = [by_package(before, imported(ours)) for _ in range(rounds)]
        modules = len(set(imported(ours)) - set(before))
        each = {package: min(row.get(package, 0) for row in taken) for package in taken[0]}
        largest = sorted(each, key=each.get, reverse=True)
        mine = [f"{p.removeprefix('gradmagic.')} {each[p]:.1f}" for p in largest if p.startswith("gradmagic")]
        others = [
            f"{package} {each[package]:.1f}" for package in largest if not package.startswith("gradmagic")
        ]
        total = min(sum(row.values()) for row in taken)
        yield f"| `{name}` | {modules} | {total:.0f} | {', '.join(mine[:6])} | {', '.join(others[:6])} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = "\n".join(table(options.rounds))
    print(lines)
    if options.write:
        text = TABLE.read_text("utf-8")
        between = f"(?<={MARKS[0]}\n).*(?={MARKS[1]})"
        TABLE.write_text(re.sub(between, lambda _: lines + "\n", text, flags=re.S), "utf-8")


if __name__ == "__main__":
    main()

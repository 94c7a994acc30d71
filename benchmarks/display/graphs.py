"""How long the picture of a large graph takes: folded into at most sixty boxes, and those laid out.

    python benchmarks/display/graphs.py [--rounds N] [--write]

The graphs are those of tests/display/test_graph_fold.py: a chain, the rounds of a loop, layers in scopes, and
hundreds of Variables that two operations read. Importing the layout library is not in the times.
"""

from __future__ import annotations

import argparse
import platform
import re
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gradmagic.display import graph_svg  # noqa: E402
from gradmagic.display._fold import fold  # noqa: E402
from tests.display.test_graph_fold import bushy, chain, loop, scoped  # noqa: E402

README = ROOT / "benchmarks" / "README.md"
MARKS = "<!-- pictures of graphs: begin -->", "<!-- pictures of graphs: end -->"
GRAPHS = {
    "a chain of 2,000 operations": chain,
    "a chain of 20,000 operations": lambda: chain(10_000),
    "a loop of 700 rounds": loop,
    "80 layers in scopes": scoped,
    "300 Variables": bushy,
}


def seconds(call):
    began = perf_counter()
    call()
    return perf_counter() - began


def measured(rounds):
    """Return a row for each graph: operations, boxes, and milliseconds to fold and to draw."""
    graph_svg(scoped(2))  # imports
    for name, make in GRAPHS.items():
        graph = make()
        operations = sum(node.kind == "operation" for node in graph.nodes)
        times = [seconds(lambda graph=graph: fold(graph)) for _ in range(rounds)]
        whole = [seconds(lambda graph=graph: graph_svg(graph)) for _ in range(rounds)]
        yield (
            name,
            f"{operations:,}",
            len(fold(graph).boxes),
            *(f"{1e3 * found:,.0f}" for found in (median(times), median(whole), max(whole))),
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="keep the table")
    options = parser.parse_args()
    versions = f"graphlay {version('graphlay')}, Python {platform.python_version()}"
    lines = [
        f"Measured {datetime.now(UTC).date()}: {versions}; "
        f"{platform.machine()}, cores shared with other work; {options.rounds} rounds.",
        "",
        "| graph | operations | boxes | folding, ms | picture, all in all, ms | the longest |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(f"| {' | '.join(map(str, row))} |" for row in measured(options.rounds)),
    ]
    text = "\n".join(lines)
    print(text)
    if options.write:
        page = README.read_text("utf-8")
        block = f"{MARKS[0]}\n{text}\n{MARKS[1]}"
        README.write_text(re.sub(f"{MARKS[0]}.*?{MARKS[1]}", lambda _: block, page, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()

"""How recording grows: time and memory from 100 to 20,000 operations, beside a plain `tf.GradientTape`.

    python benchmarks/tape/growth.py [--rounds N] [--write]

The cell is `z = tf.sin(z) * 1.001` over and over, recorded and differentiated. Plain and ours run in turn,
in one process; a ratio is the median of the pairs'. Memory is what Python allocates for the recording
(tracemalloc; TensorFlow's own buffers are the same with both tapes), in a run of its own. With `--write` the
table goes between its markers in benchmarks/README.md and the picture to benchmarks/tape/growth.svg.
"""

from __future__ import annotations

import argparse
import gc
import math
import platform
import re
import tracemalloc
from functools import partial
from pathlib import Path
from statistics import linear_regression, median
from time import perf_counter

import gradmagic as gm
from gradmagic.tape import tensorflow

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
BEGIN, END = "<!-- growth: begin -->", "<!-- growth: end -->"
SIZES = (100, 500, 2_000, 5_000, 20_000)
tf = tensorflow()
# Okabe and Ito's colours: told apart by everyone.
TAPES = {
    "plain": (partial(tf.GradientTape, persistent=False), "tf.GradientTape", "#000000", "4 3"),
    "values": (gm.Tape, "gradmagic", "#0072B2", ""),
    "bare": (partial(gm.Tape, values=False), "gradmagic, values=False", "#D55E00", ""),
}


def record(make, operations):
    x = tf.Variable(0.5)
    with make() as tape:
        z = x
        for _ in range(operations // 2):
            z = tf.sin(z) * 1.001
    return tape, z, x


def seconds(make, operations):
    gc.collect()
    began = perf_counter()
    tape, z, x = record(make, operations)
    tape.gradient(z, x)
    return perf_counter() - began


def kilobytes(make, operations):
    gc.collect()
    tracemalloc.start()
    kept = record(make, operations)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return size / 1e3


def measure(rounds):
    rows = []
    for operations in SIZES:
        times = {name: [] for name in TAPES}
        for _ in range(max(5, min(rounds, rounds * 2_000 // operations)) + 1):
            for name, (make, *_) in TAPES.items():
                times[name].append(seconds(make, operations))
        for found in times.values():
            del found[0]  # the first one warms up
        rows.append(
            {
                "operations": operations,
                "time": {name: median(found) for name, found in times.items()},
                "ratio": {
                    name: median(ours / plain for ours, plain in zip(found, times["plain"], strict=True))
                    for name, found in times.items()
                },
                "memory": {name: kilobytes(make, operations) for name, (make, *_) in TAPES.items()},
            }
        )
    return rows


def exponent(rows, kind, name):
    """The slope in log-log: 1 is linear."""
    points = [(math.log(row["operations"]), math.log(row[kind][name])) for row in rows]
    return linear_regression(*zip(*points, strict=True)).slope


def table(rows):
    lines = [
        f"TensorFlow {tf.__version__}, Python {platform.python_version()}, {platform.machine()}; "
        "record and differentiate, `python benchmarks/tape/growth.py --write`.",
        "",
        "| operations | plain tape, ms | gradmagic, ms | ratio | without values, ms | ratio | "
        "memory, kB: plain | gradmagic | without values |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        time, ratio, memory = row["time"], row["ratio"], row["memory"]
        lines.append(
            f"| {row['operations']:,} | {time['plain'] * 1e3:.1f} "
            f"| {time['values'] * 1e3:.1f} | {ratio['values']:.2f} "
            f"| {time['bare'] * 1e3:.1f} | {ratio['bare']:.2f} "
            f"| {memory['plain']:,.0f} | {memory['values']:,.0f} | {memory['bare']:,.0f} |"
        )
    grows = {name: (exponent(rows, "time", name), exponent(rows, "memory", name)) for name in TAPES}
    lines.append(
        f"| grows as n to the | {grows['plain'][0]:.2f} | {grows['values'][0]:.2f} | "
        f"| {grows['bare'][0]:.2f} | "
        f"| {grows['plain'][1]:.2f} | {grows['values'][1]:.2f} | {grows['bare'][1]:.2f} |"
    )
    lines += ["", "![Time and memory of a recording against its number of operations](tape/growth.svg)"]
    return "\n".join(lines)


def picture(rows):
    """Two log-log panels as SVG, by hand: a few lines need no library."""
    panels = (
        ("time", 1e3, "record and differentiate, ms", 60),
        ("memory", 1, "memory of the recording, kB", 400),
    )
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 330" width="720" height="330" role="img" '
        'aria-labelledby="title description" font-family="sans-serif" font-size="11">',
        '<title id="title">How a recording grows</title>',
        '<desc id="description">Time and memory against the number of operations, from 100 to 20,000, '
        "on logarithmic axes: straight lines of slope one, so both are linear.</desc>",
        '<rect width="720" height="330" fill="#ffffff"/>',
    ]
    for kind, scale, title, left in panels:
        values = [row[kind][name] * scale for row in rows for name in TAPES]
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

        def across(operations, left=left):
            return left + 290 * (math.log10(operations) - 2) / (math.log10(20_000) - 2)

        def up(value, low=low, high=high):
            return 250 - 210 * (math.log10(value) - low) / (high - low)

        parts.append(f'<text x="{left}" y="24" font-size="13" font-weight="bold">{title}</text>')
        for power in range(low, high + 1):
            y = up(10**power)
            parts.append(f'<line x1="{left}" x2="{left + 290}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
            parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:g}</text>')
        for operations in SIZES:
            x = across(operations)
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="40" y2="250" stroke="#eeeeee"/>')
            parts.append(f'<text x="{x:.1f}" y="266" text-anchor="middle">{operations:,}</text>')
        parts.append(f'<text x="{left + 145}" y="284" text-anchor="middle">operations</text>')
        for name, (_, _, colour, dash) in TAPES.items():
            points = [(across(row["operations"]), up(row[kind][name] * scale)) for row in rows]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            parts.append(
                f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
            )
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    for place, (_, label, colour, dash) in enumerate(TAPES.values()):
        x = 60 + 190 * place
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(
            f'<line x1="{x}" x2="{x + 28}" y1="310" y2="310" stroke="{colour}" stroke-width="2"{dashed}/>'
        )
        parts.append(f'<text x="{x + 34}" y="314">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def write(text, svg):
    (HERE / "growth.svg").write_text(svg)
    readme = README.read_text()
    block = f"{BEGIN}\n{text}\n{END}"
    if BEGIN in readme:
        readme = re.sub(f"{BEGIN}.*?{END}", lambda _: block, readme, flags=re.DOTALL)
    else:
        readme = f"{readme.rstrip()}\n\n## How a recording grows\n\n{block}\n"
    README.write_text(readme)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--write", action="store_true", help="keep the table and the picture")
    options = parser.parse_args()
    rows = measure(options.rounds)
    text = table(rows)
    print(text)
    if options.write:
        write(text, picture(rows))


if __name__ == "__main__":
    main()

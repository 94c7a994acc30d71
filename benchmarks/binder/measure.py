"""Binder without Docker: build its steps, run every exercise under 2 GB, time the first gradient.

python benchmarks/binder/measure.py [--rounds N] [--keep DIR] [--exercises a,b] [--write]

As root the steps are an ordinary user's, uid 1000, and the limit is a control group's; otherwise they
are this user's, and the limit is RLIMIT_DATA.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import re
import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, strftime

from place import Place, limited, ordinary_python
from server import Server, run

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "benchmarks" / "README.md"
LIMIT = 2 << 30
# No %load_ext: gradmagic is loaded there already.
FIRST = "%%tape\nimport tensorflow as tf\nx = tf.Variable(2.0)\ny = x**3\n%grad y x"


def cold_spec(place):
    """An ordinary kernel beside Binder's own, to compare with."""
    spec = {
        "argv": [str(place.prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    }
    folder = place.prefix / "share" / "jupyter" / "kernels" / "cold"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kernel.json").write_text(json.dumps({**spec, "display_name": "cold", "language": "python"}))


def first_gradient(place, *, warm):
    """Seconds from the container's start to the first gradient, and of those from opening the notebook on."""
    with limited(LIMIT) as limit:
        server = Server(place, limit, start=warm)
        try:
            server.wait()
            opened = perf_counter()
            _, session = server.open("exercises/01-first-derivatives.ipynb", "python3" if warm else "cold")
            done = asyncio.run(run(server, session, [FIRST]))
            if done.errors or "dy/dx = 12" not in "".join(done.texts):
                raise RuntimeError(f"no gradient: {done}")
            end = perf_counter()
            # A learner's second notebook.
            _, other = server.open("exercises/02-higher-derivatives.ipynb", "python3" if warm else "cold")
            asyncio.run(run(server, other, [FIRST]))
            return end - server.began, end - opened, perf_counter() - end
        finally:
            server.stop()


def exercises(place, names):
    """Run every exercise and its solution in a kernel of its own."""
    rows = []
    with limited(LIMIT) as limit:
        server = Server(place, limit)
        try:
            server.wait()
            for name in names:
                row = [name]
                for folder in ("exercises", "solutions"):
                    limit.reset()
                    began = perf_counter()
                    cells, session = server.open(f"{folder}/{name}.ipynb")
                    expected = sum("raises-exception" in cell["metadata"].get("tags", []) for cell in cells)
                    done = asyncio.run(run(server, session, ["".join(cell["source"]) for cell in cells]))
                    server.close(session)
                    row += [
                        len(cells),
                        len(done.errors) - expected,
                        limit.peak / 2**20,
                        perf_counter() - began,
                    ]
                rows.append(row)
                print(*row, flush=True)
            return rows, limit.hits(), limit.how
        finally:
            server.stop()


def table(place, built, rows, hits, how, warm, cold):
    gb = 1e9
    day, machine = strftime("%Y-%m-%d"), platform.machine()
    yield f"Measured {day}: {machine}, cores shared with other work."
    yield f"Limit 2 GiB by {how}; reached {hits} times."
    yield ""
    yield "| what | |"
    yield "| --- | --- |"
    yield f"| environment on the disk | {built['bytes'] / gb:.2f} GB |"
    yield f"| the repository's copy | {place.size(place.repository) / 1e6:.0f} MB |"
    for step, seconds in built["seconds"].items():
        yield f"| {step} | {seconds:.0f} s |"
    for name, columns in (("warm kernel (`binder/start`)", warm), ("ordinary kernel", cold)):
        whole, opened, second = (median(column) for column in zip(*columns, strict=True))
        yield f"| {name}: from the container's start to the first gradient | {whole:.1f} s |"
        yield f"| {name}: from opening the notebook to it | {opened:.2f} s |"
        yield f"| {name}: the same for a second notebook | {second:.2f} s |"
    yield ""
    yield "| exercise | cells | errors | peak, MiB | s | its solution: errors | peak, MiB | s |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, cells, errors, peak, seconds, _, *solved in rows:
        errors_2, peak_2, seconds_2 = solved
        yield (
            f"| {name} | {cells} | {errors} | {peak:.0f} | {seconds:.1f} "
            f"| {errors_2} | {peak_2:.0f} | {seconds_2:.1f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="build there, or use what was built there")
    parser.add_argument("--exercises", help="names, comma between; all of them unless given")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="gradmagic-binder-"))
    place = Place(folder, ROOT, ordinary_python())
    try:
        if not place.prefix.exists():
            folder.mkdir(parents=True, exist_ok=True)
            place.build()
            built = {"seconds": place.seconds, "bytes": place.size(place.prefix)}
            (folder / "built.json").write_text(json.dumps(built))
        built = json.loads((folder / "built.json").read_text())
        cold_spec(place)
        pairs = [
            (first_gradient(place, warm=True), first_gradient(place, warm=False))
            for _ in range(options.rounds)
        ]
        warm, cold = zip(*pairs, strict=True)
        print(warm, cold, flush=True)
        names = sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))
        if options.exercises is not None:
            names = [name for name in options.exercises.split(",") if name]
        rows, hits, how = exercises(place, names)
        lines = "\n".join(table(place, built, rows, hits, how, warm, cold))
        print(lines)
        if options.write:
            text = TABLE.read_text("utf-8")
            marks = "<!-- binder: begin -->", "<!-- binder: end -->"
            TABLE.write_text(
                re.sub(f"(?<={marks[0]}\n).*(?={marks[1]})", lambda _: lines + "\n", text, flags=re.S)
            )
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

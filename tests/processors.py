"""Compare every stored output on what stands for other processors, and keep the table in docs/compatibility.md.

python tests/processors.py                 all settings: 4 instruction sets, oneDNN on and off, one thread and two
python tests/processors.py --only AVX      those whose name has this in it
python tests/processors.py --write         keep the table

Stored outputs are those of the solutions, the guides of tests/notebooks, the pages of docs/ with their pictures, what
wrong answers are told (tests/notebooks/golden), and the golden texts of tests/display.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "compatibility.md"
MARKS = "<!-- processors: begin -->", "<!-- processors: end -->"
NOTEBOOKS = ("solutions", "tests/notebooks/guides")
TESTS = {
    "docs": ["tests/docs/test_pages.py", "tests/test_readme.py"],
    "golden": ["tests/notebooks/test_verify.py"],
    "display": ["tests/display"],
}
# Only what compares with something stored.
CHOSEN = "shown_under_them or output_shown or told_before or text or golden or bundle"


@dataclass(frozen=True)
class Setting:
    """What stands for a processor: the instructions that XLA may use, oneDNN's kernels, and the cores."""

    instructions: str
    onednn: bool
    cores: int

    @property
    def name(self) -> str:
        return f"{self.instructions}, oneDNN {'on' if self.onednn else 'off'}, {self.cores} core(s)"

    @property
    def variables(self) -> dict[str, str]:
        """The environment that makes it so."""
        found = {"TF_ENABLE_ONEDNN_OPTS": str(int(self.onednn)), "GRADMAGIC_LANG": "en"}
        if self.instructions != "all":
            found["XLA_FLAGS"] = f"--xla_cpu_max_isa={self.instructions}"
        return found


SETTINGS = [
    Setting(*chosen) for chosen in itertools.product(("SSE4_2", "AVX", "AVX2", "all"), (False, True), (1, 2))
]


def compared(setting: Setting) -> dict[str, str]:
    """Run everything under a setting; return what came of each notebook and group of tests."""
    folder = Path(tempfile.mkdtemp(prefix="gm-"))
    kept = {name: value for name, value in os.environ.items() if name not in ("XLA_FLAGS",)}
    variables = kept | setting.variables | {"GRADMAGIC_RUNTIME_DIR": str(folder / "run")}
    variables |= {"JUPYTER_PATH": str(folder / "share" / "jupyter")}
    cores = set(sorted(os.sched_getaffinity(0))[: setting.cores])

    def run(*words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            check=False,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),  # nothing else runs here
        )

    try:
        run("gradmagic", "kernel", "install", "--prefix", str(folder))
        report = folder / "notebooks.xml"
        pytest = ["pytest", "-n", "0", "-p", "no:cacheprovider"]
        run(*pytest, "--nbval", "--nbval-kernel-name", "gradmagic", f"--junitxml={report}", *NOTEBOOKS)
        found = {name: shown(*counts) for name, counts in outcomes(report).items()}
        run("gradmagic", "kernel", "stop")
        for group, paths in TESTS.items():
            report = folder / f"{group}.xml"
            run(*pytest, "-m", "not soak", "-k", CHOSEN, f"--junitxml={report}", *paths)
            counts = outcomes(report).values()
            found[group] = shown(sum(passed for passed, _ in counts), sum(count for _, count in counts))
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def outcomes(report: Path) -> dict[str, tuple[int, int]]:
    """Read how many tests of each file passed, and how many there are."""
    tests, passed = Counter[str](), Counter[str]()
    for case in ET.parse(report).iter("testcase"):
        name = case.get("classname", "").removesuffix(".ipynb").rpartition(".")[2]
        tests[name] += 1
        passed[name] += not list(case)
    return {name: (passed[name], count) for name, count in tests.items()}


def shown(passed: int, count: int) -> str:
    return str(count) if passed == count else f"**{passed} of {count}**"


def write(rows: dict[str, dict[str, str]]) -> None:
    """Keep the table."""
    columns = list(next(iter(rows.values())))
    lines = [
        f"{time.strftime('%Y-%m-%d')}: how many cells or tests found what is stored; where not all did, of how many.",
        "",
        f"| XLA's instructions, oneDNN, cores | {' | '.join(columns)} |",
        "| --- " * (len(columns) + 1) + "|",
        *(f"| {name} | {' | '.join(row[column] for column in columns)} |" for name, row in rows.items()),
    ]
    before, rest = TABLE.read_text("utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    TABLE.write_text(f"{before}{MARKS[0]}\n\n" + "\n".join(lines) + f"\n\n{MARKS[1]}{after}", "utf-8")


def main() -> int:
    """Run what was asked for; fail if any output was another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[""], help="settings whose name has one of these in it")
    parser.add_argument("--jobs", type=int, default=2, help="settings at a time")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    chosen = [setting for setting in SETTINGS if any(part in setting.name for part in options.only)]
    rows = {}
    with ThreadPoolExecutor(options.jobs) as threads:
        for setting, found in zip(chosen, threads.map(compared, chosen), strict=True):
            rows[setting.name] = found
            print(setting.name, found, flush=True)
    if options.write:
        write(rows)
    return int(any("of" in cell for row in rows.values() for cell in row.values()))


if __name__ == "__main__":
    sys.exit(main())

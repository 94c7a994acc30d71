"""Run the default tests and keep the slowest of them in tests/README.md: `python tests/durations.py`."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

README = Path(__file__).with_name("README.md")
MARKS = "<!-- durations: begin -->", "<!-- durations: end -->"
COUNT = 40


def main() -> int:
    """Run, write the table, and end as pytest did."""
    command = [sys.executable, "-m", "pytest", f"--durations={COUNT}", "--durations-min=0.1"]
    began = time.monotonic()
    done = subprocess.run(command, cwd=README.parents[1], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    rows = re.findall(r"^(\d+\.\d\d)s (setup|call|teardown) +(\S.*)$", done.stdout, re.MULTILINE)
    if not rows:
        print(done.stdout, done.stderr)
        return done.returncode or 1
    summary = done.stdout.strip().splitlines()[-1].strip("= ")
    table = [
        f"`pytest --durations={COUNT}`, {time.strftime('%Y-%m-%d')}: {summary}; {seconds:.0f} s with the start.",
        "",
        "| seconds | phase | test |",
        "| ---: | --- | --- |",
        *(f"| {taken} | {phase} | `{test}` |" for taken, phase, test in rows),
    ]
    before, rest = README.read_text("utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    README.write_text(f"{before}{MARKS[0]}\n\n" + "\n".join(table) + f"\n\n{MARKS[1]}{after}", "utf-8")
    print(table[0])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

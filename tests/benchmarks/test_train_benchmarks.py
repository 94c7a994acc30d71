"""The benchmarks of training run, in their short form; what they measure is asserted nowhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = {
    "compare.py": ["--cores", "1", "--problems", "regression"],
    "growth.py": [],
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_prints_its_table(script):
    if script == "growth.py":
        pytest.importorskip("optax")
    result = subprocess.run(
        [sys.executable, ROOT / "benchmarks/train" / script, "--short", *SCRIPTS[script]],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    assert sum(line.startswith("| ") for line in result.stdout.splitlines()) >= 3

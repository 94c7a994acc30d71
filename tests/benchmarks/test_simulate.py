"""The simulation of many submissions counts right; what it finds is asserted nowhere."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks/grading/simulate.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("simulate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_time_is_that_of_the_work_where_nothing_else_costs(script):
    assert script.simulate([1.0] * 100, 10, 0.0) == (10.0, 0.0)
    assert script.simulate([1.0] * 101, 10, 0.0)[0] == 11.0
    assert script.simulate([3.0, 1.0, 1.0, 1.0], 2, 0.0)[0] == 3.0


def test_a_slow_coordinator_is_the_limit(script):
    seconds, share = script.simulate([0.01] * 1000, 1000, 0.1)
    assert seconds == pytest.approx(100, rel=0.01)
    assert share == pytest.approx(1, rel=0.01)
    assert script.machines_for([1.0] * 100, 1, 1.0, limit=50) is None


def test_the_fewest_machines_are_found(script):
    assert script.machines_for([1.0] * 1000, 4, 0.0, limit=25) == 10


def test_it_prints_its_table():
    result = subprocess.run(
        [sys.executable, SCRIPT, "--submissions", "500", "--measure", "50"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    assert sum(line.startswith("| ") for line in result.stdout.splitlines()) >= 5

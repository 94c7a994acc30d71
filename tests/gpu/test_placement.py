"""Where a recording and a training run, on two logical devices."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found():
    result = subprocess.run(
        [sys.executable, "-m", "tests.gpu.placement_session"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_a_record_has_the_device_of_its_operation(found):
    assert "CPU:1" in found["recorded"]
    assert found["adjoint"] == [2.0, 4.0]


@pytest.mark.parametrize(("asked", "place"), [("None", 0), ("CPU:1", 1), ("cpu:1", 1), ("/device:CPU:1", 1)])
def test_a_training_runs_where_it_was_asked_to(found, asked, place):
    assert found[asked].endswith(f"device:CPU:{place}")


def test_a_device_that_is_not_there_is_named_beside_those_that_are(found):
    assert "GPU:7" in found["unknown"]
    assert "CPU:0, CPU:1" in found["unknown"]

"""The tiers: what pytest runs by itself, that each tier has a member in it, and that CI runs the rest."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tiers import PLACES, SMOKE, TIERS, default_expression, is_smoke, rest_expression, tier_of

ROOT = Path(__file__).parents[1]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]


def test_pytest_runs_the_default_tier_and_ci_the_rest():
    assert f"-m '{default_expression()}'" in OPTIONS["addopts"]
    told = subprocess.run(
        [sys.executable, ROOT / "tests" / "tiers.py"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == rest_expression()
    assert "tests/tiers.py" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_tier_is_a_marker_and_has_a_member_in_the_default_run():
    markers = {line.partition(":")[0] for line in OPTIONS["markers"]}
    assert {*TIERS, "smoke", "soak"} <= markers
    assert set(SMOKE) == set(TIERS)
    assert all(SMOKE.values())


def functions(path):
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("member", [member for members in SMOKE.values() for member in members])
def test_a_member_is_there(member):
    path, _, name = member.partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    assert name.partition("[")[0] in {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_there(place):
    path, _, name = place.partition("::")
    assert (ROOT / "tests" / path).exists()
    assert not name or name in functions(path)


def test_the_longest_place_counts():
    assert set(PLACES.values()) <= {*TIERS, ""}
    assert tier_of("training/optimizers/test_state.py::test_the_same_steps[a]", ()) == "corpus"
    assert tier_of("training/test_xla.py::test_it", ()) == ""
    assert tier_of("training/test_xla.py::test_it", ("worker", "tmp_path")) == "sandbox"
    assert tier_of("training/test_train_peers.py::test_it[x]", ()) == "slow"
    assert tier_of("training/test_train_equals_plain_loop.py::test_float32[x]", ()) == "slow"
    assert tier_of("training/test_train_equals_plain_loop.py::test_rows_of_an_embedding", ()) == ""
    assert tier_of("redteams.py::test_it", ()) == ""


def test_a_member_may_be_one_of_a_tests_parameters():
    assert is_smoke("kernels/test_warm.py::test_a_gradient")
    assert is_smoke("grading/sandbox/test_files.py::test_a_file_outside_is_not_there[root]")
    assert not is_smoke("kernels/test_warm.py::test_a_gradient_too")

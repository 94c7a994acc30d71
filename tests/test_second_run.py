"""When CI runs failed tests once more: for one or two of them, and never where pytest has not come to an end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "failed"


@pytest.mark.parametrize(
    ("failed", "again"), [([], False), (["a"], True), (["b", "a"], True), (["a", "b", "c"], False)]
)
def test_which_failures_get_a_second_run(failed, again, tmp_path):
    record = tmp_path / "v" / "cache" / "lastfailed"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps(dict.fromkeys(failed, True)), "utf-8")
    found = subprocess.run(
        [sys.executable, SCRIPT, tmp_path, "2"], capture_output=True, text=True, check=False
    )
    assert found.returncode == (0 if again else 1)
    assert found.stdout.split() == sorted(failed)


def test_no_record_is_no_second_run(tmp_path):
    assert (
        subprocess.run([sys.executable, SCRIPT, tmp_path, "2"], capture_output=True, check=False).returncode
        == 1
    )


def test_the_record_is_pytests_own(tmp_path):
    """Where this pytest writes it, and that a second run ends as it should."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text("def test_it():\n    assert 1 == 2\n\ndef test_other():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1
    found = subprocess.run(
        [sys.executable, SCRIPT, tmp_path / ".pytest_cache", "2"], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout.strip()) == (0, "test_it.py::test_it")
    again = [*command, "--last-failed", "--last-failed-no-failures", "none"]
    assert subprocess.run(again, cwd=tmp_path, capture_output=True, check=False).returncode == 1
    (tmp_path / "test_it.py").write_text("def test_it():\n    pass\n\ndef test_other():\n    pass\n")
    done = subprocess.run(again, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "1 passed" in done.stdout

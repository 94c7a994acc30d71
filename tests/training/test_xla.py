"""TensorFlow 2.18 alone is told to run compiled programs the older way."""

import pytest

from gradmagic.training._xla import settle_xla

OLDER = "--xla_cpu_use_thunk_runtime=false"


@pytest.mark.parametrize(
    ("version", "before", "after"),
    [
        ("2.18.0", None, OLDER),
        ("2.18.1", "--xla_dump_to=x", f"--xla_dump_to=x {OLDER}"),
        ("2.18.0", "--xla_cpu_use_thunk_runtime=true", "--xla_cpu_use_thunk_runtime=true"),
        ("2.19.0", None, None),
        ("2.21.0", "--xla_dump_to=x", "--xla_dump_to=x"),
    ],
)
def test_by_version_and_by_what_is_set(version, before, after):
    environment = {} if before is None else {"XLA_FLAGS": before}
    assert settle_xla(version, environment).get("XLA_FLAGS") == after
    assert settle_xla(version, environment).get("XLA_FLAGS") == after

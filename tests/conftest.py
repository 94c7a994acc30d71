"""Each test gets the marker of its tier (see tiers.py), and is told everything in English."""

import os
from pathlib import Path

import pytest

from tests.tiers import TIERS, is_smoke, tier_of

ROOT = Path(__file__).parent

# Whatever the machine speaks, here and in the processes that tests start; some ask for another language.
os.environ["GRADMAGIC_LANG"] = "en"


def pytest_collection_modifyitems(items):
    for item in items:
        if not item.path.is_relative_to(ROOT):
            continue
        if is_smoke(item.nodeid.removeprefix("tests/")):
            item.add_marker(pytest.mark.smoke)
        if any(item.get_closest_marker(name) for name in TIERS):
            continue
        tier = tier_of(item.path.relative_to(ROOT).as_posix(), getattr(item, "fixturenames", ()))
        if tier:
            item.add_marker(getattr(pytest.mark, tier))

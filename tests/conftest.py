"""Each test gets the marker of its tier (see tiers.py), is told everything in English, and can be interrupted."""

import gc
import os
import signal
from pathlib import Path

import pytest

from tests.tiers import TIERS, is_smoke, tier_of

ROOT = Path(__file__).parent

# Whatever the machine speaks, here and in the processes that tests start; some ask for another language.
os.environ["GRADMAGIC_LANG"] = "en"

# In the background of a script Ctrl-C is ignored, and so it would be in all that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    for item in items:
        if not item.path.is_relative_to(ROOT):
            continue
        test = item.nodeid.removeprefix("tests/")
        if is_smoke(test):
            item.add_marker(pytest.mark.smoke)
        if any(item.get_closest_marker(name) for name in TIERS):
            continue
        tier = tier_of(test, getattr(item, "fixturenames", ()))
        if tier:
            item.add_marker(getattr(pytest.mark, tier))


@pytest.fixture(autouse=True, scope="module")
def settled():
    """Leave what there is by now out of garbage collection.

    TensorFlow and what earlier tests have compiled are millions of objects. A shell that is reset collects, and so does
    a test that looks for leaks: that took longer than the tests.
    """
    gc.collect()
    gc.freeze()

"""One JupyterLab and one Chromium for the folder; without them its tests are skipped, in CI an error."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from .lab import chromium, opened, serving

SHOTS = Path(__file__).parent / "shots"


def _missing() -> str | None:
    if chromium() is None:
        return "Chromium is not installed: apt-get install chromium"
    for package in ("playwright", "jupyterlab"):
        if importlib.util.find_spec(package) is None:
            return f"{package} is not installed: pip install '.[lab,test]'"
    return None


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    missing = _missing()
    if missing is not None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    with serving(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def browser(lab):
    with opened() as found:
        yield found


@pytest.fixture
def shoot():
    SHOTS.mkdir(exist_ok=True)
    return lambda page, name: page.screenshot(path=SHOTS / f"{name}.png")

"""What is shipped: the wheel, the sdist, and Binder's list of requirements."""

import json
import re
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from importlib import import_module
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXERCISES = sorted(
    path.relative_to(ROOT / "exercises").as_posix() for path in (ROOT / "exercises").rglob("*.ipynb")
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("sdist")))
    with tarfile.open(path) as archive:
        # Each name begins with the folder gradmagic-<version>/.
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_wheel_carries_the_exercises_and_no_solution(wheel):
    names = wheel.namelist()
    assert (
        sorted(
            name.removeprefix("gradmagic/_exercises/")
            for name in names
            if re.match(r"gradmagic/_exercises/.*\.ipynb", name)
        )
        == EXERCISES
    )
    tops = {name.partition("/")[0] for name in names}
    versioned = f"gradmagic-{PROJECT['version']}"
    assert tops == {"gradmagic", f"{versioned}.data", f"{versioned}.dist-info"}
    notebooks = [name for name in names if name.endswith(".ipynb")]
    assert not [name for name in notebooks if b"BEGIN SOLUTION" in wheel.read(name)]


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "course/demo.ipynb",
        "course/page.html",
        "cli/__main__.py",
        "course/checks/e02_higher_derivatives.py",
    ],
)
def test_the_wheel_carries_what_is_not_a_module(wheel, name):
    assert f"gradmagic/{name}" in wheel.namelist()


def test_the_wheel_tells_jupyter_servers_of_the_hook(wheel):
    (name,) = [
        name
        for name in wheel.namelist()
        if name.endswith("etc/jupyter/jupyter_server_config.d/gradmagic.json")
    ]
    (module,) = json.loads(wheel.read(name))["ServerApp"]["jpserver_extensions"]
    assert import_module(module)._jupyter_server_extension_points() == [{"module": module}]


def test_the_wheel_carries_no_litter(wheel):
    assert not [
        name for name in wheel.namelist() if re.search(r"__pycache__|\.pyc$|checkpoints|/tests?/", name)
    ]


def test_the_metadata_offers_every_extra(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert set(metadata.get_all("Provides-Extra")) == {
        "lab",
        "course",
        "grade",
        "dask",
        "gpu",
        "test",
        "docs",
    }
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_sdist_builds_the_same_and_holds_no_solution(sdist):
    assert {f"exercises/{name}" for name in EXERCISES} <= sdist
    assert {"pyproject.toml", "README.md", "LICENSE", "gradmagic/__init__.py"} <= sdist
    assert not [name for name in sdist if name.startswith(("solutions", "tests", ".venv"))]


def test_binder_installs_the_same_with_tensorflow_cpu():
    listed = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    listed = [line for line in listed if not line.startswith("#")]
    assert listed == [re.sub("^tensorflow", "tensorflow-cpu", needed) for needed in PROJECT["dependencies"]]


def test_every_dependency_is_accounted_for():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    names = {re.match(r"[\w-]+", line).group() for needed in lists for line in needed}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []

"""What is shipped: the wheel and the sdist."""

import json
import os
import re
import shutil
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

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


def test_every_dependency_is_accounted_for():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    names = {re.match(r"[\w-]+", line).group() for needed in lists for line in needed}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def copied(folder, seconds):
    """What is built from, in another folder and with other times: what a build must not depend on."""
    for name in ("gradmagic", "exercises"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copyfile(ROOT / name, folder / name)
    for path in folder.rglob("*"):
        os.utime(path, (seconds, seconds))
    return folder


def test_two_builds_are_the_same_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    built = []
    for number in (1, 2):
        source = copied(tmp_path / f"source-{number}", 1_600_000_000 + 86_400 * number)
        found = []
        for builder, version in ((WheelBuilder, "standard"), (SdistBuilder, "standard")):
            (path,) = builder(str(source)).build(directory=str(source / "dist"), versions=[version])
            found.append(Path(path).read_bytes())
        built.append(found)
    assert built[0] == built[1]


# All that `pip install gradmagic` asks for by name.
ASKED = {
    "tensorflow",
    "numpy",
    "ipython",
    "ipykernel",
    "ipywidgets",
    "anywidget",
    "jupyter-client",
    "traitlets",
    "matplotlib",
    "graphlay",
    "tqdm",
    "nbformat",
    "nbclient",
    "nbconvert",
    "pygments",
    "sympy",
}
# What only graders, authors or benchmarks need.
NOT_FOR_LEARNERS = {
    *(
        "nbval",
        "pytest",
        "pytest-xdist",
        "hypothesis",
        "coverage",
        "import-linter",
        "hatchling",
        "build",
        "twine",
    ),
    *("dask", "distributed", "nbgrader", "otter-grader", "jupyter-kernel-test", "playwright"),
    *("jax", "jaxlib", "torch", "optax", "pandas", "scipy", "scikit-learn", "tensorboard-plugin-profile"),
    *("jupyterlab", "notebook", "jupyter-server", "voila", "sphinx", "furo", "myst-parser", "ruff", "mypy"),
}


def closure(names):
    """Every package that these bring in, by what is installed here; extras left out."""
    found, left = set(), [normal(name) for name in names]
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        try:
            lines = distribution(name).requires or []
        except PackageNotFoundError:  # `tensorflow` where `tensorflow-cpu` is installed
            lines = distribution("tensorflow-cpu").requires or [] if name == "tensorflow" else []
        needed = [Requirement(line) for line in lines]
        left += [
            normal(one.name) for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})
        ]
    return found


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_installing_asks_for_these_packages_alone():
    assert {normal(Requirement(line).name) for line in PROJECT["dependencies"]} == ASKED


def test_and_they_bring_in_nothing_for_graders_authors_or_benchmarks():
    found = closure(ASKED)
    assert len(found) > 2 * len(ASKED), "the packages that these need in turn are looked at"
    assert found & NOT_FOR_LEARNERS == set()


def test_the_version_is_written_in_one_place():
    version = PROJECT["version"]
    written = [path.relative_to(ROOT).as_posix() for path in (ROOT / "gradmagic").rglob("*.py")]
    assert [name for name in written if f'"{version}"' in (ROOT / name).read_text("utf-8")] == []
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version)
    heading = re.search(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M).group(1)
    assert heading == "Unreleased" or heading.startswith(version)

"""What Binder is given: every version pinned, gradmagic loaded, warm kernels; and the links to it, once there is an address."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
README = (ROOT / "README.md").read_text("utf-8")


def script(name):
    spec = importlib.util.spec_from_file_location(f"binder_{name}", BINDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


address = script("address")


def pins():
    lines = (BINDER / "requirements.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("line", script("lock").needed())
def test_every_dependency_is_pinned_to_a_version_that_fits(line):
    asked = Requirement(line)
    assert asked.specifier.contains(Version(pins()[normal(asked.name)]))


def test_tensorflow_is_the_small_one_and_nothing_is_for_a_gpu():
    assert "tensorflow-cpu" in pins()
    assert not [name for name in pins() if name == "tensorflow" or name.startswith("nvidia")]


def test_the_scripts_can_be_run_and_keep_no_cache():
    for name in ("postBuild", "start"):
        assert os.access(BINDER / name, os.X_OK), name
        subprocess.run(["bash", "-n", BINDER / name], check=True)
    assert "pip install --no-cache-dir --no-deps ." in (BINDER / "postBuild").read_text("utf-8")
    assert (BINDER / "start").read_text("utf-8").rstrip().endswith('exec "$@"')


def test_the_python_is_one_that_we_support():
    runtime = (BINDER / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert Requirement(f"python{project['requires-python']}").specifier.contains(f"{runtime}.0")


def test_a_shell_there_has_gradmagic_and_a_cell_that_loads_it_again_is_quiet(tmp_path):
    program = "%load_ext gradmagic\nprint(sorted(n for n in globals() if n[0] != '_'))\n%gradmagic"
    (tmp_path / "cell.ipy").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--config", BINDER / "ipython_config.py", tmp_path / "cell.ipy"],
        env=os.environ | {"IPYTHONDIR": str(tmp_path), "GRADMAGIC_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "already loaded" not in done.stdout + done.stderr
    assert "gradmagic" not in done.stdout.splitlines()[0], "no name is left in the learner's namespace"
    assert "recordings  none" in done.stdout


class TestLinks:
    HERE = "https://github.com/someone/gradmagic"

    def test_the_readme_is_in_step_with_the_project_s_address(self):
        assert address.linked(README, address.repository()) == README

    def test_without_an_address_there_is_no_link(self):
        text = address.linked(README, None)
        assert "mybinder.org/v2" not in text
        assert "badge" not in text

    def test_with_one_the_badge_opens_exercise_01_and_goes_away_again(self):
        text = address.linked(README, self.HERE)
        link = f"{self.HERE.replace('https://github.com', 'https://mybinder.org/v2/gh')}/HEAD"
        assert f"]({link}?urlpath=lab/tree/exercises/01-first-derivatives.ipynb)" in text
        assert (ROOT / address.FIRST).exists()
        assert address.linked(text, self.HERE) == text
        assert address.linked(text, None) == address.linked(README, None)

    def test_the_address_is_read_from_the_project_s_urls(self, tmp_path):
        project = tmp_path / "pyproject.toml"
        project.write_text("[project]\nname = 'a'\n", "utf-8")
        assert address.repository(project) is None
        project.write_text(f"[project]\nname = 'a'\n[project.urls]\nRepository = '{self.HERE}'\n", "utf-8")
        assert address.repository(project) == self.HERE

    @pytest.mark.parametrize(
        "wrong", ["http://github.com/a/b", "https://example.org/a/b", "https://github.com/a", "a/b"]
    )
    def test_an_address_that_binder_cannot_fetch_is_refused(self, wrong):
        with pytest.raises(ValueError, match="OWNER/NAME"):
            address.binder_link(wrong)

    def test_git_and_slash_at_the_end_and_gitlab(self):
        assert address.binder_link(self.HERE + ".git") == address.binder_link(self.HERE + "/")
        assert "/v2/gl/a%2Fb/" in address.binder_link("https://gitlab.com/a/b")

    def test_a_hub_s_link_fetches_and_opens(self):
        link = address.hub_link("https://hub.example.edu/", self.HERE)
        assert link.startswith(
            "https://hub.example.edu/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com"
        )
        assert link.endswith("urlpath=lab%2Ftree%2Fgradmagic%2Fexercises%2F01-first-derivatives.ipynb")

    def test_nowhere_else_is_an_address_written_down(self):
        """Until it is set, no file may guess at it."""
        if address.repository() is not None:
            return
        for path in ROOT.rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(ROOT).parts)
            if hidden or path.suffix not in (".md", ".toml", ".ipynb"):
                continue
            text, name = path.read_text("utf-8"), path.relative_to(ROOT)
            assert not re.search(r"(github|gitlab)\.com/[\w-]+/gradmagic|mybinder\.org/v2", text), name


@pytest.mark.skipif(not os.environ.get("REPO2DOCKER"), reason="REPO2DOCKER names no repo2docker; CI sets it")
def test_repo2docker_takes_the_folder(tmp_path):
    """It writes the image's steps without building it: Docker is not needed for that."""
    done = subprocess.run(
        [os.environ["REPO2DOCKER"], "--no-build", "--debug", ROOT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    written = done.stdout + done.stderr
    assert done.returncode == 0, written[-2000:]
    assert "Building conda environment for python=3.11" in written
    steps = [
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
        "binder/start",
    ]
    places = [written.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)

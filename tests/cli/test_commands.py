"""Every command as a user types it, in a process of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]


def gradmagic(*words, folder=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "gradmagic.cli", *map(str, words)],
        cwd=folder,
        env=os.environ | {"GRADMAGIC_LANG": "en"} | {name: str(value) for name, value in environment.items()},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


def test_version_and_help():
    assert gradmagic("--version").stdout == f"gradmagic {version('gradmagic')}\n"
    text = gradmagic("--help").stdout
    for command in ("demo", "lab", "doctor", "kernel", "grade", "release", "verify"):
        assert f"\n    {command} " in text
    package = subprocess.run([sys.executable, "-m", "gradmagic", "--version"], capture_output=True, text=True)
    assert package.stdout == f"gradmagic {version('gradmagic')}\n"
    bare = gradmagic()
    assert (bare.returncode, bare.stdout) == (0, text)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            ["dmo"],
            "there is no command 'dmo'. Did you mean `demo`? There are: demo, lab, doctor, kernel, grade, release, verify.",
        ),
        (
            ["xyzzy"],
            "there is no command 'xyzzy'. There are: demo, lab, doctor, kernel, grade, release, verify.",
        ),
        (["demo", "--uot", "x"], "there is no option '--uot'. Did you mean `--out`?"),
        (["lab", "--no-brow"], "there is no option '--no-brow'. Did you mean `--no-browser`?"),
        (["demo", "--out"], "--out needs a value after it."),
        (
            ["doctor", "now"],
            "'now' is one word too many. `gradmagic doctor --help` says what the command takes.",
        ),
        (["release", "solutions"], "the command also needs: exercises"),
    ],
)
def test_what_is_not_understood_is_answered_in_a_line(words, answer):
    result = gradmagic(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"gradmagic: {answer}")
    assert "Traceback" not in result.stderr


def test_the_answer_comes_in_chinese():
    result = gradmagic("dmo", GRADMAGIC_LANG="zh")
    assert result.returncode == 2
    assert "没有命令 'dmo'。您是不是想输入 `demo`？" in result.stderr


def test_starting_costs_no_heavy_import():
    code = (
        "import sys; from gradmagic.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "heavy = {'tensorflow', 'nbformat', 'nbconvert', 'nbclient', 'matplotlib', 'IPython'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_doctor_finds_this_machine_usable():
    result = gradmagic("doctor")
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "TensorFlow's own start-up lines came through"
    for line in (
        "TensorFlow ",
        "TensorFlow sees CPU",
        "Operations are recorded",
        "Warm kernels: ",
        "Grading's sandbox here: the tier `",
        "Ready: every lesson",
    ):
        assert line in result.stdout


def test_release_writes_and_names_the_exercises(tmp_path):
    result = gradmagic("release", ROOT / "solutions", tmp_path / "cut")
    assert result.returncode == 0, result.stderr
    assert str(tmp_path / "cut" / "05-house-prices.ipynb") in result.stdout.splitlines()
    refused = gradmagic("release", tmp_path, tmp_path / "again")
    assert refused.returncode == 1
    assert refused.stderr.startswith("gradmagic: there is no notebook in")


@pytest.fixture
def jupyterlab(tmp_path):
    """A stand-in for JupyterLab that says how it was started."""
    package = tmp_path / "path" / "jupyterlab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("import sys; print('started', *sys.argv[1:], flush=True)")
    return package.parent


def test_lab_opens_a_copy_and_keeps_what_the_learner_wrote(tmp_path, jupyterlab):
    first = gradmagic("lab", folder=tmp_path, PYTHONPATH=jupyterlab)
    folder = tmp_path / "gradmagic-lab"
    assert first.returncode == 0, first.stderr
    assert (folder / "02-higher-derivatives.ipynb").exists()
    assert f"started --ServerApp.root_dir {folder.resolve()}" in first.stdout

    (folder / "02-higher-derivatives.ipynb").write_text("my work")
    again = gradmagic(
        "lab", "gradmagic-lab", "--no-browser", "--allow-root", folder=tmp_path, PYTHONPATH=jupyterlab
    )
    assert "Kept as they are, because they differ from ours: 02-higher-derivatives.ipynb." in again.stdout
    assert again.stdout.rstrip().endswith("--no-browser --allow-root")
    assert (folder / "02-higher-derivatives.ipynb").read_text() == "my work"


def test_lab_without_jupyterlab_names_the_extra(tmp_path):
    # An import hook in the child hides JupyterLab, whether or not it is installed here.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "found = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'jupyterlab' else found(name, *more)\n"
    )
    result = gradmagic("lab", "mine", folder=tmp_path, PYTHONPATH=tmp_path)
    assert result.returncode == 1
    assert "JupyterLab is not installed. This adds it:" in result.stderr
    assert "install 'gradmagic[lab]'" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The main job, run once for every test that looks at it."""
    folder = tmp_path_factory.mktemp("demo")
    return gradmagic("demo", folder=folder), folder / "gradmagic-demo"


class TestDemo:
    def test_it_ends_well_and_shows_its_progress(self, demo):
        result, _ = demo
        assert result.returncode == 0, result.stderr
        assert "100%" in result.stderr
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize(
        "figure",
        [
            "∂loss/∂a = -1.97727",
            "∂loss/∂b = -2.72727",
            "central difference: -1.97727",
            "a = 0.97637",
            "b = 0.0575",
            "10,000 steps",
            "0.00455",
        ],
    )
    def test_figures_are_printed(self, demo, figure):
        assert figure in demo[0].stdout

    def test_the_notebook_is_executed_and_valid(self, demo):
        result, folder = demo
        assert str(Path("gradmagic-demo", "demo.ipynb")) in result.stdout
        notebook = nbformat.read(folder / "demo.ipynb", as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        outputs = [output for cell in code for output in cell.outputs]
        assert not [output for output in outputs if output.output_type == "error"]
        assert not [output for output in outputs if output.get("name") == "stderr"]

    def test_the_page_stands_alone(self, demo):
        result, folder = demo
        assert str(Path("gradmagic-demo", "demo.html")) in result.stdout
        page = (folder / "demo.html").read_text("utf-8")
        assert "<script" not in page
        assert "data:image/png;base64," in page
        assert "∂loss/∂a = -1.97727" in page

    def test_nothing_else_is_left_behind(self, demo):
        assert sorted(path.name for path in demo[1].iterdir()) == ["demo.html", "demo.ipynb"]


def test_demo_refuses_a_file_before_it_runs(tmp_path):
    (tmp_path / "taken").write_text("")
    result = gradmagic("demo", "--out", "taken", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("gradmagic: taken is a file")


def _with_lesson(tmp_path, source):
    """A start file that puts a one-cell lesson in the place of the demo's."""
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), tmp_path / "lesson.ipynb")
    (tmp_path / "start.py").write_text(
        "import sys, nbformat\n"
        "from gradmagic import course\n"
        "from gradmagic.cli import main\n"
        f"course.demo_notebook = lambda: nbformat.read({str(tmp_path / 'lesson.ipynb')!r}, as_version=4)\n"
        "sys.exit(main(['demo', '--out', 'out']))\n"
    )
    return [sys.executable, str(tmp_path / "start.py")]


def test_a_failing_cell_is_a_short_message(tmp_path):
    command = _with_lesson(tmp_path, "prices = {}\nprices[2018]")
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert result.returncode == 1
    assert "gradmagic: cell 1 of 1 stopped with KeyError: 2018" in result.stderr
    assert "    prices[2018]" in result.stderr
    assert "Traceback" not in result.stderr


def test_ctrl_c_stops_the_demo_and_its_kernel(tmp_path):
    started = tmp_path / "out" / "pid"
    waiting = f"""
import os, pathlib, time
pathlib.Path({str(started)!r}).write_text(str(os.getpid()))
time.sleep(3600)
"""
    process = subprocess.Popen(
        _with_lesson(tmp_path, waiting),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for(lambda: started.exists() and started.read_text())
    kernel = int(started.read_text())
    # A terminal sends Ctrl-C to the whole group; here only the command gets it, which is the harder case.
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130, errors
    assert errors.rstrip().endswith("gradmagic: interrupted.")
    assert "Traceback" not in errors
    _wait_for(lambda: not Path(f"/proc/{kernel}").exists())


def _wait_for(condition, seconds=300):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


class TestKernel:
    @pytest.fixture
    def place(self, tmp_path, monkeypatch):
        """Folders of the test's own, and stand-ins for TensorFlow that a parent imports at once."""
        folder = Path(tempfile.mkdtemp(prefix="gm-"))
        light = [str(ROOT / "tests" / "kernels" / "light"), os.environ.get("PYTHONPATH", "")]
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, light)))
        monkeypatch.setenv("GRADMAGIC_RUNTIME_DIR", str(folder))
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
        monkeypatch.delenv("JUPYTER_PATH", raising=False)
        yield tmp_path
        gradmagic("kernel", "stop")
        shutil.rmtree(folder)

    def test_from_installing_to_stopping(self, place):
        installed = gradmagic("kernel", "install")
        assert (installed.returncode, installed.stderr) == (0, "")
        written = place / "jupyter" / "kernels" / "gradmagic" / "kernel.json"
        provisioner = json.loads(written.read_text("utf-8"))["metadata"]["kernel_provisioner"]
        assert provisioner["provisioner_name"] == "gradmagic-warm"

        before = gradmagic("kernel", "status")
        assert before.returncode == 1
        assert before.stdout.startswith("Warm kernels: no preloaded parent is running")
        assert f"Kernelspec `gradmagic`: {written.parent}" in before.stdout

        started = gradmagic("kernel", "start", "--pool", "2")
        assert started.returncode == 0, started.stderr
        assert re.match(
            r"Warm kernels: the parent \d+ has run for 0 min; idle kernels: \d, in use: 0\.", started.stdout
        )
        assert gradmagic("kernel", "status").returncode == 0

        stopped = gradmagic("kernel", "stop")
        assert stopped.stdout.startswith(
            "The preloaded parent takes no more requests. Kernels still in use: 0;"
        )
        assert gradmagic("kernel", "stop").stdout.startswith("Warm kernels: no preloaded parent is running")

    def test_into_an_environment(self, place):
        assert gradmagic("kernel", "install", "--prefix", place / "env").returncode == 0
        assert (place / "env" / "share" / "jupyter" / "kernels" / "gradmagic" / "kernel.json").exists()

    def test_in_the_place_of_python3(self, place):
        installed = gradmagic("kernel", "install", "--name", "python3")
        assert installed.returncode == 0, installed.stderr
        assert "by the name `python3`" in installed.stdout
        written = place / "jupyter" / "kernels" / "python3" / "kernel.json"
        assert "gradmagic-warm" in written.read_text("utf-8")
        # An environment's own Python 3 comes before the user's.
        assert ("Jupyter finds another of that name first" in installed.stderr) == (
            sys.prefix != sys.base_prefix
        )

    def test_under_another_name(self, place):
        installed = gradmagic("kernel", "install", "--name", "lesson")
        assert (installed.returncode, installed.stderr) == (0, "")
        folder = place / "jupyter" / "kernels" / "lesson"
        assert f"Kernelspec `lesson`: {folder}" in gradmagic("kernel", "status").stdout

    def test_what_it_does_not_do(self, place):
        told = gradmagic("kernel", "stat")
        assert told.returncode == 2
        assert told.stderr.startswith("gradmagic: there is no action 'stat'. Did you mean `start`?")
        assert "install, start, stop, status" in told.stderr
        missing = gradmagic("kernel")
        assert missing.stderr.startswith("gradmagic: the command also needs: install|start|stop|status")

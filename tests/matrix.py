"""Run the tests with other versions: of Python, TensorFlow, NumPy, IPython, ipykernel, pytest. Needs uv.

python tests/matrix.py                     all tests, on every corner whose Python is on this machine
python tests/matrix.py lowest newest       on those named
python tests/matrix.py --quick             the tests that depend most on others' versions
python tests/matrix.py --list              what each corner installs
python tests/matrix.py --write             keep the table in docs/compatibility.md
python tests/matrix.py lowest -- tests/tape   other tests (such a run is not kept)

Tests marked `kept` compare with figures of the newest versions; elsewhere the cells that they would compare are run.

An environment is made for each corner in .matrix/, from wheels alone, and kept for the next time; pytest's words are in
.matrix/CORNER.log.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "compatibility.md"
MARKS = "<!-- matrix: begin -->", "<!-- matrix: end -->"
# What depends most on others' versions: recording, magics in shells and kernels, compiled training, warm kernels, nbval.
QUICK = (
    "tests/tape/test_tape.py",
    "tests/tape/test_lessons.py",
    "tests/magics/test_kernel.py",
    "tests/magics/test_completion.py",
    "tests/magics/test_tape_cell.py",
    "tests/magics/test_train.py",
    "tests/training/test_train_run.py",
    "tests/training/test_xla.py",
    "tests/kernels/test_warm.py",
    "tests/kernels/test_messaging.py",
    "tests/front_ends",
)
QUICK_LESSONS = ("solutions/01-first-derivatives.ipynb", "solutions/02-higher-derivatives.ipynb")
# What Matplotlib draws is its own matter: other versions place and name things otherwise.
ASIDE = "[drawings]\nregex: (?s)<svg.*?</svg>\nreplace: DRAWING\n"
# A corner that stands still is a finding, not a reason to wait.
PATIENCE = 5400
EXTRAS = ("lab", "course", "grade", "dask", "test")
SHOWN = ("tensorflow-cpu", "keras", "numpy", "ipython", "ipykernel", "nbval", "pytest")
TITLES = {
    "python": "Python",
    "tensorflow-cpu": "TensorFlow",
    "keras": "Keras",
    "numpy": "NumPy",
    "ipython": "IPython",
}


@dataclass(frozen=True)
class Corner:
    """A Python and what holds its packages back; whether it gives the figures that are kept here."""

    name: str
    python: str
    holding: tuple[str, ...] = ()
    resolution: str = "highest"
    keeps: bool = False


CORNERS = (
    Corner("lowest", "3.11", resolution="lowest-direct"),
    Corner("TensorFlow 2.18 and the newest shell", "3.12", ("tensorflow-cpu<2.19", "numpy>=2")),
    Corner(
        "TensorFlow 2.19 and an older shell",
        "3.12",
        ("tensorflow-cpu<2.20", "ipython<9", "ipykernel<7", "pytest<9"),
    ),
    Corner("TensorFlow 2.20", "3.13", ("tensorflow-cpu<2.21", "ipython<9", "pytest<9")),
    Corner(
        "newest TensorFlow and an older shell", "3.11", ("ipython<9", "ipykernel<7", "pytest<9"), keeps=True
    ),
    Corner("newest", "3.13", keeps=True),
)


def interpreter(version: str) -> str | None:
    """An interpreter of that version on this machine, pyenv's among them; nothing is downloaded."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for path in sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True):
        return str(path)
    found = shutil.which(f"python{version}")
    asked = [found, "-c", "import sys; print(f'{sys.version_info[0]}.{sys.version_info[1]}')"]
    works = (
        found and subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version
    )
    return found if works else None


def needed() -> list[str]:
    """What the package and its tests need, with the TensorFlow that needs no GPU's libraries."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in EXTRAS:
        lines += project["optional-dependencies"][extra]
    return [re.sub(r"^tensorflow\b", "tensorflow-cpu", line) for line in dict.fromkeys(lines)]


def environment(corner: Corner, folder: Path) -> Path:
    """Make a corner's environment, or take the one of the last time; return its Python."""
    python, record = folder / "bin" / "python", folder / "asked.json"
    asked = json.dumps([needed(), corner.holding, corner.resolution])
    if not record.exists() or record.read_text("utf-8") != asked:
        shutil.rmtree(folder, ignore_errors=True)
        base = interpreter(corner.python)
        run("uv", "venv", "--quiet", "--python", str(base), str(folder))
        words = [
            "uv",
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            "--resolution",
            corner.resolution,
        ]
        run(*words, "--only-binary", ":all:", *needed(), *corner.holding)
        record.write_text(asked, "utf-8")
    # In place, as a developer has it: the tests start processes of their own, in folders of their own.
    words = ["uv", "pip", "install", "--quiet", "--python", str(python), "--no-deps", "--reinstall"]
    run(*words, "--editable", str(ROOT))
    return python


def run(*words: str) -> None:
    subprocess.run(words, check=True, cwd=ROOT)


def tested(python: Path, corner: Corner, paths: list[str] | None, log: Path) -> str:
    """Run tests and notebooks; return what pytest counted. All that it says is in the log.

    Args:
        python: the corner's.
        corner: which one it is.
        paths: tests, and notebooks whose outputs nbval compares, drawings aside; all tests if None.
        log: where pytest's words go.
    """
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))
    }
    variables |= {"PATH": f"{python.parent}:{os.environ['PATH']}", "GRADMAGIC_LANG": "en"}
    pytest = [str(python), "-m", "pytest", "--durations=20", "-p", "no:cacheprovider", "-rs"]
    found = []
    with log.open("w", encoding="utf-8") as out:
        if paths is None:
            marks = "not soak" if corner.keeps else "not soak and not kept"
            found.append(counted([*pytest, "-m", marks, "tests"], variables, out))
            if not corner.keeps:
                lax = ["--nbval-lax", "--nbval-current-env", "solutions", "tests/notebooks/guides"]
                found.append("cells run: " + counted([*pytest, *lax], variables, out))
            return "; ".join(found)
        aside = log.with_name("aside.cfg")
        aside.write_text(ASIDE, "utf-8")
        nbval = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(aside)]
        lessons = [path for path in paths if path.endswith(".ipynb")]
        tests = [path for path in paths if path not in lessons]
        if tests:
            found.append(counted([*pytest, "-n", "0", "-m", "not soak and not kept", *tests], variables, out))
        if lessons:
            found.append("nbval: " + counted([*pytest, "-n", "0", *nbval, *lessons], variables, out))
    return "; ".join(found)


def counted(command: list[str], variables: dict[str, str], out: TextIO) -> str:
    """Run pytest; return its counts, or how it ended without."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=variables,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return f"error: not done after {PATIENCE} s"
    last = Path(out.name).read_text("utf-8", "replace").strip().splitlines()[-1]
    counts = re.findall(r"\b\d+ (?:passed|failed|skipped|errors?)\b", last)
    return ", ".join(counts) or f"error: no counts, exit code {done.returncode}"


def versions(python: Path) -> dict[str, str]:
    """The versions that decide, as they are installed."""
    program = (
        "import json, platform, sys; from importlib.metadata import version;"
        "print(json.dumps({'python': platform.python_version(), **{n: version(n) for n in sys.argv[1:]}}))"
    )
    done = subprocess.run([python, "-c", program, *SHOWN], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def write(rows: dict[str, dict[str, str]]) -> None:
    """Put these rows into the table; a corner not run this time keeps its row."""
    text = TABLE.read_text("utf-8")
    before, rest = text.split(MARKS[0])
    kept = {
        line.split("|")[1].strip(): line
        for line in rest.split(MARKS[1])[0].splitlines()
        if line.startswith("|")
    }
    columns = ("python", *SHOWN, "tests", "day")
    for name, row in rows.items():
        kept[name] = f"| {name} | {' | '.join(row[column] for column in columns)} |"
    lines = [
        f"| corner | {' | '.join(TITLES.get(column, column) for column in columns)} |",
        "| --- " * (len(columns) + 1) + "|",
        *(kept[corner.name] for corner in CORNERS if corner.name in kept),
    ]
    after = rest.split(MARKS[1])[1]
    TABLE.write_text(f"{before}{MARKS[0]}\n" + "\n".join(lines) + f"\n{MARKS[1]}{after}", "utf-8")


def main() -> int:
    """Run what was asked for; fail if any test did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corners", nargs="*", help="names of corners; all unless given")
    parser.add_argument("--quick", action="store_true", help="the tests that depend most on others' versions")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--install", action="store_true", help="make the environments, run nothing")
    words = sys.argv[1:]
    options = parser.parse_args(words[: words.index("--")] if "--" in words else words)
    paths = [*QUICK, *QUICK_LESSONS] if options.quick else None
    if "--" in words:
        paths = words[words.index("--") + 1 :]
    unknown = set(options.corners) - {corner.name for corner in CORNERS}
    if unknown:
        parser.error(
            f"no corner is called {sorted(unknown)}; there are {[corner.name for corner in CORNERS]}"
        )
    rows, failed = {}, False
    for corner in CORNERS:
        if options.corners and corner.name not in options.corners:
            continue
        if options.list or interpreter(corner.python) is None:
            where = interpreter(corner.python) or "not on this machine"
            print(
                f"{corner.name}: Python {corner.python} ({where}), {corner.resolution}, {list(corner.holding)}"
            )
            continue
        folder = ROOT / ".matrix" / corner.name.replace(" ", "-").replace(",", "")
        python = environment(corner, folder)
        if options.install:
            continue
        result = tested(python, corner, paths, folder.with_name(f"{folder.name}.log"))
        rows[corner.name] = {**versions(python), "tests": result, "day": time.strftime("%Y-%m-%d")}
        failed |= bool(re.search("failed|error", result))
        print(corner.name, rows[corner.name], flush=True)
        if options.write and "--" not in words:
            write(rows)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

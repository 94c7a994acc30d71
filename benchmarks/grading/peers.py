"""A class graded by gradmagic, nbgrader and otter, by turns: the same submissions, the same checks.

python benchmarks/grading/peers.py --nbgrader ENVIRONMENT --otter ENVIRONMENT [--students 100] [--write]

The peers live in environments of their own. nbgrader's kernels are this interpreter's; otter's grader runs in
the kernel itself, so its environment needs what the exercises do: TensorFlow, and gradmagic's dependencies.
Every submission is the solution; whoever does not give it all points has not graded it, and the run ends.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, strftime

import nbformat

from gradmagic.course.checking import all_exercises

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "benchmarks" / "README.md"
EXERCISES = ("02-higher-derivatives", "03-linear-regression", "04-custom-optimizer")
MARK = "grading beside peers"
ASKED = {"nbgrader": 15, "otter": 40}
# An otter test that asks what the exercise's own check asks.
TEST = """OK_FORMAT = False

from otter.test_files import test_case

name = "{name}"
points = {points}


@test_case(points={points}, hidden=False)
def {name}(env):
    from gradmagic.course.checking import check_named, run_check

    outcome = run_check(check_named("{name}")[1], env)
    assert outcome.state == "passed", outcome.lines
"""


def environment(home):
    """What all graders are run with."""
    more = {"HOME": str(home), "PYTHONPATH": str(ROOT), "GRADMAGIC_LANG": "en", "TF_CPP_MIN_LOG_LEVEL": "2"}
    own = {"JUPYTER_CONFIG_DIR": str(home / "config"), "IPYTHONDIR": str(home / "ipython")}
    return os.environ | more | own


def kernelspec(folder, python):
    """Make `python3` mean the kernel of one interpreter; return what JUPYTER_PATH is to be."""
    place = folder / "jupyter" / "kernels" / "python3"
    place.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec), "utf-8")
    return str(folder / "jupyter")


def submission(name):
    """The solution as a learner hands it in: no outputs."""
    notebook = nbformat.read(ROOT / "solutions" / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook)


def timed(words, folder, variables):
    began = perf_counter()
    done = subprocess.run(
        list(map(str, words)), cwd=folder, env=variables, capture_output=True, text=True, timeout=1800
    )
    spent = perf_counter() - began
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return spent


def handed_in(folder, name, students):
    for number in range(students):
        path = folder / f"s{number:04}" / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(submission(name), "utf-8")


def by_gradmagic(home, name, students, jobs=0):
    """Seconds of `gradmagic grade` for a class: start, solutions tried, all exports."""
    folder = Path(tempfile.mkdtemp(dir=home))
    handed_in(folder / "submissions", name, students)
    words = ["-m", "gradmagic", "grade", "submissions", "--solutions", ROOT / "solutions"]
    spent = timed(
        [sys.executable, *words, "--key", "key", *(("--jobs", jobs) if jobs else ())],
        folder,
        environment(home),
    )
    rows = (folder / "grades" / "grades.csv").read_text("utf-8").splitlines()[1:]
    assert len(rows) == students
    for row in rows:
        points, most, status = row.split(",")[2:5]
        assert (float(points), status) == (float(most), "graded"), row
    shutil.rmtree(folder)
    return spent


def by_nbgrader(home, name, students, *, prefix):
    """Seconds of `nbgrader autograde` for a class; the assignment has been generated before."""
    folder = Path(tempfile.mkdtemp(dir=home))
    variables = environment(home) | {"JUPYTER_PATH": kernelspec(folder, sys.executable)}
    variables["PATH"] = f"{prefix / 'bin'}{os.pathsep}{variables['PATH']}"
    source = folder / "source" / name / f"{name}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / source.name, source)
    command = prefix / "bin" / "nbgrader"
    timed([command, "generate_assignment", name, "--create", "--force"], folder, variables)
    for number in range(students):
        path = folder / "submitted" / f"s{number:04}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(submission(name), "utf-8")
    spent = timed([command, "autograde", name], folder, variables)
    timed([command, "export", "--to", "grades.csv"], folder, variables)
    head, *rows = [line.split(",") for line in (folder / "grades.csv").read_text("utf-8").splitlines()]
    given = [float(row[head.index("raw_score")] or 0) for row in rows]
    assert given.count(float(all_exercises()[name].points)) == students, given
    shutil.rmtree(folder)
    return spent


def by_otter(home, name, students, *, prefix):
    """Seconds of `otter run`, once for each submission: it takes one."""
    folder = Path(tempfile.mkdtemp(dir=home))
    variables = environment(home) | {"JUPYTER_PATH": kernelspec(folder, prefix / "bin" / "python")}
    variables["PATH"] = f"{prefix / 'bin'}{os.pathsep}{variables['PATH']}"
    (folder / "tests").mkdir()
    for check in all_exercises()[name].checks.values():
        text = TEST.format(name=check.name, points=check.points)
        (folder / "tests" / f"{check.name}.py").write_text(text, "utf-8")
    command = prefix / "bin" / "otter"
    timed([command, "generate", "-t", "tests", "-o", "autograder.zip"], folder, variables)
    handed_in(folder / "submissions", name, students)
    spent = 0.0
    for path in sorted((folder / "submissions").rglob("*.ipynb")):
        spent += timed([command, "run", path, "--no-logo"], folder, variables)
        results = json.loads((folder / "results.json").read_text("utf-8"))
        given = sum(test.get("score", 0) for test in results["tests"])
        assert given == all_exercises()[name].points, results
    shutil.rmtree(folder)
    return spent


def measure(arguments):
    """Yield a row for each exercise: seconds of each grader, and how many times faster ours is."""
    peers = {"nbgrader": arguments.nbgrader, "otter": arguments.otter}
    graders = {
        name: partial(by_nbgrader if name == "nbgrader" else by_otter, prefix=prefix.absolute())
        for name, prefix in peers.items()
        if prefix is not None
    }
    with tempfile.TemporaryDirectory(prefix="gm-peers-") as temporary:
        home = Path(temporary)
        for name in arguments.exercise or EXERCISES:
            few, many = [], []
            theirs = {peer: [] for peer in graders}
            for _ in range(arguments.rounds):
                few.append(by_gradmagic(home, name, 2))
                for peer, graded in graders.items():
                    theirs[peer].append(graded(home, name, arguments.few) / arguments.few)
                many.append(by_gradmagic(home, name, arguments.students))
            whole = median(many) / arguments.students
            next_one = (median(many) - median(few)) / (arguments.students - 2)
            cells = [name[:2], f"{next_one:.3f}", f"{whole:.3f}"]
            for peer in ASKED:
                if peer in theirs:
                    spent = median(theirs[peer])
                    cells += [f"{spent:.2f}", f"{spent / whole:.1f}", f"{spent / next_one:.1f}"]
                else:
                    cells += ["", "", ""]
            print(cells, file=sys.stderr, flush=True)
            yield cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nbgrader", type=Path, metavar="ENVIRONMENT", help="where nbgrader is installed")
    parser.add_argument("--otter", type=Path, metavar="ENVIRONMENT", help="where otter-grader is installed")
    parser.add_argument("--exercise", action="append", help="these alone")
    parser.add_argument("--students", type=int, default=100, help="in gradmagic's class")
    parser.add_argument("--few", type=int, default=3, help="in the peers' classes")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    arguments = parser.parse_args()
    rows = list(measure(arguments))
    if arguments.write:
        measured = {row[0] for row in rows}
        rows = sorted([*rows, *(row for row in written() if row[0] not in measured)])
    lines = [
        f"Measured {strftime('%Y-%m-%d')}: TensorFlow {found('tensorflow', 'tensorflow-cpu')}, "
        f"{', '.join(told(arguments))}, Python {platform.python_version()}; {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Seconds a submission; gradmagic: a "
        f"class of {arguments.students} with the start and all exports, and each one further; the peers: "
        f"{arguments.few} submissions, nbgrader's in one command, otter's in one each.",
        "",
        "| exercise | gradmagic, each further | all in all | nbgrader | times all in all | each further "
        "| otter | times all in all | each further |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    print("\n".join(lines))
    if arguments.write:
        text = TABLE.read_text("utf-8")
        begin, end = f"<!-- {MARK}: begin -->\n", f"<!-- {MARK}: end -->"
        head, tail = text.split(begin)[0], text.split(end)[1]
        TABLE.write_text(head + begin + "\n".join(lines) + "\n" + end + tail, "utf-8")


def written():
    """The rows that are in the table already."""
    part = TABLE.read_text("utf-8").split(f"<!-- {MARK}: begin -->")[1].split(f"<!-- {MARK}: end -->")[0]
    lines = [line for line in part.splitlines() if line.startswith("| 0")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def told(arguments):
    """The peers and their versions."""
    for name, prefix, package in (
        ("nbgrader", arguments.nbgrader, "nbgrader"),
        ("otter", arguments.otter, "otter-grader"),
    ):
        if prefix is not None:
            (place,) = (prefix / "lib").glob("python*/site-packages")
            (folder,) = place.glob(f"{package.replace('-', '_')}-*.dist-info")
            yield f"{name} {folder.name.removesuffix('.dist-info').rpartition('-')[2]}"


def found(*names):
    """The version of whichever distribution is installed."""
    from importlib.metadata import PackageNotFoundError

    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "?"


if __name__ == "__main__":
    main()

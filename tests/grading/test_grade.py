"""A class graded: by workers, into a gradebook, again, one check alone, late; and the same points by pytest."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from xml.etree import ElementTree

import pytest

from gradmagic.cli import main
from gradmagic.errors import GradmagicError
from gradmagic.grading import Gradebook, Settings, find_key, read_rubrics
from gradmagic.grading import grade as grade_class
from gradmagic.grading._kernels import SandboxTooWeak, tier_here
from gradmagic.grading.sandbox import probe
from tests.grading.notebooks import ROOT, SOLUTIONS, answered, released, solution, written

NAME = "02-higher-derivatives"
WRONG = {"by-hand": "def first(x):\n    return -4 * x**3 - 6 * x**2 + 6 * x - 4"}


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """Three submissions graded by the command; the folder, the output, what was printed."""
    folder = tmp_path_factory.mktemp("class")
    written(folder / "subs", "ann", NAME, solution(NAME))
    written(folder / "subs", "bob", NAME, answered(NAME, WRONG))
    written(folder / "subs", "cid", NAME, b"{")
    (folder / "subs" / "notes.txt").write_text("mine")
    return folder


def words(folder, *more):
    tier = probe().name
    below = [] if tier == "full" else ["--below-full-tier", tier]
    out = ["--out", str(folder / "out"), "--key", str(folder / "key"), "--solutions", str(SOLUTIONS)]
    return ["grade", str(folder / "subs"), *out, "--jobs", "2", *below, *more]


def table(folder):
    lines = (folder / "out" / "grades.csv").read_text("utf-8").splitlines()
    return {line.split(",")[0]: line.split(",")[2:5] for line in lines[1:]}


def test_a_class_is_graded_again_late_and_regraded(classroom, capfd):
    assert main(words(classroom)) == 0
    told = capfd.readouterr()
    assert "Submissions graded: 3," in told.out
    assert "not a submission: notes.txt" in told.err
    first = table(classroom)
    assert first == {"ann": ["7", "7", "graded"], "bob": ["4", "7", "graded"], "cid": ["0", "7", "not-json"]}
    with Gradebook.open(classroom / "out" / "gradebook.sqlite", find_key(classroom / "key")) as book:
        assert len(list(book.current())) == 3
        assert {result.graded.tier for result in book.current()} == {probe().name, ""}
    # Nothing has changed: nothing is done.
    assert main(words(classroom)) == 0
    assert "Submissions graded: 0," in capfd.readouterr().out
    assert table(classroom) == first
    # Lateness is not graded again: it is only counted.
    path = classroom / "subs" / "ann" / f"{NAME}.ipynb"
    os.utime(path, (path.stat().st_atime, 1_700_000_000 + 90_000))
    late = ["--due", "2023-11-14T22:13:20+00:00", "--late-penalty", "10/day"]
    assert main(words(classroom, *late)) == 0
    assert "Submissions graded: 0," in capfd.readouterr().out
    assert table(classroom)["ann"][0] == "5.6"
    # One check again over all submissions: the other scores stay.
    assert main(words(classroom, *late, "--only", "newton")) == 0
    assert "Submissions graded: 3," in capfd.readouterr().out
    assert table(classroom)["ann"][0] == "5.6"
    with Gradebook.open(classroom / "out" / "gradebook.sqlite", find_key(classroom / "key")) as book:
        latest = next(result for result in book.current() if result.graded.student == "ann")
        assert latest.checks == ("newton",)
        assert len(latest.graded.scores) == 5


def test_pytest_and_nbval_give_the_same_points(classroom, tmp_path):
    assert main(words(classroom)) == 0
    with Gradebook.open(classroom / "out" / "gradebook.sqlite", find_key(classroom / "key")) as book:
        ours = {result.graded.student: result.graded for result in book.current()}
    tier = probe().name
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "gradmagic.grading._plugin"),
            *("--nbval", str(classroom / "subs" / "ann"), str(classroom / "subs" / "bob")),
            *(f"--gradmagic={SOLUTIONS}", f"--gradmagic-key={classroom / 'key'}"),
            *(f"--gradmagic-below-full-tier={tier}", f"--gradmagic-report={tmp_path / 'report.json'}"),
            *(f"--junitxml={tmp_path / 'junit.xml'}", "-c", os.devnull),
        ],
        cwd=tmp_path,
        env=os.environ
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1, result.stdout + result.stderr  # bob has failed
    theirs = {row["student"]: row for row in json.loads((tmp_path / "report.json").read_text("utf-8"))}
    assert set(theirs) == {"ann", "bob"}
    for student, row in theirs.items():
        graded = ours[student]
        assert row["rubric"] == graded.rubric
        assert [(s["check"], s["state"], s["points"], s["reason"], s["seed"]) for s in row["scores"]] == [
            (score.check, score.state, score.points, score.reason, score.seed) for score in graded.scores
        ]
    cases = ElementTree.parse(tmp_path / "junit.xml").iter("testcase")
    points = {}
    for case in cases:
        own = {one.get("name"): one.get("value") for one in case.iter("property")}
        if "points" in own:
            points[own["student"]] = points.get(own["student"], 0) + float(own["points"])
    assert points == {"ann": 7, "bob": 4}
    assert "bob  02-higher-derivatives  4/7" in result.stdout


def test_the_plugin_is_light_and_nbval_is_left_alone(tmp_path):
    code = (
        "import sys, gradmagic.grading._plugin\n"
        "heavy = {'tensorflow', 'numpy', 'nbval', 'nbformat', 'IPython', 'jupyter_client', 'matplotlib'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    path = written(tmp_path, "ann", NAME, released(NAME))
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "gradmagic.grading._plugin"),
            *("--nbval", str(path), "--collect-only", "-q", "-c", os.devnull),
        ],
        cwd=tmp_path,
        env=os.environ
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    assert "Cell 0" in result.stdout
    assert "derivative_1" not in result.stdout


def test_options_that_make_no_sense_are_told(tmp_path, capsys):
    written(tmp_path / "subs", "ann", NAME, solution(NAME))
    for more, told in (
        (["--late-penalty", "10/day"], "--due"),
        (["--due", "soon"], "2026-11-30T23:59"),
        (["--jobs", "-1"], "--jobs"),
        (["--only", "newtn"], "newton"),
        (["--exercise", "02"], "02-higher-derivatives"),
        (["--solutions", str(tmp_path)], "--solutions"),
    ):
        assert main(words(tmp_path, *more)) in (1, 2), more
        assert told in capsys.readouterr().err, more


def test_below_the_full_sandbox_grading_asks_for_a_word(monkeypatch):
    weak = probe().__class__("limits", {"landlock": "not here"})
    monkeypatch.setattr("gradmagic.grading._kernels.probe", lambda: weak)
    with pytest.raises(SandboxTooWeak, match="--below-full-tier limits"):
        tier_here()
    with pytest.raises(SandboxTooWeak, match="--below-full-tier limits"):
        tier_here("landlock")
    assert tier_here("limits") == "limits"
    with pytest.raises(SandboxTooWeak, match="there are full"):
        tier_here("some")


def test_a_solution_that_fails_its_own_checks_stops_grading(tmp_path):
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    (solutions / f"{NAME}.ipynb").write_text(json.dumps(answered(NAME, WRONG)), "utf-8")
    written(tmp_path / "subs", "ann", NAME, solution(NAME))
    key = find_key(tmp_path / "key", make=True)
    assert list(read_rubrics(solutions, key.derive("inputs"))) == [NAME]
    settings = Settings(tmp_path / "subs", solutions, tmp_path, jobs=1, tier=probe().name)
    with (
        Gradebook.open(tmp_path / "book.sqlite", key) as book,
        pytest.raises(GradmagicError, match="derivative_1: sign-flipped"),
    ):
        grade_class(settings, key, book)


@pytest.mark.soak
def test_killed_at_any_point_and_begun_again_it_ends_in_the_same_table(tmp_path):
    students = [f"s{number}" for number in range(8)]
    for number, student in enumerate(students):
        notebook = solution(NAME) if number % 2 else answered(NAME, WRONG)
        written(tmp_path / "subs", student, NAME, notebook)
    command = [sys.executable, "-m", "gradmagic", *words(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for seconds in (3, 9, 11, 12, 13, 14):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        process.wait()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    points = {student: "7" if number % 2 else "4" for number, student in enumerate(students)}
    assert {student: row[0] for student, row in table(tmp_path).items()} == points
    with Gradebook.open(tmp_path / "out" / "gradebook.sqlite", find_key(tmp_path / "key")) as book:
        assert all(len(book.history(student, NAME)) == 1 for student in students)
        assert book.audit().ok

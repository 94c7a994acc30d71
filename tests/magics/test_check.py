"""`%check` and `%hint`, as a learner meets them: also with a renamed notebook, half of it run, or in the wrong order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Notebook

FIRST = "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"
WRONG = "def first(x):\n    return -(4 * x**3 + 6 * x**2 - 6 * x + 4)"


@pytest.fixture
def learner(bare: Notebook, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    for name in ("JPY_SESSION_NAME", "GRADMAGIC_LEARNER", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRADMAGIC_LANG", "en")
    bare.fine("%load_ext gradmagic")
    return bare


def shown(cell):
    (text,) = cell.texts
    return text


def test_a_check_shows_its_outcome_and_returns_it(learner):
    learner.fine(FIRST)
    assert shown(learner.fine("%check derivative_1")).startswith("derivative_1  ✓ passed  1/1\n\n")
    learner.fine("report = %check derivative_1\nassert report.ok and report.points == 1")
    learner.fine("%check derivative_1 -o kept;")
    assert learner.names["kept"].ok
    html = learner.fine("%check derivative_1").displayed[0].data["text/html"]
    assert "✓ passed" in html
    assert "<script" not in html


def test_what_comes_from_a_learner_is_escaped(learner):
    learner.fine("def first(x):\n    raise ValueError('<img src=x onerror=alert(1)> `code`')")
    html = learner.fine("%check derivative_1").displayed[0].data["text/html"]
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_failure_names_the_mistake_in_either_language(learner):
    learner.fine(WRONG)
    assert "the sign is the other way round" in shown(learner.fine("%check derivative_1"))
    learner.fine("%gradmagic --lang zh;")
    assert "符号反了" in shown(learner.fine("%check derivative_1"))
    learner.fine("%gradmagic --lang en;")


def test_other_learners_get_other_inputs(learner):
    learner.fine("def first(x):\n    return 48.0")  # right at 2 alone
    texts = [shown(learner.fine(f"%check derivative_1 --learner {who}")) for who in ("anna", "bo", "anna")]
    tried = [next(line for line in text.splitlines() if "tried" in line) for text in texts]
    assert tried[0] == tried[2] != tried[1]
    assert shown(learner.fine("%check derivative_1")) == texts[2], "who learns is remembered"


def test_hints_come_one_at_a_time_and_are_counted(learner):
    learner.fine(WRONG)
    assert "(3 left)" in shown(learner.fine("%check derivative_1"))
    cells = [learner.fine("%hint derivative_1") for _ in range(4)]
    assert [shown(cell).partition(" for")[0] for cell in cells] == [
        "hint 1 of 3",
        "hint 2 of 3",
        "hint 3 of 3",
        "hint 3 of 3",
    ]
    assert cells[1].displayed[0].metadata == {
        "gradmagic": {"hint": {"check": "derivative_1", "given": 2, "of": 3}}
    }
    assert "left)" not in shown(learner.fine("%check derivative_1"))


# What can go wrong with a notebook


def test_nothing_has_been_run_yet(learner):
    text = shown(learner.fine("%check derivative_1"))
    assert (
        "`first` is not defined here: run the cell that defines it, or after a restart every cell above"
        in text
    )


def test_a_fresh_exercise_says_what_is_to_be_written(learner):
    learner.fine("def first(x):\n    # YOUR CODE HERE\n    ...")
    assert "`first` is still to be written" in shown(learner.fine("%check derivative_1"))


def test_cells_in_another_order_say_what_has_to_pass_first(learner):
    learner.fine("def newton_step(function, x):\n    return x")
    assert "`nested_tapes` has to pass first" in shown(learner.fine("%check newton"))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("%check derivative1", "there is no check `derivative1`: did you mean `derivative_1`?"),
        ("%check zzz", "there is no check `zzz` in this version. `%check EXERCISE` runs a whole exercise"),
        (
            "%check",
            "which exercise? This notebook's name does not say. Write it: `%check 01-first-derivatives`",
        ),
        ("%check --all", "which exercise?"),
        ("%check --al", "%check has no option --al: did you mean --all?"),
        ("%check --learner", "--learner needs a value, for example `--learner s1234567`"),
        ("%hint nested_tape", "did you mean `nested_tapes`?"),
        ("%hint", "which exercise?"),
    ],
)
def test_what_is_not_understood_is_answered_in_a_line(learner, line, answer):
    cell = learner(line)
    assert answer in cell.stdout + cell.stderr + str(cell.error)
    assert "Traceback" not in cell.stdout


def test_the_exercise_is_known_by_a_check_that_was_run(learner):
    learner.fine(FIRST)
    learner.fine("%check derivative_1")
    assert "newton " in shown(learner.fine("%check --all"))
    cell = learner("%hint")
    assert "Write its name: `%hint derivative_1`" in str(cell.error)


def test_a_renamed_notebook_is_known_by_its_metadata(learner, tmp_path, monkeypatch):
    path = tmp_path / "my homework.ipynb"
    path.write_text(json.dumps({"metadata": {"gradmagic": {"exercise": "02-higher-derivatives"}}}))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    assert "newton " in shown(learner.fine("%check --all"))


@pytest.mark.parametrize("content", [None, "{", "[]", '{"metadata": {}}'])
def test_a_notebook_without_metadata_is_known_by_its_name(learner, tmp_path, monkeypatch, content):
    path = tmp_path / "02-higher-derivatives.ipynb"
    if content is not None:
        path.write_text(content)
    learner.names["__vsc_ipynb_file__"] = str(path)
    assert "newton " in shown(learner.fine("%check --all"))


@pytest.mark.parametrize("word", ["02-higher-derivatives", "02", "02-higher-derivatives.ipynb"])
def test_an_exercise_may_be_named(learner, word):
    assert "newton " in shown(learner.fine(f"%check {word}"))


def test_nbgrader_hears_of_a_failure_by_an_error(learner, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    learner.fine(FIRST)
    learner.fine("%check derivative_1")
    learner.fine(WRONG)
    assert "the sign is the other way round" in str(learner("%check derivative_1").error)


def test_displays_of_the_learners_code_do_not_come_between(learner):
    learner.fine("from IPython.display import display\n" + FIRST.replace("return", "display('here'); return"))
    assert len(learner.fine("%check derivative_1").displayed) == 1


def test_names_are_completed(learner):
    _, names = learner.shell.complete("deriv", "%check deriv", 12)
    assert "derivative_1" in names
    assert "derivative_3" in names
    _, options = learner.shell.complete("--l", "%check --l", 10)
    assert "--learner" in options


def test_a_script_does_the_same(learner):
    from gradmagic.course import checking

    learner.fine(FIRST)
    exercise = checking.all_exercises()["02-higher-derivatives"]
    assert checking.run_checks(exercise, learner.names, ["derivative_1"]).ok
    assert Path(checking.__file__).parent.name == "checking"

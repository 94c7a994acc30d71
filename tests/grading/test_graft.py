"""Answers in a clean copy: what becomes of lost, doubled, moved and changed cells."""

import json

import nbformat
import pytest

from gradmagic.course.checking import all_exercises
from gradmagic.grading._graft import ANSWER, CHANGED, GIVEN, OWN, PROBE, grafted
from gradmagic.grading._select import selected
from gradmagic.grading._submission import read_submission
from tests.grading.notebooks import answered, cell, place, released, solution

NAME = "02-higher-derivatives"
CHECKS = all_exercises()[NAME].checks


def graft(notebook):
    clean = nbformat.reads(json.dumps(released(NAME)), as_version=4)
    return grafted(clean, read_submission(json.dumps(notebook).encode()), list(CHECKS))


def run(notebook, **more):
    cells, _ = graft(notebook)
    needs = {name: check.needs for name, check in CHECKS.items()}
    return selected(cells, {name: check.asks for name, check in CHECKS.items()}, needs, **more)


def sources(cells, role):
    return [one.source for one in cells if one.role == role]


def test_answers_replace_the_stubs_and_probes_the_checks():
    cells, notes = graft(solution(NAME))
    assert len(sources(cells, ANSWER)) == 3
    assert [one.name for one in cells if one.role == PROBE] == list(CHECKS)
    assert not notes
    assert not any("%check" in one.source for one in cells)


def test_a_deleted_answer_is_the_empty_one_of_the_exercise():
    notebook = solution(NAME)
    del notebook["cells"][place(notebook, "nested")]
    cells, notes = graft(notebook)
    assert [note.code for note in notes] == ["cell-missing"]
    (stub,) = [one for one in cells if one.name == "nested"]
    assert (stub.role, "..." in stub.source) == (GIVEN, True)


def test_of_two_cells_with_one_mark_both_run_in_their_order():
    notebook = solution(NAME)
    notebook["cells"].append(cell("def second(x):\n    return 1", "by-hand", "copy"))
    cells, notes = graft(notebook)
    assert [note.code for note in notes] == ["duplicate-cell"]
    first, other = [one for one in cells if (one.role, one.name) == (ANSWER, "by-hand")]
    assert "def first" in first.source
    assert other.source.startswith("def second")


def test_a_cell_that_lost_its_marks_is_known_by_its_id_and_without_ids_it_is_the_learners_own():
    notebook = solution(NAME)
    for one in notebook["cells"]:
        one["metadata"] = {}
    cells, notes = graft(notebook)
    assert {note.code for note in notes} == {"relabelled-cell"}
    assert len(sources(cells, ANSWER)) == 3
    for one in notebook["cells"]:
        one.pop("id")
    chosen = run(notebook)
    assert any("def first" in source for source in sources(chosen, OWN))
    below = [number for number, one in enumerate(chosen) if one.role == OWN and "def first" in one.source]
    probe = next(number for number, one in enumerate(chosen) if one.name == "derivative_1")
    assert probe > below[0]


def test_a_swapped_label_runs_every_definition():
    notebook = solution(NAME)
    notebook["cells"][place(notebook, "nested")]["metadata"]["nbgrader"]["grade_id"] = "newton-step"
    chosen = run(notebook)
    assert any("def two_derivatives" in source for source in sources(chosen, ANSWER))


def test_reordered_answers_stand_where_the_exercise_has_them():
    notebook = solution(NAME)
    notebook["cells"].reverse()
    cells, _ = graft(notebook)
    assert [one.name for one in cells if one.role == ANSWER] == ["by-hand", "nested", "newton-step"]


def test_metadata_cannot_lock_unlock_skip_or_add_points():
    notebook = solution(NAME)
    for one in notebook["cells"]:
        one["metadata"]["tags"] = ["nbval-skip", "raises-exception", "nbval-ignore-output"]
        if "nbgrader" in one["metadata"]:
            one["metadata"]["nbgrader"] |= {"points": 100, "locked": False, "solution": True}
    cells, _ = graft(notebook)
    assert [one.name for one in cells if one.role == PROBE] == list(CHECKS)


def test_a_check_cell_of_the_learners_making_is_not_run():
    notebook = solution(NAME)
    notebook["cells"][place(notebook, "derivative_1")]["source"] = "raise SystemExit"
    assert not any("SystemExit" in one.source for one in run(notebook))


def test_a_markdown_answer_is_missing():
    notebook = solution(NAME)
    notebook["cells"][place(notebook, "by-hand")]["cell_type"] = "markdown"
    assert [note.code for note in graft(notebook)[1]] == ["cell-missing"]


def test_an_own_cell_runs_if_an_answer_needs_it_and_not_otherwise():
    notebook = answered(
        NAME,
        {"newton-step": "def newton_step(f, x):\n    return helper(f, x)"},
        below={
            "nested": "def helper(f, x):\n    once, twice = two_derivatives(f, x)\n    return x - once / twice"
        },
        end=["raise RuntimeError('a scratch cell')", "while True: pass"],
    )
    own = sources(run(notebook), OWN)
    assert len(own) == 1
    assert own[0].startswith("def helper")


def test_what_a_learner_added_to_the_set_up_is_run_and_a_new_comment_is_not():
    notebook = answered(NAME, {"by-hand": "def first(x):\n    return math.fsum([4 * x**3])"})
    setup = notebook["cells"][next(n for n, one in enumerate(notebook["cells"]) if one["id"] == "setup")]
    text = "".join(setup["source"])
    setup["source"] = f"import math\n{text}"
    assert len(sources(run(notebook), CHANGED)) == 1
    setup["source"] = f"# my notes\n{text}"
    assert not sources(run(notebook), CHANGED)


@pytest.mark.parametrize("name", ["02-higher-derivatives", "03-linear-regression", "04-custom-optimizer"])
def test_demonstrations_are_left_out_unless_everything_is_asked_for(name):
    exercise = all_exercises()[name]
    clean = nbformat.reads(json.dumps(released(name)), as_version=4)
    cells, _ = grafted(clean, read_submission(json.dumps(solution(name)).encode()), list(exercise.checks))
    asks = {check.name: check.asks for check in exercise.checks.values()}
    assert sources(selected(cells, asks), GIVEN) == [cells[0].source]
    assert len(selected(cells, asks, everything=True)) == len(cells)


def test_a_text_that_does_not_tell_what_it_needs_runs_everything():
    notebook = answered(NAME, {"by-hand": "def first(x):\n    return eval('4 * x**3')"})
    assert len(run(notebook)) == len(graft(notebook)[0])


def test_a_check_is_asked_after_those_that_it_needs():
    notebook = answered(NAME, {"by-hand": "first = None"}, end=["def first(x):\n    return 1"])
    probes = [one.name for one in run(notebook) if one.role == PROBE]
    assert probes.index("derivative_1") < probes.index("derivative_2") < probes.index("derivative_3")
    assert probes.index("nested_tapes") < probes.index("derivative_1")


class TestLinesOfTheExerciseBelowAnAnswer:
    """In the answer's cell the exercise has lines that show it at work: `path`, and five steps of Newton's."""

    ANSWER = "def newton_step(function, x):\n    return x\n"
    LINES = "\n\npath = [-3.0]\nfor _ in range(5):\n    path.append(newton_step(f, path[-1]))\n"
    SHOWN = "np.round(np.array(path, dtype=float), 4)"

    def cells(self, source):
        cells, _ = graft(answered(NAME, {"newton-step": source}))
        return [(one.role, one.source) for one in cells if one.name == "newton-step"]

    def test_they_are_a_cell_of_the_exercises_and_not_run_for_nothing(self):
        text = self.ANSWER + self.LINES + self.SHOWN
        (role, answer), (other, given) = self.cells(text)
        assert (role, other) == (ANSWER, GIVEN)
        assert answer + given == text
        assert given.startswith("path = [-3.0]")
        assert given not in [one.source for one in run(answered(NAME, {"newton-step": text}))]

    def test_comments_and_spaces_may_be_the_learners(self):
        (_, answer), (_, given) = self.cells(
            f"{self.ANSWER}\n# five\n{self.LINES}  # so\n{self.SHOWN}  # many"
        )
        assert given.startswith("path")
        assert answer.rstrip().endswith("# five")

    def test_they_are_run_where_an_answer_needs_what_they_bind(self):
        text = f"def newton_step(function, x):\n    return path[-1]\n{self.LINES}{self.SHOWN}"
        (_, _), (_, given) = self.cells(text)
        assert given in [one.source for one in run(answered(NAME, {"newton-step": text}))]

    @pytest.mark.parametrize(
        "text",
        [
            ANSWER + LINES,
            ANSWER + LINES.replace("5", "6") + SHOWN,
            ANSWER + LINES + SHOWN + "\nnewton_step = None",
            ANSWER.rstrip() + "; path = [-3.0]" + LINES.partition("]")[2] + SHOWN,
            "%%time\n" + ANSWER + LINES + SHOWN,
            LINES + SHOWN,
            "def newton_step(",
            "",
        ],
        ids=["one gone", "changed", "more below", "one line", "magic", "no answer", "broken", "empty"],
    )
    def test_changed_lines_stay_the_learners(self, text):
        assert self.cells(text) == [(ANSWER, text)]

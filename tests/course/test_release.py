"""Exercises cut from solutions: nothing of the answer left, all else kept, the same bytes each time."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradmagic import course

GRADED = {
    "grade": True,
    "grade_id": "t",
    "locked": True,
    "points": 2,
    "schema_version": 3,
    "solution": False,
    "task": False,
}
ANSWERED = GRADED | {"grade": False, "grade_id": "a", "locked": False, "solution": True}

SOLUTION = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

double(3)"""


def notebook(*cells):
    return new_notebook(cells=list(cells))


def answer(source=SOLUTION, **metadata):
    cell = new_code_cell(source, metadata={"nbgrader": ANSWERED, **metadata}, execution_count=7)
    cell.outputs = [nbformat.v4.new_output("stream", text="6\n")]
    cell.id = "the-answer"
    return cell


def test_the_answer_is_gone_and_the_stub_stands_in_its_place():
    (cell,) = course.cut(notebook(answer())).cells
    assert "2 * x" not in cell.source
    lines = cell.source.split("\n")
    assert lines[0] == "def double(x):"
    assert lines[1:3] == ["    # YOUR CODE HERE", "    ..."]
    assert lines[3:] == ["", "double(3)"]
    exec(compile(cell.source, "cell", "exec"), {})  # it runs, so that a fresh exercise runs to its end


def test_traces_of_a_run_are_gone_and_identity_is_kept():
    source = notebook(answer(execution={"iopub.execute_input": "2024"}, tags=["keep"]))
    source.metadata = {
        "kernelspec": {"name": "mine"},
        "language_info": {"name": "python", "version": "3.11.9"},
    }
    exercise = course.cut(source)
    (cell,) = exercise.cells
    assert (cell.outputs, cell.execution_count, cell.id) == ([], None, "the-answer")
    assert cell.metadata == {"nbgrader": ANSWERED, "tags": ["keep"]}
    assert exercise.metadata.kernelspec.name == "python3"
    assert "version" not in exercise.metadata.language_info
    assert source.cells[0].execution_count == 7, "the solution itself was changed"


def test_hidden_tests_do_not_reach_learners():
    text = "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS"
    (cell,) = course.cut(notebook(new_code_cell(text, metadata={"nbgrader": GRADED}))).cells
    assert cell.source == "assert double(1) == 2"
    assert cell.metadata.nbgrader == GRADED


def test_an_unmarked_solution_cell_is_an_answer_as_a_whole():
    cells = [answer("x = 5"), new_markdown_cell("Because.", metadata={"nbgrader": ANSWERED})]
    code, words = course.cut(notebook(*cells)).cells
    assert code.source.startswith("# YOUR CODE HERE")
    assert words.source == "YOUR ANSWER HERE"


def test_the_translation_is_cut_as_well():
    cell = answer(gradmagic={"zh": SOLUTION.replace("double(3)", "double(3)  # 应为 6"), "figure": True})
    exercise = course.cut(notebook(cell))
    assert "2 * x" not in str(exercise)
    assert course.in_language(exercise, "zh").cells[0].source.endswith("应为 6")
    assert course.in_language(exercise, "en").cells[0].source.endswith("double(3)")


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN SOLUTION\nx = 1",
        "x = 1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
        "### BEGIN SOLUTION\n### END HIDDEN TESTS",
        "### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n### END SOLUTION",
    ],
)
def test_a_mark_without_its_partner_is_named(text):
    with pytest.raises(course.ReleaseError, match=r"05-houses.ipynb \[the-answer\]"):
        course.cut(notebook(answer(text)), "05-houses.ipynb")


PLAIN = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])).filter(
    lambda text: "###" not in text
)


@given(PLAIN, PLAIN)
def test_what_stands_around_an_answer_is_kept(before, after):
    text = f"{before}\n### BEGIN SOLUTION\nsecret_answer\n### END SOLUTION\n{after}"
    exercise = course.cut(notebook(answer(text)))
    source = exercise.cells[0].source
    assert source.startswith(before + "\n")
    assert source.endswith("\n" + after)
    assert "secret_answer" not in source
    # An exercise has no marks left: only its unmarked solution cells would be cut again.
    del exercise.cells[0].metadata["nbgrader"]
    assert course.cut(exercise) == exercise


def test_the_same_bytes_each_time(tmp_path):
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    for name in ("b", "a"):
        nbformat.write(
            notebook(answer(), new_markdown_cell("价格 ∂", id="words")), solutions / f"{name}.ipynb"
        )
    first = course.release(solutions, tmp_path / "one")
    second = course.release(solutions, tmp_path / "two")
    assert [path.relative_to(tmp_path / "one").as_posix() for path in first] == [
        "a.ipynb",
        "b.ipynb",
        "zh/a.ipynb",
        "zh/b.ipynb",
    ]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert "价格 ∂" in first[0].read_text("utf-8"), "readable, not escaped"
    assert first[0].read_bytes().endswith(b"}\n")


def test_nothing_is_written_when_one_cannot_be_cut(tmp_path):
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    nbformat.write(notebook(answer()), solutions / "a.ipynb")
    nbformat.write(notebook(answer("### BEGIN SOLUTION")), solutions / "b.ipynb")
    with pytest.raises(course.ReleaseError, match=r"b\.ipynb.*never closed"):
        course.release(solutions, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_folders_that_cannot_be_released(tmp_path):
    with pytest.raises(course.ReleaseError, match="no notebook in"):
        course.release(tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(course.ReleaseError, match="both source and target"):
        course.release(tmp_path, tmp_path)
    with pytest.raises(course.ReleaseError, match=r"broken\.ipynb is not a notebook"):
        course.release(tmp_path, tmp_path / "out")


def paired(*extra):
    return notebook(
        new_markdown_cell("# Prices", id="title"),
        new_markdown_cell("# 价格", id="title-zh", metadata={"tags": ["zh"]}),
        new_code_cell(
            "x = 1  # one point", id="code", metadata={"gradmagic": {"zh": {"# one point": "# 一个点"}}}
        ),
        *extra,
    )


def test_a_released_exercise_speaks_one_language_under_the_same_ids(tmp_path):
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    nbformat.write(paired(), solutions / "01-prices.ipynb")
    english, chinese = (
        nbformat.read(path, as_version=4) for path in course.release(solutions, tmp_path / "out")
    )
    assert [cell.source for cell in english.cells] == ["# Prices", "x = 1  # one point"]
    assert [cell.source for cell in chinese.cells] == ["# 价格", "x = 1  # 一个点"]
    assert [cell.id for cell in english.cells] == [cell.id for cell in chinese.cells] == ["title", "code"]
    assert not any(cell.metadata for cell in [*english.cells, *chinese.cells])
    assert chinese.metadata.gradmagic == {"exercise": "01-prices", "language": "zh"}


def test_a_translation_that_has_lost_its_place_stops_the_release():
    lone = new_markdown_cell("孤单", id="lone", metadata={"tags": ["zh"]})
    for broken in (notebook(lone), paired(lone), notebook(*paired().cells[:2], lone)):
        with pytest.raises(course.TranslationError, match=r"\[lone\].*tagged `zh`"):
            course.in_language(broken, "en")
    stale = paired()
    stale.cells[2].source = "x = 1  # a point"
    with pytest.raises(course.TranslationError, match="'# one point' to be translated is not in the cell"):
        course.in_language(stale, "zh")


def test_prose_without_chinese_is_named():
    assert course.untranslated(paired()) == []
    (sentence,) = course.untranslated(paired(new_markdown_cell("More.", id="more")), "a.ipynb")
    assert sentence.startswith("a.ipynb [more]: no Chinese follows")
    assert course.untranslated(notebook(new_markdown_cell("$$y = \\sin x$$"))) == []

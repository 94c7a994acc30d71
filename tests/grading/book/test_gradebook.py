"""Planning, claiming, recording; regrades, lateness, history."""

import dataclasses
import stat
import time

import pytest

from gradmagic.errors import ArgumentError
from gradmagic.grading import WorkItem
from gradmagic.grading.book import Gradebook, audit
from gradmagic.grading.book import _holder as holders

from .fakes import CHECKS, EXERCISES, KEY, RUBRICS, class_of, grade_all, graded, table, work_item

PAIRS = [(f"s{number:04}", exercise) for number in range(3) for exercise in EXERCISES]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gradebook.sqlite"


@pytest.fixture
def book(path):
    with Gradebook.open(path, KEY, versions={"tensorflow": "2.21"}) as book:
        yield book


def test_what_is_planned_is_graded_once_and_kept(book, path):
    assert book.plan(class_of(3), RUBRICS) == 6
    assert book.progress() == type(book.progress())(items=6, due=6, held=0)
    assert book.pending() == PAIRS
    assert grade_all(book) == 6
    assert book.progress().due == 0
    assert [(one.graded.student, one.graded.exercise) for one in book.current()] == PAIRS
    assert next(book.current()).versions["tensorflow"] == "2.21"
    assert {"gradmagic", "python"} < set(next(book.current()).versions)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert audit(path, KEY).ok


def test_the_same_again_changes_nothing(book):
    book.plan(class_of(3), RUBRICS)
    grade_all(book)
    before = [result.entry for result in book.current()]
    assert book.plan(class_of(3), RUBRICS) == 0
    assert book.claim() == []
    assert [result.entry for result in book.current()] == before


def test_what_was_kept_is_there_after_opening_again(path):
    with Gradebook.open(path, KEY) as book:
        book.plan(class_of(3), RUBRICS)
        grade_all(book)
        kept = table(book)
    assert [one.name for one in path.parent.iterdir()] == [path.name], "side files are left behind"
    with Gradebook.open(path, KEY, readonly=True) as book:
        assert table(book) == kept


def test_another_file_another_rubric_and_a_failed_grading_are_due_again(book):
    book.plan(class_of(3), RUBRICS)
    grade_all(book)
    changed = [work_item("s0001", EXERCISES[0], version=2), *class_of(3)[:2]]
    assert book.plan(changed, RUBRICS) == 1
    (claim,) = book.claim(9)
    assert (claim.item, claim.checks, claim.attempt) == (changed[0], (), 1)
    book.record(graded(claim, status="failed"), claim)
    assert book.claim() == [], "not within the same run"
    assert book.plan(changed, RUBRICS) == 1, "but the next time"
    assert grade_all(book) == 1
    assert book.plan(class_of(3), RUBRICS | {EXERCISES[1]: "rubric 2"}) == 4, "three rubrics, one file back"
    assert grade_all(book) == 4
    assert [run.graded.status for run in book.history("s0001", EXERCISES[0])] == [
        "graded",
        "failed",
        "graded",
        "graded",
    ]


def test_a_submission_that_changes_while_it_is_graded_is_graded_again(book):
    book.plan([work_item("s1")], RUBRICS)
    (claim,) = book.claim()
    newer = work_item("s1", version=2)
    assert book.plan([newer], RUBRICS) == 1
    assert book.record(graded(claim), claim) is None, "it is of no use any more"
    (claim,) = book.claim()
    assert claim.item == newer
    assert book.record(graded(claim), claim) is not None
    assert len(book.history("s1", EXERCISES[0])) == 1


def test_students_who_are_not_among_the_items_keep_their_results(book):
    book.plan(class_of(3), RUBRICS)
    grade_all(book)
    book.plan([work_item("someone else")], RUBRICS)
    grade_all(book)
    assert len(table(book)) == 7


def test_a_claim_is_held_until_its_lease_is_over(path, book):
    book.plan([work_item("s1"), work_item("s2")], RUBRICS)
    with Gradebook.open(path, KEY) as other:
        (mine,) = book.claim(1, lease=60)
        (theirs,) = other.claim(9, lease=60)
        assert mine.item != theirs.item
        assert (book.claim(), other.claim()) == ([], [])
        assert book.progress().held == 1
        assert other.renew(lease=0.05) == 1
        time.sleep(0.1)
        assert book.progress().held == 0
        (again,) = book.claim()
        assert (again.item, again.attempt) == (theirs.item, 2)
        # Both finish it; the first one counts, and the second is not needed any more.
        assert other.record(graded(theirs), theirs) is not None
        assert book.record(graded(again), again) is None
        assert book.record(graded(again), again) is None
    assert len(book.history("s2", EXERCISES[0])) == 1


def test_a_claim_that_is_given_back_was_no_attempt(path, book):
    book.plan([work_item("s1")], RUBRICS)
    book.release(book.claim())
    with Gradebook.open(path, KEY) as other:
        (claim,) = other.claim()
        assert claim.attempt == 1


def test_closing_gives_back_what_was_claimed(path):
    with Gradebook.open(path, KEY) as first:
        first.plan([work_item("s1")], RUBRICS)
        assert first.claim()
    with Gradebook.open(path, KEY) as second:
        assert len(second.claim()) == 1


def test_what_was_tried_before_comes_last(book):
    book.plan([work_item("s1"), work_item("s2"), work_item("s3")], RUBRICS)
    (first,) = book.claim(1, lease=0)
    time.sleep(0.01)
    assert [claim.item.student for claim in book.claim(3)] == ["s2", "s3", first.item.student]


def test_a_holder_is_gone_when_its_process_is_and_not_before():
    mine = holders.new_holder()
    assert not holders.holder_gone(mine)
    assert holders.holder_gone(mine.replace('"start": "', '"start": "1'))
    for elsewhere in (mine.replace('"space": "', '"space": "another '), "{}", "nonsense", '{"pid": null}'):
        assert not holders.holder_gone(elsewhere), "nothing is known about it"


def test_a_regrade_asks_some_checks_and_keeps_the_others(book):
    book.plan(class_of(3), RUBRICS)
    grade_all(book, right=False)
    former = {(one.graded.student, one.graded.exercise): one for one in book.current()}
    newer = dict.fromkeys(EXERCISES, "rubric 2")
    assert book.plan(class_of(3), newer, checks=["second"]) == 6
    for claim in book.claim(2):
        assert claim.checks == ("second",)
        book.record(graded(claim, right=True, tier="process"), claim)
    # Killed here and started again with the same words: it carries on.
    assert book.plan(class_of(3), newer, checks=["second"]) == 0
    assert book.plan(class_of(3), newer) == 0
    assert grade_all(book, right=True, tier="process") == 4
    for result in book.current():
        before = former[result.graded.student, result.graded.exercise]
        assert [score.check for score in result.graded.scores] == list(CHECKS)
        assert result.graded["second"].state == "passed"
        assert result.graded["first"] == before.graded["first"]
        assert result.kept == {"first": before.entry, "third": before.entry}
        assert (result.origin("second"), result.origin("first")) == (result.entry, before.entry)
        assert (result.graded.tier, result.graded.rubric) == ("full + process", "rubric 2")
    assert book.plan(class_of(3), newer, checks=["second"]) == 6, "finished, so this is another round"
    grade_all(book)
    assert next(book.current()).kept["first"] == next(iter(former.values())).entry


def test_a_regrade_of_a_changed_submission_asks_everything(book):
    book.plan([work_item("s1"), work_item("s2")], RUBRICS)
    grade_all(book)
    items = [work_item("s1", version=2), work_item("s2"), work_item("s3")]
    assert book.plan(items, RUBRICS, checks=["first"]) == 3
    assert [claim.checks for claim in book.claim(3)] == [(), ("first",), ()]


def test_a_second_regrade_joins_one_that_is_open(book):
    book.plan([work_item("s1")], RUBRICS)
    grade_all(book)
    book.plan([work_item("s1")], RUBRICS, checks=["first"])
    book.plan([work_item("s1")], RUBRICS, checks=["third"])
    assert [claim.checks for claim in book.claim()] == [("first", "third")]


def test_a_regrade_that_fails_by_itself_takes_no_points_away(book):
    book.plan([work_item("s1")], RUBRICS)
    grade_all(book, right=True)
    book.plan([work_item("s1")], RUBRICS, checks=["first"])
    grade_all(book, right=False, status="failed")
    (now,) = table(book)
    assert (now.status, now.points) == ("failed", 6)
    assert book.plan([work_item("s1")], RUBRICS) == 1


def test_the_penalty_stands_beside_the_raw_points_and_can_change(book):
    book.plan([work_item("s1")], RUBRICS)
    grade_all(book, right=True, penalty=0.1)
    (now,) = table(book)
    assert (now.earned, now.penalty, now.points) == (6, 0.1, 5.4)
    book.plan([work_item("s1")], RUBRICS, checks=["first"])
    assert book.set_late("s1", EXERCISES[0], 7200.0, 0.5) is not None
    assert book.set_late("s1", EXERCISES[0], 7200.0, 0.5) is None
    (now,) = table(book)
    assert (now.earned, now.penalty, now.points, now.late_seconds) == (6, 0.5, 3, 7200)
    assert book.progress().due == 1, "what was due is still due"
    assert len(book.history("s1", EXERCISES[0])) == 2
    with pytest.raises(ArgumentError, match="no result of s9"):
        book.set_late("s9", EXERCISES[0], 1, 1)


def test_sql_sees_what_counts(book, path):
    import sqlite3

    book.plan(class_of(2), RUBRICS)
    grade_all(book, right=False)
    book.plan(class_of(2), RUBRICS, checks=["first"])
    grade_all(book, right=True, penalty=0.25)
    plain = sqlite3.connect(path)
    rows = plain.execute("SELECT student, exercise, points, max_points, status FROM grades").fetchall()
    assert rows == [(f"s000{n}", name, 1.5, 6, "graded") for n in range(2) for name in EXERCISES]
    query = 'SELECT state, count(*), sum(points) FROM scores WHERE "check" = ? GROUP BY state'
    assert plain.execute(query, ("first",)).fetchall() == [("passed", 4, 8)]
    plain.close()


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800"])
def test_a_name_that_is_no_text_is_refused(book, name):
    with pytest.raises(ArgumentError, match="Rename the folder"):
        book.plan([WorkItem(name, EXERCISES[0], "x")], RUBRICS)
    assert book.progress().items == 0


@pytest.mark.parametrize(
    "name", ["../../etc", "=1+1", "a'; DROP TABLE entries; --", "🎓", "a\nb", "é" * 300, "null"]
)
def test_any_other_name_is_a_name(book, path, name):
    book.plan([work_item(name)], RUBRICS)
    grade_all(book)
    assert [one.student for one in table(book)] == [name]
    assert audit(path, KEY).ok


def test_the_same_submission_twice_is_refused(book):
    with pytest.raises(ArgumentError, match="two submissions of s1"):
        book.plan([work_item("s1"), work_item("s1", version=2)], RUBRICS)
    assert book.progress().items == 0


def test_a_result_of_something_else_is_refused(book):
    book.plan([work_item("s1"), work_item("s2")], RUBRICS)
    first, second = book.claim(2)
    with pytest.raises(ArgumentError, match=r"s2.*for the claim of s1"):
        book.record(graded(second), first)
    with pytest.raises(ArgumentError, match="another rubric"):
        book.record(dataclasses.replace(graded(first), rubric="mine"), first)
    with pytest.raises(ArgumentError):
        book.record_all([(graded(first), first), (graded(first), second)])
    assert table(book) == [], "all or nothing"

"""Whatever is changed in a gradebook without the key is found, and the row is named."""

import shutil
import sqlite3
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradmagic.grading.book import Gradebook, GradebookError, Key, audit

from .fakes import EXERCISES, KEY, RUBRICS, class_of, grade_all

COLUMNS = {
    "entries": ("seq", "at", "kind", "student", "exercise", "body", "mac"),
    "head": ("one", "entries", "mac", "signature"),
    "items": ("student", "exercise", "planned", "graded"),
}


@cache
def original():
    """A gradebook of three students, with a regrade and a lateness, made once."""
    folder = Path(mkdtemp(prefix="gradmagic-audit-"))
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        book.plan(class_of(3), RUBRICS)
        grade_all(book)
        book.plan(class_of(3), RUBRICS, checks=["second"])
        grade_all(book)
        book.set_late("s0001", EXERCISES[0], 60, 0.1)
        book.plan(class_of(4), RUBRICS)
    return folder / "gradebook.sqlite"


def edited(*statements, folder=None):
    """A copy of it, changed by SQL as any program could."""
    path = Path(folder or mkdtemp(prefix="gradmagic-audit-")) / "gradebook.sqlite"
    shutil.copyfile(original(), path)
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(*((statement,) if isinstance(statement, str) else statement))
    connection.close()
    return path


def found(path, **settings):
    return [(one.kind, one.entries) for one in audit(path, KEY, **settings).findings]


def count():
    return audit(original(), KEY).entries


def test_an_untouched_gradebook_is_as_it_was_signed():
    report = audit(original(), KEY)
    assert (report.ok, report.results, report.findings) == (True, 12, ())
    assert audit(original(), KEY, seal=report.seal).ok


VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.just("1"),
    st.none(),
)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_edit_of_any_field_is_found(tmp_path_factory, data):
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    with sqlite3.connect(original()) as plain:
        order = ", ".join(COLUMNS[table][:2])
        rows = plain.execute(f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY {order}").fetchall()
    row = data.draw(st.sampled_from(rows))
    old = row[COLUMNS[table].index(column)]
    near = st.just(old)
    if isinstance(old, (str, bytes)) and old:
        # One character or one bit, anywhere.
        place = st.integers(0, len(old) - 1)
        if isinstance(old, str):
            near = place.map(lambda at: old[:at] + chr(ord(old[at]) ^ 1) + old[at + 1 :])
        else:
            near = place.map(lambda at: old[:at] + bytes([old[at] ^ 1]) + old[at + 1 :])
    elif isinstance(old, int):
        near = st.sampled_from([old - 1, old + 1, float(old) + 0.5])
    new = data.draw(st.one_of(near, VALUES))
    where = " AND ".join(f"{name} = ?" for name in COLUMNS[table][:2])
    folder = tmp_path_factory.mktemp("edited")
    path = folder / "gradebook.sqlite"
    shutil.copyfile(original(), path)
    with sqlite3.connect(path) as connection:
        try:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (new, *row[:2]))
        except (sqlite3.Error, UnicodeEncodeError, OverflowError):
            return  # the database itself does not take it
        now = connection.execute(
            f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY {order}"
        ).fetchall()
    connection.close()
    same = [[(type(cell), cell) for cell in line] for line in now] == [
        [(type(cell), cell) for cell in line] for line in rows
    ]
    report = audit(path, KEY)
    assert report.ok == same
    if table == "entries" and column != "seq" and not same:
        assert any(one.entries and one.entries[0] <= row[0] <= one.entries[1] for one in report.findings)
    shutil.rmtree(folder)


@pytest.mark.parametrize("column", ["at", "kind", "student", "exercise", "body", "mac"])
def test_an_edited_row_is_named_and_no_other(column):
    path = edited(
        f"UPDATE entries SET {column} = CAST(replace(hex({column}), '3', '4') AS BLOB) WHERE seq = 7"
    )
    entries = [one for one in found(path) if one[1]]
    assert entries == [("edited", (7, 7))]


def test_points_given_to_oneself_are_found_with_the_name():
    change = "UPDATE entries SET body = replace(body, '\"points\":0', '\"points\":2') WHERE kind = 'graded'"
    report = audit(edited(f"{change} AND student = 's0001' AND exercise = '{EXERCISES[1]}'"), KEY)
    assert report.findings
    assert all(f"graded, s0001, {EXERCISES[1]}" in one.sentence for one in report.findings)


def test_a_deleted_row_is_named():
    assert found(edited("DELETE FROM entries WHERE seq = 9"))[0] == ("missing", (9, 9))
    assert found(edited("DELETE FROM entries WHERE seq BETWEEN 3 AND 5"))[0] == ("missing", (3, 5))
    assert ("missing", (1, 1)) in found(edited("DELETE FROM entries WHERE seq = 1"))


def test_a_deleted_row_is_found_if_the_rest_moves_up():
    path = edited("DELETE FROM entries WHERE seq = 9", "UPDATE entries SET seq = seq - 1 WHERE seq > 9")
    assert found(path)[0] == ("edited", (9, count() - 1))


def test_a_row_put_in_is_found():
    copy = "INSERT INTO entries SELECT {} , at, kind, student, exercise, body, mac FROM entries WHERE seq = 8"
    assert ("extra", (count() + 1, count() + 1)) in found(edited(copy.format(count() + 1)))
    assert ("extra", (0, 0)) in found(edited(copy.format(0)))


def test_rows_that_changed_places_are_found():
    swap = [f"UPDATE entries SET seq = {new} WHERE seq = {old}" for old, new in ((8, -1), (9, 8), (-1, 9))]
    assert found(edited(*swap))[0][0] == "edited"
    assert found(edited(*swap))[0][1][0] == 8


def test_an_end_that_was_cut_off_is_found():
    last = count()
    cut = f"DELETE FROM entries WHERE seq > {last - 3}"
    assert ("missing", (last - 2, last)) in found(edited(cut))
    assert ("end", None) in found(edited(cut, "DELETE FROM head"))
    forged = f"UPDATE head SET entries = {last - 3}, mac = (SELECT mac FROM entries WHERE seq = {last - 3})"  # unsigned
    assert ("end", None) in found(edited(cut, forged))


def test_only_a_seal_shows_that_an_earlier_copy_was_put_back(tmp_path):
    path = edited(folder=tmp_path)
    shutil.copyfile(path, tmp_path / "earlier")
    with Gradebook.open(path, KEY) as book:
        grade_all(book)
    seal = audit(path, KEY).seal
    shutil.copyfile(tmp_path / "earlier", path)
    assert audit(path, KEY).ok, "a chain alone cannot see it"
    (finding,) = audit(path, KEY, seal=seal).findings
    assert finding.kind == "seal"
    assert seal in finding.sentence
    # A seal stays good while the log grows.
    old = audit(path, KEY).seal
    with Gradebook.open(path, KEY) as book:
        grade_all(book)
    assert audit(path, KEY, seal=old).ok


def test_a_log_of_another_gradebook_does_not_fit_in(tmp_path):
    with Gradebook.open(tmp_path / "other.sqlite", KEY) as book:
        book.plan(class_of(3), RUBRICS)
        grade_all(book, right=True)
    path = edited(
        ("ATTACH ? AS other", (str(tmp_path / "other.sqlite"),)),
        "DELETE FROM entries WHERE seq > 7",
        "INSERT INTO entries SELECT * FROM other.entries WHERE seq > 7",
    )
    assert found(path)[0][0] == "edited"
    assert found(path)[0][1][0] == 8


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM claims; END", "more"),
        ("DROP VIEW grades", "grades"),
        ("DROP INDEX entries_by_item", "entries_by_item"),
        ("ALTER TABLE items ADD COLUMN bonus", "items"),
        ("DROP TABLE items", "items"),
        ("DROP TABLE head", "head"),
    ],
)
def test_changed_tables_are_named_and_not_written_to(statement, name):
    path = edited(statement)
    assert any(f"`{name}`" in one.sentence for one in audit(path, KEY).findings)
    with pytest.raises(GradebookError, match="not as gradmagic made them"):
        Gradebook.open(path, KEY)


def test_a_view_that_says_something_else_is_found():
    path = edited("DROP VIEW grades", "CREATE VIEW grades AS SELECT 's1' AS student, 100 AS points")
    assert [one.kind for one in audit(path, KEY).findings] == ["layout"]


def test_an_index_that_points_to_a_better_run_is_found():
    path = edited("UPDATE items SET graded = graded - 1 WHERE student = 's0001'")
    assert [one.kind for one in audit(path, KEY).findings] == ["index", "index"]
    assert ("index", None) in found(edited("DELETE FROM items WHERE student = 's0000'"))


def test_nothing_is_added_below_an_edited_end():
    path = edited("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
    with Gradebook.open(path, KEY) as book, pytest.raises(GradebookError, match="gradmagic verify"):
        book.plan(class_of(5), RUBRICS)


def test_the_wrong_key_is_told_from_an_edit():
    other = Key(b"k" * 32)
    with pytest.raises(GradebookError, match=f"signed with the key {KEY.name}, and yours is {other.name}"):
        Gradebook.open(edited(), other)
    with pytest.raises(GradebookError, match=f"signed with the key {KEY.name}, and yours is {other.name}"):
        audit(edited(), other)


def test_claims_are_not_results_and_not_signed():
    assert audit(edited("UPDATE claims SET until = 0, holder = 'me'"), KEY).ok

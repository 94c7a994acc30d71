"""What is written into the folder: the same each time, inside it, sealed."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradmagic.errors import OptionError
from gradmagic.grading.book import FORMATS, Gradebook, GradebookError, audit_folder, export, safe_name

from .fakes import EXERCISES, KEY, RUBRICS, class_of, grade_all, table, work_item


@pytest.fixture
def folder(tmp_path):
    """A folder of grades of five students, one late, and one who waits."""
    folder = tmp_path / "grades"
    folder.mkdir()
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        book.plan(class_of(5), RUBRICS)
        grade_all(book)
        book.set_late("s0002", EXERCISES[0], 7200.0, 0.25)
        book.plan([work_item("waiting")], RUBRICS)
        export(book, folder)
    return folder


def again(folder, **settings):
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        return export(book, folder, **settings)


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def rows(folder):
    return list(csv.DictReader(io.StringIO((folder / "grades.csv").read_text("utf-8"))))


def found(folder, **settings):
    return [one.sentence for one in audit_folder(folder, KEY, **settings).findings]


def test_every_file_is_where_the_design_says(folder):
    students = [f"s000{number}" for number in range(5)]
    expected = ["grades.csv", "grades.json", "junit.xml", "summary.html"]
    expected += ["SHA256SUMS", "gradebook.seal", "gradebook.sqlite"]
    expected += [f"{student}/{name}.html" for student in students for name in EXERCISES]
    expected += [f"{student}/results.json" for student in students]
    assert files(folder) == sorted(expected)


def test_the_table_has_a_line_for_each_submission(folder):
    lines = rows(folder)
    assert list(lines[0]) == ["student", "exercise", "points", "max_points", "status"]
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        for line, graded in zip(lines, table(book), strict=False):
            assert (line["student"], line["exercise"], line["status"]) == (
                graded.student,
                graded.exercise,
                "graded",
            )
            assert (float(line["points"]), float(line["max_points"])) == (graded.points, 6)
    late = next(line for line in lines if (line["student"], line["exercise"]) == ("s0002", EXERCISES[0]))
    raw = json.loads((folder / "grades.json").read_text("utf-8"))["results"]
    (whole,) = [row for row in raw if row["student"] == "s0002" and row["exercise"] == EXERCISES[0]]
    assert (whole["penalty"], whole["late_seconds"]) == (0.25, 7200)
    assert float(late["points"]) == whole["points"] == whole["earned"] * 0.75
    assert lines[-1] == {
        "student": "waiting",
        "exercise": EXERCISES[0],
        "points": "",
        "max_points": "",
        "status": "pending",
    }


def test_json_has_everything_and_results_come_back_from_it(folder):
    from gradmagic.grading import Graded

    data = json.loads((folder / "grades.json").read_text("utf-8"))
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        assert [Graded.from_json(row) for row in data["results"]] == table(book)
        assert data["gradebook"] == book.audit().seal
    assert data["pending"] == [{"student": "waiting", "exercise": EXERCISES[0]}]
    assert all(row["tier"] == "full" and row["versions"]["gradmagic"] for row in data["results"])


def test_the_same_gradebook_gives_the_same_files_and_touches_none(folder):
    before = {
        name: ((folder / name).read_bytes(), (folder / name).stat().st_mtime_ns) for name in files(folder)
    }
    seal = again(folder)
    after = {
        name: ((folder / name).read_bytes(), (folder / name).stat().st_mtime_ns) for name in files(folder)
    }
    assert {name: content for name, (content, _) in before.items()} == {
        name: content for name, (content, _) in after.items()
    }
    pages = [name for name in before if "/" in name]
    assert [before[name][1] for name in pages] == [after[name][1] for name in pages]
    assert json.loads((folder / "gradebook.seal").read_text())["gradebook"] == seal


@pytest.mark.parametrize("formats", [("csv",), ("json", "junit"), ("html",), ("gradescope",), ()])
def test_formats_can_be_chosen(folder, tmp_path, formats):
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        export(book, tmp_path / "some", formats)
    names = {"csv": "grades.csv", "json": "grades.json", "junit": "junit.xml", "html": "summary.html"}
    top = {name for name in files(tmp_path / "some") if "/" not in name} - {"SHA256SUMS", "gradebook.seal"}
    assert top == {names[name] for name in formats if name in names}
    assert ("s0001/results.json" in files(tmp_path / "some")) == ("gradescope" in formats)


def test_a_format_that_there_is_not_is_named(folder):
    with pytest.raises(OptionError, match=r"no format 'pdf'. There are: csv, json, gradescope, junit, html"):
        again(folder, formats=["csv", "pdf"])


def test_nothing_is_exported_from_an_edited_gradebook(folder):
    with sqlite3.connect(folder / "gradebook.sqlite") as plain:
        plain.execute("UPDATE entries SET student = 's0009' WHERE seq = 14")
    plain.close()
    before = files(folder)
    with pytest.raises(GradebookError, match="has been edited"):
        again(folder)
    assert files(folder) == before


# The seal


def test_an_untouched_folder_is_as_it_was_sealed(folder):
    report = audit_folder(folder, KEY)
    assert report.ok
    assert (folder / "gradebook.seal").read_text().count(report.seal) == 1
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder)
    assert sums.returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "grades.csv",
        "grades.json",
        "junit.xml",
        "summary.html",
        "SHA256SUMS",
        "gradebook.seal",
        "s0001/results.json",
    ],
)
def test_any_edited_or_missing_file_is_named(folder, name):
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content.replace(b"0", b"6", 1))
    assert [name in sentence for sentence in found(folder)] == [True]
    path.unlink()
    assert any(name in sentence for sentence in found(folder))
    path.symlink_to(folder / "elsewhere")
    assert any(name in sentence for sentence in found(folder))


def test_a_file_that_was_put_in_is_named(folder):
    (folder / "s0666").mkdir()
    (folder / "s0666" / "results.json").write_text("{}")
    (folder / "notes.txt").write_text("the teacher's own")
    assert found(folder) == ["s0666/results.json was not exported by gradmagic."]


def test_a_seal_cannot_be_made_without_the_key(folder):
    (folder / "grades.csv").write_text("student,exercise,points,max_points,status\ns0001,x,6,6,graded\n")
    import hashlib

    sums = (folder / "SHA256SUMS").read_text().splitlines()
    digest = hashlib.sha256((folder / "grades.csv").read_bytes()).hexdigest()
    sums = "".join(f"{digest if line.endswith('  grades.csv') else line[:64]}{line[64:]}\n" for line in sums)
    (folder / "SHA256SUMS").write_text(sums)
    row = json.loads((folder / "gradebook.seal").read_text())
    row["files"] = hashlib.sha256(sums.encode()).hexdigest()
    (folder / "gradebook.seal").write_text(json.dumps(row))
    assert found(folder) == ["gradebook.seal is not as it was exported."]
    for name in ("gradebook.seal", "SHA256SUMS"):
        (folder / name).unlink()
    assert "nothing says which files were exported" in found(folder)[0]


def test_an_earlier_gradebook_below_a_later_seal_is_found(folder, tmp_path):
    shutil.copyfile(folder / "gradebook.sqlite", tmp_path / "earlier")
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        grade_all(book)
        seal = export(book, folder)
    assert found(folder) == []
    shutil.copyfile(tmp_path / "earlier", folder / "gradebook.sqlite")
    assert any(seal in sentence for sentence in found(folder))


# Names


TRICKS = [
    "..",
    ".",
    "../../x",
    "/etc/passwd",
    "a/b",
    "a\\b",
    ".hidden",
    "CON",
    "nul.txt",
    "a:b",
    "x\ny",
    "x\u202ey",
    "a%2Fb",
]
TRICKS += [
    "grades.csv",
    "Summary.HTML",
    "gradebook.sqlite",
    "gradebook.sqlite-wal",
    "SHA256SUMS",
    " x ",
    "x.",
    "é" * 200,
    "<b>",
    "名" * 90,
]


@pytest.mark.parametrize("name", TRICKS)
def test_no_name_leaves_the_folder_or_takes_the_place_of_a_file(tmp_path, name):
    with Gradebook.open(tmp_path / "gradebook.sqlite", KEY) as book:
        book.plan([work_item(name), work_item("s1")], RUBRICS)
        grade_all(book)
        before = set(tmp_path.parent.rglob("*"))
        export(book, tmp_path)
    new = {path for path in set(tmp_path.parent.rglob("*")) - before if path.is_file()}
    assert all(tmp_path in path.parents for path in new)
    assert (tmp_path / safe_name(name) / "results.json").is_file()
    assert len(rows(tmp_path)) == 2
    assert audit_folder(tmp_path, KEY).ok


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: not any(0xD800 <= ord(mark) < 0xE000 for mark in text)))
def test_a_safe_name_is_one_part_of_a_path(name):
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('/\\\0:*?"<>|\n')
    assert len(safe.encode()) <= 255
    assert safe.isprintable() or any(mark in "\u2028\u2029\xa0\u3000" or mark.isspace() for mark in safe)


@settings(deadline=None)
@given(st.lists(st.text("ab%./ é:.2F5", min_size=1, max_size=12), min_size=2, max_size=2, unique=True))
def test_two_names_are_two_files(names):
    assert len({safe_name(name) for name in names}) == 2


@pytest.mark.parametrize(
    "name", ["s1234567", "Anna Müller", "王小明", "o'neill", "anna.b", "x-y_z+1@uni.edu", "🎓"]
)
def test_an_ordinary_name_stays_as_it_is(name):
    assert safe_name(name) == name


def test_a_folder_that_leads_elsewhere_is_not_written_through(folder, tmp_path):
    shutil.rmtree(folder / "s0001")
    (tmp_path / "elsewhere").mkdir()
    (folder / "s0001").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(GradebookError, match="s0001 is a symbolic link"):
        again(folder)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    (folder / "s0001").unlink()
    (tmp_path / "precious").write_text("mine")
    (folder / "grades.csv").unlink()
    (folder / "grades.csv").symlink_to(tmp_path / "precious")
    again(folder)
    assert (tmp_path / "precious").read_text() == "mine", "a link is replaced, not followed"
    assert not (folder / "grades.csv").is_symlink()


def test_a_place_that_cannot_be_written_is_named(folder):
    shutil.rmtree(folder / "s0003")
    (folder / "s0003").write_text("in the way")
    with pytest.raises(GradebookError, match=r"s0003.*cannot be written"):
        again(folder)
    assert not list(folder.rglob(".*")), "drafts are left behind"


def test_export_leaves_no_half_file_when_it_is_killed(folder):
    """Every file is written beside and moved: at each moment it is the old one or the new one."""
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from gradmagic.grading.book import _files, export, Gradebook\n"
        "from tests.grading.book.fakes import KEY\n"
        "moved = os.replace\n"
        "def replace(a, b):\n"
        "    if Path(b).name == 'junit.xml': os.kill(os.getpid(), 9)\n"
        "    moved(a, b)\n"
        "_files.os.replace = replace\n"
        "folder = Path(sys.argv[1])\n"
        "with Gradebook.open(folder / 'gradebook.sqlite', KEY) as book: export(book, folder)"
    )
    before = (folder / "junit.xml").read_bytes()
    root = Path(__file__).parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", code, folder], cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
    )
    assert killed.returncode == -9
    assert (folder / "junit.xml").read_bytes() == before
    again(folder)
    ElementTree.parse(folder / "junit.xml")
    assert found(folder) == []


def test_all_formats_are_those_of_the_command():
    assert FORMATS == ("csv", "json", "gradescope", "junit", "html")

"""Disks, folders and files that do not do as asked: a sentence each, and nothing is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import mkdtemp

import pytest

from gradmagic.grading.book import Gradebook, GradebookError, audit
from gradmagic.grading.book import _schema as schema
from gradmagic.grading.book import _store as store

from .fakes import KEY, RUBRICS, class_of, grade_all, graded, table


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "gradebook.sqlite"
    with Gradebook.open(path, KEY) as book:
        book.plan(class_of(20), RUBRICS)
        for claim in book.claim(10):
            book.record(graded(claim), claim)
    return path


def test_a_full_disk_keeps_what_was_recorded(path):
    with Gradebook.open(path, KEY) as book:
        before = table(book)
        # The database may not grow: SQLite reports what it reports when the disk is full.
        connection = book._store._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(GradebookError, match=r"disk is full.*make room"):
            grade_all(book)
        assert table(book)[: len(before)] == before
    assert audit(path, KEY).ok
    with Gradebook.open(path, KEY) as book:
        grade_all(book)
        assert len(table(book)) == 40
    assert audit(path, KEY).ok


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_really_full(tmp_path):
    script = f"""
import pytest
from pathlib import Path
from gradmagic.grading.book import Gradebook, GradebookError, audit
from tests.grading.book.fakes import KEY, RUBRICS, class_of, grade_all, table
path = Path({str(tmp_path)!r}) / "gradebook.sqlite"
try:
    with Gradebook.open(path, KEY) as book:
        book.plan(class_of(50), RUBRICS)
        grade_all(book, batch=1)
except GradebookError as error:
    print(error)
report = audit(path, KEY)
print(report.ok, report.results > 0)
"""
    mount = 'mount -t tmpfs -o size=400k none "$0" && exec "$@"'
    small_disk = ["unshare", "--mount", "sh", "-c", mount, tmp_path]
    result = subprocess.run(
        [*small_disk, sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | {"GRADMAGIC_LANG": "en", "PYTHONPATH": os.pathsep.join(["", *sys.path])},
    )
    if "mount" in result.stderr or "unshare" in result.stderr:
        pytest.skip("no mounts here")
    assert "the disk is full" in result.stdout, result.stderr
    assert result.stdout.endswith("True True\n"), result.stdout


AS_NOBODY = """
import os, sys
from importlib.metadata import version
from pathlib import Path
from gradmagic.errors import GradmagicError
from gradmagic.grading.book import Gradebook, Key, audit
key, path = Key(bytes(range(32))), Path(sys.argv[1])
version("gradmagic")
for name, use in (("write", lambda: Gradebook.open(path, key)), ("read", lambda: audit(path, key).ok)):
    # The modules have been read: the interpreter may lie where nobody can go.
    if os.getuid() == 0:
        audit(path, key); os.setgid(65534); os.setuid(65534)
    try:
        print(name, use())
    except GradmagicError as error:
        print(name, error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becomes another user")
def test_a_folder_that_cannot_be_written():
    folder = Path(mkdtemp(dir="/tmp"))  # pytest's own folders are closed to others
    try:
        folder.chmod(0o755)
        path = folder / "gradebook.sqlite"
        with Gradebook.open(path, KEY) as book:
            book.plan(class_of(2), RUBRICS)
            grade_all(book)
        path.chmod(0o644)
        result = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, path],
            capture_output=True,
            text=True,
            env=os.environ | {"GRADMAGIC_LANG": "en", "PYTHONPATH": os.pathsep.join(["", *sys.path])},
        )
        assert not result.stderr
        written, read = result.stdout.splitlines()
        assert "cannot be opened for this: Permission denied" in written
        assert read == "read True", "reading needs no right to write"
        assert os.listdir(folder) == [path.name]
    finally:
        shutil.rmtree(folder)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(GradebookError, match="cannot be opened for this: No such file"):
        Gradebook.open(tmp_path / "none" / "gradebook.sqlite", KEY)


def test_a_file_that_is_no_gradebook(tmp_path, path):
    other = tmp_path / "other.sqlite"
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(GradebookError, match="not a gradebook of gradmagic"):
        Gradebook.open(other, KEY)
    other.write_text("student,exercise,points\n" * 100)
    with pytest.raises(GradebookError, match="is broken: file is not a database"):
        Gradebook.open(other, KEY)
    assert other.read_text().startswith("student"), "nobody writes to it"
    with pytest.raises(GradebookError, match="cannot be opened"):
        Gradebook.open(tmp_path, KEY)
    with pytest.raises(GradebookError, match="cannot be opened"):
        audit(tmp_path / "none.sqlite", KEY)


def test_a_broken_file(path):
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises(GradebookError, match=r"broken.*copy from before"), Gradebook.open(path, KEY) as book:
        grade_all(book)
    assert not audit(path, KEY).ok


def test_a_file_that_was_cut_short(path):
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(GradebookError, match="is broken"):
        audit(path, KEY)


def test_a_newer_gradebook(path):
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    for open_it in (lambda: Gradebook.open(path, KEY), lambda: audit(path, KEY)):
        with pytest.raises(
            GradebookError, match=f"newer gradmagic.*version {schema.VERSION + 1}.*pip install -U"
        ):
            open_it()


def test_an_older_gradebook_is_brought_up_to_date_and_keeps_everything(path, monkeypatch):
    def add_a_table(connection):
        connection.execute("CREATE TABLE remarks (student TEXT NOT NULL, text TEXT NOT NULL)")

    with Gradebook.open(path, KEY) as book:
        before = table(book)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, add_a_table))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    assert audit(path, KEY).ok, "an old one can be checked as it is"
    with Gradebook.open(path, KEY) as book:
        assert table(book) == before
        grade_all(book)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert audit(path, KEY).ok


def test_a_migration_that_fails_changes_nothing(path, monkeypatch):
    def half(connection):
        connection.execute("CREATE TABLE remarks (text TEXT)")
        connection.execute("SELECT no_such_function()")

    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS, half))
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        with pytest.raises(sqlite3.OperationalError):  # a bug of ours keeps its traceback
            Gradebook.open(path, KEY)
    assert path.read_bytes() == before
    with Gradebook.open(path, KEY) as book:
        assert len(table(book)) == 10


def test_another_program_that_keeps_the_file_is_named_after_a_while(path, monkeypatch):
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    other = sqlite3.connect(path, isolation_level=None)
    with Gradebook.open(path, KEY) as book:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookError, match="another program has held"):
            book.claim()
        assert len(table(book)) == 10, "reading goes on"
        other.execute("ROLLBACK")
        assert book.claim()
    other.close()


def test_a_forked_child_does_not_use_the_file(path):
    with Gradebook.open(path, KEY) as book:
        child = os.fork()
        if child == 0:
            try:
                book.claim()
            except RuntimeError:
                os._exit(7)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_threads_share_one_gradebook(path):
    with Gradebook.open(path, KEY) as book:
        threads = [threading.Thread(target=grade_all, args=(book, 2)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(table(book)) == 40
    assert audit(path, KEY).results == 40


def test_reading_only_writes_nothing(path):
    with Gradebook.open(path, KEY, readonly=True) as book:
        assert len(table(book)) == 10
        with pytest.raises(GradebookError, match="reading only"):
            book.claim()

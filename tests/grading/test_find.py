"""Submissions are found where they lie, and nothing is followed out of their folder."""

import os

import pytest

from gradmagic.grading._find import SubmissionError, find_submissions, read_bytes
from gradmagic.grading._submission import MOST_BYTES, Unreadable

NAMES = ("02-a", "03-b")


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "submissions"
    for student in ("ann", "bob"):
        (root / student).mkdir(parents=True)
        (root / student / "02-a.ipynb").write_bytes(b"{}")
    (tmp_path / "secret.ipynb").write_text("a secret")
    return root


def problems(folder, **asked):
    return {(i.student, i.exercise): i.problem for i in find_submissions(folder, NAMES, **asked).items}


def test_every_student_is_there_for_every_exercise_that_someone_handed_in(folder):
    (folder / "ann" / "03-b.ipynb").write_bytes(b"{}")
    assert problems(folder) == {
        ("ann", "02-a"): "",
        ("ann", "03-b"): "",
        ("bob", "02-a"): "",
        ("bob", "03-b"): "missing",
    }
    assert set(problems(folder, asked=["02-a"])) == {("ann", "02-a"), ("bob", "02-a")}


def test_what_is_no_submission_is_named_and_hidden_folders_are_passed_over(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / ".git").mkdir()
    (folder / "ann" / ".ipynb_checkpoints").mkdir()
    (folder / "ann" / "02-a (1).ipynb").write_bytes(b"{}")
    (folder / "line\nbreak").mkdir()
    ignored = find_submissions(folder, NAMES).ignored
    assert set(ignored) == {"notes.txt", "ann/02-a (1).ipynb", "'line\\nbreak'"}


def test_links_pipes_folders_and_giants_have_a_status_and_are_not_read(folder):
    (folder / "ann" / "02-a.ipynb").unlink()
    (folder / "ann" / "02-a.ipynb").symlink_to(folder.parent / "secret.ipynb")
    os.mkfifo(folder / "ann" / "03-b.ipynb")
    (folder / "bob" / "03-b.ipynb").mkdir()
    (folder / "cid").mkdir()
    with open(folder / "cid" / "02-a.ipynb", "wb") as file:
        file.truncate(MOST_BYTES + 1)
    (folder / "dan").symlink_to(folder.parent)
    found = problems(folder, asked=NAMES)
    assert found["ann", "02-a"] == "symbolic-link"
    assert found["ann", "03-b"] == "not-a-file"
    assert found["bob", "03-b"] == "not-a-file"
    assert found["cid", "02-a"] == "too-large"
    assert found["dan", "02-a"] == "symbolic-link"


def test_a_path_that_leads_out_is_not_read(folder):
    for path in (
        "../secret.ipynb",
        "ann/../../secret.ipynb",
        "secret.ipynb",
        "./secret.ipynb",
        "/etc/passwd",
    ):
        with pytest.raises(Unreadable):
            read_bytes(folder, path)
    assert read_bytes(folder, "ann/02-a.ipynb")[0] == b"{}"


def test_no_folder_and_no_submission_say_what_was_looked_for(tmp_path):
    with pytest.raises(SubmissionError, match="cannot be read"):
        find_submissions(tmp_path / "none", NAMES)
    with pytest.raises(SubmissionError, match=r"02-a\.ipynb"):
        find_submissions(tmp_path, NAMES)

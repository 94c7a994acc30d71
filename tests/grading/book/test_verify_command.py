"""`gradmagic verify` on a folder of grades: what it prints, and its exit code."""

import os
import sqlite3
import subprocess
import sys

import pytest

from gradmagic.grading.book import Gradebook, export

from .fakes import KEY, RUBRICS, class_of, grade_all


def verify(*words, **environment):
    key = {"GRADMAGIC_KEY": KEY.secret.hex(), "GRADMAGIC_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "gradmagic.cli", "verify", *map(str, words)],
        env=os.environ | key | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grades")
    with Gradebook.open(folder / "gradebook.sqlite", KEY) as book:
        book.plan(class_of(3), RUBRICS)
        grade_all(book)
        export(book, folder)
    return folder


def test_a_folder_and_a_file_are_as_they_were_signed(folder):
    for place in (folder, folder / "gradebook.sqlite"):
        result = verify(place)
        assert (result.returncode, result.stderr) == (0, "")
        assert f"{place}: as it was signed. Entries: 13; results: 6.\nSeal  13-" in result.stdout
    seal = result.stdout.split()[-1]
    assert verify(folder, "--seal", seal).returncode == 0
    assert "封签" in verify(folder, GRADMAGIC_LANG="zh").stdout


def test_edits_are_named_and_the_command_fails(folder, tmp_path):
    import shutil

    copy = shutil.copytree(folder, tmp_path / "grades")
    with sqlite3.connect(copy / "gradebook.sqlite") as plain:
        plain.execute(
            "UPDATE entries SET body = replace(body, '\"penalty\":0.0', '\"penalty\":-1') WHERE seq = 9"
        )
    plain.close()
    (copy / "grades.csv").write_text("student,exercise,points,max_points,status\n")
    result = verify(copy)
    assert result.returncode == 1
    assert "entry 9 is not as it was signed (graded, s0000, 03-linear-regression)." in result.stderr
    assert "grades.csv is not as it was exported." in result.stderr
    assert "Traceback" not in result.stderr
    assert f"{copy}: edited. Findings: 2;" in result.stdout


@pytest.mark.parametrize(
    ("words", "environment", "answer"),
    [
        (["--seal", "9-0123"], {}, "the log does not contain what was sealed as 9-0123"),
        (["--seal", "what?"], {}, "the log does not contain what was sealed as what?"),
        ([], {"GRADMAGIC_KEY": "ab" * 32}, "and yours is"),
        ([], {"GRADMAGIC_KEY": "secret"}, "$GRADMAGIC_KEY holds no key"),
        (["--key", "/none"], {}, "there is no key in /none"),
        (["02-higher-derivatives"], {}, "one kind at a time"),
    ],
)
def test_what_cannot_be_verified_is_told_in_a_line(folder, words, environment, answer):
    result = verify(folder, *words, **environment)
    assert result.returncode in (1, 2)
    assert answer in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_without_a_gradebook(tmp_path):
    result = verify(tmp_path)
    assert result.returncode == 1
    assert "gradebook.sqlite cannot be opened" in result.stderr

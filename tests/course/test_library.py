"""The exercises in the package, and a learner's copy of them."""

import pytest

from gradmagic import course
from gradmagic.errors import GradmagicError


def test_the_exercises_are_found():
    names = [path.name for path in course.exercises_folder().glob("*.ipynb")]
    assert "02-higher-derivatives.ipynb" in names
    assert "05-house-prices.ipynb" in names


def test_a_learners_work_is_never_overwritten(tmp_path):
    folder = tmp_path / "new" / "mine"
    copied, kept = course.copy_exercises(folder)
    assert "05-house-prices.ipynb" in copied
    assert kept == []

    (folder / "05-house-prices.ipynb").write_text("my work")
    (folder / "02-higher-derivatives.ipynb").unlink()
    (folder / "notes.txt").write_text("my own")
    copied, kept = course.copy_exercises(folder)
    assert (copied, kept) == (["02-higher-derivatives.ipynb"], ["05-house-prices.ipynb"])
    assert (folder / "05-house-prices.ipynb").read_text() == "my work"
    assert course.copy_exercises(folder)[0] == []


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(GradmagicError, match="taken is a file"):
        course.copy_exercises(tmp_path / "taken")

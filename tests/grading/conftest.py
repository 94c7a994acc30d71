"""One parent of confined kernels for all tests of a worker, and a way to grade notebooks with it."""

from dataclasses import replace

import pytest

from gradmagic.grading import Kernels, Limits, begin, find_submissions, read_rubrics, run_session
from gradmagic.grading.sandbox import probe
from tests.grading.notebooks import SOLUTIONS, written

SECRET = b"a secret of the tests"


@pytest.fixture(scope="session")
def place():
    # Where there is less than the full sandbox, what is graded is the same; tests of the sandbox say the rest.
    with Kernels(tier=probe().name) as place:
        yield place


@pytest.fixture(scope="session")
def rubrics():
    return read_rubrics(SOLUTIONS, SECRET)


@pytest.fixture
def grade(place, rubrics, tmp_path):
    """Grade `{student: notebook}` of one exercise, or `{(student, exercise): notebook}`."""

    def graded(notebooks, exercise=None, checks=(), **limits):
        root = tmp_path / "submissions"
        for who, notebook in notebooks.items():
            student, name = who if isinstance(who, tuple) else (who, exercise)
            written(root, student, name, notebook)
        wanted = {who if isinstance(who, tuple) else (who, exercise) for who in notebooks}
        items = [
            one for one in find_submissions(root, rubrics).items if (one.student, one.exercise) in wanted
        ]
        found = []
        works = (
            begin(root, item, rubrics[item.exercise], limits=replace(Limits(), **limits), checks=checks)
            for item in items
        )
        run_session(works, place, found.append)
        return {(one.student, one.exercise) if exercise is None else one.student: one for one in found}

    return graded

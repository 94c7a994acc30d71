"""A class with one in twenty hostile or broken: every score exact, nothing lost, nothing left running."""

from gradmagic.cli import main
from gradmagic.grading import Gradebook, find_key
from gradmagic.grading.sandbox import probe
from tests.grading.crowd import crowd
from tests.grading.notebooks import SOLUTIONS
from tests.redteam.library import EXERCISE
from tests.redteam.test_redteam import adopted, children
from tests.redteam.world import World

STUDENTS = 40


def test_a_class_gets_exactly_what_it_deserves(tmp_path):
    """The short form of `benchmarks/grading/thousand.py`."""
    already = children()
    tier = probe().name
    below = [] if tier == "full" else ["--below-full-tier", tier]
    with World(tmp_path / "world") as world, adopted():
        deserved = crowd(tmp_path / "subs", STUDENTS, world)
        status = main(
            [
                *("grade", str(tmp_path / "subs"), "--out", str(tmp_path / "out"), "--jobs", "2", *below),
                *("--solutions", str(SOLUTIONS), "--exercise", EXERCISE, "--key", str(tmp_path / "key")),
                *("--cell-seconds", "3", "--seconds", "20"),
            ]
        )
        left = [child for child in children() if child not in already]
        assert world.untouched()
        assert world.calls == []
    assert status == 0
    assert left == []
    with Gradebook.open(tmp_path / "out" / "gradebook.sqlite", find_key(tmp_path / "key")) as book:
        results = {result.graded.student: result.graded for result in book.current()}
        assert book.audit().ok
        assert all(len(book.history(student, EXERCISE)) == 1 for student in deserved)
    assert {student: graded.points for student, graded in results.items()} == deserved

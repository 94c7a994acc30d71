"""A class of students, and a grading that needs no kernel: the same submission always gets the same scores."""

import hashlib
import sys
import time
from pathlib import Path

from gradmagic.grading import BLOCKED, FAILED, GRADED, PASSED, Graded, Note, Score, WorkItem
from gradmagic.grading.book import Gradebook, Key

KEY = Key(bytes(range(32)))
EXERCISES = ("02-higher-derivatives", "03-linear-regression")
RUBRICS = dict.fromkeys(EXERCISES, "rubric 1")
CHECKS = ("first", "second", "third")
MISTAKES = ("sign-flipped", "not-watched", "number", "sum-for-mean")


def work_item(student, exercise=EXERCISES[0], version=1):
    digest = hashlib.sha256(f"{student} {exercise} {version}".encode()).hexdigest()
    return WorkItem(student, exercise, f"{student}/{exercise}.ipynb", digest, 1.7e9)


def class_of(count, exercises=EXERCISES):
    return [work_item(f"s{number:04}", exercise) for number in range(count) for exercise in exercises]


def graded(claim, *, status=GRADED, language="en", penalty=0.0, right=None, tier="full"):
    """Some points for each submission, drawn from its digest; `right` makes all of them right or wrong."""
    luck = bytes.fromhex(claim.item.digest)
    return Graded(
        student=claim.item.student,
        exercise=claim.item.exercise,
        path=claim.item.path,
        digest=claim.item.digest,
        status=status,
        scores=tuple(score(name, luck[place], right) for place, name in enumerate(claim.checks or CHECKS)),
        tier=tier,
        rubric=claim.rubric,
        language=language,
        notes=(Note("duplicate-cell", "first", "two cells answer; the first one counts"),)
        * (luck[9] % 3 == 0),
        late_seconds=3600.0 if penalty else 0.0,
        penalty=penalty,
        began="2026-11-21T12:00:00+00:00",
        seconds=0.5,
    )


def score(name, luck, right=None):
    asked = f"What is the {name} derivative of `f` at x?"
    if right or (right is None and luck % 3):
        return Score(name, PASSED, 2, 2, asked=asked, seed="f00d")
    if luck % 6:
        reason = MISTAKES[luck % 4]
        lines = (("tried", f"`{name}(2.5)`"), ("came", "-48.25"), ("looks like", reason))
        return Score(name, FAILED, 0, 2, reason, asked, lines, "f00d")
    return Score(name, BLOCKED, 0, 2, "unanswered", asked, (("why", f"`{name}` is still to be written."),))


def grade_all(book, batch=4, **settings):
    """Grade what is due, and return how many submissions that were."""
    done = 0
    while claims := book.claim(batch):
        book.record_all([(graded(claim, **settings), claim) for claim in claims])
        done += len(claims)
    return done


def table(book):
    """What counts, without what differs from run to run."""
    return [result.graded for result in book.current()]


def main(path, count, pause):
    """A grader in a process of its own: plans, grades one after another, and waits for what others hold."""
    with Gradebook.open(Path(path), KEY) as book:
        book.plan(class_of(int(count)), RUBRICS)
        print("planned", flush=True)
        while True:
            claims = book.claim(3, lease=30)
            for claim in claims:
                time.sleep(float(pause))
                book.record(graded(claim), claim)
            if not claims:
                if not book.progress().due:
                    break
                time.sleep(0.01)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A class with honest, half right, unanswered, broken and hostile submissions, and what each deserves."""

from itertools import cycle

from tests.grading.notebooks import ROOT, SOLUTIONS, answered, released, solution, written
from tests.redteam.library import EXERCISE, attacks

WRONG = {"by-hand": "def first(x):\n    return -4 * x**3 - 6 * x**2 + 6 * x - 4"}
HALF = {"by-hand": "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"}
NUMPY = {
    "by-hand": "def first(x):\n    return np.float32(np.polyval([4, 6, -6, 4], x))\n"
    "def second(x):\n    print('asked for', x)\n    return [12 * x**2 + 12 * x - 6][0]\n"
    "def third(x):\n    return np.float64(24 * x + 12)"
}
HONEST = (
    (solution(EXERCISE), 7),
    (answered(EXERCISE, WRONG), 4),
    (answered(EXERCISE, HALF), 5),
    (answered(EXERCISE, NUMPY), 7),
    (released(EXERCISE), 0),
)
BROKEN = (b"", b"{", b"[" * 100_000, b'{"cells": 3}', b"\xff\xfe\x00", b'{"nbformat": 4, "cells": [7]}')
# In so many submissions one is hostile or broken: 5 %.
PART = 20


def crowd(folder, count, world):
    """Write a class; return the points that each student deserves.

    Args:
        folder: of the submissions.
        count: of the students.
        world: what the hostile ones are told.
    """
    told = world.told(
        solutions=SOLUTIONS,
        other=folder / "s00000" / f"{EXERCISE}.ipynb",
        gradebook=world.secret,
        out=world.outside,
        key=world.secret,
        checks=ROOT / "gradmagic" / "course" / "checks",
        confined="yes",
    )
    hostile = cycle(
        [
            one
            for one in attacks()
            if one.EXERCISE == EXERCISE and one.CELLS and not one.SOAK and one.name == one.STUDENT
        ]
    )
    broken, points = cycle(BROKEN), {}
    for number in range(count):
        student = f"s{number:05}"
        if number % PART == PART // 2:
            if number // PART % 3 == 2:
                notebook, points[student] = next(broken), 0
            else:
                attack = next(hostile)
                notebook, points[student] = (
                    answered(EXERCISE, attack.cells(told), base=released),
                    attack.POINTS,
                )
        else:
            notebook, points[student] = HONEST[number % len(HONEST)]
        written(folder, student, EXERCISE, notebook)
    return points

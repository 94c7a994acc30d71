"""A cell of a hundred thousand small statements, all of which an answer is made of.

A rule reads them once.
"""

from tests.grading.notebooks import answered, released

WHY = {"nested_tapes": ("number", "raised", "no-tape", "unreadable", "shape", "missing")}


def notebook(world):
    """Names in a chain, and an answer that needs the last."""
    lines = ["a0 = 1.0", *(f"a{n} = a{n - 1}" for n in range(1, 60_000))]
    answer = "def two_derivatives(function, x):\n    tf.GradientTape\n    return a59999, a59999"
    return answered("02-higher-derivatives", {"nested": "\n".join([*lines, answer])}, base=released)

"""Label the answer as a check and the checks as answers, and give their cells the ids of others.

What is asked is the exercise's own; a label says where a text is put, and nothing else.
"""

from tests.grading.notebooks import answered, grade_id, released

WHY = {"derivative_1": ("number", "missing", "unanswered", "raised")}


def notebook(world):
    """Grade ids go round in a circle; points are raised."""
    found = answered("02-higher-derivatives", {"by-hand": "def first(x):\n    return 1.0"}, base=released)
    marked = [one for one in found["cells"] if grade_id(one)]
    marks = [dict(one["metadata"]["nbgrader"]) for one in marked]
    for one, mark in zip(marked, marks[1:] + marks[:1], strict=True):
        one["metadata"]["nbgrader"] = mark | {"points": 100, "grade": True, "solution": True}
        one["id"] = "setup"
    return found

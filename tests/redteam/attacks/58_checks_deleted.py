"""Take the checks out, and put cells in their place that say they have passed.

The checks are the teacher's; a submission cannot hold fewer of them.
"""

from tests.grading.notebooks import answered, cell, grade_id, released

WHY = {"derivative_1": "number", "derivative_2": "needs", "nested_tapes": "unanswered"}


def notebook(world):
    """No check is left, and their grade ids stand on prints."""
    found = answered("02-higher-derivatives", {"by-hand": "def first(x):\n    return 1.0"}, base=released)
    kept = [one for one in found["cells"] if "derivative" not in grade_id(one).__str__()]
    names = ("derivative_1", "derivative_2", "derivative_3", "nested_tapes", "newton")
    found["cells"] = kept + [cell(f"print('{name} passed')", name, f"end-{name}") for name in names]
    return found

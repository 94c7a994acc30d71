"""Copy the answer's cell twenty times, the same grade id on each, and the checks' cells as well.

All copies run, the last counts, and a check is asked once for its points.
"""

from tests.grading.notebooks import answered, cell, grade_id, released

POINTS = 1
WHY = {"derivative_1": "", "derivative_2": "order-too-low"}


def notebook(world):
    """Right for the first derivative alone, again and again."""
    right = "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4\nsecond = first"
    found = answered("02-higher-derivatives", {"by-hand": right}, base=released)
    checks = [one for one in found["cells"] if grade_id(one) == "derivative_1"]
    found["cells"] += [cell(right, "by-hand", f"copy-{number}") for number in range(20)]
    found["cells"] += [one | {"id": f"check-{number}"} for one in checks for number in range(20)]
    return found

"""NaN and infinity, of which a careless comparison says that they are not different.

What is not known to be close is wrong.
"""

WHY = {"derivative_1": "not-finite"}
CELLS = {
    "by-hand": """
def first(x):
    return float("nan")
""",
}

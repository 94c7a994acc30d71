"""Nine hundred cells, each of which needs the next: reading what an answer needs is to take for ever.

Reading a submission takes time in proportion to it; only what is run is held to seconds.
"""

from tests.grading.notebooks import answered, cell, released

# Nine hundred calls are near the end of the stack of whoever looks through them.
WHY = {"derivative_1": ("number", "raised", "no-answer")}


def notebook(world):
    """A chain of functions, from the answer to the last cell and back."""
    found = answered("02-higher-derivatives", {"by-hand": "def first(x):\n    return a0(x)"}, base=released)
    chain = [cell(f"def a{n}(x):\n    return a{n + 1}", cell_id=f"c{n}") for n in range(900)]
    found["cells"] = [*found["cells"][:2], *chain, cell("def a900(x):\n    return 1"), *found["cells"][2:]]
    return found

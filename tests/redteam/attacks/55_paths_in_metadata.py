"""Name other people's files wherever a path could be taken from: kernel, language, attachments, cell ids.

Of a submission nothing is kept but the text of code cells, and what names them.
"""

from tests.grading.notebooks import answered, released

WHY = {"derivative_1": "number"}


def notebook(world):
    """An ordinary notebook with hostile metadata."""
    found = answered("02-higher-derivatives", {"by-hand": "def first(x):\n    return 1.0"}, base=released)
    path = f"../00-before/02-higher-derivatives.ipynb\0{world['secret']}"
    found["metadata"] |= {
        "kernelspec": {"name": "../../../evil", "argv": ["/bin/sh", "-c", f"touch {world['outside']}/x"]},
        "student": "00-before",
        "path": path,
        "gradmagic": {"language": "../../etc", "student": "00-before", "points": 7, "seed": 0},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {path: {}}}},
    }
    for cell in found["cells"]:
        cell["attachments"] = {path: {"text/plain": path}}
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"] |= {"points": 700, "grade_id": f"../{path}"}
    return found

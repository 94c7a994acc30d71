"""Submissions for the tests: a solution with cells replaced, added, marked otherwise."""

import json
from copy import deepcopy
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "solutions"


def solution(name):
    return json.loads((SOLUTIONS / f"{name}.ipynb").read_text("utf-8"))


def released(name):
    return json.loads((ROOT / "exercises" / f"{name}.ipynb").read_text("utf-8"))


def cell(source, grade_id=None, cell_id="own"):
    marks = {"nbgrader": {"grade_id": grade_id, "solution": True, "grade": False}} if grade_id else {}
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": marks,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def grade_id(one):
    return one["metadata"].get("nbgrader", {}).get("grade_id")


def answered(name, answers=(), *, below=(), end=(), base=solution):
    """A notebook with answers in place of the solution's, cells below others, and cells at its end."""
    notebook = deepcopy(base(name))
    answers, below = dict(answers), dict(below)
    cells = []
    for one in notebook["cells"]:
        if grade_id(one) in answers:
            one["source"] = answers[grade_id(one)]
        cells.append(one)
        if grade_id(one) in below:
            cells.append(cell(below[grade_id(one)], cell_id=f"below-{grade_id(one)}"))
    cells += [cell(source, cell_id=f"end-{number}") for number, source in enumerate(end)]
    notebook["cells"] = cells
    return notebook


def place(notebook, mark):
    """Where the cell with a grade id stands."""
    return next(number for number, one in enumerate(notebook["cells"]) if grade_id(one) == mark)


def written(folder, student, exercise, notebook):
    path = folder / student / f"{exercise}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    path.write_bytes(content)
    return path

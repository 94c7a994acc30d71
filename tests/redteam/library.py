"""The attacks as files, and the notebooks that they make."""

import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from tests.grading.notebooks import answered, released

FOLDER = Path(__file__).parent / "attacks"
EXERCISE = "02-higher-derivatives"

# What stands above the first answer of every attack: where the canaries are, a list for what it gets hold of,
# and a function that tells it through the one thing of a submission that anyone reads, an exception's text.
PRELUDE = """world = {world}
got = []
def first(x):
    raise RuntimeError("done; got " + str(got))
"""


@dataclass(frozen=True)
class Attack:
    """One file of `attacks/`. Its module may define:

    CELLS: the answers that it puts in place of the exercise's, by grade id. `world` and `got` are there.
    EXERCISE: which exercise; 02 if left out.
    POINTS: what its honest part deserves; 0 if left out.
    WHY: of some checks the reason that the grader must give (or several, any of which), so that it cannot fail by a typing error.
    MARK: a text that its feedback must have: it has run to its end.
    STATUS: the submission's, if it is not "graded".
    FREE: a text that the same code says where nothing holds it.
    NAIVE: whether a grader in its own kernel (`assert`) is taken in by it.
    SOAK: whether it is slow, and left out of the short run.
    STUDENT: the folder's name, if that is part of the attack.
    notebook(world): the submission itself, as a dictionary or bytes, in place of CELLS.
    submit(folder, world): put it there by other means; `folder` is that of all submissions.
    """

    name: str
    module: ModuleType = field(repr=False)

    def __getattr__(self, name):
        defaults = {
            "CELLS": {},
            "EXERCISE": EXERCISE,
            "POINTS": 0,
            "WHY": {},
            "MARK": "",
            "STATUS": "graded",
            "FREE": "",
            "NAIVE": False,
            "SOAK": False,
            "STUDENT": self.name,
        }
        return getattr(self.module, name, defaults[name])

    def cells(self, world):
        """The answers, the first of them with the prelude."""
        prelude = PRELUDE.replace("{world}", repr(world))
        return {
            mark: (prelude if place == 0 else "") + source
            for place, (mark, source) in enumerate(self.CELLS.items())
        }

    def submitted(self, folder, world):
        """Put the submission into the folder of submissions."""
        if hasattr(self.module, "submit"):
            self.module.submit(folder, world)
            return
        if hasattr(self.module, "notebook"):
            content = self.module.notebook(world)
        else:
            content = answered(self.EXERCISE, self.cells(world), base=released)
        path = folder / self.STUDENT / f"{self.EXERCISE}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def attacks():
    """All attacks, in order."""
    return [_loaded(path) for path in sorted(FOLDER.glob("[0-9]*.py"))]


def _loaded(path):
    spec = importlib.util.spec_from_file_location(f"tests.redteam.attacks.a{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Attack(path.stem, module)

"""Hand in `numpy.py` and `gradmagic/` beside the notebook, for the grader to import them in place of its own.

A submission is one file; what else lies in the folder is named and not read.
"""

import json

from tests.grading.notebooks import answered, released

WHY = {"derivative_1": "number"}
EVIL = "import os\nopen({path!r}, 'w').close()\nos._exit(0)\n"


def submit(folder, world):
    """Write the modules next to the notebook, and one above, where a grader may be started."""
    own = folder / "34_shadow_modules"
    own.mkdir()
    notebook = answered("02-higher-derivatives", {"by-hand": "def first(x):\n    return 1.0"}, base=released)
    (own / "02-higher-derivatives.ipynb").write_text(json.dumps(notebook))
    evil = EVIL.format(path=f"{world['outside']}/redteam-imported")
    for name in (
        "numpy.py",
        "json.py",
        "conftest.py",
        "sitecustomize.py",
        "gradmagic/__init__.py",
        "pytest.ini",
    ):
        path = own / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(evil)
    (folder / "conftest.py").write_text(evil)
    (folder / "numpy.py").write_text(evil)

"""An attack with nothing to hold it: its cells in a plain shell, then what it says, or a naive grader's check.

Run as a process of its own; reads a job from its input, as JSON.
"""

import json
import sys

from IPython.core.interactiveshell import InteractiveShell

SETUP = "import numpy as np\ndef f(x):\n    return x**4 + 2 * x**3 - 3 * x**2 + 4 * x - 5"
# What a grader does that scores in the learner's kernel. The right answer at 2 is 52.
ASSERT = "got = first(2.0)\nassert abs(got - 52.0) < 1e-6\nassert not abs(got - 52.0) > 1e-6"

job = json.load(sys.stdin)
shell = InteractiveShell.instance()
# As in a notebook, `np` and the exercise's function are there.
shell.run_cell(SETUP)
for cell in job["cells"]:
    shell.run_cell(cell, store_history=True)
if job["how"] == "assert":
    print("passed" if shell.run_cell(ASSERT).success else "failed", flush=True)
else:
    try:
        print("gave", shell.user_ns["first"](2.0), flush=True)
    except Exception as error:  # noqa: BLE001 - an attack tells what it got by raising it
        print(f"{type(error).__name__}: {error}", flush=True)

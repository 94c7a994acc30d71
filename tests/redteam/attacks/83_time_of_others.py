"""Use up nearly all of the time, then end the kernel, so that everything is run again with no time left.

The time of a submission is that of all its kernels: when it is over, no other is started.
"""

from tests.grading.notebooks import answered, cell, released

SOAK = True
WHY = {"nested_tapes": "out-of-time"}


def notebook(world):
    """Many short waits, all of them answers, and the end of the kernel."""
    found = answered("02-higher-derivatives", {"nested": "import os\nos._exit(0)"}, base=released)
    waits = [cell("import time\ntime.sleep(0.15)", "by-hand", f"wait-{n}") for n in range(115)]
    found["cells"] = [found["cells"][0], *waits, *found["cells"][1:]]
    return found

"""End the kernel with status 0 in the middle of a cell, so that nothing below it is asked.

The others are asked in a new kernel, which leaves that cell out: it costs what stood in it.
"""

WHY = {"derivative_1": "missing", "nested_tapes": "unanswered"}
CELLS = {
    "by-hand": """
import os
os._exit(0)
""",
}

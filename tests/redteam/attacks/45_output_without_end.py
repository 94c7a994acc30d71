"""Print until the cell is ended, faster than anyone reads.

The cell has its seconds and a number of messages; it is then ended, and what stands elsewhere is asked.
"""

WHY = {"nested_tapes": "unanswered"}
CELLS = {
    "by-hand": """
def first(x):
    return 1.0
import sys
while True:
    sys.stdout.write("x" * 100_000)
    sys.stdout.flush()
""",
}

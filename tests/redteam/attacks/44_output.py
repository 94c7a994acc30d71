"""Print without end, display megabytes, and clear it again, in a cell and in the answer.

Outputs are dropped as they come; what an answer prints is counted and not kept.
"""

WHY = {"derivative_1": "number"}
CELLS = {
    "by-hand": """
import sys
for _ in range(60):
    print("x" * 50_000)
    print("y" * 5_000, file=sys.stderr)
display({"text/plain": "z" * 3_000_000, "image/svg+xml": "<svg onload='alert(1)'/>" * 10_000}, raw=True)
def first(x):
    for _ in range(60):
        print("x" * 50_000)
    return 1.0
""",
}

"""Make empty files and folders without end.

Their number is bounded as well.
"""

WHY = {"derivative_1": "raised"}
MARK = "full at the end"
CELLS = {
    "by-hand": """
import os
def first(x):
    try:
        for number in range(100_000):
            open(f"redteam-{number}", "w").close()
            os.mkdir(f"redteam-folder-{number}")
    except OSError:
        raise RuntimeError("full at the end" if number < 5000 else f"{number} files")
    return 1.0
""",
}

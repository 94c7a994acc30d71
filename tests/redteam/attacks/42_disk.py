"""Fill the disk: files in every folder that can be written to, as large as they may be.

There is one folder, in memory, with a size.
"""

WHY = {"derivative_1": "raised"}
MARK = "full after"
CELLS = {
    "by-hand": """
import os
def first(x):
    written = 0
    try:
        for folder in ("/tmp", "/var/tmp", os.path.expanduser("~"), "."):
            for number in range(8):
                with open(f"{folder}/redteam-{number}", "wb") as file:
                    for _ in range(64):
                        written += file.write(bytes(1 << 20))
    except OSError as error:
        raise RuntimeError(f"full after {written >> 20} MiB: {type(error).__name__}")
    return 1.0
""",
}

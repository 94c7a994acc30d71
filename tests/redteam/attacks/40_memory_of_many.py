"""Take memory by many processes, each of which stays below what one may have.

The keeper adds them up, and ends the sandbox.
"""

WHY = {"derivative_1": "killed"}
CELLS = {
    "by-hand": """
import os, time
def first(x):
    for _ in range(30):
        if os.fork() == 0:
            kept = np.ones(8 << 20)
            time.sleep(30)
            os._exit(0)
    time.sleep(2.5)
    return 1.0
""",
}

"""Fork without end, from children too, and leave them all sleeping.

The number of processes is bounded, the call fails, and with the kernel all of them end.
"""

WHY = {"derivative_1": "raised"}
MARK = "could not fork after 9"
CELLS = {
    "by-hand": """
import os, time
def first(x):
    count = 0
    try:
        while count < 2000:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
            count += 1
    except OSError:
        # Of 96, less what the kernel itself has: threads count.
        raise RuntimeError(f"could not fork after {9 if 1 < count < 96 else count}")
""",
}

"""Every child forks as well, with signals ignored and in sessions of their own: a tree that grows by itself.

The bound holds for the namespace; the kernel cannot be spoken to, and is ended with everything in it.
"""

WHY = {"newton": "needs"}
CELLS = {
    "by-hand": """
import os, signal, time
for number in (1, 2, 3, 13, 14, 15, 17):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    until = time.time() + 30
    while time.time() < until:
        try:
            if os.fork() == 0:
                os.setsid()
        except OSError:
            time.sleep(0.05)
    os._exit(0)
time.sleep(0.5)
""",
}

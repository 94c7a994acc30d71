"""Leave processes behind that no session and no terminal knows, to answer for the next submission.

They are in the kernel's PID namespace: when the kernel ends, so do they.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got [3]"
CELLS = {
    "by-hand": """
import os, signal, time
left = 0
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (1, 2, 15):
            signal.signal(number, signal.SIG_IGN)
        os.closerange(0, 64)
        time.sleep(600)
        os._exit(0)
    left += os.wait()[1] == 0
got.append(left)
""",
}

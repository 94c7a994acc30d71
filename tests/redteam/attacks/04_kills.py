"""Signal every process that can be seen: the grader, the parent of the kernels, the other graders.

The kernel is alone in its PID namespace: there is nobody to signal, whatever the numbers are.
"""

WHY = {"derivative_1": "raised"}
MARK = "got []"
FREE = "got [1"
CELLS = {
    "by-hand": """
import os
# A thread of this process answers to its number, too.
own = {int(name) for name in os.listdir("/proc/self/task")}
for pid in [world["pid"], os.getppid(), *range(1, 400)]:
    try:
        # Signal 0 does nothing where it arrives, so that this can be tried outside a sandbox.
        if pid > 0 and pid not in own:
            os.kill(pid, 0)
            got.append(1)
    except OSError:
        pass
got = got[:1]
""",
}

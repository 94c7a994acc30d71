"""Learn from /proc what else runs here: command lines, names, whose session, how loaded the machine is.

/proc is that of the namespace: this kernel is all that there is.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "got ['"
CELLS = {
    "by-hand": """
import os
for name in sorted(filter(str.isdigit, os.listdir("/proc"))):
    if int(name) != os.getpid():
        try:
            got.append(open(f"/proc/{name}/comm").read().strip())
        except OSError:
            pass
got = got[:3]
""",
}

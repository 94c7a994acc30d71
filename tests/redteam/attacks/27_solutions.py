"""Read the solutions and the other submissions, by their paths and by every link of /proc that leads out.

They are not in the sandbox's view of the files, and no descriptor leads there.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "got ['solutions"
CELLS = {
    "by-hand": """
import glob, os
for name in ("solutions", "other", "gradebook", "key", "secret"):
    for root in ("", "/proc/1/root", "/proc/self/root", "/proc/self/cwd/../..", f"/proc/{os.getppid()}/root"):
        try:
            path = root + world[name]
            os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
            got.append(f"{name} {root}")
        except OSError:
            pass
for pattern in ("/*/*.ipynb", "/*/*/*.ipynb", "/home/*/*.ipynb", "/root/*/*.ipynb"):
    got += glob.glob(pattern)[:2]
""",
}

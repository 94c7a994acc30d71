"""Fill a folder outside that anyone may write to: files, links, a fifo, a file in /dev/shm.

The sandbox's /tmp and /dev/shm are its own; the folder is not in its view.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "got ['file', 'link', 'fifo']"
CELLS = {
    "by-hand": """
import os
for kind, make in (
    ("file", lambda path: open(path, "w").close()),
    ("link", lambda path: os.symlink("/etc/passwd", path)),
    ("fifo", lambda path: os.mkfifo(path)),
):
    try:
        make(os.path.join(world["outside"], "redteam-" + kind))
        got.append(kind)
    except OSError:
        pass
if world["confined"]:
    for folder in ("/dev/shm", "/tmp", "/var/tmp"):
        try:
            open(folder + "/redteam-file", "w").close()
        except OSError:
            pass
""",
}

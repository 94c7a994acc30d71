"""Use the descriptors that the kernel inherited: a folder to climb out of, a file, a socket of the parent.

Folders and files of outside are closed before the kernel begins; the parent's socket is not there.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
CELLS = {
    "by-hand": """
import os, stat
for name in os.listdir("/proc/self/fd"):
    number = int(name)
    try:
        state, target = os.fstat(number), os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    inside = target.startswith(("/scratch", "/tmp", "/dev/null", "/proc", "/memfd", "anon_inode", "pipe:"))
    if stat.S_ISDIR(state.st_mode) and not inside:
        got.append(target)
        try:
            os.open("../../../../etc/shadow", os.O_RDONLY, dir_fd=number)
            got.append("climbed")
        except OSError:
            pass
    elif stat.S_ISREG(state.st_mode) and not inside and not target.startswith(("/usr", "/lib")):
        got.append(target)
    elif "parent.sock" in target:
        got.append(target)
""",
}

"""Look for secrets in the variables: Python's, the C library's, those that the process was begun with.

Only a short list is kept, and the block of the process was overwritten.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "got ['environ"
CELLS = {
    "by-hand": """
import ctypes, os
if world["variable"] in os.environ:
    got.append("environ")
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
if libc.getenv(world["variable"].encode()):
    got.append("libc")
for pid in ("self", "1", os.getppid()):
    try:
        if b"canary" + b"-" in open(f"/proc/{pid}/environ", "rb").read():
            got.append(f"/proc/{pid}")
    except OSError:
        pass
got += [name for name in os.environ if "KEY" in name or "TOKEN" in name or "SECRET" in name][:2]
""",
}

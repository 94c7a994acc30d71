"""Take memory until the machine has none, by lists, by NumPy, by `mmap`.

One process gets MemoryError; where that is not how it ends, the keeper ends the sandbox.
"""

WHY = {"derivative_1": ("raised", "killed")}
CELLS = {
    "by-hand": """
import mmap
def first(x):
    kept = []
    while True:
        try:
            for _ in range(40):
                kept.append(np.ones(1 << 22))
                block = mmap.mmap(-1, 1 << 24)
                block.write(b"x" * (1 << 24))
                kept.append(block)
        except (MemoryError, OSError):
            raise RuntimeError("no more memory")
""",
}

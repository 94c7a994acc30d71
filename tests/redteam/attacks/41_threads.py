"""Start threads without end.

They count as processes do: `can't start new thread`.
"""

WHY = {"derivative_1": "raised"}
MARK = "can't start new thread"
CELLS = {
    "by-hand": """
import threading, time
def first(x):
    for _ in range(5000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return 1.0
""",
}

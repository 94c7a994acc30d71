"""A loop without end that blocks every signal and catches every exception.

It cannot be interrupted, so the kernel is ended, and the rest is asked of another one without that cell.
"""

WHY = {"derivative_1": "missing", "nested_tapes": "unanswered"}
CELLS = {
    "by-hand": """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
}

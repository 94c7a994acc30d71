"""An answer that never comes, in C where no exception reaches, with signals ignored.

The probe has its seconds; no numbers came.
"""

# The probe may take twice what a learner's check may, and then has to be killed: here that is all the time there is.
WHY = {"derivative_1": ("killed", "out-of-time")}
SOAK = True
CELLS = {
    "by-hand": """
import signal, ctypes
def first(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    ctypes.CDLL(None).sleep(600)
    return 52.0
""",
}

"""Say "idle" and "ok" before the probe has run, so that its end is missed and the next cell's is taken for it.

What came until then is no answer, and each request's messages are told apart by the request.
"""

WHY = {"derivative_1": "no-answer"}
CELLS = {
    "by-hand": """
import time
def first(x):
    kernel = get_ipython().kernel
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=kernel.get_parent())
    time.sleep(0.3)
    return 1.0
""",
}

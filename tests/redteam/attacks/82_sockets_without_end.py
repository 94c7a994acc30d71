"""Make sockets without end in the one folder that is shared with the outside, until its disk has no room for files.

A kernel needs five there; the keeper counts them, and ends the sandbox.
"""

WHY = {"derivative_1": "killed"}
CELLS = {
    "by-hand": """
import os, socket, time
def first(x):
    from ipykernel.connect import get_connection_file
    kernel = get_ipython().kernel
    folder = os.path.dirname(kernel.iopub_socket.get(32).decode().removeprefix("ipc://").rstrip("\\0"))
    until = time.time() + 2.5
    number = 0
    while time.time() < until:
        number += 1
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(f"{folder}/{number}")
    return 1.0
""",
}

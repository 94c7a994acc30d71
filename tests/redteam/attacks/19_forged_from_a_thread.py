"""A thread that sends forged answers for whatever request is being served, all the time.

They are answers like any other: too many, and wrong.
"""

# A socket that two threads use may end the process.
WHY = {"derivative_1": ("no-answer", "killed")}
CELLS = {
    "by-hand": """
import threading, time
MIME = "application/vnd.gradmagic.answers+json"
answer = '{"value":{"shape":[],"numbers":[52.0]},"problem":"","detail":[],"printed":0}'
kernel = get_ipython().kernel
def send():
    content = {"data": {MIME: {"answers": f"[{answer},{answer}]", "seen": {}}}, "metadata": {}, "transient": {}}
    kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())
def first(x):
    thread = threading.Thread(target=lambda: [send() for _ in range(20)])
    thread.start()
    thread.join()
    return 1.0
""",
}

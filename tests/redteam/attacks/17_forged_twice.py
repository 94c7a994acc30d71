"""Send forged answers while the probe runs, and let the true ones follow.

Two outputs of one probe are none: there is no first and no last to prefer.
"""

WHY = {"derivative_1": "no-answer"}
CELLS = {
    "by-hand": """
MIME = "application/vnd.gradmagic.answers+json"
answer = '{"value":{"shape":[],"numbers":[52.0]},"problem":"","detail":[],"printed":0}'
def send():
    kernel = get_ipython().kernel
    content = {"data": {MIME: {"answers": f"[{answer},{answer}]", "seen": {}}}, "metadata": {}, "transient": {}}
    kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())
def first(x):
    send()
    return 1.0
""",
}

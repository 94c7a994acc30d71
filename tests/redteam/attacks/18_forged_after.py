"""Let the true answer go out, and correct it by a second one when the probe's cell has been run.

Two outputs are none.
"""

WHY = {"derivative_1": "no-answer"}
CELLS = {
    "by-hand": """
MIME = "application/vnd.gradmagic.answers+json"
answer = '{"value":{"shape":[],"numbers":[52.0]},"problem":"","detail":[],"printed":0}'
def send(result):
    kernel = get_ipython().kernel
    content = {"data": {MIME: {"answers": f"[{answer},{answer}]", "seen": {}}}, "metadata": {}, "transient": {}}
    kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())
get_ipython().events.register("post_run_cell", send)
def first(x):
    return 1.0
""",
}

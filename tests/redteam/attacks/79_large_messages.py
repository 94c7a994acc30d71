"""Send one message of 40 MB, and answers that are a list, a number, a text in the place of a dictionary.

Too large a message closes the connection, which ends the kernel.
"""

WHY = {"derivative_1": ("killed", "no-answer")}
CELLS = {
    "by-hand": """
MIME = "application/vnd.gradmagic.answers+json"
def first(x):
    kernel = get_ipython().kernel
    for data in ([MIME], {MIME: [1]}, {MIME: "x" * 40_000_000}):
        content = {"data": data, "metadata": {}, "transient": {}}
        kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())
    return 1.0
""",
}

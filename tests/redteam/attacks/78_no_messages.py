"""Send what is no message: a wrong signature, no header, contents that are lists, brackets without end.

The kernel that does is not spoken to again.
"""

WHY = {"derivative_1": ("killed", "no-answer")}
CELLS = {
    "by-hand": """
def first(x):
    kernel = get_ipython().kernel
    session, socket = kernel.session, kernel.iopub_socket
    parent = kernel.get_parent()
    deep = b"[" * 100_000 + b"]" * 100_000
    header = session.pack(session.msg_header("display_data"))
    for parts in ([header, session.pack(parent["header"]), b"{}", deep], [b"[]", b"[]", b"[]", b"[]"], [b"null"] * 4):
        socket.send_multipart([b"topic", b"<IDS|MSG>", session.sign(parts), *parts])
    return 1.0
""",
}

"""Tell the questions by looking up names: the DNS carries data where nothing else does.

There is no socket to ask by, and no resolver.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
CELLS = {
    "by-hand": """
import ctypes, socket
for name in ("question.example.invalid", "localhost", "example.com"):
    try:
        socket.getaddrinfo(name, 80)
        name == "localhost" or got.append(name)
    except OSError:
        pass
for kind in (socket.AF_NETLINK, socket.AF_PACKET, socket.AF_INET6, getattr(socket, "AF_VSOCK", 40)):
    try:
        socket.socket(kind, socket.SOCK_RAW).close()
        got.append(int(kind))
    except OSError:
        pass
""",
}

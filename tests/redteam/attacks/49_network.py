"""Send the questions home by TCP, UDP and HTTP; listen for someone who helps.

The network namespace has no interface that is up, and the filter makes no socket but Unix ones.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "got ['tcp', 'http'"
CELLS = {
    "by-hand": """
import socket, urllib.error, urllib.request
try:
    socket.create_connection(("127.0.0.1", world["port"]), 1).close()
    got.append("tcp")
except OSError:
    pass
try:
    urllib.request.urlopen(f"http://127.0.0.1:{world['port']}/", timeout=1)
except urllib.error.URLError:
    pass
except Exception:
    got.append("http")  # it was reached, and does not speak HTTP
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"x", ("127.0.0.1", world["port"]))
    got.append("udp")
except OSError:
    pass
try:
    with socket.socket() as server:
        server.bind(("", 0))
        server.listen()
    got.append("listens")
except OSError:
    pass
""",
}

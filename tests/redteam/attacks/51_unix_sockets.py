"""Call a server by its Unix socket, by a path and by an abstract name; Docker's, D-Bus's and the parent's, too.

Paths are not in view, and abstract names are those of the network namespace.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "got ['path', 'abstract'"
CELLS = {
    "by-hand": """
import glob, socket
doors = {
    "path": world["unix"], "abstract": "\\0" + world["abstract"], "docker": "/var/run/docker.sock",
    "bus": "/run/dbus/system_bus_socket", "parent": "parent.sock",
}
if world["confined"]:
    doors |= {path: path for path in glob.glob("/tmp/*/parent.sock") + glob.glob("/run/*/*.sock")}
for name, address in doors.items():
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(1)
        try:
            door.connect(address)
            got.append(name)
        except OSError:
            pass
""",
}

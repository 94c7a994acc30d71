"""No network, no names, no sockets of anyone else's."""

import os
import socket
import threading

import pytest


@pytest.fixture
def server():
    """Something that listens at this machine, and says so to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=greet, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def greet(listening):
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        connection.send(b"REACHED")
        connection.close()


def test_a_server_at_this_machine_cannot_be_reached(worker, server):
    code = f"""
    import socket
    print(socket.create_connection(("127.0.0.1", {server}), 5).recv(100))
    """
    assert "not supported" in worker.attack(code).err


def test_there_is_no_way_out(worker):
    code = """
    import socket
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, 40, 38, 21, 31):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                socket.socket(family, kind)
                print("REACHED", family, kind)
            except OSError:
                pass
    print(open("/proc/net/route").readlines()[1:])
    print([line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]])
    """
    assert worker.attack(code).out == "[]\n['lo']\n"


def test_no_name_is_looked_up(worker):
    code = """
    import socket
    for name in ("example.com", socket.gethostname()):
        try:
            print("REACHED", socket.getaddrinfo(name, 80))
        except OSError as error:
            print(type(error).__name__)
    """
    assert worker.attack(code, sure=False).out == "gaierror\n" * 2


def test_a_socket_of_the_old_network_namespace_is_not_there(worker):
    """Abstract Unix sockets have no path that a view could hide."""
    with socket.socket(socket.AF_UNIX) as listening:
        name = f"gradmagic-{os.getpid()}-{worker.user}"
        listening.bind(f"\0{name}")
        listening.listen()
        threading.Thread(target=greet, args=(listening,), daemon=True).start()
        code = f"""
        import socket
        outside = socket.socket(socket.AF_UNIX)
        outside.connect("\\0{name}")
        print(outside.recv(100))
        """
        assert "refused" in worker.attack(code).err


def test_a_socket_in_a_folder_outside_is_not_there(worker, secret):
    path = str(secret.parent / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        os.chmod(path, 0o777)
        threading.Thread(target=greet, args=(listening,), daemon=True).start()
        code = f"""
        import socket
        outside = socket.socket(socket.AF_UNIX)
        outside.connect({path!r})
        print(outside.recv(100))
        """
        assert "No such file" in worker.attack(code).err


@pytest.fixture
def connection(worker, open_folder):
    folder = open_folder
    (folder / "kernel.json").write_text("key")
    if os.geteuid() == 0:
        for path in (folder, folder / "kernel.json"):
            os.chown(path, worker.user, worker.user)
    folder.chmod(0o700)
    return folder


def test_the_connection_folder_is_shared(worker, connection):
    """A socket made inside is reached from outside; the file in it can be read."""
    code = f"""
    import os, socket
    print(open({str(connection / "kernel.json")!r}).read())
    listening = socket.socket(socket.AF_UNIX)
    listening.bind({str(connection / "s")!r})
    print(os.path.exists({str(connection / "s")!r}))
    """
    held = worker.confined(code, connection=str(connection))
    assert held.out == "key\nTrue\n", held.err
    assert sorted(os.listdir(connection)) == ["kernel.json", "s"]
    assert connection.stat().st_uid == worker.user


def test_nothing_but_sockets_can_be_made_there(worker, connection):
    code = f"""
    import os
    os.chdir({str(connection)!r})
    tries = {{
        "write": lambda: open("kernel.json", "w"), "append": lambda: open("kernel.json", "a"),
        "make": lambda: open("x", "w"), "folder": lambda: os.mkdir("x"), "link": lambda: os.symlink("/", "x"),
        "pipe": lambda: os.mkfifo("x"), "hard": lambda: os.link("kernel.json", "x"),
        "truncate": lambda: os.truncate("kernel.json", 0), "in": lambda: os.rename("/scratch/y", "y"),
    }}
    open("/scratch/y", "w").close()
    for name, act in tries.items():
        try:
            act()
            print("REACHED", name)
        except OSError:
            pass
    """
    worker.attack(code, sure=False, connection=str(connection))
    assert [path.name for path in connection.iterdir()] == ["kernel.json"]


def test_too_many_sockets_end_it(worker, connection):
    code = f"""
    import os, socket
    for number in range(10**9):
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(f"{connection}/{{number}}")
    """
    held = worker.confined(code, connection=str(connection))
    assert held.limit == "connection"
    assert len(os.listdir(connection)) < 100_000

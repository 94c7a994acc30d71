"""What lies outside a submission and must stay as it is: canaries in files, variables and sockets."""

import os
import secrets
import socket
import threading
from contextlib import suppress


class World:
    """Secrets to find, places to write to, and servers to call; all of them should see nobody.

    Args:
        folder: where the files are to be.
    """

    def __init__(self, folder):
        self.folder = folder
        self.token = f"canary-{secrets.token_hex(8)}"
        self.abstract = f"redteam-{secrets.token_hex(8)}"
        self.calls = []
        self._sockets = []

    def __enter__(self):
        self.folder.mkdir(parents=True)
        self.secret = self.folder / "secret.txt"
        self.secret.write_text(self.token)
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        # Permissions are not to be what saves us.
        os.chmod(self.outside, 0o777)
        os.chmod(self.folder, 0o777)
        os.environ["REDTEAM_SECRET"] = self.token
        self.port = self._listen(socket.AF_INET, ("127.0.0.1", 0))[1]
        self.unix = str(self.folder / "door.sock")
        self._listen(socket.AF_UNIX, self.unix)
        self._listen(socket.AF_UNIX, "\0" + self.abstract)
        return self

    def _listen(self, family, address):
        server = socket.socket(family, socket.SOCK_STREAM)
        server.bind(address)
        server.listen()
        self._sockets.append(server)
        threading.Thread(target=self._take_calls, args=(server,), daemon=True).start()
        return server.getsockname()

    def _take_calls(self, server):
        with suppress(OSError):
            while True:
                caller, _ = server.accept()
                self.calls.append(server.getsockname())
                caller.close()

    def __exit__(self, *_):
        del os.environ["REDTEAM_SECRET"]
        for server in self._sockets:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()

    def told(self, **more):
        """What an attacker is told: everything that would help."""
        return {
            "secret": str(self.secret),
            "outside": str(self.outside),
            "port": self.port,
            "unix": self.unix,
            "abstract": self.abstract,
            "pid": os.getpid(),
            "variable": "REDTEAM_SECRET",
            **{name: str(value) for name, value in more.items()},
        }

    def untouched(self):
        """Whether the files are as they were."""
        return os.listdir(self.outside) == [] and self.secret.read_text() == self.token

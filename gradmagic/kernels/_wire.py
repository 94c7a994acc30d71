"""Lines of JSON, with open descriptors beside them, over a Unix socket between processes of one user."""

from __future__ import annotations

import array
import json
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["Inbox", "peer_user", "send"]

# A request holds an environment, which Linux bounds at 2 MB; nothing honest is longer.
LONGEST = 4 << 20
MOST_DESCRIPTORS = 8
_CHUNK = 1 << 16
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid


def peer_user(connection: socket.socket) -> int:
    """The user who owns the process at the other end, as the system tells it."""
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(data)[1])


def send(connection: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message.

    Args:
        connection: a Unix stream socket.
        message: what JSON can hold.
        descriptors: open files that the other end gets copies of.

    Raises:
        OSError: the other end has gone.
    """
    data = json.dumps(message).encode() + b"\n"
    sent = socket.send_fds(connection, [data], descriptors) if descriptors else 0
    if sent < len(data):  # even of nothing, a send fails once the other end has read all and gone
        connection.sendall(data[sent:])


class Inbox:
    """What has come in on a connection: whole messages, and the descriptors sent beside them.

    Attributes:
        descriptors: received and not yet taken; whoever takes them closes them.
        sender: the process that sent the latest bytes, in this process's PID namespace; 0 when not asked for
            (`SO_PASSCRED`) or not visible from here.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.descriptors: list[int] = []
        self.sender = 0
        self._held = bytearray()

    def receive(self) -> bool:
        """Take in what is there, or wait for it if the socket blocks; False when the other end has closed.

        Raises:
            ValueError: a message that is longer than any honest one.
            OSError: nothing there (`BlockingIOError`), too late (`TimeoutError`), or the connection broke.
        """
        room = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
        room += socket.CMSG_SPACE(_CREDENTIALS.size)
        data, beside, _, _ = self.connection.recvmsg(_CHUNK, room, socket.MSG_CMSG_CLOEXEC)
        for level, kind, content in beside:
            if level != socket.SOL_SOCKET:
                continue
            if kind == socket.SCM_RIGHTS:
                received = array.array("i")
                received.frombytes(content[: len(content) - len(content) % received.itemsize])
                self.descriptors += received
            elif kind == socket.SCM_CREDENTIALS:
                self.sender = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
        self._held += data
        if len(self._held) > LONGEST or len(self.descriptors) > MOST_DESCRIPTORS:
            raise ValueError(f"a message of more than {LONGEST} bytes or {MOST_DESCRIPTORS} descriptors")
        return bool(data)

    def messages(self) -> Iterator[dict[str, Any]]:
        """The messages that are complete, each once.

        Raises:
            ValueError: a line that is not a JSON object.
        """
        while (end := self._held.find(b"\n")) >= 0:
            line = bytes(self._held[:end])
            del self._held[: end + 1]
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError(f"a JSON object was expected, not {type(message).__name__}")
            yield message

    def take(self) -> list[int]:
        """The descriptors received, now the caller's."""
        taken, self.descriptors = self.descriptors, []
        return taken

    def close(self) -> None:
        """Close the connection and every descriptor that nobody took."""
        for descriptor in self.take():
            os.close(descriptor)
        self.connection.close()

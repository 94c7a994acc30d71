"""Ask a parent: for a kernel, for its state, to stop."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from gradmagic.kernels import _wire
from gradmagic.kernels._errors import Unavailable
from gradmagic.kernels._folder import log_path
from gradmagic.kernels._process import WarmProcess

__all__ = ["ask", "ask_for_kernel", "connect"]

# Of this a parent that is being started takes a few seconds for its imports.
START_SECONDS = 60.0
ANSWER_SECONDS = 10.0


def connect(path: Path) -> socket.socket:
    """A connection to the parent that listens at `path`.

    Raises:
        Unavailable: none does, or another user's process does.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(os.fspath(path))
    except OSError:
        connection.close()
        raise Unavailable("parent") from None
    # The folder keeps others out; should someone open it, this does.
    if _wire.peer_user(connection) != os.geteuid():
        connection.close()
        raise Unavailable("stranger", path=path)
    return connection


def ask(path: Path, message: Mapping[str, Any], *, patience: float = ANSWER_SECONDS) -> dict[str, Any]:
    """Ask for one answer.

    Args:
        path: the parent's socket.
        message: the question.
        patience: how many seconds the answer may take.

    Raises:
        Unavailable: there is no parent, or it does not answer.
    """
    with closing(connect(path)) as connection:
        connection.settimeout(patience)
        return _answer(path, connection, _wire.Inbox(connection), message, ())


def ask_for_kernel(path: Path, request: Mapping[str, Any], stdio: Sequence[int]) -> WarmProcess:
    """Ask for a kernel.

    Args:
        path: the parent's socket.
        request: what the kernel is to be; see `_request`.
        stdio: descriptors for its standard input, output and error.

    Raises:
        Unavailable: it cannot be had here.
    """
    connection = connect(path)
    lifeline = None
    try:
        # Whatever namespace the kernel is in, its number comes as it is here.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        connection.settimeout(START_SECONDS)
        descriptors = list(stdio)
        if not request["independent"]:
            kept_by_kernel, lifeline = os.pipe()
            descriptors.append(kept_by_kernel)
        inbox = _wire.Inbox(connection)
        try:
            _answer(path, connection, inbox, request, descriptors)
        finally:
            if lifeline is not None:
                os.close(kept_by_kernel)
        if not inbox.sender:
            raise Unavailable("unseen")
        return WarmProcess(inbox.sender, inbox, lifeline)
    except BaseException:
        connection.close()
        if lifeline is not None:
            os.close(lifeline)
        raise


def _answer(
    path: Path,
    connection: socket.socket,
    inbox: _wire.Inbox,
    message: Mapping[str, Any],
    descriptors: Sequence[int],
) -> dict[str, Any]:
    try:
        _wire.send(connection, dict(message), descriptors)
        while True:
            if not inbox.receive():
                raise Unavailable("answer", log=log_path(path))
            for answer in inbox.messages():
                if "refused" in answer:
                    raise Unavailable(answer["refused"], **answer["values"])
                if "exit" in answer:
                    raise Unavailable("setup", problem=f"exit status {answer['exit']}")
                return answer
    except TimeoutError:
        raise Unavailable("patience", seconds=connection.gettimeout()) from None
    except OSError:
        # The parent died between the connection and its answer.
        raise Unavailable("answer", log=log_path(path)) from None

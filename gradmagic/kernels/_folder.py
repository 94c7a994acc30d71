"""Where parents are found: one folder for each user, which nobody else can enter."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from gradmagic.kernels._errors import KernelError
from gradmagic.messages import say

__all__ = ["checked", "lock_path", "log_path", "runtime_folder", "socket_path"]

# struct sockaddr_un has room for 108 bytes, the closing zero among them.
LONGEST_PATH = 107


def runtime_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The folder of this user's sockets, made if need be: mode 0700, owned by the user, no link.

    `GRADMAGIC_RUNTIME_DIR` names another one; otherwise it is in `XDG_RUNTIME_DIR`, or else in /tmp.

    Raises:
        KernelError: it belongs to someone else, or others may enter it.
    """
    environment = os.environ if environment is None else environment
    if chosen := environment.get("GRADMAGIC_RUNTIME_DIR"):
        return checked(Path(chosen))
    session = environment.get("XDG_RUNTIME_DIR")
    if session and _is_ours(Path(session)):
        return checked(Path(session, "gradmagic"))
    return checked(Path(f"/tmp/gradmagic-{os.geteuid()}"))


def checked(folder: Path) -> Path:
    """Make a private folder, or make sure that the one there is private.

    Raises:
        KernelError: it is not a folder, not this user's, or not of mode 0700.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_ours(folder) or stat.S_IMODE(folder.lstat().st_mode) & 0o077:
            raise KernelError(say("kernels-folder-open", folder=folder)) from None
    return folder


def socket_path(python: str, environment: Mapping[str, str] | None = None) -> Path:
    """The socket of the parent that runs `python`: another interpreter has another parent."""
    name = hashlib.sha256(os.path.abspath(python).encode()).hexdigest()[:12]
    return fitting(runtime_folder(environment) / f"{name}.sock")


def fitting(path: Path) -> Path:
    """The path itself, if a Unix socket can have it.

    Raises:
        KernelError: it is too long.
    """
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise KernelError(say("kernels-path-long", path=path, most=LONGEST_PATH))
    return path


def lock_path(path: Path) -> Path:
    """The file that a living parent keeps locked."""
    return path.with_suffix(".lock")


def log_path(path: Path) -> Path:
    """Where a parent's standard output and error go."""
    return path.with_suffix(".log")


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()

"""The files that a confined process sees: a new root with read-only folders and one private writable folder.

Made in a new mount namespace, by a process with the right to mount in it. First an empty root takes the
old one's place, with the old one inside it; folders are then bound from there; at last the old root goes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox import _places
from gradmagic.grading.sandbox._identity import INSIDE
from gradmagic.grading.sandbox._linux import (
    BIND,
    NO_DEVICES,
    NO_EXECUTION,
    NO_SETUID,
    PRIVATE,
    READ_ONLY,
    RECURSIVE,
    REMOUNT,
    mount,
    pivot_root,
    restrict_mount,
    unmount,
)
from gradmagic.grading.sandbox._spec import Confinement
from gradmagic.messages import say

_OLD = "/.old"
_STAGE = "/proc"  # a folder that every Linux has; covered for a moment, in this namespace only
_SEALED = "/.sealed"
_CONNECTION = "/.connection"
_DEVICES = ("null", "zero", "full", "random", "urandom")
_SHARED_MEMORY = 64 << 20
# Parts of /proc that speak of the machine, not of the process.
_MACHINE = (
    "acpi",
    "bus",
    "irq",
    "kcore",
    "keys",
    "key-users",
    "kallsyms",
    "kmsg",
    "sched_debug",
    "scsi",
    "sysrq-trigger",
    "timer_list",
    "sysvipc",
)
_LINKS_AT_MOST = 40
_PLAIN = NO_SETUID | NO_DEVICES


@dataclass(frozen=True)
class View:
    """A view that has been entered. `processes` is a descriptor of its /proc, there also writable."""

    processes: int


def enter(confinement: Confinement, user: int, group: int) -> View:
    """Make the view and go into it; the working folder is then the scratch folder.

    Args:
        confinement: what to show and to hide.
        user: owner of the scratch folder, as the namespace of the mount counts.
        group: its group.

    Raises:
        OSError: a mount that the kernel refuses.
        SandboxError: a path to show that does not exist.
    """
    readable = [*_places.readable(), *confinement.readable]
    sealed = _places.sealed(confinement.hidden)
    mount(None, "/", None, RECURSIVE | PRIVATE)
    mount("root", _STAGE, "tmpfs", _PLAIN, "size=4m,nr_inodes=4096,mode=0755")
    os.chdir(_STAGE)
    os.mkdir(_OLD.strip("/"), 0o755)
    pivot_root(".", _OLD.strip("/"))
    os.chdir("/")
    _devices()
    _settings()
    _private(confinement, user, group)
    view = View(_processes())
    shown: list[str] = []
    # The outermost first: a folder within one that is shown is shown already.
    for real in sorted({_follow(path) for path in readable}, key=len):
        if not any(_places.holds(folder, real) for folder in shown):
            _show(real, _PLAIN | READ_ONLY)
            shown.append(real)
    for path in sealed:
        _seal(path, shown)
    if confinement.connection is not None:
        _connect(_follow(confinement.connection), shown)
    unmount(_OLD)
    os.rmdir(_OLD)
    mount(None, "/", None, REMOUNT | BIND | READ_ONLY | _PLAIN)
    os.chdir(confinement.scratch)
    return view


def _processes() -> int:
    """Mount /proc for this PID namespace, read-only; return a descriptor of it as it was before."""
    os.mkdir("/proc")
    mount("proc", "/proc", "proc", _PLAIN | NO_EXECUTION)
    opened = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    mount("/proc", "/proc", None, BIND | RECURSIVE)
    restrict_mount("/proc", _PLAIN | NO_EXECUTION | READ_ONLY)
    for name in _MACHINE:
        path = f"/proc/{name}"
        if os.path.isdir(path):
            mount("sealed", path, "tmpfs", _PLAIN | READ_ONLY, "size=4k,nr_inodes=2,mode=0")
        elif os.path.lexists(path):
            mount(_SEALED, path, None, BIND)
    return opened


def _devices() -> None:
    """The few devices that read and write nothing of the machine's, and shared memory of one's own."""
    os.mkdir("/dev")
    for name in _DEVICES:
        _touch(f"/dev/{name}")
        mount(f"{_OLD}/dev/{name}", f"/dev/{name}", None, BIND)
        restrict_mount(f"/dev/{name}", NO_SETUID | NO_EXECUTION | READ_ONLY)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"/dev/{name}")


def _settings() -> None:
    """/etc as far as it is made here: the accounts are this process's own and no other."""
    os.mkdir("/etc")
    for name, text in (
        ("passwd", f"root:x:0:0::/:/bin/false\nlearner:x:{INSIDE}:{INSIDE}::/:/bin/sh\n"),
        ("group", f"root:x:0:\nlearner:x:{INSIDE}:\n"),
        ("hosts", "127.0.0.1 localhost\n"),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    ):
        Path("/etc", name).write_text(text, "utf-8")
    _touch(_SEALED)
    os.chmod(_SEALED, 0)


def _private(confinement: Confinement, user: int, group: int) -> None:
    """The writable folders, in memory and bounded: scratch, the temporary folder inside it, shared memory."""
    limits = confinement.limits
    owner = f"mode=0700,uid={user},gid={group}"
    os.makedirs(confinement.scratch)
    size = f"size={limits.scratch},nr_inodes={limits.files},{owner}"
    mount("scratch", confinement.scratch, "tmpfs", _PLAIN, size)
    temporary = f"{confinement.scratch}/tmp"
    os.mkdir(temporary, 0o700)
    os.chown(temporary, user, group)
    for path in ("/tmp", "/var/tmp"):
        if not _places.holds(confinement.scratch, path):
            os.makedirs(path, exist_ok=True)
            mount(temporary, path, None, BIND)
    os.mkdir("/dev/shm")
    mount("shm", "/dev/shm", "tmpfs", _PLAIN | NO_EXECUTION, f"size={_SHARED_MEMORY},nr_inodes=256,{owner}")


def _connect(real: str, shown: list[str]) -> None:
    """Make the connection folder writable at its path.

    Landlock grants what a folder above grants, too. So it stands apart, below nothing that can be written,
    and a symbolic link at its path leads there; in a folder that is shown, which is read-only, it stands
    itself.
    """
    if any(_places.holds(folder, real) for folder in shown):
        _show(real, _PLAIN | NO_EXECUTION)
        return
    _show(real, _PLAIN | NO_EXECUTION, at=_CONNECTION)
    os.makedirs(os.path.dirname(real), exist_ok=True)
    os.symlink(_CONNECTION, real)


def _show(path: str, flags: int, at: str | None = None) -> None:
    """Bind a folder or file of the old root, its path free of symbolic links, to the same path or another."""
    source, real = _OLD + path, at or path
    if os.path.isdir(source):
        os.makedirs(real, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(real), exist_ok=True)
        _touch(real)
    mount(source, real, None, BIND | RECURSIVE)
    restrict_mount(real, flags)


def _seal(path: str, shown: list[str]) -> None:
    """Cover what is shown of a path with nothing: an empty folder or file that cannot be opened."""
    try:
        real = _follow(path, link=False)
    except SandboxError:
        return  # not there at all
    if real in shown:
        raise SandboxError(say("sandbox-shown-and-hidden", path=path))
    if not any(_places.holds(folder, real) for folder in shown):
        return
    if os.path.isdir(real):
        mount("sealed", real, "tmpfs", _PLAIN | READ_ONLY, "size=4k,nr_inodes=2,mode=0")
    else:
        mount(_SEALED, real, None, BIND)


def _follow(path: str, *, link: bool = True) -> str:
    """The path in the old root without symbolic links; `link` makes each one on the way in the new root, too.

    Raises:
        SandboxError: there is nothing at that path.
    """
    done, ahead = "", [part for part in path.split("/") if part]
    links = 0
    while ahead:
        part = ahead.pop(0)
        if part == "..":
            done = os.path.dirname(done).rstrip("/")
            continue
        here = f"{done}/{part}"
        if not os.path.lexists(_OLD + here) or links > _LINKS_AT_MOST:
            raise SandboxError(say("sandbox-no-path", path=path))
        if not os.path.islink(_OLD + here):
            done = here
            continue
        links += 1
        target = os.readlink(_OLD + here)
        if link and not os.path.lexists(here):
            os.makedirs(os.path.dirname(here), exist_ok=True)
            os.symlink(target, here)
        if target.startswith("/"):
            done = ""
        ahead = [word for word in target.split("/") if word not in ("", ".")] + ahead
    return done


def _touch(path: str) -> None:
    if not os.path.lexists(path):
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))

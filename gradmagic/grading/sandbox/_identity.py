"""Who a confined process is: an id with no privilege, and where possible none that owns anything outside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gradmagic.grading.sandbox._linux import NEW_USER, be_readable, drop_capabilities, unshare

# The id that a confined process sees itself under.
INSIDE = 1000
# An outer id for each sandbox of root's: far from those that accounts and containers are given.
_SPARE_FROM, _SPARE_COUNT = 0x70000000, 1 << 22
_NOBODY = 65534
_CAP_SETGID, _CAP_SETUID, _CAP_SYS_ADMIN = 6, 7, 21


@dataclass(frozen=True)
class Identity:
    """The ids that a sandbox runs under, as the caller's namespace counts them.

    `privileged`: the caller is root and makes the namespaces itself; else the user namespace gives the right.
    `changes`: the ids are not the caller's own.
    """

    user: int
    group: int
    privileged: bool
    changes: bool


def choose() -> Identity:
    """Root gives every sandbox an outer id of its own; an ordinary user has only the one."""
    if os.geteuid() != 0 or not _holds(_CAP_SETUID, _CAP_SETGID):
        return Identity(os.geteuid(), os.getegid(), privileged=False, changes=False)
    spare = _SPARE_FROM + os.getpid() % _SPARE_COUNT
    number = next((number for number in (spare, _NOBODY) if _mapped(number)), None)
    if number is None:
        return Identity(0, 0, privileged=False, changes=False)
    return Identity(number, number, privileged=_holds(_CAP_SYS_ADMIN), changes=True)


def enter_user_namespace(processes: int) -> None:
    """Go into a user namespace of one's own, where the only id is `INSIDE`.

    Args:
        processes: a descriptor of a writable /proc.
    """
    user, group = os.geteuid(), os.getegid()
    unshare(NEW_USER)
    # Without this an ordinary user may not map a group (user_namespaces(7)).
    _write(processes, "self/setgroups", "deny")
    _write(processes, "self/gid_map", f"{INSIDE} {group} 1")
    _write(processes, "self/uid_map", f"{INSIDE} {user} 1")


def change_to(identity: Identity) -> None:
    """Become another user for good, with no group besides its own."""
    os.setgroups([])
    os.setresgid(identity.group, identity.group, identity.group)
    os.setresuid(identity.user, identity.user, identity.user)
    be_readable()


def give_up_privileges() -> None:
    """No capability is left, and none can come back."""
    drop_capabilities()
    be_readable()


def _write(folder: int, name: str, text: str) -> None:
    opened = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.write(opened, text.encode())
    finally:
        os.close(opened)


def _holds(*capabilities: int) -> bool:
    status = Path("/proc/self/status").read_text("utf-8", "replace")
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    return all(effective >> capability & 1 for capability in capabilities)


def _mapped(number: int) -> bool:
    """Whether this user namespace has the id at all; a container's often ends at 65535."""
    for line in Path("/proc/self/uid_map").read_text("utf-8").splitlines():
        inside, _, count = (int(word) for word in line.split())
        if inside <= number < inside + count:
            return True
    return False

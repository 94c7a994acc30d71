"""The system calls that Python 3.11 does not offer, as small typed functions that raise OSError.

Numbers and constants: the kernel's `include/uapi/linux` headers; call numbers for x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache

# unshare(2), clone(2)
NEW_MOUNT = 0x00020000
NEW_CGROUP = 0x02000000
NEW_UTS = 0x04000000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PID = 0x20000000
NEW_NET = 0x40000000

# mount(2), umount2(2)
READ_ONLY = 1
NO_SETUID = 2
NO_DEVICES = 4
NO_EXECUTION = 8
REMOUNT = 32
BIND = 4096
RECURSIVE = 16384
PRIVATE = 1 << 18
DETACH = 2

# mount_setattr(2), open(2), prctl(2), capset(2)
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522

# (x86_64, aarch64) where they differ.
_NUMBERS = {
    "x86_64": {"pivot_root": 155, "capset": 126},
    "aarch64": {"pivot_root": 41, "capset": 91},
}
_MOUNT_SETATTR = 442


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


def machine() -> str:
    """The processor's family as the kernel names it, `x86_64` or `aarch64` for the ones known here."""
    return platform.machine()


def known() -> bool:
    """Whether this is Linux on a processor whose call numbers are known here."""
    return platform.system() == "Linux" and machine() in _NUMBERS


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: object) -> int:
    """Make a system call: ints go as longs, bytes as strings, None as a null pointer.

    Raises:
        OSError: with the call's errno.
    """
    given = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    _libc().syscall.restype = ctypes.c_long
    return _checked(int(_libc().syscall(ctypes.c_long(number), *given)))


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags`; a new PID namespace holds the next child, not the caller."""
    _checked(_libc().unshare(ctypes.c_int(flags)))


def mount(source: str | None, target: str, kind: str | None, flags: int = 0, options: str = "") -> None:
    """mount(2)."""
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    _checked(_libc().mount(*words, ctypes.c_ulong(flags), os.fsencode(options) or None), target)


def unmount(target: str) -> None:
    """Take a tree of mounts away at once, also while it is in use."""
    _checked(_libc().umount2(os.fsencode(target), ctypes.c_int(DETACH)), target)


def restrict_mount(target: str, flags: int) -> None:
    """Add READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXECUTION to a mount and all below it (Linux 5.12)."""
    attributes = _MountAttributes(set=flags)
    size = ctypes.sizeof(attributes)
    try:
        syscall(_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, ctypes.byref(attributes), size)
    except OSError as error:
        error.filename = target
        raise


def pivot_root(new: str, old: str) -> None:
    """Make the mount `new` the root; the former one is then at `old`."""
    syscall(_NUMBERS[machine()]["pivot_root"], os.fsencode(new), os.fsencode(old))


def set_hostname(name: str) -> None:
    """Name the machine, in this UTS namespace."""
    encoded = name.encode()
    _checked(_libc().sethostname(encoded, ctypes.c_size_t(len(encoded))))


def forbid_new_privileges() -> None:
    """From now on no execve gives a privilege: set-user-ID bits and file capabilities do nothing."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(signal: int) -> None:
    """Ask for `signal` when the parent dies. A change of user forgets it, so ask last."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent has died."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def be_readable() -> None:
    """Let /proc/self belong to this process again, which a change of user takes away."""
    _prctl(_PR_SET_DUMPABLE, 1)


def install_filter(program: ctypes.Structure) -> None:
    """Put a seccomp filter (a `sock_fprog`) on this process, for good."""
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def drop_capabilities() -> None:
    """Give up every capability: bounding, ambient, permitted, effective and inheritable."""
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            break  # EINVAL: past the last one that this kernel has; EPERM: already without the right
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    syscall(_NUMBERS[machine()]["capset"], ctypes.byref(header), ctypes.byref(nothing))


def _prctl(option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(word) for word in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(_libc().prctl(ctypes.c_int(option), *words))


def _checked(result: int, subject: str | None = None) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), subject)
    return result

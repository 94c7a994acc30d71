"""seccomp: the system calls that a confined process may not make, as a small BPF program.

Calls answer EPERM, or ENOSYS where a library then falls back to an older call. Nothing is killed: a
library that merely tries carries on.
"""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Iterable

from gradmagic.grading.sandbox._linux import forbid_new_privileges, install_filter, machine

# call: its numbers on x86_64 and on aarch64 (0: no such call there).
DENIED: dict[str, tuple[int, int]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    # who else opens the files that are shared
    "inotify_init": (253, 0),
    "inotify_init1": (294, 26),
    # files by handle, past every path
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # memory that no limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # keys
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # large and seldom needed parts of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "personality": (135, 92),
    "modify_ldt": (154, 0),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "vhangup": (153, 58),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "iopl": (172, 0),
    "ioperm": (173, 0),
}
_CLONE, _CLONE3, _SOCKET = (56, 220), 435, (41, 198)
_PRCTL, _IOCTL, _FCNTL = (157, 167), (16, 29), (72, 25)
# The first number given out after this list was written: what came later is unknown here, so not there.
_FIRST_UNKNOWN = 463

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_NAMESPACES = 0x7E020000
_PR_SET_PDEATHSIG = 1
_AF_UNIX, _AF_NETLINK = 1, 16
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
# A lease makes others wait who open the file; a note tells that they do.
_F_SETLEASE, _F_NOTIFY = 1024, 1026

# BPF (linux/bpf_common.h) and offsets in struct seccomp_data.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("true", ctypes.c_uint8),
        ("false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("start", ctypes.POINTER(_Instruction)))


Step = tuple[int, int, int, int]


def program() -> list[Step]:
    """The filter for this machine, as (code, steps to skip if true, if false, value).

    Raises:
        OSError: a processor whose call numbers are not known here.
    """
    column = list(_ARCHITECTURES).index(machine()) if machine() in _ARCHITECTURES else None
    if column is None:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine()}")
    refuse, absent = _answer(errno.EPERM), _answer(errno.ENOSYS)
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        # Calls of another architecture (32-bit ones on x86_64) have other numbers.
        (_EQUAL, 1, 0, _ARCHITECTURES[machine()]),
        refuse,
        (_LOAD, 0, 0, _NUMBER),
        # x32 calls, with bit 30 set, end here too.
        (_AT_LEAST, 0, 1, _FIRST_UNKNOWN),
        absent,
        *_when(_CLONE3, [absent]),  # its flags are out of a filter's sight; libraries fall back to clone
        *_when(_CLONE[column], _argument(_FIRST, _ANY_BIT, [_NEW_NAMESPACES], refuse)),
        *_when(_PRCTL[column], _argument(_FIRST, _EQUAL, [_PR_SET_PDEATHSIG], refuse)),
        *_when(_IOCTL[column], _argument(_SECOND, _EQUAL, [_TIOCSTI, _TIOCLINUX], refuse)),
        *_when(_FCNTL[column], _argument(_SECOND, _EQUAL, [_F_SETLEASE, _F_NOTIFY], refuse)),
        *_when(
            _SOCKET[column],
            [
                (_LOAD, 0, 0, _FIRST),
                (_EQUAL, 0, 1, _AF_UNIX),
                (_RETURN, 0, 0, _ALLOW),
                # ZeroMQ aborts when it cannot list the interfaces, unless this is why.
                (_EQUAL, 0, 1, _AF_NETLINK),
                _answer(errno.EOPNOTSUPP),
                _answer(errno.EAFNOSUPPORT),
            ],
        ),
    ]
    for numbers in DENIED.values():
        if numbers[column]:
            steps += _when(numbers[column], [refuse])
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def install() -> None:
    """Put the filter on this process and all that it will start. Also sets no_new_privs, which it needs.

    Raises:
        OSError: a kernel without seccomp, or an unknown processor.
    """
    steps = program()
    instructions = (_Instruction * len(steps))(*[_Instruction(*step) for step in steps])
    forbid_new_privileges()
    install_filter(_Program(len(steps), instructions))


def _answer(number: int) -> Step:
    return (_RETURN, 0, 0, _ERRNO | number)


def _when(call: int, then: list[Step]) -> list[Step]:
    """Steps taken for one call only; the call's number is loaded before and must be after."""
    return [(_EQUAL, 0, len(then), call), *then]


def _argument(offset: int, test: int, values: Iterable[int], answer: Step) -> list[Step]:
    """Answer so when the low half of an argument passes the test with any of the values; else allow."""
    steps: list[Step] = [(_LOAD, 0, 0, offset)]
    for value in values:
        steps += [(test, 0, 1, value), answer]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]

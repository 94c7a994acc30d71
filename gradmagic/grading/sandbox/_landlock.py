"""Landlock: a process gives up all files but those below named paths.

Source: the kernel's Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from gradmagic.grading.sandbox._linux import forbid_new_privileges, syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_RULE_PATH_BENEATH = 1
_CREATE_RULESET_VERSION = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG = 16, 32, 64, 128, 256
MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = 512, 1024, 2048, 4096
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

READ = EXECUTE | READ_FILE | READ_DIR
DEVICE = READ_FILE | WRITE_FILE | TRUNCATE
SOCKETS_ONLY = READ_FILE | READ_DIR | REMOVE_FILE | MAKE_SOCK
WRITE = (
    READ
    | (WRITE_FILE | TRUNCATE | REFER)
    | (REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_SYM)
)
# A rule on a file may name only these.
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

# What each version of the interface can handle (file rights; TCP; scopes: abstract sockets and signals).
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP, _SCOPES = 3, 3


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of the interface that this kernel speaks.

    Raises:
        OSError: Landlock is not built in, or not switched on.
    """
    return syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)


def restrict(rules: Iterable[tuple[str, int]]) -> None:
    """Leave this process only the files below the paths, each with its rights.

    Also no TCP, where this kernel's Landlock knows it, and no_new_privs, which Landlock needs.

    Raises:
        OSError: a path that cannot be opened, or a kernel without Landlock.
    """
    spoken = version()
    handled = _FILE_RIGHTS.get(spoken, _FILE_RIGHTS[5])
    asked = _Ruleset(handled, _TCP if spoken >= 4 else 0, _SCOPES if spoken >= 6 else 0)
    size = 24 if spoken >= 6 else 16 if spoken >= 4 else 8
    ruleset = syscall(_CREATE_RULESET, ctypes.byref(asked), size, 0)
    try:
        for path, rights in rules:
            _allow(ruleset, path, rights & handled)
        forbid_new_privileges()
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            rights &= _OF_A_FILE
        rule = _Beneath(rights, folder)
        syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)

"""Which folders a confined process needs to see: the interpreter's, and a little of the system's."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
# No secret, no account: how libraries are found, what time it is, fonts.
_SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/os-release",
    "/etc/timezone",
)
_PACKAGES = ("site-packages", "dist-packages")


def readable() -> list[str]:
    """Folders and files that Python, its packages and gradmagic are made of; those that exist."""
    package = Path(__file__).parents[2]
    found = {
        *_SYSTEM,
        *_SETTINGS,
        *glob.glob("/etc/python3*"),
        *(sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix),
        # Packages that a user installed for all environments.
        *(entry for entry in sys.path if entry.endswith(_PACKAGES)),
        # The package alone: the folder around it is a teacher's repository, solutions and all.
        str(package),
    }
    return sorted(path for path in found if path != "/" and os.path.lexists(path))


def sealed(hidden: Iterable[str]) -> list[str]:
    """The hidden paths, and the compiled forms of those that are modules."""
    paths = []
    for path in hidden:
        paths.append(path)
        folder, name = os.path.split(path)
        if name.endswith(".py"):
            paths += glob.glob(f"{glob.escape(folder)}/__pycache__/{glob.escape(name[:-3])}.*.pyc")
    return paths


def holds(folder: str, path: str) -> bool:
    """Whether the path is the folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def around(folder: str, hidden: Iterable[str]) -> list[str]:
    """All of a folder but the hidden paths, as the largest pieces: for rules that can only allow."""
    inside = [path for path in hidden if holds(folder, path)]
    if not inside:
        return [folder]
    if folder in inside or not os.path.isdir(folder) or os.path.islink(folder):
        return []
    return [piece for name in sorted(os.listdir(folder)) for piece in around(f"{folder}/{name}", inside)]

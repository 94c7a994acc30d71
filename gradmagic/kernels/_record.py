"""The latest ordinary starts and why, kept beside the sockets, for `gradmagic kernel status`."""

from __future__ import annotations

import time
from contextlib import suppress

from gradmagic.kernels._errors import KernelError
from gradmagic.kernels._folder import runtime_folder

__all__ = ["read", "write"]

_NAME = "ordinary-starts.log"
_KEPT = 50


def write(sentence: str) -> None:
    """Add a line, if there is a folder to keep it in."""
    with suppress(OSError, KernelError):
        path = runtime_folder() / _NAME
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {' '.join(sentence.split())}"
        path.write_text("\n".join([*read()[-_KEPT:], line]) + "\n", "utf-8")


def read() -> list[str]:
    """The lines, oldest first."""
    try:
        return (runtime_folder() / _NAME).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []

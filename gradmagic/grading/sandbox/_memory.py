"""How much memory a group of processes holds, read from /proc.

Two readings: a quick one that counts pages shared after a fork once for each sharer, so never too low; and an
exact one (proportional set size), asked for only when the quick one looks too high.
"""

from __future__ import annotations

import os
from collections.abc import Iterable


def quick(folder: int, pids: Iterable[int]) -> int:
    """Bytes of anonymous and shared memory that the processes have in use, shared pages counted for each."""
    return sum(_of_status(folder, pid) for pid in pids)


def exact(folder: int, pids: Iterable[int]) -> int:
    """Bytes in use, each page's share divided among those that share it.

    A process that makes itself unreadable is counted in full.
    """
    total = 0
    for pid in pids:
        share = _fields(folder, f"{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))
        total += _of_status(folder, pid) if share is None else share
    return total


def processes(folder: int) -> list[int]:
    """The processes that a /proc shows."""
    return [int(name) for name in os.listdir(folder) if name.isdigit()]


def family(folder: int, first: int) -> list[int]:
    """A process and its descendants: what stands for a PID namespace where there is none."""
    found, ahead = [], [first]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        try:
            threads = _names(folder, f"{pid}/task")
        except OSError:
            continue  # it has ended
        for thread in threads:
            ahead += [int(word) for word in (_text(folder, f"{pid}/task/{thread}/children") or "").split()]
    return found


def seconds(folder: int, pids: Iterable[int]) -> float:
    """Processor time of the processes and of those of their children that have ended."""
    ticks = 0
    for pid in pids:
        # Fields 14 to 17 of proc(5): utime, stime, cutime, cstime. The name, which may hold anything, ends
        # at ")".
        words = (_text(folder, f"{pid}/stat") or "").rpartition(")")[2].split()
        ticks += sum(int(word) for word in words[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _of_status(folder: int, pid: int) -> int:
    return _fields(folder, f"{pid}/status", ("RssAnon:", "RssShmem:")) or 0


def _fields(folder: int, name: str, wanted: tuple[str, ...]) -> int | None:
    """The sum of some lines `Name:  12 kB` in bytes; None when the file cannot be read or is empty."""
    text = _text(folder, name)
    if not text:
        return None
    amounts = [int(line.split()[1]) for line in text.splitlines() if line.startswith(wanted)]
    return sum(amounts) * 1024 if amounts else None


def _text(folder: int, name: str) -> str | None:
    try:
        opened = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None  # it has ended, or does not let itself be read
    try:
        with open(opened, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _names(folder: int, name: str) -> list[str]:
    opened = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        return os.listdir(opened)
    finally:
        os.close(opened)

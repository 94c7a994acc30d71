"""Reading a hostile text may take for ever where running it is held to seconds: so is reading."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["READING_SECONDS", "TooLong", "within"]

# Of this process's own time, so that a busy machine counts for nothing; a thousand times what a lesson needs.
READING_SECONDS = 10.0


class TooLong(Exception):
    """It took too long."""


@contextmanager
def within(seconds: float = READING_SECONDS) -> Iterator[None]:
    """Hold what is done to some seconds of processor time.

    In the main thread only, since signals come nowhere else; elsewhere nothing is held.

    Raises:
        TooLong: the seconds are over.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "ITIMER_VIRTUAL"):
        yield
        return

    def over(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

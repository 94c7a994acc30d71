"""Interrupts that nobody loses: TensorFlow swallows one that comes while it traces or compiles."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["remembered_interrupts"]


@contextmanager
def remembered_interrupts() -> Iterator[Callable[[], None]]:
    """Note every SIGINT, besides what is done about it, while the block runs.

    Yields:
        A callable that raises `KeyboardInterrupt` if there was one; outside the main thread, where no signal
        arrives, it does nothing.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield lambda: None
        return
    seen = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        seen.set()
        before(number, frame)

    def check() -> None:
        if seen.is_set():
            seen.clear()
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)

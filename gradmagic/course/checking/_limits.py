"""What a check allows the learner's code: so much time, so much text, and random numbers that come again."""

from __future__ import annotations

import ctypes
import io
import logging
import random
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

__all__ = ["OutOfTime", "Printed", "quietly", "seeded", "within"]

AGAIN = 0.25


class OutOfTime(BaseException):
    """Raised in the learner's code when its time is up; `except Exception` does not catch it."""


class Printed(io.TextIOBase):
    """A stream that counts what is written to it and keeps nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Count."""
        self.count += len(text)
        return len(text)


@contextmanager
def quietly() -> Iterator[Printed]:
    """Keep what is printed out of the notebook: a loop that prints would bury the feedback.

    TensorFlow's advice is left out as well: a check that calls a function in a row looks to it like a loop
    that compiles too often.
    """
    printed = Printed()
    log = logging.getLogger("tensorflow")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            yield printed
    finally:
        log.setLevel(level)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python's, NumPy's and TensorFlow's random numbers; the first two go on where they were."""
    before = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    if "tensorflow" in sys.modules:
        # TensorFlow offers no way to ask for its state; its stream begins anew.
        from gradmagic.tape import tensorflow

        tensorflow().random.set_seed(seed)
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block once its time is up, and again and again should it be caught.

    On the main thread of Unix an alarm interrupts a sleep as well; elsewhere the interpreter raises it
    between two steps of Python, so a single long call into compiled code is waited for.
    """
    on_main = threading.current_thread() is threading.main_thread()
    limit = _alarm if on_main and hasattr(signal, "setitimer") else _watch
    with limit(seconds):
        yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    armed = True

    def ring(number: int, frame: Any) -> None:
        if armed:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watch(seconds: float) -> Iterator[None]:
    done, lock = threading.Event(), threading.Lock()
    thread = threading.get_ident()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            wait = AGAIN
            with lock:
                if not done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(thread), ctypes.py_object(OutOfTime)
                    )

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with lock:
            done.set()
            # One that was set and not yet raised must not reach the caller.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)
        watcher.join()

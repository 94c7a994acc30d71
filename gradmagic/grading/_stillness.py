"""Whether the machine stood still: suspended, or its processes stopped. Time goes by, and nobody works."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

__all__ = ["Stillness"]

# A thread that asks for a tenth of a second gets it late on a busy machine, but not as late as this.
_TICK, _STILL = 0.1, 2.0


class Stillness:
    """Watches while a block runs.

    Attributes:
        seconds: how long this process was not let on, in all; what comes of a busy machine does not count.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._over.wait(_TICK):
            now = time.monotonic()
            if now - before > _STILL:
                self.seconds += now - before
            before = now
        last = time.monotonic() - before
        if last > _STILL:
            self.seconds += last
